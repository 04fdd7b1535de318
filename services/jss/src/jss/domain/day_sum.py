"""Sums over contracts: per account and day what is kept, per window what is judged (architecture §1.11).

A window is the sum of its days. Two distinct clients exist when the smallest and the greatest client id differ.
Invariant: sums of shares are the same however the shares are grouped into days or changes.
Next: decide.py for the score of the windows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from event_contracts import NotCounted
from jss.domain.calendar import WINDOWS, in_window
from jss.domain.policy import Share
from jss.domain.state import FeedbackClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """P, N, T in hundredths of weight, how many contracts count, and the smallest and greatest id of their clients."""

    positive: int = 0
    negative: int = 0
    total: int = 0
    counted: int = 0
    first_client: str | None = None
    last_client: str | None = None

    @property
    def clients(self) -> int:
        """Distinct clients of the counted contracts: 0, 1, or 2 for two and more."""
        if self.first_client is None:
            return 0
        return 1 if self.first_client == self.last_client else 2

    def __add__(self, other: "Sums") -> "Sums":
        """The sums of both."""
        firsts = [client for client in (self.first_client, other.first_client) if client is not None]
        lasts = [client for client in (self.last_client, other.last_client) if client is not None]
        return Sums(
            positive=self.positive + other.positive,
            negative=self.negative + other.negative,
            total=self.total + other.total,
            counted=self.counted + other.counted,
            first_client=min(firsts, default=None),
            last_client=max(lasts, default=None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySum:
    """All ended contracts of an account and day: the counted in `sums`, the others by reason."""

    sums: Sums = Sums()
    not_counted: Mapping[NotCounted, int] = field(default_factory=dict)

    def __add__(self, other: "DaySum") -> "DaySum":
        """The sums of both."""
        return DaySum(sums=self.sums + other.sums, not_counted=added(self.not_counted, other.not_counted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All that an account's score is judged by: its windows, the 24-month window's not counted, its removed count."""

    windows: Mapping[int, Sums]
    not_counted: Mapping[NotCounted, int]
    removed_count: int


def added(one: Mapping[NotCounted, int], other: Mapping[NotCounted, int]) -> dict[NotCounted, int]:
    """Counts by reason, added; reasons that come to nothing are left out."""
    sums = {reason: one.get(reason, 0) + other.get(reason, 0) for reason in NotCounted}
    return {reason: count for reason, count in sums.items() if count}


def sum_of(share: Share) -> DaySum:
    """What one share adds to its day."""
    if share.not_counted is not None:
        return DaySum(not_counted={share.not_counted: 1})
    return DaySum(
        sums=Sums(
            positive=share.weight if share.outcome is FeedbackClass.POSITIVE else 0,
            negative=share.weight if share.outcome is FeedbackClass.NEGATIVE else 0,
            total=share.weight,
            counted=1,
            first_client=share.client_id,
            last_client=share.client_id,
        )
    )


def tally_of(days: Mapping[date, DaySum], removed_count: int, as_of: date) -> Tally:
    """Sum the days that stand in each window on `as_of`; the days a database summed already give the same."""
    windows = {
        months: sum((day.sums for on, day in days.items() if in_window(on, months, as_of)), start=Sums())
        for months in WINDOWS
    }
    not_counted: dict[NotCounted, int] = {}
    for on, day in days.items():
        if in_window(on, WINDOWS[-1], as_of):
            not_counted = added(not_counted, day.not_counted)
    return Tally(windows=windows, not_counted=not_counted, removed_count=removed_count)


@dataclass(slots=True, kw_only=True)
class DayChange:
    """How a day's sums change by a set of contracts that join, leave or count otherwise.

    `joined` holds the clients of contracts that count now: they widen the range of client ids. `left` says that a
    contract stopped counting, so the range has to be found anew among the contracts that still count.
    """

    positive: int = 0
    negative: int = 0
    total: int = 0
    counted: int = 0
    first_joined: str | None = None
    last_joined: str | None = None
    left: bool = False
    not_counted: dict[NotCounted, int] = field(default_factory=dict)

    def take(self, share: Share, sign: int) -> None:
        """Add (`sign` 1) or take away (-1) one share's numbers."""
        brought = sum_of(share)
        self.positive += sign * brought.sums.positive
        self.negative += sign * brought.sums.negative
        self.total += sign * brought.sums.total
        self.counted += sign * brought.sums.counted
        for reason, count in brought.not_counted.items():
            self.not_counted[reason] = self.not_counted.get(reason, 0) + sign * count

    def join(self, client_id: str) -> None:
        """A contract of this client counts on the day now."""
        self.first_joined = min(client_id, self.first_joined or client_id)
        self.last_joined = max(client_id, self.last_joined or client_id)

    def applied_to(self, day: DaySum, first_left: str | None, last_left: str | None) -> DaySum:
        """The day after the change; `first_left`, `last_left`: range of the clients still counted where one left."""
        here = day.sums
        ranged = Sums(first_client=here.first_client, last_client=here.last_client)
        if self.left:
            ranged = Sums(first_client=first_left, last_client=last_left)
        ranged = ranged + Sums(first_client=self.first_joined, last_client=self.last_joined)
        sums = replace(
            ranged,
            positive=here.positive + self.positive,
            negative=here.negative + self.negative,
            total=here.total + self.total,
            counted=here.counted + self.counted,
        )
        return DaySum(sums=sums, not_counted=added(day.not_counted, self.not_counted))


Changes = dict[tuple[str, date], DayChange]
"""Changes by account and day."""


def note_change(changes: Changes, account_id: str, before: Share | None, after: Share | None) -> None:
    """Enter how one contract's share changed into the changes of its account's days."""
    if before == after:
        return
    if before is not None:
        change = changes.setdefault((account_id, before.day), DayChange())
        change.take(before, -1)
        stays = after is not None and after.counted and (after.day, after.client_id) == (before.day, before.client_id)
        change.left |= before.counted and not stays
    if after is not None:
        change = changes.setdefault((account_id, after.day), DayChange())
        change.take(after, 1)
        if after.counted:
            change.join(after.client_id)
