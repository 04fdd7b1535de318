"""The bodies of the score doors: what is promised (models) and how it is written (members in this order).

Invariant: neither position, version, cause nor any private rating is in a body (interfaces §3).
Next: http.py for the doors.
"""

from collections.abc import Mapping
from datetime import date
from enum import IntEnum
from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from event_contracts import NotCounted, Outcome, UnchangedReason
from jss.application.queries import ContractRow, DisplayedScore, Explanation, Previewed, RecordedScore
from jss.domain.decide import Window
from jss.domain.policy import POLICY

Members: TypeAlias = dict[str, Any]
ScoreValue: TypeAlias = Annotated[int | None, Field(ge=0, le=100, description="null below the minimum, never 0")]
Months: TypeAlias = Literal[6, 12, 24]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Weight: TypeAlias = Annotated[int, Field(description="in hundredths")]


class WindowMonths(IntEnum):
    """Lengths of the windows in calendar months."""

    SIX = 6
    TWELVE = 12
    TWENTY_FOUR = 24


class Score(TypedDict):
    """The score an account displays; `displayed_from`: the agency whose score a member exclusive to it displays."""

    account_id: str
    score: ScoreValue
    window_months: Months | None
    as_of: date
    policy: str
    removed_count: Count
    displayed_from: NotRequired[str]
    reason: NotRequired[UnchangedReason]


class WindowBody(TypedDict):
    """One window: sums of weights (positive, negative, all), contracts counted, distinct clients (2: two or more)."""

    p: Weight
    n: Weight
    t: Weight
    counted: Count
    clients: Count
    score: ScoreValue


class CountedContract(TypedDict):
    """A contract that counts: its weight is in T, its contribution in P - N."""

    contract_id: str
    client_id: str
    ended_on: date
    weight: Weight
    outcome: Outcome
    contribution: Weight


class UncountedContract(TypedDict):
    """A contract that does not count, and why: the first reason that applies."""

    contract_id: str
    client_id: str
    ended_on: date
    not_counted: NotCounted


class ExplanationBody(TypedDict):
    """The account's score as of today, and the contracts of one window (`window`: by default the one shown)."""

    account_id: str
    as_of: date
    policy: str
    score: ScoreValue
    window_months: Months | None
    removed_count: Count
    windows: dict[Literal["6", "12", "24"], WindowBody]
    not_counted: Annotated[dict[NotCounted, Count], Field(description="in the 24-month window")]
    window: Months
    items: list[CountedContract | UncountedContract]
    next: NotRequired[str]


class PreviewBody(TypedDict):
    """The score as of today, and what it would be without the contract; `reason` when it would stay or vanish."""

    current: ScoreValue
    preview: ScoreValue
    would_vanish: bool
    reason: NotRequired[UnchangedReason]
    account_version: Count
    as_of: date


class RecordedBody(TypedDict):
    """A score as it was recorded; `previous`: the one shown before it."""

    as_of: date
    score: ScoreValue
    window_months: Months | None
    policy: str
    removed_count: Count
    previous: ScoreValue
    reason: NotRequired[UnchangedReason]


class HistoryBody(TypedDict):
    """Recorded scores, newest first; `next` is absent on the last page."""

    items: list[RecordedBody]
    next: NotRequired[str]


def score_body(found: DisplayedScore) -> Members:
    """The score door's body; the profile's `job_success_score` is the same object."""
    return {
        "account_id": found.account_id,
        "score": found.score,
        "window_months": found.window_months,
        "as_of": found.as_of,
        "policy": found.policy,
        "removed_count": found.removed_count,
        **_given("displayed_from", found.displayed_from),
        **_given("reason", found.reason),
    }


def explanation_body(account_id: str, found: Explanation, page: Members) -> Members:
    """The explanation door's body; `page`: its items and the cursor after them."""
    evaluation = found.evaluation
    return {
        "account_id": account_id,
        "as_of": found.as_of,
        "policy": POLICY,
        "score": evaluation.score,
        "window_months": evaluation.window_months,
        "removed_count": evaluation.removed_count,
        "windows": {str(months): _window(window) for months, window in evaluation.windows.items()},
        "not_counted": {reason.value: count for reason, count in evaluation.not_counted.items()},
        "window": found.window_months,
        **page,
    }


def _window(window: Window) -> Members:
    return {
        "p": window.positive,
        "n": window.negative,
        "t": window.total,
        "counted": window.counted,
        "clients": window.clients,
        "score": window.score,
    }


def contract_item(row: ContractRow) -> Members:
    """One contract of an explanation: what it brings, or why it brings nothing."""
    share = row.share
    assert share is not None  # noqa: S101 - only ended contracts are listed; narrows the type
    item = {"contract_id": share.contract_id, "client_id": share.client_id, "ended_on": share.day}
    if share.not_counted is not None:
        return item | {"not_counted": share.not_counted.value}
    return item | {"weight": share.weight, "outcome": share.outcome.value, "contribution": share.contribution}


def preview_body(found: Previewed) -> Members:
    """The preview door's body."""
    preview = found.preview
    return {
        "current": preview.current,
        "preview": preview.preview,
        "would_vanish": preview.would_vanish,
        **_given("reason", preview.reason),
        "account_version": found.account.version,
        "as_of": found.as_of,
    }


def recorded_item(found: RecordedScore) -> Members:
    """One recorded score of a history."""
    return {
        "as_of": found.as_of,
        "score": found.score,
        "window_months": found.window_months,
        "policy": found.policy,
        "removed_count": found.removed_count,
        "previous": found.previous,
        **_given("reason", found.reason),
    }


def _given(name: str, value: str | None) -> Mapping[str, str]:
    return {} if value is None else {name: str(value)}
