"""Given facts, when something is asked for, then this follows: stories about removals as sentences.

Folds facts and decides with nothing but the domain. Builders have valid defaults, so a story mentions only what it
is about. The account is the freelancer `ana` unless a fact says otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeAlias

from event_contracts import (
    AgencyMemberChanged,
    AgencyRole,
    Badge,
    BadgeChanged,
    Channel,
    ContractCompleted,
    EventData,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalRefused,
    FeedbackRemovalRequested,
    FeedbackRemovalReversed,
    FeedbackRemovalWithdrawn,
    FeedbackReportUpheld,
    FeedbackWithdrawn,
    Rule,
    RuleFinding,
    Scope,
    ScorePreview,
    Stamp,
)
from removal.domain.case import Case, case_of
from removal.domain.commands import RequestRemoval
from removal.domain.decide import RemovalEvent, decide
from removal.domain.evolve import AccountEvent, Fact, fold
from removal.domain.policy import PERK, DecisionMode, PolicyBook
from removal.domain.state import Key, Row

ANA = "ana"
AGENCY = "studio"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
JANUARY = datetime(2026, 1, 15, 12, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 15, 12, tzinfo=UTC)
MARCH = datetime(2026, 3, 15, 12, tzinfo=UTC)
APRIL = datetime(2026, 4, 15, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Told:
    """A fact and when its source said it; `source_id` breaks ties, as on the wire."""

    data: AccountEvent
    at: datetime
    source_id: str = "fact"


Telling: TypeAlias = Told | Iterable["Telling"]


def told(data: AccountEvent, at: datetime = NEW_YEAR, source_id: str = "fact") -> Told:
    return Told(data, at, source_id)


def badge(badge_: Badge, *, account: str = ANA, at: datetime = NEW_YEAR, source_id: str = "fact") -> Told:
    kind = "agency" if account == AGENCY else "freelancer"
    return told(BadgeChanged(account_id=account, account_kind=kind, badge=badge_), at, source_id)


def a_top_rated_freelancer() -> Told:
    return badge(Badge.TOP_RATED)


def a_top_rated_agency() -> Told:
    return badge(Badge.TOP_RATED, account=AGENCY)


def member(user: str, role: AgencyRole, *, at: datetime = NEW_YEAR) -> Told:
    return told(AgencyMemberChanged(agency_id=AGENCY, user_id=user, role=role, exclusive=False), at)


def contract_ended(
    contract: str,
    *,
    at: datetime = NEW_YEAR,
    earned: int = 20_000,
    score: int | None = 300,
    comment: str | None = None,
    account: str = ANA,
    told_at: datetime | None = None,
) -> Told:
    feedback = None if score is None and comment is None else {"score": score, "comment": comment}
    data: dict[str, Any] = {
        **_ids(contract, account),
        "title": "A job",
        "started_at": at - timedelta(days=30),
        "completed_at": at,
        "ended_by": "client",
        "earned": {"amount": earned, "currency": "USD"},
        "paid_periods": 0,
        "client_feedback": feedback,
    }
    return told(ContractCompleted.model_validate(data), told_at or at)


def contracts_ended(number: int, *, at: datetime, earned: int = 20_000) -> list[Told]:
    return [
        contract_ended(f"job-{at.isoformat()}-{nth}".replace("+", "Z"), at=at, earned=earned) for nth in range(number)
    ]


def feedback_given(contract: str, *, at: datetime, score: int | None = 300, comment: str | None = None) -> Told:
    data = {**_ids(contract, ANA), "direction": "client_to_talent", "score": score, "comment": comment}
    return told(FeedbackGiven.model_validate(data), at)


def rating_given(contract: str, *, at: datetime) -> Told:
    data = {**_ids(contract, ANA), "direction": "client_to_talent", "private_rating": 3}
    return told(FeedbackGiven.model_validate(data), at)


def feedback_edited(contract: str, *, at: datetime, score: int | None = None, comment: str | None = None) -> Told:
    data = {**_ids(contract, ANA), "direction": "client_to_talent", "score": score, "comment": comment}
    return told(FeedbackEdited.model_validate(data), at)


def feedback_withdrawn(contract: str, *, at: datetime) -> Told:
    data = {**_ids(contract, ANA), "direction": "client_to_talent"}
    return told(FeedbackWithdrawn.model_validate(data), at)


def report_upheld(contract: str, *, at: datetime = NEW_YEAR, direction: str = "client_to_talent") -> Told:
    data = {
        "report_id": "report",
        "contract_id": contract,
        "account_id": ANA,
        "client_id": "acme",
        "direction": direction,
        "decided_by": "moderator",
        "decided_at": at,
    }
    return told(FeedbackReportUpheld.model_validate(data), at)


def _ids(contract: str, account: str) -> dict[str, str | None]:
    agency = account if account == AGENCY else None
    return {"contract_id": contract, "freelancer_id": ANA, "agency_id": agency, "client_id": "acme"}


def request_removal(
    contract: str,
    *,
    at: datetime = JANUARY,
    scope: Scope = Scope.JSS_AND_PROFILE,
    by: str = ANA,
    account: str = ANA,
    acknowledged: bool = True,
    preview: ScorePreview | None = None,
) -> RequestRemoval:
    return RequestRemoval(
        act_id=f"{contract}-{scope}-{at.timestamp()}",
        account_id=account,
        contract_id=contract,
        scope=scope,
        requested_by=by,
        channel=Channel.API,
        submitted_at=at,
        acknowledge_score_effect=acknowledged,
        preview=preview,
    )


def preview_of(
    current: int | None, preview: int | None, *, on: datetime = JANUARY, version: int = 1000
) -> ScorePreview:
    return ScorePreview(current=current, preview=preview, account_version=version, as_of=on.date())


@dataclass
class Story:
    """What was told so far, and what the last command led to."""

    book: PolicyBook = PERK
    mode: DecisionMode = DecisionMode.AUTOMATIC
    rows: dict[Key, Row] = field(default_factory=dict)
    version: int = 0
    events: list[RemovalEvent] = field(default_factory=list)

    def given(self, *tellings: Telling) -> Self:
        """More facts, in the order they are recorded."""
        for fact in _flat(tellings):
            self.version += 1
            stamp = Stamp(fact.at, fact.at, fact.source_id, "/marketplace")
            self.rows = fold(self.rows, [Fact(fact.data, stamp, self.version)])
        return self

    def under(self, book: PolicyBook) -> Self:
        self.book = book
        return self

    def decided_by_people(self) -> Self:
        self.mode = DecisionMode.MANUAL
        return self

    def case(self, command: RequestRemoval) -> Case:
        return case_of(
            self.rows,
            account_id=command.account_id,
            user_id=command.requested_by,
            contract_id=command.contract_id,
            submitted_at=command.submitted_at,
            up_to=self.book.regime_at(command.submitted_at).contracts_between,
        )

    def when(self, command: RequestRemoval) -> Self:
        """Decide the command, and fold what follows from it."""
        self.events = decide(self.case(command), command, self.book, self.mode)
        return self.given(*(told(event, command.submitted_at, command.act_id) for event in self.events))

    def then(self, *expected: type[EventData]) -> Self:
        """Exactly these facts followed, in this order."""
        assert [type(event) for event in self.events] == list(expected), self._why()
        return self

    def approved(self) -> Self:
        return self.then(FeedbackRemovalRequested, FeedbackRemovalApproved)

    def requested(self) -> Self:
        return self.then(FeedbackRemovalRequested)

    def refused(self, *because: Rule) -> Self:
        """The request was refused because of exactly these rules, in this order."""
        self.then(FeedbackRemovalRefused)
        assert list(self._refusal.failed) == list(because), self._why()
        return self

    def found(self, finding: RuleFinding) -> Self:
        """The last decision rests on this finding."""
        assert finding.to_json() == self._finding(finding.code).to_json()
        return self

    def left_open(self, *rules: Rule) -> Self:
        """There was nothing left to judge about these rules."""
        assert [found.code for found in self.events[0].evidence.rules if found.holds is None] == list(rules)  # type: ignore[union-attr]
        return self

    def denied(self, *, at: datetime) -> Self:
        data = {**self._request, "automatic": False, "decided_by": "agent", "decided_at": at}
        return self.given(told(FeedbackRemovalDenied.model_validate(data), at))

    def withdrawn(self, *, at: datetime) -> Self:
        data = {**self._request, "withdrawn_by": ANA, "withdrawn_at": at}
        return self.given(told(FeedbackRemovalWithdrawn.model_validate(data), at))

    def reversed(self, *, at: datetime) -> Self:
        data = {**self._request, "by": "second", "at": at}
        return self.given(told(FeedbackRemovalReversed.model_validate(data), at))

    @property
    def evidence(self) -> Any:
        return self.events[0].evidence  # type: ignore[union-attr]

    @property
    def _request(self) -> dict[str, Any]:
        requested = self.events[0]
        assert isinstance(requested, FeedbackRemovalRequested)
        return requested.model_dump(include={"request_id", "account_id", "contract_id", "client_id", "scope"})

    @property
    def _refusal(self) -> FeedbackRemovalRefused:
        refused = self.events[0]
        assert isinstance(refused, FeedbackRemovalRefused)
        return refused

    def _finding(self, rule: Rule) -> RuleFinding:
        finding: RuleFinding = next(found for found in self.evidence.rules if found.code is rule)
        return finding

    def _why(self) -> str:
        return "\n".join(str(event) for event in self.events)


def _flat(tellings: Iterable[Telling]) -> Iterable[Told]:
    for telling in tellings:
        if isinstance(telling, Told):
            yield telling
        else:
            yield from _flat(telling)


def given(*facts: Telling) -> Story:
    return Story().given(*facts)
