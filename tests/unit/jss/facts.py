"""Facts as other services state them; a test says only what it is about."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from event_contracts import (
    AgencyMemberChanged,
    BadgeChanged,
    ClientStandingChanged,
    ContractCompleted,
    Direction,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackRemovalApproved,
    FeedbackRemovalReversed,
    FeedbackReportUpheld,
    FeedbackWithdrawn,
    Scope,
    SubjectErased,
)

AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
TODAY = AT.date()


def ended(
    contract_id: str,
    client_id: str,
    *,
    account: str = "A1",
    agency: str | None = None,
    on: date | None = None,
    days_ago: int = 10,
    cents: int = 200_00,
    periods: int = 0,
    score: int | None = 500,
    rating: int | None = None,
    comment: str | None = None,
) -> ContractCompleted:
    """A contract has ended, with a five star feedback of the client."""
    day = on or TODAY - timedelta(days=days_ago)
    feedback: dict[str, Any] = {"score": score, "private_rating": rating, "comment": comment}
    return ContractCompleted.model_validate(
        {
            "contract_id": contract_id,
            "freelancer_id": account,
            "agency_id": agency,
            "client_id": client_id,
            "title": "Work",
            "started_at": "2020-01-01T00:00:00Z",
            "completed_at": f"{day.isoformat()}T10:00:00Z",
            "ended_by": "client",
            "earned": {"amount": cents, "currency": "USD"},
            "paid_periods": periods,
            "client_feedback": feedback if any(value is not None for value in feedback.values()) else None,
        }
    )


def _about(contract_id: str, client_id: str, account: str) -> dict[str, Any]:
    return {
        "contract_id": contract_id,
        "freelancer_id": account,
        "client_id": client_id,
        "direction": Direction.CLIENT_TO_TALENT,
    }


def given(contract_id: str, client_id: str, *, account: str = "A1", **content: Any) -> FeedbackGiven:
    """The client gave feedback."""
    return FeedbackGiven.model_validate(_about(contract_id, client_id, account) | content)


def edited(contract_id: str, client_id: str, *, account: str = "A1", **content: Any) -> FeedbackEdited:
    """The client replaced the feedback."""
    return FeedbackEdited.model_validate(_about(contract_id, client_id, account) | content)


def withdrawn(contract_id: str, client_id: str, *, account: str = "A1") -> FeedbackWithdrawn:
    """The client took the feedback back."""
    return FeedbackWithdrawn.model_validate(_about(contract_id, client_id, account))


def approved(contract_id: str, client_id: str, *, account: str = "A1", request: str = "R1") -> FeedbackRemovalApproved:
    """A removal was approved."""
    return FeedbackRemovalApproved(
        request_id=request,
        account_id=account,
        contract_id=contract_id,
        client_id=client_id,
        scope=Scope.JSS_ONLY,
        automatic=True,
        decided_by="policy",
        decided_at=AT,
    )


def reversed_(contract_id: str, client_id: str, *, account: str = "A1", request: str = "R1") -> FeedbackRemovalReversed:
    """An approved removal was reversed."""
    return FeedbackRemovalReversed(
        request_id=request,
        account_id=account,
        contract_id=contract_id,
        client_id=client_id,
        scope=Scope.JSS_ONLY,
        by="staff",
        at=AT,
    )


def upheld(
    contract_id: str, client_id: str, *, account: str = "A1", direction: Direction = Direction.CLIENT_TO_TALENT
) -> FeedbackReportUpheld:
    """A report was upheld."""
    return FeedbackReportUpheld(
        report_id="P1",
        contract_id=contract_id,
        account_id=account,
        client_id=client_id,
        direction=direction,
        decided_by="moderator",
        decided_at=AT,
    )


def standing(client_id: str, value: str) -> ClientStandingChanged:
    """A client's standing."""
    return ClientStandingChanged.model_validate({"client_id": client_id, "standing": value})


def member(agency: str, user: str, role: str = "member", *, exclusive: bool = False) -> AgencyMemberChanged:
    """A user's role in an agency."""
    return AgencyMemberChanged.model_validate(
        {"agency_id": agency, "user_id": user, "role": role, "exclusive": exclusive}
    )


def badge(account: str = "A1", value: str = "top_rated", kind: str = "freelancer") -> BadgeChanged:
    """An account's badge."""
    return BadgeChanged.model_validate({"account_id": account, "account_kind": kind, "badge": value})


def erased(subject: str) -> SubjectErased:
    """A subject was erased."""
    return SubjectErased(subject_id=subject, by="staff", at=AT)


def golden(account: str = "A1") -> list[ContractCompleted]:
    """The golden example of domain §6."""
    return [
        ended("A", "k1", account=account, cents=200_00, score=500),
        ended("B", "k2", account=account, cents=600_00, score=490, days_ago=40),
        ended("C", "k3", account=account, cents=3_000_00, score=480, periods=3, days_ago=500),
        ended("D", "k4", account=account, cents=100_00, score=200, days_ago=90),
    ]
