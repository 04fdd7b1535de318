"""The doors of removal on HTTP (interfaces §3): they translate, and nothing else.

Knows no rule and no SQL. Invariant: a command's answer is written in the transaction of the act itself, so a repeated
one gets it again, whatever happened to the first connection.
Next: lifecycle.py for what is ordered of a request later, body.py for the bodies, application/ for what is done.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI, Header, Query, Request, Response
from pydantic import JsonValue

from event_contracts import Channel, RequestStatus, Scope
from event_contracts.field import Id
from event_contracts.instant import format_time, parse_time
from removal.application.handlers import ActReusedError, SpeaksForNobodyError
from removal.application.ports import Act, Place, Receipt
from removal.domain.commands import RequestRemoval
from removal.entrypoints import lifecycle
from removal.entrypoints.answer import (
    answer_to_order,
    answer_to_read,
    final_headers,
    json_bytes,
    tag_of,
    tag_of_list,
)
from removal.entrypoints.behind import Behind, Doors, ReadHeaders, act_of, asker_of, wait_for
from removal.entrypoints.body import EligibilityAnswer, ParkedRecord, RemovalOrder, RemovalRequest
from servicekit.auth import BearerToken, Caller, SignedIn, TokenVerifier
from servicekit.conditional import etag
from servicekit.health import Health
from servicekit.http import create_app
from servicekit.page import Cursor, Limit, Page, decode_cursor, encode_cursor
from servicekit.postgres import Connection
from servicekit.problem import Problem, forbidden, invalid, not_found

OPERATOR: Final = "ops:act"
router = APIRouter()
_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    409: {"description": "`removal-refused` with `refusal_id`, `rules`, `statement`, `alternatives`"}
}


def app_of(doors: Doors | None, *, version: str, health: Health, verifier: TokenVerifier | None = None) -> FastAPI:
    """The application; without doors it can only describe itself."""
    app = create_app(
        "Feedback removal",
        version,
        health,
        description="May this feedback be removed? Requests, eligibility, and what was not understood.",
        verifier=verifier,
    )
    app.state.doors = doors
    app.include_router(router)
    app.include_router(lifecycle.router)
    return app


@router.post("/v1/removal-requests", status_code=201, response_model=RemovalRequest, responses=_REFUSED)
async def request_removal(
    *,
    order: RemovalOrder,
    request: Request,
    caller: SignedIn,
    token: BearerToken,
    doors: Behind,
    idempotency_key: Annotated[str | None, Header(description="kept 7 days")] = None,
) -> Response:
    """Ask for a client's feedback to be removed. A refusal is recorded too, with every rule's value."""
    async with await doors.idempotency.claim(doors.pool, request, caller.user_id) as claim:
        if claim.answer is not None:
            return claim.answer.response()
        act = act_of(caller, claim.door, idempotency_key)
        command = _command(order, act, caller, doors)

        async def conclude(connection: Connection, receipt: Receipt) -> Response:
            answer = answer_to_order(receipt)
            await claim.complete(connection, answer.status_code, final_headers(answer), bytes(answer.body))
            return answer

        try:
            return await doors.desk.request_removal(command, act, token=token or "", conclude=conclude)
        except SpeaksForNobodyError as nobody:
            raise _speaks_for_nobody() from nobody
        except ActReusedError as reused:
            raise Problem("idempotency-key-reused", 422, "This key belongs to another request") from reused


@router.get("/v1/removal-requests/{request_id}", response_model=RemovalRequest)
async def removal_request(
    request_id: str, caller: SignedIn, token: BearerToken, doors: Behind, reading: ReadHeaders
) -> Response:
    """One request as it stands."""
    await wait_for(doors, reading)
    position = await doors.requests.log_position()
    found = await doors.queries.request(request_id, asker_of(caller, token, doors))
    if found is None:
        raise not_found()
    content = RemovalRequest.of(found).to_json()
    return answer_to_read(content, tag=tag_of(found), log_position=position, if_none_match=reading.if_none_match)


@router.get("/v1/removal-requests", response_model=Page[RemovalRequest])
async def removal_requests(
    *,
    caller: SignedIn,
    token: BearerToken,
    doors: Behind,
    reading: ReadHeaders,
    account_id: Id | None = None,
    status: RequestStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Requests, newest first: of one account, or of all for staff."""
    asker = asker_of(caller, token, doors)
    if account_id is None and not asker.staff:
        raise invalid([("?account_id", "is needed, unless the token is staff's")])
    await wait_for(doors, reading)
    position = await doors.requests.log_position()
    try:
        found = await doors.queries.page(
            asker, account_id=account_id, status=status, after=_place(cursor), limit=limit + 1
        )
    except SpeaksForNobodyError as nobody:
        raise _speaks_for_nobody() from nobody
    shown = found[:limit]
    content: dict[str, JsonValue] = {"items": [RemovalRequest.of(each).to_json() for each in shown]}
    if len(found) > limit:
        content["next"] = encode_cursor(format_time(shown[-1].asked.submitted_at), shown[-1].key.request_id)
    tag = tag_of_list(shown, str(content.get("next")))
    return answer_to_read(content, tag=tag, log_position=position, if_none_match=reading.if_none_match)


@router.get("/v1/accounts/{account_id}/removal-eligibility", response_model=EligibilityAnswer)
async def removal_eligibility(
    *,
    account_id: Id,
    caller: SignedIn,
    token: BearerToken,
    doors: Behind,
    reading: ReadHeaders,
    contract_id: Id | None = None,
    scope: Annotated[Scope, Query(description="with a contract; by default the narrower one")] = Scope.JSS_ONLY,
) -> Response:
    """What a request without acknowledgement would be told now; without a contract only the rules about the account."""
    await wait_for(doors, reading)
    position = await doors.requests.log_position()
    asked = None if contract_id is None else scope
    try:
        found = await doors.queries.eligibility(
            account_id, asker_of(caller, token, doors), contract_id=contract_id, scope=asked
        )
    except SpeaksForNobodyError as nobody:
        raise _speaks_for_nobody() from nobody
    content = EligibilityAnswer.of(found).to_json()
    tag = etag("removal-eligibility", account_id, json_bytes(content).decode())
    return answer_to_read(content, tag=tag, log_position=position, if_none_match=reading.if_none_match)


@router.get("/v1/parked", response_model=Page[ParkedRecord])
async def parked_records(caller: SignedIn, doors: Behind, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """What was not understood and waits for somebody, oldest first."""
    caller.require(OPERATOR)
    (after,) = decode_cursor(cursor, int) or (0,)
    if not 0 <= after < 2**63:
        raise invalid([("?cursor", "is not a cursor of this list")])
    found = await doors.parking.page(doors.pool, after=after, limit=limit + 1)
    shown = found[:limit]
    items = [
        ParkedRecord(
            id=str(each.id),
            reason=each.reason,
            detail=each.detail,
            topic=each.topic,
            partition=each.partition,
            offset=each.offset,
            at=each.at,
        ).to_json()
        for each in shown
    ]
    content: dict[str, JsonValue] = {"items": list(items)}
    if len(found) > limit:
        content["next"] = encode_cursor(shown[-1].id)
    return Response(json_bytes(content), headers={"Cache-Control": "no-store"}, media_type="application/json")


def _command(order: RemovalOrder, act: Act, caller: Caller, doors: Doors) -> RequestRemoval:
    return RequestRemoval(
        act_id=act.event_ids[0],
        account_id=order.account_id,
        contract_id=order.contract_id,
        scope=order.scope,
        requested_by=caller.user_id,
        channel=Channel.API,
        submitted_at=doors.clock.now(),
        acknowledge_score_effect=order.acknowledge_score_effect,
    )


def _place(cursor: str | None) -> Place | None:
    key = decode_cursor(cursor, str, str)
    if key is None:
        return None
    submitted_at, request_id = key
    try:
        return Place(parse_time(submitted_at), request_id)
    except ValueError as nonsense:
        raise invalid([("?cursor", "is not a cursor of this list")]) from nonsense


def _speaks_for_nobody() -> Problem:
    return forbidden("only the freelancer, or somebody with a role in the agency, may do this")
