"""Steps of what is ordered of a request once it is made: find it, then lock, load, decide, append.

Owns the order. Knows no rule and no driver. Invariant: who may know of the request, who is barred, what the caller has
seen and how far the request has gone are all judged under the lock, in this order.
Next: domain/proceed.py for the decision.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from removal.application.handlers import ActReusedError
from removal.application.ports import Act, Asking, LockedRequest, Progress, Requests, RequestStreams
from removal.domain.commands import DecideRequest, FollowUp
from removal.domain.lifecycle import LifecycleEvent
from removal.domain.proceed import DECIDES, Objection, barred, proceed
from removal.domain.state import Request
from servicekit.postgres import Connection

A = TypeVar("A")


class RequestUnknownError(Exception):
    """There is no such request that the caller may know of."""


class ObjectedError(Exception):
    """The request does not go on as ordered."""

    def __init__(self, objection: Objection) -> None:
        super().__init__(objection.value)
        self.objection = objection


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleDesk:
    """Takes decisions, withdrawals and reversals."""

    requests: Requests
    streams: RequestStreams

    async def follow_up(
        self,
        command: FollowUp,
        act: Act,
        *,
        staff: bool,
        precondition: Callable[[Request], None],
        conclude: Callable[[Connection, Progress], Awaitable[A]],
    ) -> A:
        """Decide and record; `conclude` writes the answer in the same transaction.

        `staff`: may know of every request. `precondition` raises what it likes when the request is not what the caller
        has seen. Raises RequestUnknownError, ObjectedError, ActReusedError.
        """
        found = await self.requests.by_id(command.request_id)
        if found is None:
            raise RequestUnknownError

        async def work(locked: LockedRequest) -> A:
            progress = await locked.earlier_step(act)
            if progress is None:
                request = await _judged(locked, command, staff=staff)
                precondition(request)
                progress = await locked.step(act, _event(proceed(request, command)), actor=command.by)
            return await conclude(locked.connection, _of_this_act(progress, command))

        return await self.streams.locked_request(found.asked.account_id, writer=command.by, work=work)


async def _judged(locked: LockedRequest, command: FollowUp, *, staff: bool) -> Request:
    """The request as it is under the lock, for somebody who may know of it and is not barred."""
    request = await locked.request(command.request_id)
    case = await locked.case(
        Asking(
            account_id=request.asked.account_id, user_id=command.by, contract_id=None, submitted_at=command.at, up_to=0
        )
    )
    if not staff and not case.spoken_for_by(command.by):
        raise RequestUnknownError
    if objection := barred(request, case, command):
        raise ObjectedError(objection)
    return request


def _event(outcome: LifecycleEvent | Objection) -> LifecycleEvent:
    if isinstance(outcome, Objection):
        raise ObjectedError(outcome)
    return outcome


def _of_this_act(progress: Progress, command: FollowUp) -> Progress:
    event = progress.event
    same = event.request_id == command.request_id
    if isinstance(command, DecideRequest):
        same = same and isinstance(event, DECIDES[command.decision])
    if not same:
        raise ActReusedError
    return progress
