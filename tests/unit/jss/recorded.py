"""Recorded events without a log: a test says only what it is about."""

from datetime import UTC, datetime

from event_contracts import BadgeChanged
from event_contracts.event import EventData
from event_contracts.recorded import Recorded

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def badge(account_id: str) -> BadgeChanged:
    """A fact that changes nothing in a score."""
    return BadgeChanged.model_validate({"account_id": account_id, "account_kind": "freelancer", "badge": "none"})


def recorded(
    account_id: str = "A1",
    data: EventData | None = None,
    *,
    position: int = 0,
    partition: int = 0,
    version: int = 1,
    at: datetime = NOON,
) -> Recorded:
    """One event of an account."""
    data = data or badge(account_id)
    return Recorded(
        position=position,
        sequenced_at=NOON,
        partition=partition,
        source="/marketplace",
        id=f"e{position}",
        type=data.TYPE,
        time=at,
        stream=data.stream,
        version=version,
        actor="service:test",
        correlation_id="c",
        causation_id=None,
        policy=None,
        data=data,
        sealed={},
        leaf=b"",
    )
