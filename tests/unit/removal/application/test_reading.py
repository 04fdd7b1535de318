"""Reading one record: an event of a known kind, or the reason why it is parked; whatever the bytes."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from aiokafka import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from event_contracts import BadgeChanged
from eventlog.content import content_digest
from removal.application.reading import read
from removal.domain.admission import Candidate, Parked, ParkReason
from servicekit.record import Record

GOOD = BadgeChanged.build(
    id="1", time="2026-01-15T12:00:00Z", account_id="ana", account_kind="freelancer", badge="top_rated"
)


def digest(*, type_: str, time: datetime, data: Any) -> bytes:
    return content_digest(b"k", type_=type_, time=time, data=data)


def record(value: bytes | None, headers: Any, key: bytes | None = None) -> Record:
    return ConsumerRecord("marketplace.accounts", 0, 0, 0, 0, key, value, None, -1, -1, headers=tuple(headers))


def good(*, value: bytes | None = None, **changed: bytes | None) -> Record:
    sent = GOOD.to_kafka()
    attributes = {name: changed.get(name, given) for name, given in sent.headers}
    return record(value if value is not None else sent.value, attributes.items())


def candidate(of: Record) -> Candidate:
    found = read(of, digest)
    assert isinstance(found, Candidate)
    return found


def test_a_good_record_is_a_candidate_with_its_identity_time_and_data() -> None:
    found = candidate(good())
    assert found.identity == ("/marketplace", "1")
    assert found.time == datetime(2026, 1, 15, 12, tzinfo=UTC)
    assert isinstance(found.data, BadgeChanged)


@pytest.mark.parametrize(
    "same",
    [
        good(ce_time=b"2026-01-15T13:00:00.000+01:00"),
        good(ce_subject=b"other"),
        good(value=orjson.dumps({"badge": "top_rated", "account_kind": "freelancer", "account_id": "ana"})),
    ],
    ids=["spelling of the time", "other attributes", "order of members"],
)
def test_what_does_not_count_leaves_the_digest_alone(same: Record) -> None:
    assert candidate(same).digest == candidate(good()).digest


@pytest.mark.parametrize(
    "other",
    [
        good(ce_time=b"2026-01-15T12:00:00.000001Z"),
        good(ce_type=b"marketplace.account.renamed.v1"),
        good(value=orjson.dumps({"badge": "none", "account_kind": "freelancer", "account_id": "ana"})),
    ],
    ids=["instant", "type", "data"],
)
def test_content_is_type_instant_and_data(other: Record) -> None:
    assert candidate(other).digest != candidate(good()).digest


@pytest.mark.parametrize("time", [b"yesterday", b"2026-01-15T12:00:00.1234567Z"])
def test_without_an_instant_content_equals_nothing_and_is_invalid(time: bytes) -> None:
    found = candidate(good(ce_time=time))
    assert (found.digest, found.data) == (None, None)
    assert found.complaint.startswith("ce_time")


def test_a_lone_surrogate_is_invalid_and_breaks_nothing() -> None:
    found = candidate(good(value=b'{"account_id": "ana", "account_kind": "freelancer", "badge": "\\ud800"}'))
    assert found.data is None
    assert found.complaint.startswith("badge")


@pytest.mark.parametrize(
    ("type_", "reason"),
    [
        (b"marketplace.account.badge-changed.v2", ParkReason.UNKNOWN_VERSION),
        (b"marketplace.account.badge-changed", ParkReason.UNKNOWN_TYPE),
        (b"integrity.feedback-removal.approved.v1", ParkReason.UNKNOWN_TYPE),
        (b"", ParkReason.UNKNOWN_TYPE),
    ],
)
def test_only_what_the_marketplace_publishes_is_known(type_: bytes, reason: ParkReason) -> None:
    found = read(good(ce_type=type_), digest)
    assert isinstance(found, Parked)
    assert found.reason is reason


@given(
    st.none() | st.binary(max_size=200),
    st.lists(
        st.tuples(
            st.sampled_from(["ce_id", "ce_source", "ce_type", "ce_time", "ce_specversion", "content-type", "x"]),
            st.none() | st.binary(max_size=40),
        )
    ),
)
def test_whatever_bytes_arrive_reading_ends_in_one_of_the_two(value: bytes | None, headers: Any) -> None:
    assert isinstance(read(record(value, headers), digest), Candidate | Parked)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_whatever_json_arrives_reading_ends_in_one_of_the_two(data: Any) -> None:
    value = orjson.dumps(data, default=str) if not _too_large(data) else b"1e999"
    assert isinstance(read(good(value=value), digest), Candidate | Parked)


def _too_large(data: Any) -> bool:
    if isinstance(data, list):
        return any(_too_large(each) for each in data)
    return isinstance(data, int) and abs(data) >= 2**63
