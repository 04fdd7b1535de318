"""The doors of a request's life: decision, withdrawal, reversal (interfaces §3).

Knows no rule and no SQL. Invariant: an answer is written in the transaction of the act itself; a refusal by state is a
problem and leaves no event.
Next: application/lifecycle.py for the steps, domain/proceed.py for what follows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Request, Response

from event_contracts.field import Id
from removal.application.handlers import ActReusedError
from removal.application.lifecycle import ObjectedError, RequestUnknownError
from removal.application.ports import Progress
from removal.domain import state
from removal.domain.commands import DecideRequest, FollowUp, ReverseRemoval, WithdrawRequest
from removal.domain.proceed import Objection
from removal.entrypoints.answer import answer_to_follow_up, final_headers, tag_of
from removal.entrypoints.behind import STAFF, Behind, act_of
from removal.entrypoints.body import DecisionOrder, RemovalRequest, ReversalOrder
from servicekit.auth import SignedIn
from servicekit.conditional import require_match
from servicekit.postgres import Connection
from servicekit.problem import Problem, not_found

DECIDER: Final = "removals:decide"
REVERSER: Final = "removals:reverse"

router = APIRouter()
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="kept 7 days")]
_PROBLEMS: Final[Mapping[Objection, tuple[int, str]]] = {
    Objection.FORBIDDEN: (403, "Only the requester, or an owner of the agency, may withdraw a request"),
    Objection.OWN_REQUEST: (403, "Nobody decides their own request"),
    Objection.ALREADY_DECIDED: (409, "The request waits for no decision any more"),
    Objection.ALREADY_REVERSED: (409, "The removal has been undone already"),
    Objection.NOTHING_TO_REVERSE: (409, "The request was not approved"),
    Objection.SECOND_PERSON_NEEDED: (409, "Another person must agree"),
}


def _described(*named: str) -> dict[int | str, dict[str, Any]]:
    return {409: {"description": ", ".join(f"`{name}`" for name in named)}}


@dataclass(frozen=True, slots=True)
class Ordered:
    """Who orders something, where, and under which key."""

    request: Request
    caller: SignedIn
    doors: Behind
    key: Key = None


@router.post(
    "/v1/removal-requests/{request_id}/withdrawal",
    response_model=RemovalRequest,
    responses=_described("already-decided"),
)
async def withdraw(request_id: Id, ordered: Annotated[Ordered, Depends()]) -> Response:
    """Take a request back that nobody has decided; it never counted then."""
    caller = ordered.caller
    command = WithdrawRequest(request_id=request_id, by=caller.user_id, at=ordered.doors.clock.now())
    return await _follow_up(ordered, command, staff=caller.has(STAFF))


@router.post(
    "/v1/removal-requests/{request_id}/reversal",
    response_model=RemovalRequest,
    responses={
        202: {"model": RemovalRequest, "description": "proposed; another person must agree"},
        **_described("second-person-needed", "already-reversed", "nothing-to-reverse"),
    },
)
async def reverse(request_id: Id, order: ReversalOrder, ordered: Annotated[Ordered, Depends()]) -> Response:
    """Undo an approved removal: the first person proposes it, the second one makes it so."""
    caller = ordered.caller
    caller.require(REVERSER)
    command = ReverseRemoval(
        request_id=request_id, by=caller.user_id, at=ordered.doors.clock.now(), reason=order.reason
    )
    return await _follow_up(ordered, command, staff=True)


@router.post(
    "/v1/removal-requests/{request_id}/decision",
    response_model=RemovalRequest,
    responses={
        412: {"description": "`stale`"},
        428: {"description": "`precondition-required`"},
        **_described("already-decided"),
    },
)
async def decide_request(
    request_id: Id,
    order: DecisionOrder,
    ordered: Annotated[Ordered, Depends()],
    if_match: Annotated[str | None, Header(description="the ETag that was decided on; needed")] = None,
) -> Response:
    """Decide a request that waits for a person."""
    caller = ordered.caller
    caller.require(DECIDER)
    command = DecideRequest(
        request_id=request_id,
        decision=order.decision,
        by=caller.user_id,
        at=ordered.doors.clock.now(),
        reason=order.reason,
    )
    return await _follow_up(
        ordered, command, staff=True, precondition=lambda seen: require_match(if_match, tag_of(seen))
    )


def _unconditional(_: state.Request) -> None:
    """Every version will do."""


async def _follow_up(
    ordered: Ordered,
    command: FollowUp,
    *,
    staff: bool,
    precondition: Callable[[state.Request], None] = _unconditional,
) -> Response:
    doors, caller = ordered.doors, ordered.caller
    async with await doors.idempotency.claim(doors.pool, ordered.request, caller.user_id) as claim:
        if claim.answer is not None:
            return claim.answer.response()

        async def conclude(connection: Connection, progress: Progress) -> Response:
            answer = answer_to_follow_up(progress)
            await claim.complete(connection, answer.status_code, final_headers(answer), bytes(answer.body))
            return answer

        act = act_of(caller, claim.door, ordered.key)
        try:
            return await doors.lifecycle.follow_up(
                command, act, staff=staff, precondition=precondition, conclude=conclude
            )
        except RequestUnknownError as unknown:
            raise not_found() from unknown
        except ObjectedError as objected:
            status, title = _PROBLEMS[objected.objection]
            raise Problem(objected.objection, status, title) from objected
        except ActReusedError as reused:
            raise Problem("idempotency-key-reused", 422, "This key belongs to another request") from reused
