"""What the steps need from outside, as small protocols; the adapters implement them.

A connection is one open transaction: what is written through it is committed together or not at all.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, Self, TypeAlias, TypeVar

from event_contracts import FeedbackRemovalRefused, ScorePreview
from eventlog.draft import Appended
from removal.domain.admission import Binding, Parked
from removal.domain.case import Case
from removal.domain.commands import RequestRemoval
from removal.domain.decide import RemovalEvent
from removal.domain.lifecycle import LifecycleEvent
from removal.domain.state import Asked, Request
from servicekit.postgres import Connection
from servicekit.record import Record

T = TypeVar("T")
R = TypeVar("R")


class BindingLostError(Exception):
    """A contract was bound otherwise by somebody else meanwhile: roll back, and judge the batch again."""


class Bindings(Protocol):
    """Whom contract ids belong to."""

    async def of(self, connection: Connection, contract_ids: Iterable[str]) -> dict[str, Binding]: ...

    async def bind(self, connection: Connection, wanted: Mapping[str, Binding]) -> None: ...


class InlineState(Protocol):
    """Brings the tables up to what the transaction has appended."""

    async def __call__(self, connection: Connection, appended: Sequence[Appended]) -> None: ...


class ParkingLot(Protocol):
    """Keeps what was not understood, with its bytes."""

    async def park(self, connection: Connection, records: Sequence[tuple[Record, Parked]], *, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Which case is wanted: by whom, about which account and contract, at which moment, counting how far."""

    account_id: str
    user_id: str
    contract_id: str | None
    submitted_at: datetime
    up_to: int

    @classmethod
    def of(cls, command: RequestRemoval, *, up_to: int) -> Self:
        """The case that this command is judged on."""
        return cls(
            account_id=command.account_id,
            user_id=command.requested_by,
            contract_id=command.contract_id,
            submitted_at=command.submitted_at,
            up_to=up_to,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """The identity of a command: the ids of the events it may lead to, the first of them naming the act."""

    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a command led to, now or when it was given first, and the account's version that holds it."""

    outcome: Request | FeedbackRemovalRefused
    version: int

    @property
    def asked(self) -> Asked | FeedbackRemovalRefused:
        """The request as it was submitted, granted or not."""
        return self.outcome.asked if isinstance(self.outcome, Request) else self.outcome


class LockedAccount(Protocol):
    """One account under the lock of its stream's head: what is read here stays true until the transaction ends."""

    @property
    def connection(self) -> Connection: ...

    async def earlier(self, act: Act) -> Receipt | None:
        """What this very act led to when it was done before, found by its event id."""

    async def case(self, asking: Asking) -> Case: ...

    async def record(self, act: Act, events: Sequence[RemovalEvent], *, actor: str, policy: str) -> Receipt:
        """Append the events and fold them into the tables."""


class Accounts(Protocol):
    """The accounts' streams, with the inline state that decisions need."""

    async def case(self, asking: Asking) -> Case:
        """The case as it is now, without a lock: only good for what is judged again under it."""

    async def locked(self, account_id: str, work: Callable[[LockedAccount], Awaitable[T]]) -> T:
        """Do the work in one transaction under the lock; it may be done again after a conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The event that a follow-up led to, the request after it, and the account's version that holds both."""

    request: Request
    event: LifecycleEvent
    version: int


class LockedRequest(Protocol):
    """One request under the lock of its account's head."""

    @property
    def connection(self) -> Connection: ...

    async def earlier_step(self, act: Act) -> Progress | None:
        """What this very act led to when it was done before, found by its event id."""

    async def case(self, asking: Asking) -> Case: ...

    async def request(self, request_id: str) -> Request: ...

    async def step(self, act: Act, event: LifecycleEvent, *, actor: str) -> Progress:
        """Append the event and fold it into the tables."""


class RequestStreams(Protocol):
    """The streams that requests live in."""

    async def locked_request(self, account_id: str, *, writer: str, work: Callable[[LockedRequest], Awaitable[T]]) -> T:
        """Do the work in one transaction under the lock; `writer`: whose typed text will be sealed."""


class Place(NamedTuple):
    """Where a list of requests goes on: after this one, newest first."""

    submitted_at: datetime
    request_id: str


class Requests(Protocol):
    """Requests as they are now."""

    async def by_id(self, request_id: str) -> Request | None: ...

    async def page(
        self, *, account_id: str | None, status: str | None, after: Place | None, limit: int
    ) -> list[Request]: ...


class Previews(Protocol):
    """The score if a contract were removed; None when there is no answer to be had in time."""

    async def without(self, account_id: str, contract_id: str, *, token: str) -> ScorePreview | None: ...


Conclude: TypeAlias = Callable[[Connection, Receipt], Awaitable[R]]
"""Writes the final answer in the transaction of the act itself, and gives it."""
