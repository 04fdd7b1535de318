"""An event of the log is read from its leaf and keeps the leaf's exact bytes."""

from datetime import UTC, datetime

import pytest

from event_contracts import (
    ContractCompleted,
    FeedbackGiven,
    Recorded,
    ScoringDayOpened,
    Stamp,
    UnknownTypeError,
    UnknownVersionError,
)
from event_contracts.canonical import canonical

AT = datetime(2026, 3, 4, 9, 31, tzinfo=UTC)
LEAF = {
    "specversion": "1.0",
    "id": "day-1",
    "source": "/feedback-integrity/jss",
    "type": ScoringDayOpened.TYPE,
    "time": "2026-03-04T00:00:00.25Z",
    "subject": "scoring-days",
    "datacontenttype": "application/json",
    "data": {"day": "2026-03-04"},
    "stream": "scoring-days",
    "streamversion": 12,
    "prev": "00" * 32,
    "nonce": "00" * 16,
    "recordedtime": "2026-03-04T00:00:01Z",
    "actor": "jss",
    "correlationid": "day-1",
}


def decoded(**changes: object) -> Recorded:
    return Recorded.decode(canonical({**LEAF, **changes}), position=7, sequenced_at=AT, partition=2)


def test_a_leaf_is_read_whole() -> None:
    event = decoded(causationid="cause", policy="perk")
    assert (event.position, event.sequenced_at, event.partition) == (7, AT, 2)
    assert (event.source, event.id, event.type) == ("/feedback-integrity/jss", "day-1", ScoringDayOpened.TYPE)
    assert event.time == datetime(2026, 3, 4, 0, 0, 0, 250_000, tzinfo=UTC)
    assert (event.stream, event.version, event.actor) == ("scoring-days", 12, "jss")
    assert (event.correlation_id, event.causation_id, event.policy) == ("day-1", "cause", "perk")
    assert event.data == ScoringDayOpened.model_validate({"day": "2026-03-04"})
    assert event.leaf == canonical({**LEAF, "causationid": "cause", "policy": "perk"})


def test_what_a_leaf_may_lack_is_none() -> None:
    event = decoded()
    assert (event.causation_id, event.policy, dict(event.sealed)) == (None, None, {})


def test_ciphertext_travels_beside_the_leaf() -> None:
    event = Recorded.decode(canonical(LEAF), position=7, sequenced_at=AT, sealed={"reason": b"\x01"})
    assert event.sealed == {"reason": b"\x01"}
    assert event.partition == 0


def test_its_stamp_is_time_then_id_then_source() -> None:
    event = decoded()
    assert event.stamp == Stamp(event.time, event.time, "day-1", "/feedback-integrity/jss")


def test_a_fact_of_an_erased_subject_is_read_without_its_parts() -> None:
    ids = {"contract_id": "c1", "freelancer_id": "f1", "client_id": "k1"}
    given = decoded(type=FeedbackGiven.TYPE, data={**ids, "direction": "client_to_talent"}).data
    assert isinstance(given, FeedbackGiven)
    assert (given.score, given.private_rating, given.comment) == (None, None, None)
    ended = {
        **ids,
        "started_at": "2026-01-01T00:00:00Z",
        "completed_at": "2026-02-01T00:00:00Z",
        "ended_by": "client",
        "earned": {"amount": 0, "currency": "USD"},
        "paid_periods": 0,
    }
    contract = decoded(type=ContractCompleted.TYPE, data=ended).data
    assert isinstance(contract, ContractCompleted)
    assert contract.title is None


def test_an_unknown_type_or_version_is_not_skipped() -> None:
    with pytest.raises(UnknownTypeError):
        decoded(type="integrity.unheard-of.v1")
    with pytest.raises(UnknownVersionError):
        decoded(type="integrity.scoring-day.opened.v2")


def test_data_that_breaks_its_model_is_not_skipped() -> None:
    with pytest.raises(ValueError, match="day"):
        decoded(data={"day": "someday"})
