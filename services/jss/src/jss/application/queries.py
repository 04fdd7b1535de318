"""Answer what is asked about scores: the score displayed, why, what it would be, what it was.

Knows no HTTP and no SQL. Invariant: an answer is made of one moment's rows; a preview and an explanation are for
today by the clock, a displayed score for the day it was recorded for (domain §6).
Next: domain/preview.py and domain/decide.py for the rule, ports in this file for the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from jss.application.ports import SummedWindows
from jss.domain.calendar import WINDOWS, first_day
from jss.domain.day_sum import DaySum, Tally
from jss.domain.decide import Evaluation, evaluate
from jss.domain.policy import POLICY, Share, share_of
from jss.domain.preview import OthersOfDay, Preview, preview_without
from jss.domain.state import Contract


class UnknownAccountError(Exception):
    """No recorded fact names the account."""


class ErasedAccountError(Exception):
    """The account's subject was erased."""


class UnknownContractError(Exception):
    """The contract is unknown or not the account's."""


class NotSpokenForError(Exception):
    """The caller speaks for nobody on the account and is no staff."""


class DisplayedScore(NamedTuple):
    """The score an account displays. `version`: of its stream, 0 when none was recorded; `position`: of the log."""

    account_id: str
    version: int
    position: int
    score: int | None
    window_months: int | None
    as_of: date
    policy: str
    removed_count: int
    displayed_from: str | None
    reason: str | None


class RecordedScore(NamedTuple):
    """A score as it was recorded."""

    version: int
    score: int | None
    window_months: int | None
    as_of: date
    policy: str
    removed_count: int
    previous: int | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account as its own people ask for it. `has_role`: the caller has a role in the agency."""

    named: bool
    erased: bool
    agency: bool
    has_role: bool
    partition: int
    version: int
    position: int
    removed_count: int
    score_version: int


class ContractRow(NamedTuple):
    """A contract and whether its client is flagged."""

    contract: Contract
    client_flagged: bool

    @property
    def share(self) -> Share | None:
        """What the contract brings."""
        return share_of(self.contract, client_flagged=self.client_flagged)


class After(NamedTuple):
    """The last contract of a page: the next one goes on after it."""

    ended_on: date
    contract_id: str


class Snapshot(Protocol):
    """Reads of one moment."""

    async def account(self, account_id: str, user_id: str) -> AccountRow:
        """The account, known or not."""

    async def contract(self, account_id: str, contract_id: str) -> ContractRow | None:
        """One contract of the account."""

    async def days(self, account_id: str, first: date, last: date) -> Mapping[date, DaySum]:
        """Day sums, both ends included."""

    async def others_of_day(self, share: Share, account_id: str) -> OthersOfDay:
        """The range of clients of the share's day without it."""

    async def windows(self, account_id: str, as_of: date) -> SummedWindows:
        """The windows' sums."""

    async def ended(
        self, account_id: str, first: date, last: date, after: After | None, limit: int
    ) -> list[ContractRow]:
        """Ended contracts, newest end first, then by id."""

    async def scores(self, account_id: str, below_version: int | None, limit: int) -> list[RecordedScore]:
        """Recorded scores, newest first."""


class Readings(Protocol):
    """Where snapshots come from."""

    async def displayed(self, account_id: str, today: date) -> DisplayedScore:
        """The score displayed. Raises UnknownAccountError, ErasedAccountError."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """A moment's rows."""

    async def has_folded(self, streams: Mapping[str, int], account_id: str) -> bool:
        """Whether these stream versions are folded, as far as they concern a reader of the account."""


class Explanation(NamedTuple):
    """The account's score today, and a page of the contracts of one window with what each brings."""

    account: AccountRow
    as_of: date
    evaluation: Evaluation
    window_months: int
    contracts: Sequence[ContractRow]


class Previewed(NamedTuple):
    """A preview and what it rests on."""

    account: AccountRow
    as_of: date
    preview: Preview


class ScoreBooks:
    """The questions."""

    def __init__(self, readings: Readings, *, today: Callable[[], date]) -> None:
        self._readings = readings
        self._today = today

    async def has_folded(self, streams: Mapping[str, int], account_id: str) -> bool:
        """Whether a reader of the account sees these stream versions. A score is recorded where its cause is folded."""
        return await self._readings.has_folded(streams, account_id)

    async def displayed(self, account_id: str) -> DisplayedScore:
        """The public score. Raises UnknownAccountError, ErasedAccountError."""
        return await self._readings.displayed(account_id, self._today())

    async def history(
        self, account_id: str, below_version: int | None, limit: int
    ) -> tuple[AccountRow, list[RecordedScore]]:
        """The account's own recorded scores, newest first. Raises UnknownAccountError, ErasedAccountError."""
        async with self._readings.snapshot() as snapshot:
            account = _living(await snapshot.account(account_id, ""))
            return account, await snapshot.scores(account_id, below_version, limit)

    async def explanation(
        self, account_id: str, user: "User", window_months: int | None, after: After | None, limit: int
    ) -> Explanation:
        """Why the score is what it is. Raises UnknownAccountError, ErasedAccountError, NotSpokenForError."""
        as_of = self._today()
        async with self._readings.snapshot() as snapshot:
            account = await _own(snapshot, account_id, user)
            summed = await snapshot.windows(account_id, as_of)
            evaluation = evaluate(
                Tally(windows=summed.windows, not_counted=summed.not_counted, removed_count=account.removed_count)
            )
            months = window_months or evaluation.window_months or WINDOWS[-1]
            contracts = await snapshot.ended(account_id, first_day(months, as_of), as_of, after, limit)
        return Explanation(account, as_of, evaluation, months, contracts)

    async def preview(self, account_id: str, user: "User", contract_id: str) -> Previewed:
        """The score without one contract. Raises what `explanation` does, and UnknownContractError."""
        as_of = self._today()
        async with self._readings.snapshot() as snapshot:
            account = await _own(snapshot, account_id, user)
            found = await snapshot.contract(account_id, contract_id)
            if found is None:
                raise UnknownContractError
            share = found.share
            preview = preview_without(
                found.contract,
                client_flagged=found.client_flagged,
                days=await snapshot.days(account_id, first_day(WINDOWS[-1], as_of), as_of),
                others=OthersOfDay() if share is None else await snapshot.others_of_day(share, account_id),
                removed_count=account.removed_count,
                as_of=as_of,
            )
        return Previewed(account, as_of, preview)


@dataclass(frozen=True, slots=True)
class User:
    """Who asks; `staff` may see every account's."""

    user_id: str
    staff: bool


async def _own(snapshot: Snapshot, account_id: str, user: User) -> AccountRow:
    account = _living(await snapshot.account(account_id, user.user_id))
    speaks = account.has_role if account.agency else user.user_id == account_id
    if not (speaks or user.staff):
        raise NotSpokenForError
    return account


def _living(account: AccountRow) -> AccountRow:
    if not account.named:
        raise UnknownAccountError
    if account.erased:
        raise ErasedAccountError
    return account


def never_recorded(account_id: str, position: int, displayed_from: str | None, today: date) -> DisplayedScore:
    """An account that is named but of which no score was recorded: none of its contracts ever stood in a window.

    That holds on any day, so it is answered as of today.
    """
    return DisplayedScore(account_id, 0, position, None, None, today, POLICY, 0, displayed_from, None)
