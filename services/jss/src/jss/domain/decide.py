"""Decide an account's Job Success Score, and whether a cause changes what is recorded of it (domain §6.6-6.8).

The whole of policy jss-v1 once contracts are summed. Integers only; no clock, no ids, no storage.
Invariant: equal tallies give equal evaluations; as_of only chooses the days that are summed.
Next: policy.py for a contract's share, day_sum.py for the sums, preview.py for the same with one contract removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from event_contracts import JobSuccessScoreRecomputed, NotCounted, ScoreCause, ScoreWindow, UnchangedReason
from jss.domain.calendar import WINDOWS, in_window
from jss.domain.day_sum import Sums, Tally
from jss.domain.policy import POLICY, Share

_FEWEST_CONTRACTS = 2
_FEWEST_CLIENTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One window's sums and what they are worth: `score` 0-100, or None below the minimum."""

    positive: int = 0
    negative: int = 0
    total: int = 0
    counted: int = 0
    clients: int = 0
    score: int | None = None

    @property
    def margin(self) -> int:
        """P - N, never below zero."""
        return max(0, self.positive - self.negative)


def window_of(sums: Sums) -> Window:
    """100 * max(0, P - N) / T rounded half up, from two contracts and two clients on (domain §6.6)."""
    enough = sums.counted >= _FEWEST_CONTRACTS and sums.clients >= _FEWEST_CLIENTS
    margin = max(0, sums.positive - sums.negative)
    return Window(
        positive=sums.positive,
        negative=sums.negative,
        total=sums.total,
        counted=sums.counted,
        clients=sums.clients,
        score=(200 * margin + sums.total) // (2 * sums.total) if enough else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What an account's score is and why. Two that are equal need not both be recorded.

    The default is an account no contract of which ever stood in a window.
    """

    windows: Mapping[int, Window] = field(default_factory=lambda: dict.fromkeys(WINDOWS, Window()))
    not_counted: Mapping[NotCounted, int] = field(default_factory=dict)
    removed_count: int = 0

    @property
    def window_months(self) -> int | None:
        """The window shown: the highest score, of equals the longest; None when no window has a score (domain §6.7)."""
        scored = [(window.score, months) for months, window in self.windows.items() if window.score is not None]
        return max(scored)[1] if scored else None

    @property
    def shown(self) -> Window | None:
        """The window the score is taken from."""
        months = self.window_months
        return None if months is None else self.windows[months]

    @property
    def score(self) -> int | None:
        """The score shown: 0-100, None (never 0) when every window is below the minimum."""
        return max((window.score for window in self.windows.values() if window.score is not None), default=None)


def evaluate(tally: Tally) -> Evaluation:
    """The account's score by policy jss-v1."""
    return Evaluation(
        windows={months: window_of(tally.windows[months]) for months in WINDOWS},
        not_counted=tally.not_counted,
        removed_count=tally.removed_count,
    )


def unchanged_reason(before: Evaluation, after: Evaluation, share: Share | None, as_of: date) -> UnchangedReason | None:
    """Why taking a contract out, or putting it back, left the score as it was: the first that applies (domain §6.8).

    `share` is the contract's before a removal or upheld report, after a reversal. A score that vanished is below the
    minimum too: both that and an unchanged score carry a reason (domain §2). None: the score changed.
    """
    if after.shown is None:
        return UnchangedReason.BELOW_MINIMUM
    if before.shown is None or before.score != after.score:
        return None
    old, new = before.shown, after.shown
    reasons = (
        (UnchangedReason.NOT_COUNTED, not _counts_somewhere(share, as_of)),
        (UnchangedReason.OUTSIDE_BEST_WINDOW, share is None or not _stands(share, before.window_months, as_of)),
        (UnchangedReason.OTHER_WINDOW_BEST, before.window_months != after.window_months),
        (UnchangedReason.AT_ZERO, after.score == 0),
        (UnchangedReason.SAME_RATIO, old.margin * new.total == new.margin * old.total),
    )
    return next((reason for reason, holds in reasons if holds), UnchangedReason.ROUNDING)


def _counts_somewhere(share: Share | None, as_of: date) -> bool:
    return share is not None and share.counted and in_window(share.day, WINDOWS[-1], as_of)


def _stands(share: Share, months: int | None, as_of: date) -> bool:
    return months is not None and in_window(share.day, months, as_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The event that causes an evaluation: its identity, its log position, the UTC date of its sequenced time."""

    source: str
    id: str
    position: int
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A removal, reversal or upheld report, which is evaluated by itself and always recorded (domain §6.8).

    `share` is its contract's share before a removal or upheld report, after a reversal.
    """

    share: Share | None


def decide(
    account_id: str, before: Evaluation, after: Evaluation, cause: Cause, ruling: Ruling | None = None
) -> JobSuccessScoreRecomputed | None:
    """What is to be recorded: nothing when only as_of and cause would differ and no ruling caused it."""
    if ruling is None and before == after:
        return None
    return JobSuccessScoreRecomputed(
        account_id=account_id,
        policy=POLICY,
        as_of=cause.as_of,
        score=after.score,
        window_months=after.window_months,
        windows={"6": _stated(after.windows[6]), "12": _stated(after.windows[12]), "24": _stated(after.windows[24])},
        removed_count=after.removed_count,
        not_counted=dict(after.not_counted),
        previous=before.score,
        cause=ScoreCause(source=cause.source, id=cause.id, position=cause.position),
        reason=None if ruling is None else unchanged_reason(before, after, ruling.share, cause.as_of),
    )


def _stated(window: Window) -> ScoreWindow:
    return ScoreWindow(
        p=window.positive,
        n=window.negative,
        t=window.total,
        counted=window.counted,
        clients=window.clients,
        score=window.score,
    )


def evaluation_in(recorded: JobSuccessScoreRecomputed) -> Evaluation:
    """The evaluation that a recorded score states."""
    data = recorded.to_json()
    return evaluation_of(data["windows"], data["not_counted"], recorded.removed_count)


def evaluation_of(
    windows: Mapping[str, Mapping[str, int | None]], not_counted: Mapping[str, int], removed_count: int
) -> Evaluation:
    """The same from its members as they stand on the wire."""
    return Evaluation(
        windows={int(months): _window_in(window) for months, window in windows.items()},
        not_counted={NotCounted(reason): count for reason, count in not_counted.items()},
        removed_count=removed_count,
    )


def _window_in(window: Mapping[str, int | None]) -> Window:
    return Window(
        positive=window["p"] or 0,
        negative=window["n"] or 0,
        total=window["t"] or 0,
        counted=window["counted"] or 0,
        clients=window["clients"] or 0,
        score=window["score"],
    )
