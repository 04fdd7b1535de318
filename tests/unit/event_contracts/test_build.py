"""Producers build events that intake accepts, and get the very record to send."""

from datetime import UTC, datetime
from typing import Any

import pytest

from event_contracts import (
    BadgeChanged,
    ClientFeedback,
    ClientRenamed,
    ContractCompleted,
    EndedBy,
    FeedbackGiven,
    InvalidDataError,
    MarketplaceEvent,
    Money,
    Publication,
    admit,
    read_kafka,
)

ENDED = datetime(2026, 2, 1, 12, tzinfo=UTC)


def a_contract(**changes: Any) -> Publication:
    data: dict[str, Any] = {
        "contract_id": "c1",
        "freelancer_id": "f1",
        "client_id": "k1",
        "title": "Logo ✏️",
        "started_at": datetime(2026, 1, 1, tzinfo=UTC),
        "completed_at": ENDED,
        "ended_by": EndedBy.CLIENT,
        "earned": Money(amount=5000, currency="USD"),
        "paid_periods": 0,
        "client_feedback": ClientFeedback(score=500, private_rating=9, comment="Great"),
    }
    return ContractCompleted.build(**{**data, **changes})


def sent(publication: Publication) -> MarketplaceEvent:
    record = publication.to_kafka()
    return admit(read_kafka(record.value, list(record.headers), key=record.key))


def test_what_is_built_is_admitted() -> None:
    event = sent(a_contract())
    assert isinstance(event, ContractCompleted)
    assert event.completed_at == ENDED
    assert event.client_feedback == ClientFeedback(score=500, private_rating=9, comment="Great")
    assert event.title == "Logo ✏️"


def test_the_record_is_in_binary_mode_with_the_headers_we_document() -> None:
    record = a_contract(id="e-1", source="/marketplace/contracts").to_kafka()
    assert record.topic == "marketplace.contracts"
    assert record.key == b"c1"
    assert dict(record.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"e-1",
        "ce_source": b"/marketplace/contracts",
        "ce_type": b"marketplace.contract.completed.v1",
        "ce_time": b"2026-02-01T12:00:00Z",
        "ce_subject": b"c1",
        "content-type": b"application/json",
    }
    assert record._asdict().keys() == {"topic", "key", "value", "headers"}  # what a producer's send() takes


def test_every_event_gets_its_own_id() -> None:
    assert a_contract().event.id != a_contract().event.id


def test_only_a_contracts_end_knows_when_it_happened() -> None:
    assert a_contract().event.time == "2026-02-01T12:00:00Z"
    with pytest.raises(InvalidDataError, match=r"^ce_time: is missing"):
        ClientRenamed.build(client_id="k1", display_name="Globex")


def test_a_time_may_be_an_instant_or_text() -> None:
    renamed = {"client_id": "k1", "display_name": "Globex"}
    assert ClientRenamed.build(time=ENDED, **renamed).event.time == "2026-02-01T12:00:00Z"
    assert sent(ClientRenamed.build(time="2026-02-01T12:00:00.5+01:00", **renamed)).client_id == "k1"


def test_the_subject_is_what_the_event_is_about() -> None:
    badge = BadgeChanged.build(account_id="a1", account_kind="agency", badge="top_rated", time=ENDED)
    assert (badge.topic, badge.event.subject) == ("marketplace.accounts", "a1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"earned": {"amount": -1, "currency": "USD"}}, "earned.amount"),
        ({"started_at": datetime(2026, 3, 1, tzinfo=UTC)}, "completed_at"),
        ({"title": None}, "title"),
        ({"id": ""}, "ce_id"),
        ({"source": "x" * 129}, "ce_source"),
        ({"time": "soon"}, "ce_time"),
        ({"time": datetime(2026, 2, 1)}, "ce_time"),  # noqa: DTZ001 - the naive datetime is the point
    ],
)
def test_nothing_is_built_that_intake_would_park(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidDataError) as refused:
        a_contract(**changes)
    assert refused.value.field == field


def test_feedback_is_built_with_what_is_optional_left_out() -> None:
    ids = {"contract_id": "c1", "freelancer_id": "f1", "client_id": "k1"}
    given = FeedbackGiven.build(direction="client_to_talent", score=400, time=ENDED, **ids)
    assert given.event.data == {**ids, "direction": "client_to_talent", "score": 400}
