"""Facts in domain words, with defaults that are valid: a test mentions only what it is about."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from event_contracts import (
    AccountRenamed,
    AgencyMemberChanged,
    BadgeChanged,
    ClientRenamed,
    ClientStandingChanged,
    ContractCompleted,
    EventData,
    FeedbackAnswered,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackRemovalApproved,
    FeedbackRemovalRefused,
    FeedbackRemovalReversed,
    FeedbackReportUpheld,
    FeedbackResponded,
    FeedbackWithdrawn,
    JobSuccessScoreRecomputed,
    SubjectErased,
)
from event_contracts.recorded import Recorded

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
CLIENT_TO_TALENT = "client_to_talent"
TALENT_TO_CLIENT = "talent_to_client"
_serial = count(1)


def day(number: float) -> datetime:
    """Noon of a day counted from the start of the story."""
    return START + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, before anybody recorded it."""

    data: EventData
    time: datetime
    id: str
    source: str = "/marketplace"

    def recorded(self, position: int = 0, *, version: int = 1, partition: int = 0) -> Recorded:
        """The fact as a projection meets it; for a ciphertext, the bytes of the text itself."""
        sealed = {part.path: part.text.encode() for part in self.data.texts()}
        return Recorded(
            position=position,
            sequenced_at=self.time,
            partition=partition,
            source=self.source,
            id=self.id,
            type=self.data.TYPE,
            time=self.time,
            stream=self.data.stream,
            version=version,
            actor="service:test",
            correlation_id=self.id,
            causation_id=None,
            policy=None,
            data=self.data,
            sealed=sealed,
            leaf=b"",
        )

    def named(self, id_: str) -> "Fact":
        """The same fact under an id that matters to the test."""
        return replace(self, id=id_)


def recorded(facts: Iterable[Fact]) -> list[Recorded]:
    """Facts in the order given, as one partition of the log."""
    versions: dict[str, int] = {}
    found = []
    for position, fact in enumerate(facts):
        versions[fact.data.stream] = versions.get(fact.data.stream, 0) + 1
        found.append(fact.recorded(position, version=versions[fact.data.stream]))
    return found


def _fact(kind: type[EventData], when: datetime, source: str = "/marketplace", /, **data: Any) -> Fact:
    given = {name: value for name, value in data.items() if value is not None}
    return Fact(kind.model_validate(given), when, f"fact-{next(_serial)}", source)


def _parties(contract_id: str, freelancer: str, agency: str | None, client: str) -> dict[str, Any]:
    return {"contract_id": contract_id, "freelancer_id": freelancer, "agency_id": agency, "client_id": client}


def contract_completed(
    contract_id: str = "C1",
    *,
    freelancer: str = "A1",
    agency: str | None = None,
    client: str = "K1",
    completed_at: datetime | None = None,
    at: datetime | None = None,
    earned: int = 50_000,
    title: str = "A logo",
    client_feedback: dict[str, Any] | None = None,
    talent_feedback: dict[str, Any] | None = None,
) -> Fact:
    """A contract ended on day 10, 500 dollars earned, no feedback."""
    completed_at = completed_at or day(10)
    return _fact(
        ContractCompleted,
        at or completed_at,
        **_parties(contract_id, freelancer, agency, client),
        title=title,
        started_at=completed_at - timedelta(days=30),
        completed_at=completed_at,
        ended_by="client",
        earned={"amount": earned, "currency": "USD"},
        paid_periods=0,
        client_feedback=client_feedback,
        talent_feedback=talent_feedback,
    )


def feedback_given(
    contract_id: str = "C1",
    *,
    direction: str = CLIENT_TO_TALENT,
    freelancer: str = "A1",
    agency: str | None = None,
    client: str = "K1",
    at: datetime | None = None,
    score: int | None = 480,
    comment: str | None = "Well done",
    private_rating: int | None = None,
    edited: bool = False,
) -> Fact:
    """Feedback stated on day 11."""
    return _fact(
        FeedbackEdited if edited else FeedbackGiven,
        at or day(11),
        **_parties(contract_id, freelancer, agency, client),
        direction=direction,
        score=score,
        comment=comment,
        private_rating=private_rating,
    )


def feedback_edited(contract_id: str = "C1", **said: Any) -> Fact:
    """Feedback replaced by its author on day 12."""
    return feedback_given(contract_id, **{"at": day(12), **said}, edited=True)


def feedback_withdrawn(
    contract_id: str = "C1",
    *,
    direction: str = CLIENT_TO_TALENT,
    freelancer: str = "A1",
    agency: str | None = None,
    client: str = "K1",
    at: datetime | None = None,
) -> Fact:
    """Feedback taken back by its author on day 13."""
    parties = _parties(contract_id, freelancer, agency, client)
    return _fact(FeedbackWithdrawn, at or day(13), **parties, direction=direction)


def responded(
    contract_id: str = "C1",
    *,
    direction: str = CLIENT_TO_TALENT,
    freelancer: str = "A1",
    agency: str | None = None,
    client: str = "K1",
    at: datetime | None = None,
    text: str = "Thank you",
) -> Fact:
    """A feedback answered elsewhere, on day 14."""
    parties = _parties(contract_id, freelancer, agency, client)
    return _fact(FeedbackResponded, at or day(14), **parties, direction=direction, text=text)


def answered_at_our_door(
    contract_id: str = "C1",
    *,
    direction: str = CLIENT_TO_TALENT,
    account: str = "A1",
    client: str = "K1",
    by: str | None = None,
    at: datetime | None = None,
    text: str = "Thanks from here",
) -> Fact:
    """A feedback answered over our own door, on day 14."""
    at = at or day(14)
    by = by or (account if direction == CLIENT_TO_TALENT else client)
    return _ours(
        FeedbackAnswered,
        at,
        contract_id=contract_id,
        account_id=account,
        client_id=client,
        direction=direction,
        responded_by=by,
        responded_at=at,
        response=text,
    )


def _ours(kind: type[EventData], when: datetime, /, **data: Any) -> Fact:
    return _fact(kind, when, "/feedback-integrity/removal", **data)


def removal_approved(
    contract_id: str = "C1",
    scope: str = "jss_and_profile",
    *,
    request: str = "R1",
    account: str = "A1",
    client: str = "K1",
    at: datetime | None = None,
) -> Fact:
    """A removal approved on day 20."""
    at = at or day(20)
    return _ours(
        FeedbackRemovalApproved,
        at,
        request_id=request,
        account_id=account,
        contract_id=contract_id,
        client_id=client,
        scope=scope,
        automatic=True,
        decided_by="policy",
        decided_at=at,
    )


def removal_reversed(
    contract_id: str = "C1",
    scope: str = "jss_and_profile",
    *,
    request: str = "R1",
    account: str = "A1",
    client: str = "K1",
) -> Fact:
    """A removal undone on day 30."""
    return _ours(
        FeedbackRemovalReversed,
        day(30),
        request_id=request,
        account_id=account,
        contract_id=contract_id,
        client_id=client,
        scope=scope,
        by="staff",
        at=day(30),
        reason="mistaken",
    )


def removal_refused(contract_id: str = "C9", *, account: str = "A9") -> Fact:
    """A request that never became one, on day 20."""
    return _ours(
        FeedbackRemovalRefused,
        day(20),
        refusal_id="X1",
        account_id=account,
        contract_id=contract_id,
        scope="jss_only",
        requested_by=account,
        channel="api",
        submitted_at=day(20),
        failed=["CONTRACT_UNKNOWN"],
        evidence={"book": "perk", "regime_from": day(0), "rules": [], "badge": "none"},
    )


def report_upheld(
    contract_id: str = "C1", *, direction: str = CLIENT_TO_TALENT, account: str = "A1", client: str = "K1"
) -> Fact:
    """A report upheld on day 25."""
    return _ours(
        FeedbackReportUpheld,
        day(25),
        report_id=f"report-{contract_id}",
        contract_id=contract_id,
        account_id=account,
        client_id=client,
        direction=direction,
        decided_by="moderator",
        decided_at=day(25),
        reason="abuse",
    )


def badge_changed(
    account: str = "A1", badge: str = "top_rated", *, kind: str = "freelancer", at: datetime | None = None
) -> Fact:
    """A badge stated on day 1."""
    return _fact(BadgeChanged, at or day(1), account_id=account, account_kind=kind, badge=badge)


def member_changed(
    agency: str = "G1",
    user: str = "A1",
    *,
    role: str = "member",
    exclusive: bool = True,
    at: datetime | None = None,
) -> Fact:
    """A membership stated on day 1."""
    return _fact(AgencyMemberChanged, at or day(1), agency_id=agency, user_id=user, role=role, exclusive=exclusive)


def account_renamed(
    account: str = "A1", name: str = "Ada", *, kind: str = "freelancer", at: datetime | None = None
) -> Fact:
    """A name stated on day 2."""
    return _fact(AccountRenamed, at or day(2), account_id=account, account_kind=kind, display_name=name)


def client_renamed(client: str = "K1", name: str = "Kay Ltd", *, at: datetime | None = None) -> Fact:
    """A name stated on day 2."""
    return _fact(ClientRenamed, at or day(2), client_id=client, display_name=name)


def standing_changed(client: str = "K1", standing: str = "good", *, at: datetime | None = None) -> Fact:
    """A standing stated on day 3."""
    return _fact(ClientStandingChanged, at or day(3), client_id=client, standing=standing)


def score_recomputed(
    account: str = "A1",
    score: int | None = 90,
    *,
    cause: int = 0,
    removed_count: int = 0,
    reason: str | None = None,
    at: datetime | None = None,
) -> Fact:
    """A score recorded by the event at position `cause`."""
    at = at or day(21)
    window = None if score is None else 24
    summed = {"p": 100, "n": 0, "t": 100, "counted": 2, "clients": 2}
    data: dict[str, Any] = {
        "account_id": account,
        "policy": "jss-v1",
        "as_of": at.date(),
        "score": score,
        "window_months": window,
        "windows": {months: {**summed, "score": score} for months in ("6", "12", "24")},
        "removed_count": removed_count,
        "not_counted": {},
        "previous": None,
        "cause": {"source": "/marketplace", "id": "cause", "position": cause},
        "reason": reason,
    }
    return Fact(JobSuccessScoreRecomputed.model_validate(data), at, f"fact-{next(_serial)}", "/feedback-integrity/jss")


def subject_erased(subject: str = "K1") -> Fact:
    """A person's texts erased on day 40."""
    return _ours(SubjectErased, day(40), subject_id=subject, by="officer", at=day(40), reason="asked to")
