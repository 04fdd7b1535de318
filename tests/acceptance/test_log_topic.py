"""The log's topic as other teams read it: every event in order, in canonical bytes, with nothing personal in clear."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import pytest
import rfc8785
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from tests.support.builders import (
    TALENT_TO_CLIENT,
    a_client_name,
    a_standing,
    an_account_name,
    client_of,
    feedback_given,
    feedback_responded,
    id_of,
)
from tests.support.given import Doors, Freelancer
from tests.support.sandbox import PARTITIONS, Sandbox

TOPIC: Final = "feedback-integrity.events"
EXTENSIONS: Final = {"stream", "streamversion", "prev", "nonce", "recordedtime", "actor", "correlationid"}
SECRETS: Final = ("Secret comment", "Secret title", "Secret answer", "Secret name", "Secret praise")
BROADCAST: Final = ("client/", "subject/", "scoring-days")


@dataclass(frozen=True, slots=True)
class Read:
    """One record of the topic. `event` is the JSON of its value."""

    partition: int
    key: str
    value: bytes
    headers: dict[str, bytes]
    event: dict[str, Any]

    @property
    def position(self) -> int:
        """Where it is in the log."""
        return int(self.headers["position"])

    @property
    def stream(self) -> str:
        """The stream it is recorded in."""
        return str(self.event["stream"])


@dataclass(frozen=True, slots=True)
class Topic:
    """Everything on the topic, each partition in order, and whose story was told last."""

    records: Sequence[Read]
    account_id: str
    client_id: str
    contract_id: str

    def of_stream(self, stream: str) -> list[Read]:
        """The records of one stream, each once, in order."""
        found = {record.position: record for record in self.records if record.stream == stream}
        return [found[position] for position in sorted(found)]

    def types_of(self, stream: str) -> list[str]:
        """The types in one stream, in order."""
        return [record.event["type"] for record in self.of_stream(stream)]


@pytest.fixture(scope="module")
async def topic(sandbox: Sandbox, real_broker: None) -> Topic:
    """A story that leaves an event of most kinds, then the whole topic."""
    doors, ada = Doors(sandbox), Freelancer()
    contract = ada.contract(
        title="Secret title",
        client_feedback={"score": 200, "private_rating": 1, "comment": "Secret comment"},
        talent_feedback={"score": 500, "comment": "Secret praise"},
    )
    client_id = client_of(contract)
    second = ada.contract(client_id=client_id)
    await sandbox.publish(
        contract,
        second,
        feedback_given(second, score=500, comment="Secret comment"),
        feedback_responded(contract, text="Secret answer"),
        feedback_responded(contract, TALENT_TO_CLIENT, text="Secret answer"),
        an_account_name(ada.id, "Secret name"),
        a_client_name(client_id, "Secret name"),
        a_standing(client_id, "good"),
    )
    await doors.refused(ada.id, id_of(contract))
    await sandbox.publish(ada.badge())
    await doors.granted(ada.id, id_of(contract))
    return Topic(await _everything(sandbox), ada.id, client_id, id_of(contract))


def _read(record: ConsumerRecord[bytes, bytes]) -> Read:
    key, value = record.key or b"", record.value or b""
    return Read(record.partition, key.decode(), value, dict(record.headers), orjson.loads(value))


async def _everything(sandbox: Sandbox) -> list[Read]:
    consumer = AIOKafkaConsumer(bootstrap_servers=sandbox.bootstrap_servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
        ends = await consumer.end_offsets(partitions)
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, 0)
        found: list[Read] = []
        async with asyncio.timeout(60):
            while len(found) < sum(ends.values()):
                for batch in (await consumer.getmany(timeout_ms=500)).values():
                    found += [_read(record) for record in batch]
        return found
    finally:
        await consumer.stop()


async def test_each_value_is_the_canonical_json_of_a_cloudevent(topic: Topic) -> None:
    for record in topic.records:
        assert record.headers["content-type"] == b"application/cloudevents+json"
        assert record.event["specversion"] == "1.0"
        assert record.event.keys() >= EXTENSIONS
        assert rfc8785.dumps(record.event) == record.value
        assert len(record.value) < 4096


async def test_positions_have_no_gap_and_after_names_the_record_before(topic: Topic) -> None:
    assert {record.position for record in topic.records} == set(range(max(r.position for r in topic.records) + 1))
    before: dict[int, int] = {}
    for record in topic.records:
        after = record.headers.get("after")
        assert (None if after is None else int(after)) == before.get(record.partition)
        assert record.position > before.get(record.partition, -1)
        before[record.partition] = record.position


async def test_a_position_is_one_leaf_and_sequenced_times_never_decrease(topic: Topic) -> None:
    leaves: dict[int, set[bytes]] = defaultdict(set)
    times: dict[int, bytes] = {}
    for record in topic.records:
        leaves[record.position].add(record.value)
        assert times.setdefault(record.position, record.headers["sequenced-time"]) == record.headers["sequenced-time"]
    assert all(len(values) == 1 for values in leaves.values())
    in_order = [times[position] for position in sorted(times)]
    assert [time[:19] for time in in_order] == sorted(time[:19] for time in in_order)


async def test_a_stream_counts_its_versions_and_names_its_last_leaf(topic: Topic) -> None:
    streams: dict[str, dict[int, Read]] = defaultdict(dict)
    for record in topic.records:
        streams[record.stream][record.position] = record
    for by_position in streams.values():
        records = [by_position[position] for position in sorted(by_position)]
        assert [record.event["streamversion"] for record in records] == list(range(1, len(records) + 1))
        hashes = {record.event["prev"] for record in records}
        assert len(hashes) == len(records)
        assert all(len(prev) == 64 for prev in hashes)


async def test_what_concerns_one_account_is_in_one_partition_and_a_client_in_every_one(topic: Topic) -> None:
    partitions: dict[str, set[int]] = defaultdict(set)
    for record in topic.records:
        partitions[record.stream].add(record.partition)
        assert record.key == (record.stream.partition("/")[2] or record.stream)
    for stream, numbers in partitions.items():
        assert len(numbers) == (PARTITIONS if stream.startswith(BROADCAST) else 1), stream
    assert len(partitions) > PARTITIONS
    account, score = f"account/{topic.account_id}", f"score/{topic.account_id}"
    assert partitions[account] == partitions[score] == partitions[f"name/{topic.account_id}"]


async def test_the_story_is_told_in_order(topic: Topic) -> None:
    account = topic.types_of(f"account/{topic.account_id}")
    assert sorted(account[:5]) == sorted(
        [
            "marketplace.contract.completed.v1",
            "marketplace.contract.completed.v1",
            "marketplace.feedback.given.v1",
            "marketplace.feedback.responded.v1",
            "marketplace.feedback.responded.v1",
        ]
    )
    assert account[5:] == [
        "integrity.feedback-removal.refused.v1",
        "marketplace.account.badge-changed.v1",
        "integrity.feedback-removal.requested.v1",
        "integrity.feedback-removal.approved.v1",
    ]
    assert topic.types_of(f"client/{topic.client_id}") == ["marketplace.client.standing-changed.v1"]
    assert set(topic.types_of(f"name/{topic.client_id}")) == {"marketplace.client.renamed.v1"}
    scores = topic.of_stream(f"score/{topic.account_id}")
    last = scores[-1].event
    assert last["type"] == "integrity.score.recomputed.v1"
    assert last["source"] == "/feedback-integrity/jss"
    approved = topic.of_stream(f"account/{topic.account_id}")[-1]
    assert last["data"]["cause"] == {
        "source": "/feedback-integrity/removal",
        "id": approved.event["id"],
        "position": approved.position,
    }


async def test_a_refusal_and_a_decision_carry_their_evidence(topic: Topic) -> None:
    *_, refused, _, requested, approved = [record.event for record in topic.of_stream(f"account/{topic.account_id}")]
    assert refused["data"]["failed"] == ["NOT_TOP_RATED"]
    assert refused["actor"] == requested["actor"]
    assert topic.account_id in refused["actor"]
    for event in (refused, requested):
        assert event["source"] == "/feedback-integrity/removal"
        assert event["subject"] == topic.account_id
        assert event["data"]["evidence"]["book"] == "perk"
        assert len(event["data"]["evidence"]["rules"]) == 11
    assert approved["data"]["automatic"] is True
    assert approved["data"]["request_id"] == requested["data"]["request_id"]
    assert approved["correlationid"] == requested["correlationid"]
    assert approved["policy"]


async def test_the_marketplaces_events_keep_their_identity(topic: Topic) -> None:
    [completed] = [
        record
        for record in topic.of_stream(f"account/{topic.account_id}")
        if record.event["type"] == "marketplace.contract.completed.v1"
        and record.event["data"]["contract_id"] == topic.contract_id
    ]
    event = completed.event
    assert (event["source"], event["time"]) == ("/marketplace", "2026-01-05T12:00:00Z")
    assert event["data"]["earned"] == {"amount": 60_000, "currency": "USD"}
    assert event["data"]["client_feedback"]["score"] == 200


async def test_every_text_and_private_rating_is_sealed(topic: Topic) -> None:
    whole = b"".join(record.value + b"".join(record.headers.values()) for record in topic.records)
    for secret in SECRETS:
        assert secret.encode() not in whole
    sealed: set[str] = set()
    for record in topic.records:
        parts = dict(_sealed_in(record.event["data"]))
        carried = {name.removeprefix("sealed-") for name in record.headers if name.startswith("sealed-")}
        assert parts.keys() == carried
        if record.event["type"] == "marketplace.contract.completed.v1" and "client_feedback" in record.event["data"]:
            assert "client_feedback.private_rating" in parts  # given or not, so that nothing shows which
        sealed |= parts.keys()
    assert {
        "title",
        "client_feedback.comment",
        "client_feedback.private_rating",
        "talent_feedback.comment",
        "comment",
        "private_rating",
        "text",
        "display_name",
    } <= sealed


def _sealed_in(data: Any, path: str = "") -> list[tuple[str, str]]:
    if not isinstance(data, dict):
        return []
    if data.keys() == {"sealed"}:
        return [(path, data["sealed"])]
    return [
        found for name, value in data.items() for found in _sealed_in(value, f"{path}.{name}" if path else str(name))
    ]
