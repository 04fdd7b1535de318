"""jss in memory: its own fold over rows kept in dictionaries, run without an event loop.

Stands where PostgreSQL stands, method for method (jss.application.ports); judges nothing.
Invariant: every step is the product's own, the rows alone are ours.
Next: product.py.
"""

from collections.abc import AsyncIterator, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from event_contracts import AgencyMemberChanged, JobSuccessScoreRecomputed
from event_contracts.recorded import Recorded
from event_contracts.slot import rating_path
from jss.application.handlers import rescore
from jss.application.ports import (
    ClientKey,
    ClientStanding,
    ContractKey,
    HeldAccount,
    JudgedContract,
    OpenedRatings,
    StatedScore,
    SummedWindows,
)
from jss.domain.account import Account
from jss.domain.day_sum import Changes, DaySum, tally_of
from jss.domain.decide import Evaluation, evaluation_in
from jss.domain.policy import Share
from jss.domain.preview import OthersOfDay, Preview, preview_without
from jss.domain.state import Contract

T = TypeVar("T")


def at_once(steps: Coroutine[Any, Any, T]) -> T:
    """The result of steps that never wait."""
    try:
        steps.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("a step waited for something")


@dataclass
class MemoryScores:
    """The tables of schema jss, the ratings opened, and the scores recorded, in one."""

    held: dict[str, HeldAccount] = field(default_factory=dict)
    ended: dict[ContractKey, Contract] = field(default_factory=dict)
    shares: dict[ContractKey, Share | None] = field(default_factory=dict)
    partition: dict[str, int] = field(default_factory=dict)
    days: dict[str, dict[date, DaySum]] = field(default_factory=dict)
    known_standings: dict[ClientKey, ClientStanding] = field(default_factory=dict)
    opened: dict[int, date] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    recorded: list[JobSuccessScoreRecomputed] = field(default_factory=list)

    def fold(self, events: Sequence[Recorded]) -> list[JobSuccessScoreRecomputed]:
        """Fold events as one set; the scores it led to."""
        before = len(self.recorded)
        at_once(rescore(events, tables=self, ratings=self, score_log=self))
        return self.recorded[before:]

    def names(self, account_id: str) -> bool:
        return account_id in self.named or (account_id in self.held and self.held[account_id].account.named)

    def evaluation(self, account_id: str) -> Evaluation:
        return self.held[account_id].evaluation if account_id in self.held else Evaluation()

    def preview(self, account_id: str, contract_id: str, today: date) -> tuple[Preview, int] | None:
        """The score without the contract, and the account version it rests on; None when it is not the account's."""
        contract = self.ended.get((account_id, contract_id))
        if contract is None:
            return None
        share, account = self.shares.get((account_id, contract_id)), self.held[account_id].account
        key = (account.partition, contract.client_id)
        first, last = (None, None) if share is None else self._range(account_id, share.day, contract_id)
        return preview_without(
            contract,
            client_flagged=key in self.known_standings and self.known_standings[key].flagged,
            days=self.days.get(account_id, {}),
            others=OthersOfDay(first_client=first, last_client=last),
            removed_count=account.removed_count,
            as_of=today,
        ), account.version

    def _range(self, account_id: str, day: date, without: str | None = None) -> tuple[str | None, str | None]:
        clients = [
            share.client_id
            for (owner, contract_id), share in self.shares.items()
            if owner == account_id and contract_id != without and share and share.counted and share.day == day
        ]
        return min(clients, default=None), max(clients, default=None)

    # ------------------------------------------------------------- Ratings, ScoreLog

    async def open(self, events: Sequence[Recorded]) -> OpenedRatings:
        opened = {
            event.position: {path: event.sealed[path].decode()}
            for event in events
            if (path := rating_path(event.data)) is not None
        }
        return OpenedRatings(opened, frozenset())

    async def record(self, scores: Sequence[StatedScore]) -> list[int]:
        self.recorded += [stated.score for stated in scores]
        return list(range(len(self.recorded) - len(scores) + 1, len(self.recorded) + 1))

    # ------------------------------------------------------------- Tables

    async def accounts(self, partitions: Mapping[str, int]) -> dict[str, HeldAccount]:
        self.partition |= partitions
        fresh = {id_: HeldAccount(account=Account(account_id=id_, partition=at)) for id_, at in partitions.items()}
        return {id_: replace(self.held.get(id_, fresh[id_])) for id_ in partitions}

    async def contracts(self, keys: Collection[ContractKey]) -> dict[ContractKey, Contract]:
        return {key: self.ended[key] for key in keys if key in self.ended}

    async def standings(self, keys: Collection[ClientKey]) -> dict[ClientKey, ClientStanding]:
        return {key: self.known_standings[key] for key in keys if key in self.known_standings}

    async def save_accounts(self, accounts: Collection[Account]) -> None:
        for account in accounts:
            held = self.held.get(account.account_id) or HeldAccount(account=account)
            self.held[account.account_id] = replace(held, account=account)

    async def save_contracts(self, contracts: Collection[JudgedContract], partitions: Mapping[str, int]) -> None:
        for contract, share in contracts:
            key = (contract.account_id, contract.contract_id)
            self.ended[key], self.shares[key] = contract, share

    async def change_days(self, changes: Changes, partitions: Mapping[str, int]) -> None:
        for (account_id, day), change in changes.items():
            own = self.days.setdefault(account_id, {})
            after, (first, last) = change.applied_to(own.get(day, DaySum()), None, None), self._range(account_id, day)
            if change.left:  # as in the database: found anew among all that still count, once the rest is written
                after = replace(after, sums=replace(after.sums, first_client=first, last_client=last))
            own[day] = after

    async def sum_windows(self, as_of: Mapping[str, date]) -> dict[str, SummedWindows]:
        tallies = {id_: tally_of(self.days.get(id_, {}), 0, day) for id_, day in as_of.items()}
        return {id_: SummedWindows(tally.windows, tally.not_counted) for id_, tally in tallies.items()}

    async def add_scores(self, scores: Sequence[StatedScore], versions: Sequence[int]) -> None:
        for stated in scores:
            held = self.held[stated.score.account_id]
            self.held[stated.score.account_id] = replace(held, evaluation=evaluation_in(stated.score))

    async def save_standings(self, standings: Mapping[ClientKey, ClientStanding]) -> None:
        self.known_standings |= standings

    async def save_memberships(self, changes: Iterable[Recorded]) -> None:
        assert all(isinstance(event.data, AgencyMemberChanged) for event in changes)

    async def add_names(self, names: Iterable[tuple[int, str, int]]) -> None:
        self.named |= {account_id for _, account_id, _ in names}

    async def save_subjects(self, events: Iterable[Recorded]) -> None:
        assert not list(events), "no history here holds a subject"

    async def erase(self, partition: int, subject_ids: Collection[str], version: int) -> None:
        raise AssertionError("no history here erases a subject")

    async def open_day(self, event: Recorded, as_of: date) -> date | None:
        before = self.opened.get(event.partition)
        self.opened[event.partition] = as_of if before is None else max(before, as_of)
        return before

    async def contracts_of_client(self, key: ClientKey) -> AsyncIterator[list[Contract]]:
        found = [
            contract
            for (account_id, _), contract in sorted(self.ended.items())
            if contract.terms is not None and (self.partition[account_id], contract.client_id) == key
        ]
        for contract in found:  # the smallest chunks, so that an account is met in several
            yield [contract]

    async def accounts_with_days(self, partition: int, ranges: Sequence[tuple[date, date]]) -> AsyncIterator[list[str]]:
        found = [
            account_id
            for account_id, own in sorted(self.days.items())
            if self.partition[account_id] == partition
            and any(
                first <= day <= last and (total.sums.counted or total.not_counted)
                for day, total in own.items()
                for first, last in ranges
            )
        ]
        for account_id in found:
            yield [account_id]
