"""A consumer folds prefixes, effectively once, and stops rather than skip."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from tests.support.eventually import eventually
from tests.support.kafka import create_topic, topic_name
from tests.support.log import LogUnderTest, a_badge, a_draft

from event_contracts import ClientStandingChanged
from event_contracts.recorded import Recorded
from eventlog.consume import LogConsumer
from eventlog.publish import Publisher
from servicekit.health import Health
from servicekit.kafka import KafkaConnection
from servicekit.places import Places
from servicekit.postgres import Connection

PARTITIONS = 3


def has_length(expected: int, seen: list[tuple[int, int]]) -> bool:
    return len(seen) == expected


@dataclass
class Remembering:
    """A projection that writes every event down in a table, and fails when told to."""

    fails: list[Exception] = field(default_factory=list)

    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        await connection.executemany(
            "INSERT INTO folded (partition, position) VALUES ($1, $2)",
            [(event.partition, event.position) for event in events],
        )
        if self.fails:
            raise self.fails.pop()


@dataclass
class Reading:
    log: LogUnderTest
    kafka: KafkaConnection
    topic: str
    projection: Remembering = field(default_factory=Remembering)
    health: Health = field(default_factory=Health)

    async def publish(self) -> None:
        """Sequence what is committed and publish all of the log that Kafka lacks."""
        await self.log.sequence()
        publisher = Publisher(self.kafka, partitions=PARTITIONS, topic=self.topic)
        await publisher.start()
        await publisher.publish(await self.log.reader.to_publish(0))
        await publisher.discard()

    async def folded(self) -> list[tuple[int, int]]:
        rows = await self.log.pool.fetch("SELECT partition, position FROM folded ORDER BY nth")
        return [(row["partition"], row["position"]) for row in rows]

    @asynccontextmanager
    async def consuming(self) -> AsyncIterator[None]:
        consumer = LogConsumer(
            kafka=self.kafka,
            pool=self.log.pool,
            places=Places("jss", f"group-{self.topic}"),
            projection=self.projection,
            health=self.health,
            topic=self.topic,
        )
        task = asyncio.create_task(consumer.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def reading(log: LogUnderTest, kafka_bootstrap: str) -> Reading:
    topic = await create_topic(kafka_bootstrap, topic_name("events"), partitions=PARTITIONS)
    await log.pool.execute(
        "CREATE TABLE folded (nth bigserial, partition int, position bigint, UNIQUE (partition, position))"
    )
    return Reading(log, KafkaConnection(bootstrap_servers=kafka_bootstrap), topic)


async def test_every_event_is_folded_once_per_partition_whatever_fails_and_restarts(reading: Reading) -> None:
    standing = ClientStandingChanged.model_validate({"client_id": "K1", "standing": "good"})
    reading.projection.fails = [RuntimeError("once"), RuntimeError("twice")]
    for _ in range(2):
        await reading.log.append(*(a_draft(a_badge(f"A{number}")) for number in range(20)), a_draft(standing))
        await reading.publish()
        size = (await reading.log.reader.size()).size
        async with reading.consuming():
            expected = size - size // 21 + PARTITIONS * (size // 21)
            await eventually(reading.folded, partial(has_length, expected), seconds=60)
    assert reading.projection.fails == []
    by_partition: dict[int, list[int]] = {}
    for partition, position in await reading.folded():
        by_partition.setdefault(partition, []).append(position)
    assert all(positions == sorted(set(positions)) for positions in by_partition.values())
    assert all({20, 41} <= set(positions) for positions in by_partition.values())  # the standing is in each


async def test_records_sent_again_are_passed_over(reading: Reading) -> None:
    await reading.log.append(*(a_draft(a_badge("A1")) for _ in range(3)))
    await reading.publish()
    again = Publisher(reading.kafka, partitions=PARTITIONS, topic=reading.topic)
    await again.start()
    again._last.clear()  # a leader that was stopped for a while knows nothing of what the next one sent
    await again.publish(await reading.log.reader.to_publish(0))
    await reading.log.append(a_draft(a_badge("A1")))
    await reading.log.sequence()
    await again.publish(await reading.log.reader.to_publish(3))
    await again.discard()
    async with reading.consuming():
        await eventually(reading.folded, lambda seen: len(seen) == 4, seconds=60)
    assert [position for _, position in await reading.folded()] == [0, 1, 2, 3]


async def test_a_hole_is_not_stepped_over_and_readiness_says_so(reading: Reading) -> None:
    await reading.log.append(*(a_draft(a_badge("A1")) for _ in range(3)))
    await reading.log.sequence()
    publisher = Publisher(reading.kafka, partitions=PARTITIONS, topic=reading.topic)
    await publisher.start()
    events = await reading.log.reader.to_publish(0)
    await publisher.publish(events[:1])
    publisher._last = dict.fromkeys(publisher._last, 1)  # as if position 1 had been sent
    await publisher.publish(events[2:])
    await publisher.discard()
    async with reading.consuming():
        name = f"consumer group-{reading.topic}"
        await eventually(
            reading.health.reasons, lambda reasons: "position 2 follows 1" in reasons.get(name, ""), seconds=60
        )
    assert await reading.folded() == []  # a batch is one transaction


async def test_an_event_that_cannot_be_folded_stops_its_consumer_until_it_can(reading: Reading) -> None:
    await reading.log.append(a_draft(a_badge("A1")))
    await reading.publish()
    reading.projection.fails = [ValueError("no such type")] * 3
    async with reading.consuming():
        name = f"consumer group-{reading.topic}"
        await eventually(reading.health.reasons, lambda reasons: "no such type" in reasons.get(name, ""), seconds=60)
        await eventually(reading.folded, lambda seen: len(seen) == 1, seconds=60)
    assert reading.projection.fails == []
