"""Parked records reach the topic of dead letters: at least once, to the byte, a refused one holding back no other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord
from prometheus_client import CollectorRegistry
from tests.integration.removal.world import NOON, Topics, World
from tests.support.eventually import eventually
from tests.support.kafka import create_topic, topic_name

from removal.adapters.dead_letters import DeadLetters
from removal.adapters.parking import ParkingTable
from removal.domain.admission import Parked, ParkReason
from servicekit.kafka import KafkaConnection
from servicekit.postgres import Connection, in_transaction
from servicekit.record import Record

PARTITIONS = 3
WHY = Parked(ParkReason.INVALID, "badge: wörd")


@pytest.fixture
def kafka(kafka_bootstrap: str) -> KafkaConnection:
    return KafkaConnection(bootstrap_servers=kafka_bootstrap)


async def park(world: World, *records: Record) -> None:
    async def unit(connection: Connection) -> None:
        await ParkingTable().park(connection, [(record, WHY) for record in records], at=NOON)

    await in_transaction(world.pool, unit)


@asynccontextmanager
async def relaying(world: World, kafka: KafkaConnection, topic: str) -> AsyncIterator[DeadLetters]:
    letters = DeadLetters(
        kafka=kafka, pool=world.pool, parking=ParkingTable(), registry=CollectorRegistry(), topic=topic
    )
    task = asyncio.create_task(letters.run())
    try:
        yield letters
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def published(world: World) -> int:
    count: int = await world.pool.fetchval("SELECT count(*) FROM removal.parked WHERE published_at IS NOT NULL")
    return count


async def read(kafka: KafkaConnection, topic: str) -> list["ConsumerRecord[bytes, bytes]"]:
    """All that the topic holds."""
    consumer = AIOKafkaConsumer(**kafka.client_options(), auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            consumer.seek(partition, 0)
        found: list[ConsumerRecord[bytes, bytes]] = []
        while len(found) < sum(ends.values()):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += batch
        return found
    finally:
        await consumer.stop()


def ours(headers: Sequence[tuple[str, bytes | None]]) -> dict[str, bytes | None]:
    return {name: value for name, value in headers if name.startswith("dlq-")}


async def test_dead_letters_keep_key_headers_and_value_whatever_they_are(
    world: World, topics: Topics, kafka: KafkaConnection
) -> None:
    topic = await create_topic(kafka.bootstrap_servers, topic_name("letters"), partitions=PARTITIONS)
    originals = [
        topics.raw(b"{", [("ce_id", b"\xff\xfe"), ("trace", None), ("empty", b"")], key=b"\x00k", partition=1),
        topics.raw(None, [("trace", None)], key=None, partition=1),
        topics.raw(b"", [], key=b"", partition=1),
        topics.raw(b"x" * 900_000, [], key=None, partition=5),
    ]
    await park(world, *originals)
    async with relaying(world, kafka, topic):
        await eventually(lambda: published(world), lambda count: count == len(originals))
    letters = sorted(await read(kafka, topic), key=lambda letter: (letter.partition, letter.offset))
    assert [(letter.key, letter.value) for letter in letters] == [
        (originals[0].key, originals[0].value),
        (originals[1].key, originals[1].value),
        (originals[2].key, originals[2].value),
        (originals[3].key, originals[3].value),
    ]
    assert [letter.partition for letter in letters] == [1, 1, 1, 2]
    for letter, original in zip(letters, originals, strict=True):
        assert list(letter.headers)[: len(original.headers)] == list(original.headers)
        assert ours(letter.headers) == {
            "dlq-reason": b"invalid",
            "dlq-detail": "badge: wörd".encode(),
            "dlq-topic": original.topic.encode(),
            "dlq-partition": str(original.partition).encode(),
            "dlq-offset": str(original.offset).encode(),
        }


async def test_a_record_that_kafka_refuses_holds_back_no_other(
    world: World, topics: Topics, kafka: KafkaConnection
) -> None:
    small = {"max.message.bytes": "2000"}
    topic = await create_topic(kafka.bootstrap_servers, topic_name("small"), partitions=PARTITIONS, settings=small)
    await park(world, topics.raw(b"x" * 5000), topics.raw(b"one"), topics.raw(b"two"))
    async with relaying(world, kafka, topic):
        await eventually(lambda: published(world), lambda count: count == 2)
        await park(world, topics.raw(b"three"))
        await eventually(lambda: published(world), lambda count: count == 3)
    assert sorted(letter.value or b"" for letter in await read(kafka, topic)) == [b"one", b"three", b"two"]
    attempts = await world.pool.fetchval("SELECT publish_attempts FROM removal.parked WHERE published_at IS NULL")
    assert attempts >= 1


async def test_a_relay_that_died_after_sending_sends_again(
    world: World, topics: Topics, kafka: KafkaConnection
) -> None:
    """The claim of the dead one runs out; nothing else says that the record was sent."""
    topic = await create_topic(kafka.bootstrap_servers, topic_name("again"), partitions=PARTITIONS)
    await park(world, topics.raw(b"one"))
    parking = ParkingTable()
    assert len(await parking.claim(world.pool, limit=10, seconds=2.0)) == 1
    assert await parking.claim(world.pool, limit=10, seconds=2.0) == []
    async with relaying(world, kafka, topic):
        await eventually(lambda: published(world), lambda count: count == 1)
    assert [letter.value for letter in await read(kafka, topic)] == [b"one"]


async def test_while_kafka_is_away_records_wait_and_the_relay_lives(world: World, topics: Topics) -> None:
    await park(world, topics.raw(b"one"))
    nowhere = KafkaConnection(bootstrap_servers="127.0.0.1:1")
    async with relaying(world, nowhere, "anything") as letters:
        letters.stir()
        await asyncio.sleep(0.5)
        assert await published(world) == 0
