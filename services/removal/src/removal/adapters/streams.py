"""The accounts' streams: lock the head, read the inline state, append, write the inline state; one transaction.

Invariant: every event of ours is appended under the lock under which it was decided, and the tables with it.
Next: cases.py for what is read, tables.py for what is written, eventlog.log for the append.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from event_contracts import (
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalRefused,
    FeedbackRemovalRequested,
    FeedbackRemovalWithdrawn,
)
from event_contracts.event import EventData
from eventlog.draft import Draft
from eventlog.ids import REMOVAL
from eventlog.log import DuplicateEventError, EventLog, Heads
from removal.adapters import tables
from removal.adapters.cases import load_case
from removal.application.ports import Act, Asking, LockedAccount, LockedRequest, Progress, Receipt
from removal.domain.case import Case
from removal.domain.decide import RemovalEvent
from removal.domain.lifecycle import LifecycleEvent
from removal.domain.state import Request, RequestKey
from servicekit.clock import Clock
from servicekit.postgres import Connection, Pool, in_transaction

T = TypeVar("T")
ACTOR = "service:removal"
"""Who stands for an act that the policy decided, not a person."""


class AccountStreams:
    """The accounts with their inline state."""

    def __init__(self, *, pool: Pool, log: EventLog, clock: Clock) -> None:
        self._pool = pool
        self._log = log
        self._clock = clock

    async def case(self, asking: Asking) -> Case:
        """The case as it is now, without a lock."""
        return await load_case(self._pool, asking)

    async def locked(self, account_id: str, work: Callable[[LockedAccount], Awaitable[T]]) -> T:
        """Do the work in one transaction under the lock of the account's head."""
        return await self._locked(account_id, (), work)

    async def locked_request(self, account_id: str, *, writer: str, work: Callable[[LockedRequest], Awaitable[T]]) -> T:
        """Do the work on a request of the account under the same lock; `writer`: whose text will be sealed."""
        return await self._locked(account_id, (writer,), work)

    async def _locked(self, account_id: str, writers: Iterable[str], work: Callable[["_Locked"], Awaitable[T]]) -> T:
        await self._log.prepare(writers)  # learns of erasures too, so that nothing is asked of the keys under the lock
        stream = f"account/{account_id}"

        async def unit(connection: Connection) -> T:
            heads = await self._log.lock(connection, [stream])
            return await work(_Locked(connection, heads, stream, self._log, self._clock))

        return await in_transaction(self._pool, unit, also_retry=(DuplicateEventError,))


class _Locked:
    """One account whose head this transaction holds."""

    def __init__(self, connection: Connection, heads: Heads, stream: str, log: EventLog, clock: Clock) -> None:
        self.connection = connection
        self._heads = heads
        self._stream = stream
        self._log = log
        self._clock = clock

    async def case(self, asking: Asking) -> Case:
        return await load_case(self.connection, asking)

    async def earlier(self, act: Act) -> Receipt | None:
        found = await self._log.find(self.connection, REMOVAL, act.event_ids[0])
        if found is None:
            return None
        return await self._receipt(found.data, found.version)

    async def request(self, request_id: str) -> Request:
        key = RequestKey(request_id)
        request = (await tables.load(self.connection, [key])).get(key)
        if not isinstance(request, Request):
            raise LookupError(f"the log and the tables disagree about what {self._stream} was asked")
        return request

    async def earlier_step(self, act: Act) -> Progress | None:
        found = await self._log.find(self.connection, REMOVAL, act.event_ids[0])
        if found is None or not isinstance(found.data, LifecycleEvent):
            return None
        return Progress(request=await self.request(found.data.request_id), event=found.data, version=found.version)

    async def step(self, act: Act, event: LifecycleEvent, *, actor: str) -> Progress:
        await self._append([_draft_of_step(event, act, actor=actor, request=await self.request(event.request_id))])
        request = await self.request(event.request_id)
        return Progress(request=request, event=event, version=self._heads.version(self._stream))

    async def record(self, act: Act, events: Sequence[RemovalEvent], *, actor: str, policy: str) -> Receipt:
        drafts = [
            _draft(event, act, nth, actor=actor if nth == 0 else ACTOR, policy=policy)
            for nth, event in enumerate(events)
        ]
        await self._append(drafts)
        return await self._receipt(events[0], self._heads.version(self._stream))

    async def _append(self, drafts: Sequence[Draft]) -> None:
        sealed = await self._log.seal(drafts)
        appended = await self._log.append(self.connection, self._heads, sealed, recorded_at=self._clock.now())
        await tables.fold_in(self.connection, appended)

    async def _receipt(self, first: EventData, version: int) -> Receipt:
        match first:
            case FeedbackRemovalRefused():
                return Receipt(outcome=first, version=version)
            case FeedbackRemovalRequested(request_id=request_id):
                request = await self.request(request_id)
                return Receipt(outcome=request, version=max(version, request.version))
        raise LookupError(f"the log and the tables disagree about what {self._stream} was asked")


def _draft(event: RemovalEvent, act: Act, nth: int, *, actor: str, policy: str) -> Draft:
    return Draft(
        source=REMOVAL,
        id=act.event_ids[nth],
        time=_time_of(event),
        data=event,
        actor=actor,
        correlation_id=act.event_ids[0],
        causation_id=act.event_ids[0] if nth else None,
        policy=policy,
    )


def _draft_of_step(event: LifecycleEvent, act: Act, *, actor: str, request: Request) -> Draft:
    """Caused by the request, whose id is that of the event that made it; only a decision rests on its book."""
    decided = isinstance(event, FeedbackRemovalApproved | FeedbackRemovalDenied)
    return Draft(
        source=REMOVAL,
        id=act.event_ids[0],
        time=_time_of(event),
        data=event,
        actor=actor,
        correlation_id=request.key.request_id,
        causation_id=request.key.request_id,
        policy=request.asked.evidence.book if decided else None,
    )


def _time_of(event: RemovalEvent | LifecycleEvent) -> datetime:
    match event:
        case FeedbackRemovalRequested() | FeedbackRemovalRefused():
            return event.submitted_at
        case FeedbackRemovalApproved() | FeedbackRemovalDenied():
            return event.decided_at
        case FeedbackRemovalWithdrawn():
            return event.withdrawn_at
        case _:
            return event.at
