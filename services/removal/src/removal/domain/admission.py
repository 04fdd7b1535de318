"""Which of a batch of marketplace events are recorded, dropped as repeated, or parked (domain §1, order of reasons).

Pure: what the log already knows, whom contracts are bound to and what time it is arrive as data.
Invariant: a batch ends as if its events had come one by one; a parked event is not seen, binds nothing, names nothing.
Next: application/intake.py for the order of steps around it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from event_contracts import ContractCompleted, ContractFact, MarketplaceEvent

AHEAD: Final = timedelta(minutes=5)
"""How far in the future of the intake's clock a time may be."""


class ParkReason(StrEnum):
    """Why a record is parked; the wire's spelling, in the order they are judged."""

    NOT_CLOUDEVENT = "not-cloudevent"
    NOT_JSON = "not-json"
    NULL_VALUE = "null-value"
    OVERSIZED = "oversized"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_VERSION = "unknown-version"
    DUPLICATE_MISMATCH = "duplicate-mismatch"
    INVALID = "invalid"
    TIME_IN_FUTURE = "time-in-future"
    IDENTITY_CONFLICT = "identity-conflict"


@dataclass(frozen=True, slots=True)
class Parked:
    """It is kept with its bytes and goes no further. `detail` never repeats what a person may have written."""

    reason: ParkReason
    detail: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Recorded before, with the same content: nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is to be recorded."""


Verdict: TypeAlias = Accepted | Duplicate | Parked
Identity: TypeAlias = tuple[str, str]
"""Source and id."""


class Binding(NamedTuple):
    """Whom a contract id belongs to, once and for all."""

    account_id: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An event of a known kind. `digest`: of its content, None when it can equal nothing recorded.

    `data` is None when the event is not valid; `complaint` then names the field.
    """

    identity: Identity
    digest: bytes | None
    time: datetime | None
    data: MarketplaceEvent | None
    complaint: str = ""


@dataclass(slots=True)
class Admission:
    """What a batch may rely on, growing as its events are judged. `bound`: the bindings that the batch itself makes."""

    now: datetime
    known: dict[Identity, bytes | None]
    bindings: dict[str, Binding]
    bound: dict[str, Binding] = field(default_factory=dict)

    def judge(self, candidate: Candidate) -> Verdict:
        """The verdict on the next event of the batch."""
        if candidate.identity in self.known:
            return self._repeated(candidate)
        if candidate.data is None or candidate.time is None:
            return Parked(ParkReason.INVALID, candidate.complaint)
        if ahead := _ahead(candidate.time, candidate.data, self.now + AHEAD):
            return Parked(ParkReason.TIME_IN_FUTURE, ahead)
        if isinstance(candidate.data, ContractFact) and (conflict := self._bind(candidate.data)):
            return Parked(ParkReason.IDENTITY_CONFLICT, conflict)
        self.known[candidate.identity] = candidate.digest
        return Accepted()

    def _repeated(self, candidate: Candidate) -> Verdict:
        if candidate.digest is not None and self.known[candidate.identity] == candidate.digest:
            return Duplicate()
        return Parked(ParkReason.DUPLICATE_MISMATCH, "an event with this source and id was recorded with other content")

    def _bind(self, fact: ContractFact) -> str | None:
        """Bind the contract if nobody has; what contradicts the binding, else None."""
        wanted = Binding(fact.account_id, fact.client_id)
        bound = self.bindings.get(fact.contract_id)
        if bound is None:
            self.bindings[fact.contract_id] = self.bound[fact.contract_id] = wanted
            return None
        if bound == wanted:
            return None
        return "the contract is bound to another " + ("account" if bound.account_id != wanted.account_id else "client")


def judge_all(
    candidates: Sequence[Candidate],
    *,
    known: Mapping[Identity, bytes | None],
    bindings: Mapping[str, Binding],
    now: datetime,
) -> tuple[list[Verdict], dict[str, Binding]]:
    """The verdicts in the order of the events, and the bindings that the accepted ones make.

    `known`: content digests of recorded events by identity; `bindings`: of the contracts these events name.
    """
    admission = Admission(now=now, known=dict(known), bindings=dict(bindings))
    return [admission.judge(candidate) for candidate in candidates], admission.bound


def _ahead(time: datetime, data: MarketplaceEvent, latest: datetime) -> str | None:
    if time > latest:
        return "ce_time"
    if isinstance(data, ContractCompleted) and data.completed_at > latest:
        return "completed_at"
    return None
