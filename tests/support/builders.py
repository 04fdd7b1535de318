"""What the marketplace publishes, with defaults that are valid: a test mentions only what it is about.

Every builder gives a Publication for `Sandbox.publish`. Times default to days before the sandbox's clock starts, so no
fact lies in the future however the clock has moved since.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.support.sandbox import an_id

from event_contracts import (
    AccountRenamed,
    AgencyMemberChanged,
    BadgeChanged,
    ClientRenamed,
    ClientStandingChanged,
    ContractCompleted,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackResponded,
    FeedbackWithdrawn,
    Publication,
)
from event_contracts.instant import parse_time

CLIENT_TO_TALENT: Final = "client_to_talent"
TALENT_TO_CLIENT: Final = "talent_to_client"
ENDED: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""When a contract ends if a test does not say; the sandbox's clock starts ten days later."""
BEFORE_ALL: Final = datetime(2025, 1, 1, tzinfo=UTC)
"""When badges, memberships, standings and names hold from."""
_OF_THE_CONTRACT: Final = ("contract_id", "freelancer_id", "agency_id", "client_id")


def a_contract_completed(
    freelancer_id: str,
    *,
    agency_id: str | None = None,
    client_id: str | None = None,
    contract_id: str | None = None,
    title: str = "A logo",
    completed_at: datetime = ENDED,
    earned: int = 60_000,
    paid_periods: int = 0,
    client_feedback: Mapping[str, Any] | None = None,
    talent_feedback: Mapping[str, Any] | None = None,
    **envelope: Any,
) -> Publication:
    """A contract that ended; without `client_feedback` nobody has said anything yet. `earned` in cents."""
    data: dict[str, Any] = {
        "contract_id": contract_id or an_id("contract"),
        "freelancer_id": freelancer_id,
        "agency_id": agency_id,
        "client_id": client_id or an_id("client"),
        "title": title,
        "started_at": completed_at - timedelta(days=30),
        "completed_at": completed_at,
        "ended_by": "client",
        "earned": {"amount": earned, "currency": "USD"},
        "paid_periods": paid_periods,
        "client_feedback": client_feedback,
        "talent_feedback": talent_feedback,
    }
    return ContractCompleted.build(**envelope, **data)


def feedback_given(contract: Publication, direction: str = CLIENT_TO_TALENT, **said: Any) -> Publication:
    """Feedback on the contract, given on its own. `said`: score, private_rating, comment; id, source, time."""
    return FeedbackGiven.build(**_about(contract, direction, said, default={"score": 500}))


def feedback_edited(contract: Publication, direction: str = CLIENT_TO_TALENT, **said: Any) -> Publication:
    """The whole content of a feedback anew, by default two days after the contract ended."""
    return FeedbackEdited.build(**_about(contract, direction, said, default={"score": 500}, days=2))


def feedback_withdrawn(contract: Publication, direction: str = CLIENT_TO_TALENT, **envelope: Any) -> Publication:
    """Its author took a feedback back, by default three days after the contract ended."""
    return FeedbackWithdrawn.build(**_about(contract, direction, envelope, default={}, days=3))


def feedback_responded(
    contract: Publication, direction: str = CLIENT_TO_TALENT, *, text: str = "Thank you", **envelope: Any
) -> Publication:
    """An answer to the feedback of `direction`, written outside our own door."""
    return FeedbackResponded.build(text=text, **_about(contract, direction, envelope, default={}, days=1))


def a_badge(
    account_id: str,
    badge: str = "top_rated",
    *,
    kind: str = "freelancer",
    time: datetime | str = BEFORE_ALL,
    **envelope: Any,
) -> Publication:
    """The badge of a freelancer or an agency."""
    return BadgeChanged.build(account_id=account_id, account_kind=kind, badge=badge, time=time, **envelope)


def a_member(
    agency_id: str,
    user_id: str,
    role: str,
    *,
    exclusive: bool = False,
    time: datetime | str = BEFORE_ALL,
    **envelope: Any,
) -> Publication:
    """What a user is in an agency."""
    return AgencyMemberChanged.build(
        agency_id=agency_id, user_id=user_id, role=role, exclusive=exclusive, time=time, **envelope
    )


def an_account_name(account_id: str, display_name: str, *, kind: str = "freelancer", **envelope: Any) -> Publication:
    """What a freelancer or an agency is called."""
    given = {"time": BEFORE_ALL, **envelope}
    return AccountRenamed.build(account_id=account_id, account_kind=kind, display_name=display_name, **given)


def a_client_name(client_id: str, display_name: str, **envelope: Any) -> Publication:
    """What a client is called."""
    return ClientRenamed.build(client_id=client_id, display_name=display_name, **{"time": BEFORE_ALL, **envelope})


def a_standing(client_id: str, standing: str, *, time: datetime | str = BEFORE_ALL, **envelope: Any) -> Publication:
    """Whether the marketplace trusts a client."""
    return ClientStandingChanged.build(client_id=client_id, standing=standing, time=time, **envelope)


def id_of(contract: Publication) -> str:
    """The contract's id."""
    return str(contract.event.data["contract_id"])


def client_of(contract: Publication) -> str:
    """The client's id."""
    return str(contract.event.data["client_id"])


def _about(
    contract: Publication, direction: str, said: Mapping[str, Any], *, default: Mapping[str, Any], days: int = 1
) -> dict[str, Any]:
    """Members of a fact about a contract's feedback: its ids, the direction, and what the test says."""
    data = contract.event.data
    content = {} if {"score", "private_rating", "comment"} & said.keys() else default
    ids = {name: data[name] for name in _OF_THE_CONTRACT if name in data}
    time = parse_time(data["completed_at"]) + timedelta(days=days)
    return {"direction": direction, "time": time, **ids, **content, **said}
