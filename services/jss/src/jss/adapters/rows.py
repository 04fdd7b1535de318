"""Turn domain objects into columns and rows into domain objects.

Knows the columns' order in sql/*.sql and nothing of when they are read. Stamps are JSON texts: only the fold compares
them. Next: tables.py, which runs the statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import asyncpg
import orjson

from event_contracts import AgencyMemberChanged, NotCounted, ScoreWindow, Standing
from event_contracts.recorded import Recorded
from event_contracts.slot import FeedbackSlot, Stamp
from jss.application.ports import ClientStanding, HeldAccount, JudgedContract, StatedScore, SummedWindows
from jss.domain.account import Account
from jss.domain.calendar import WINDOWS, first_day
from jss.domain.day_sum import DayChange, DaySum, Sums
from jss.domain.decide import Evaluation, evaluation_of
from jss.domain.state import Contract, FeedbackClass, Terms

Columns = list[list[Any]]
"""One list per parameter of an UNNEST, all of one length."""

_REASONS = {reason: reason.value.lower() for reason in NotCounted}


def columns(rows: Iterable[Sequence[Any]], width: int) -> Columns:
    """Rows turned on their side."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]


def stamp_text(stamp: Stamp | None) -> str | None:
    """A stamp as it is stored."""
    if stamp is None:
        return None
    return orjson.dumps([stamp.holds_from.isoformat(), stamp.time.isoformat(), stamp.id, stamp.source]).decode()


def stamp_in(text: str | None) -> Stamp | None:
    """The stamp a column holds."""
    if text is None:
        return None
    holds_from, time, id_, source = orjson.loads(text)
    return Stamp(datetime.fromisoformat(holds_from), datetime.fromisoformat(time), id_, source)


def held_account(row: asyncpg.Record) -> HeldAccount:
    """A row of load_accounts.sql; an account without one begins empty."""
    if row["version"] is None:
        fresh = Account(account_id=row["account_id"], partition=row["partition"])
        return HeldAccount(account=fresh, erased=row["erased"])
    account = Account(
        account_id=row["account_id"],
        partition=row["partition"],
        named=row["named"],
        agency=row["agency"],
        version=row["version"],
        position=row["position"],
        removed_count=row["removed_count"],
    )
    return HeldAccount(account=account, evaluation=_evaluation(row), erased=row["erased"])


def _evaluation(row: asyncpg.Record) -> Evaluation:
    if row["windows"] is None:
        return Evaluation()
    return evaluation_of(row["windows"], row["not_counted"], row["scored_removed_count"])


def account_row(account: Account) -> tuple[Any, ...]:
    """A row of save_accounts.sql."""
    return (
        account.account_id,
        account.partition,
        account.named,
        account.agency,
        account.version,
        account.position,
        account.removed_count,
    )


def contract_in(row: asyncpg.Record) -> Contract:
    """A row with the columns of load_contracts.sql."""
    terms_stamp = stamp_in(row["terms_stamp"])
    removals = row["removals"] or {}
    return Contract(
        account_id=row["account_id"],
        contract_id=row["contract_id"],
        client_id=row["client_id"],
        terms=None
        if terms_stamp is None
        else Terms(
            stamp=terms_stamp,
            ended_on=row["ended_on"],
            earned_cents=row["earned_cents"],
            paid_periods=row["paid_periods"],
        ),
        feedback=FeedbackSlot(
            stamp=stamp_in(row["feedback_stamp"]),
            content=None if row["outcome"] is None else FeedbackClass(row["outcome"]),
            first_content=stamp_in(row["first_content_stamp"]),
        ),
        approved=frozenset(removals.get("approved", ())),
        reversed=frozenset(removals.get("reversed", ())),
        upheld=row["upheld"],
    )


def contract_row(judged: JudgedContract, partition: int) -> tuple[Any, ...]:
    """A row of save_contracts.sql."""
    contract, share = judged
    terms, slot = contract.terms, contract.feedback
    removals = {"approved": sorted(contract.approved), "reversed": sorted(contract.reversed)}
    return (
        contract.account_id,
        contract.contract_id,
        partition,
        contract.client_id,
        None if terms is None else terms.ended_on,
        None if terms is None else terms.earned_cents,
        None if terms is None else terms.paid_periods,
        None if terms is None else stamp_text(terms.stamp),
        slot.content,
        stamp_text(slot.stamp),
        stamp_text(slot.first_content),
        removals if contract.approved or contract.reversed else None,
        contract.upheld,
        share and share.not_counted,
    )


def change_row(account_id: str, day: date, partition: int, change: DayChange) -> tuple[Any, ...]:
    """A row of change_days.sql."""
    return (
        account_id,
        day,
        partition,
        change.positive,
        change.negative,
        change.total,
        change.counted,
        change.first_joined,
        change.last_joined,
        *(change.not_counted.get(reason, 0) for reason in NotCounted),
    )


def window_row(account_id: str, as_of: date) -> tuple[Any, ...]:
    """A row of sum_windows.sql."""
    return (account_id, as_of, *(first_day(months, as_of) for months in WINDOWS))


def summed_windows(rings: Iterable[asyncpg.Record]) -> SummedWindows:
    """The windows of one account from its rings in sum_windows.sql: each window holds the shorter ones."""
    by_ring = {row["ring"]: day_sum(row) for row in rings}
    windows: dict[int, Sums] = {}
    within = DaySum()
    for months in WINDOWS:
        if months in by_ring:
            within = within + by_ring[months]
        windows[months] = within.sums
    return SummedWindows(windows, within.not_counted)


def not_counted_in(row: asyncpg.Record) -> Mapping[NotCounted, int]:
    """The counts of a row with one column per reason."""
    return {reason: row[column] for reason, column in _REASONS.items() if row[column]}


def day_sum(row: asyncpg.Record) -> DaySum:
    """A row of jss.day_sums."""
    sums = Sums(
        positive=row["positive"],
        negative=row["negative"],
        total=row["total"],
        counted=row["counted"],
        first_client=row["first_client"],
        last_client=row["last_client"],
    )
    return DaySum(sums=sums, not_counted=not_counted_in(row))


def score_row(stated: StatedScore, version: int) -> tuple[Any, ...]:
    """A row of add_scores.sql."""
    score = stated.score
    return (
        score.account_id,
        version,
        score.score,
        score.window_months,
        score.as_of,
        score.policy,
        score.removed_count,
        {months: _window_columns(window) for months, window in score.windows.items()},
        {reason.value: count for reason, count in score.not_counted.items()},
        score.previous,
        score.reason,
        score.cause.source,
        score.cause.id,
        score.cause.position,
    )


def membership_row(event: Recorded, change: AgencyMemberChanged) -> tuple[Any, ...]:
    """A row of save_memberships.sql."""
    return (
        change.agency_id,
        change.user_id,
        event.partition,
        change.role,
        change.exclusive,
        event.time,
        event.id,
        event.source,
    )


def _window_columns(window: ScoreWindow) -> dict[str, int | None]:
    return {
        "p": window.p,
        "n": window.n,
        "t": window.t,
        "counted": window.counted,
        "clients": window.clients,
        "score": window.score,
    }


def standing_in(row: asyncpg.Record) -> ClientStanding:
    """A row of load_standings.sql."""
    stamp = stamp_in(row["stamp"])
    assert stamp is not None  # noqa: S101 - the column is NOT NULL; narrows the type
    return ClientStanding(Standing(row["standing"]), stamp, row["version"])
