"""What the steps need from outside: rows, ratings opened, scores recorded.

Each `Tables` and `ScoreLog` lives in one transaction, which also holds the partition's place (architecture §1.4).
Invariant: every method takes a set, never one row at a time.
Next: adapters/ for how each is done.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from event_contracts import JobSuccessScoreRecomputed, NotCounted, Standing
from event_contracts.recorded import Recorded
from event_contracts.slot import Stamp
from jss.domain.account import Account
from jss.domain.day_sum import Changes, Sums
from jss.domain.decide import Evaluation
from jss.domain.policy import Share
from jss.domain.state import Contract

ContractKey = tuple[str, str]
"""Account id, contract id."""

ClientKey = tuple[int, str]
"""Partition, client id: every partition keeps the standings its own accounts' scores depend on."""


@dataclass(slots=True, kw_only=True)
class HeldAccount:
    """An account as loaded: its own state, the evaluation last recorded, whether its subject was erased."""

    account: Account
    evaluation: Evaluation = field(default_factory=Evaluation)
    erased: bool = False


class ClientStanding(NamedTuple):
    """A client's standing as last stated, and the version of stream client/<id> folded."""

    standing: Standing
    stamp: Stamp
    version: int

    @property
    def flagged(self) -> bool:
        """The client's contracts do not count (domain §6.5)."""
        return self.standing is not Standing.GOOD


class JudgedContract(NamedTuple):
    """A contract with what it now brings."""

    contract: Contract
    share: Share | None


class SummedWindows(NamedTuple):
    """Sums per window length, and the not counted of the longest."""

    windows: Mapping[int, Sums]
    not_counted: Mapping[NotCounted, int]


class StatedScore(NamedTuple):
    """A score to record, and the event that caused it."""

    score: JobSuccessScoreRecomputed
    cause: Recorded


class Ratings(Protocol):
    """Opens private ratings; only here do they exist in clear."""

    async def open(self, events: Sequence[Recorded]) -> "OpenedRatings":
        """Open the rating of each client feedback in the events."""


class OpenedRatings(NamedTuple):
    """Ratings by log position and path, "" where none was given; accounts whose ratings nobody can open any more."""

    by_position: Mapping[int, Mapping[str, str]]
    erased_accounts: frozenset[str]


class ScoreLog(Protocol):
    """Records scores in the log."""

    async def record(self, scores: Sequence[StatedScore]) -> list[int]:
        """Append in the given order; the versions they got in their streams."""


class Tables(Protocol):
    """The rows of schema jss, inside one transaction."""

    async def accounts(self, partitions: Mapping[str, int]) -> dict[str, HeldAccount]:
        """Every account asked for, by id; one not seen before comes fresh. `partitions`: account id → partition."""

    async def contracts(self, keys: Collection[ContractKey]) -> dict[ContractKey, Contract]:
        """The contracts that exist of those asked for."""

    async def standings(self, keys: Collection[ClientKey]) -> dict[ClientKey, ClientStanding]:
        """The standings that were ever stated of those asked for."""

    async def save_accounts(self, accounts: Collection[Account]) -> None:
        """Write accounts."""

    async def save_contracts(self, contracts: Collection[JudgedContract], partitions: Mapping[str, int]) -> None:
        """Write contracts with why they do not count."""

    async def change_days(self, changes: Changes, partitions: Mapping[str, int]) -> None:
        """Apply changes to day sums, after the contracts they come from were written."""

    async def sum_windows(self, as_of: Mapping[str, date]) -> dict[str, SummedWindows]:
        """Sum the windows of accounts, each on its own date."""

    async def add_scores(self, scores: Sequence[StatedScore], versions: Sequence[int]) -> None:
        """Keep recorded scores; the last of an account becomes its current one."""

    async def save_standings(self, standings: Mapping[ClientKey, ClientStanding]) -> None:
        """Write standings."""

    async def save_memberships(self, changes: Iterable[Recorded]) -> None:
        """Take agency roles where their stamp is greater than the known one's."""

    async def add_names(self, names: Iterable[tuple[int, str, int]]) -> None:
        """Remember (partition, account id, position) of accounts named in another account's stream."""

    async def save_subjects(self, events: Iterable[Recorded]) -> None:
        """Note the versions folded of subject/<id> streams by events about holds."""

    async def erase(self, partition: int, subject_ids: Collection[str], version: int) -> None:
        """Drop these accounts' rows and remember that they are erased; `version` of subject/<id>, 0 if not read."""

    async def open_day(self, event: Recorded, as_of: date) -> date | None:
        """Note the scoring day of the event's partition; the one before it, None if there was none."""

    def contracts_of_client(self, key: ClientKey) -> AsyncIterator[list[Contract]]:
        """The client's ended contracts in the partition in chunks, the contracts of an account side by side."""

    def accounts_with_days(self, partition: int, ranges: Sequence[tuple[date, date]]) -> AsyncIterator[list[str]]:
        """Accounts of the partition with contracts that ended in any of the ranges, in chunks, each once."""
