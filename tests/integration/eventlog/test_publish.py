"""Kafka holds a prefix of the log in every partition, whoever leads and whatever Kafka refuses."""

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from tests.support.eventually import eventually
from tests.support.kafka import alter_topic, create_topic, topic_name
from tests.support.log import LogUnderTest, a_badge, a_draft

from event_contracts import ClientStandingChanged
from eventlog.lead import Leadership, LogDisagreesError
from eventlog.partition import partition_of
from eventlog.publish import PartitionsDifferError, Publisher, PublishFailedError, read_tails
from servicekit.health import Health
from servicekit.kafka import KafkaConnection
from servicekit.record import Record

PARTITIONS = 3


@pytest.fixture
async def topic(kafka_bootstrap: str) -> str:
    return await create_topic(kafka_bootstrap, topic_name("events"), partitions=PARTITIONS)


@pytest.fixture
def kafka(kafka_bootstrap: str) -> KafkaConnection:
    return KafkaConnection(bootstrap_servers=kafka_bootstrap)


async def records(kafka: KafkaConnection, topic: str) -> dict[int, list[Record]]:
    """All that each partition holds."""
    consumer = AIOKafkaConsumer(**kafka.client_options(), auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: dict[int, list[Record]] = {number: [] for number in range(PARTITIONS)}
        for partition in partitions:
            consumer.seek(partition, 0)
        while any(len(found[partition.partition]) < ends[partition] for partition in partitions):
            for partition, batch in (await consumer.getmany(timeout_ms=200)).items():
                found[partition.partition] += batch
        return found
    finally:
        await consumer.stop()


def position(record: Record) -> int:
    return int(dict(record.headers)["position"])


def assert_prefixes(found: dict[int, list[Record]]) -> None:
    """Each record names the one before it in its partition; positions ascend."""
    for batch in found.values():
        before: int | None = None
        for record in batch:
            after = dict(record.headers).get("after")
            assert (int(after) if after is not None else None) == before
            assert before is None or position(record) > before
            before = position(record)


@asynccontextmanager
async def leading(log: LogUnderTest, kafka: KafkaConnection, topic: str, holder: str = "one") -> AsyncIterator[Health]:
    """A leader at work until the block ends."""
    health = Health()
    leader = Leadership(log.pool, kafka, log.clock, health, partitions=PARTITIONS, holder=holder, topic=topic)
    task = asyncio.create_task(leader.run())
    try:
        yield health
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def published(log: LogUnderTest, size: int) -> None:
    async def look() -> int:
        return (await log.reader.size()).published

    await eventually(look, lambda seen: seen == size, seconds=30)


async def test_kafka_carries_the_leaf_bytes_with_their_place_in_the_log(
    log: LogUnderTest, kafka: KafkaConnection, topic: str
) -> None:
    standing = ClientStandingChanged.model_validate({"client_id": "K1", "standing": "flagged"})
    await log.append(a_draft(a_badge("A1")), a_draft(standing), a_draft(a_badge("A2")))
    async with leading(log, kafka, topic):
        await published(log, 3)
    found = await records(kafka, topic)
    assert_prefixes(found)
    by_position = {event.position: event async for event in log.reader.all()}
    for number, batch in found.items():
        for record in batch:
            event = by_position[position(record)]
            assert record.value == event.leaf
            assert json.loads(event.leaf)["subject"].encode() == record.key
            headers = dict(record.headers)
            assert headers["content-type"] == b"application/cloudevents+json"
            assert {name for name in headers if name.startswith("sealed-")} == {
                f"sealed-{path}" for path in event.sealed
            }
            for path, ciphertext in event.sealed.items():
                assert base64.b64decode(headers[f"sealed-{path}"]) == ciphertext
        accounts = [(record.key or b"").decode() for record in batch if record.key != b"K1"]
        assert all(partition_of(account, PARTITIONS) == number for account in accounts)
        assert [record.key for record in batch].count(b"K1") == 1  # a standing is broadcast
    assert sum(len(batch) for batch in found.values()) == 2 + PARTITIONS


async def test_a_new_leader_goes_on_where_kafka_ends_without_a_hole_or_a_repeat(
    log: LogUnderTest, kafka: KafkaConnection, topic: str
) -> None:
    for leader in range(4):
        async with leading(log, kafka, topic, holder=f"leader {leader}"):
            await log.append(*(a_draft(a_badge(f"A{number}")) for number in range(25)))
            await published(log, 25 * (leader + 1))
        await log.pool.execute("UPDATE log.head SET published = 0")  # as if the hint had never been written
    found = await records(kafka, topic)
    assert_prefixes(found)
    assert sum(len(batch) for batch in found.values()) == 100


async def test_a_record_kafka_refuses_is_never_stepped_over(
    log: LogUnderTest, kafka: KafkaConnection, topic: str, kafka_bootstrap: str
) -> None:
    await alter_topic(kafka_bootstrap, topic, {"max.message.bytes": "900"})
    async with leading(log, kafka, topic) as health:
        await log.append(a_draft(a_badge("A1")))
        await published(log, 1)
        big = a_draft(a_badge("A1"))
        object.__setattr__(big, "correlation_id", secrets.token_urlsafe(2000))  # lz4 finds nothing to compress
        await log.append(big)
        await log.append(a_draft(a_badge("A1")))
        await eventually(health.reasons, lambda reasons: "cannot publish" in reasons.get("publication", ""), seconds=30)
        assert (await log.reader.size()).published == 1
        await alter_topic(kafka_bootstrap, topic, {"max.message.bytes": "1048576"})
        await published(log, 3)
    found = await records(kafka, topic)
    assert_prefixes(found)
    assert sorted(position(record) for batch in found.values() for record in batch) == [0, 1, 2]


async def test_a_restored_database_publishes_nothing_and_says_why(
    log: LogUnderTest, kafka: KafkaConnection, topic: str
) -> None:
    await log.append(*(a_draft(a_badge("A1")) for _ in range(3)))
    async with leading(log, kafka, topic):
        await published(log, 3)
    await forget_after(log, position=1)  # yesterday's backup
    await log.append(a_draft(a_badge("A1")))
    leader = Leadership(log.pool, kafka, log.clock, Health(), partitions=PARTITIONS, holder="two", topic=topic)
    with pytest.raises(LogDisagreesError, match="ends with position 2, where the log has"):
        await asyncio.wait_for(leader.run(), 30)
    assert sum(len(batch) for batch in (await records(kafka, topic)).values()) == 3


async def forget_after(log: LogUnderTest, *, position: int) -> None:
    """What restoring a backup does to the log."""
    async with log.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        for table in ("events", "leaves", "batches", "event_ids"):
            await connection.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER USER")
        await connection.execute("DELETE FROM log.events WHERE ingest_seq > $1", position)
        await connection.execute("DELETE FROM log.event_ids WHERE ingest_seq > $1", position)
        await connection.execute("DELETE FROM log.leaves WHERE position >= $1", position)
        await connection.execute("UPDATE log.head SET size = $1, published = $1, queue_mark = 0", position)
        await connection.execute(
            "UPDATE log.stream_heads SET version = $1, leaf_hash = (SELECT leaf_hash FROM log.leaves)", position
        )
        for table in ("events", "leaves", "batches", "event_ids"):
            await connection.execute(f"ALTER TABLE log.{table} ENABLE ALWAYS TRIGGER append_only")
        await connection.execute("ALTER TABLE log.leaves ENABLE ALWAYS TRIGGER contiguous")


async def test_another_number_of_partitions_is_refused(log: LogUnderTest, kafka: KafkaConnection, topic: str) -> None:
    publisher = Publisher(kafka, partitions=PARTITIONS + 1, topic=topic)
    with pytest.raises(PartitionsDifferError, match="has 3 partitions"):
        await publisher.start()
    await publisher.discard()
    async with leading(log, kafka, topic):
        await eventually(lambda: log.pool.fetchval("SELECT partitions FROM log.topic"))
    other = Leadership(log.pool, kafka, log.clock, Health(), partitions=5, holder="two", topic=topic)
    with pytest.raises(PartitionsDifferError, match="begun with 3 partitions"):
        await other.run()


async def test_a_publisher_without_kafka_fails_and_does_not_hang(
    log: LogUnderTest, kafka: KafkaConnection, topic: str
) -> None:
    await log.append(a_draft(a_badge()))
    sequencer = await log.sequence()
    publisher = Publisher(kafka, partitions=PARTITIONS, topic=topic)
    assert await publisher.start() == []
    await publisher.discard()
    with pytest.raises(PublishFailedError):
        await publisher.publish(await log.reader.to_publish(sequencer.published))
    assert await read_tails(kafka, topic) == []
