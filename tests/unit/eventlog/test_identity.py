"""An act's identity is its cause; a record's place is its stream."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from eventlog.content import content_digest
from eventlog.ids import command_event_id, id_hash, new_id, score_event_id, scoring_day_id
from eventlog.partition import is_broadcast, key_of, partition_of, partitions_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_the_same_cause_gives_the_same_id_and_another_cause_another() -> None:
    assert score_event_id("s", "1", "A", "jss-v1") == score_event_id("s", "1", "A", "jss-v1")
    assert (
        len(
            {score_event_id("s", "1", "A", "p"), score_event_id("s", "1", "B", "p"), score_event_id("s1", "", "A", "p")}
        )
        == 3
    )
    assert scoring_day_id(date(2026, 1, 1)) != scoring_day_id(date(2026, 1, 2))
    assert command_event_id("u", "d", "k", 0) != command_event_id("u", "d", "k", 1)
    assert UUID(scoring_day_id(date(2026, 1, 1))).version == 5


def test_ids_without_a_cause_are_uuid_version_7_and_ascend_with_time() -> None:
    made = UUID(new_id())
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert abs((made.int >> 80) / 1000 - datetime.now(UTC).timestamp()) < 60


def test_source_and_id_are_framed_before_they_are_hashed() -> None:
    assert id_hash("ab", "c") != id_hash("a", "bc")
    assert len(id_hash("a", "b")) == 16


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": [2, {"c": 3}]}, {"b": [2, {"c": 3}], "a": 1}),
        ({"a": 5}, {"a": 5.0}),
        ({"ignored": "\ud800", "a": 1}, {"a": 1, "ignored": "\ud800"}),
        ({"ignored": 10**30}, {"ignored": 10**30}),
    ],
)
def test_content_is_compared_as_json_values(one: object, other: object) -> None:
    key = b"k" * 32
    assert content_digest(key, type_="t", time=NOON, data=one) == content_digest(key, type_="t", time=NOON, data=other)


@pytest.mark.parametrize("other", [{"a": 2}, {"a": "1"}, {"a": True}, {"a": 1, "b": None}, [1]])
def test_other_content_has_another_digest(other: object) -> None:
    key = b"k" * 32
    assert content_digest(key, type_="t", time=NOON, data={"a": 1}) != content_digest(
        key, type_="t", time=NOON, data=other
    )
    assert content_digest(key, type_="t", time=NOON, data={"a": 1}) != content_digest(
        b"x" * 32, type_="t", time=NOON, data={"a": 1}
    )


def test_a_stream_goes_to_the_partition_kafka_itself_would_choose_and_broadcast_streams_to_all() -> None:
    assert key_of("account/A1") == "A1"
    assert key_of("scoring-days") == "scoring-days"
    assert all(is_broadcast(stream) for stream in ("client/c", "subject/s", "scoring-days"))
    assert not any(is_broadcast(stream) for stream in ("account/a", "score/a", "name/n", "operations/log"))
    # Known answers of Kafka's murmur2 partitioner (org.apache.kafka.common.utils.Utils).
    assert [partition_of(key, 1000) for key in ("21", "foobar", "a-little-bit-long-string")] == [
        (-973932308 & 0x7FFFFFFF) % 1000, (-790332482 & 0x7FFFFFFF) % 1000, (-985981536 & 0x7FFFFFFF) % 1000,
    ]  # fmt: skip
    assert list(partitions_of("client/c", 3)) == [0, 1, 2]
    assert len(partitions_of("account/A1", 3)) == 1
    assert partitions_of("account/A1", 3) == partitions_of("score/A1", 3)
