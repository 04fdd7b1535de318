"""A member of a consumer group under test: what it applied can be asked, and how it fails can be chosen."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.support.eventually import eventually

from servicekit.consumer import BatchConsumer
from servicekit.health import Health
from servicekit.kafka import KafkaConnection
from servicekit.places import Places, advanced, partitions_of, unread
from servicekit.postgres import Connection, Pool, in_transaction
from servicekit.record import Record

PARTITIONS = 3
Seen = dict[int, list[bytes | None]]

TABLE = """
    CREATE TABLE kit.applied (
        nr bigint GENERATED ALWAYS AS IDENTITY, partition int, ofs bigint, value bytea, PRIMARY KEY (partition, ofs)
    )
"""


class Applier:
    """Applies records to `kit.applied`, in one transaction with the places; its primary key catches a repetition."""

    def __init__(self, pool: Pool, places: Places) -> None:
        self.pool, self.places = pool, places
        self.batches: list[Sequence[Record]] = []
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    async def __call__(self, records: Sequence[Record]) -> None:
        self.batches.append(records)
        self.before()
        await in_transaction(self.pool, lambda connection: self._unit(connection, records))
        self.after()

    async def _unit(self, connection: Connection, records: Sequence[Record]) -> None:
        places = await self.places.lock(connection, partitions_of(records))
        fresh = unread(records, places)
        await connection.executemany(
            "INSERT INTO kit.applied (partition, ofs, value) VALUES ($1, $2, $3)",
            [(record.partition, record.offset, record.value) for record in fresh],
        )
        await self.places.save(connection, advanced(fresh, places))


class Member:
    """One member of the group, running in the background."""

    def __init__(self, bootstrap: str, topic: str, pool: Pool, **options: Any) -> None:
        places = Places("kit", f"group-{topic}")
        self.health = Health()
        self.apply = Applier(pool, places)
        self.consumer = BatchConsumer(
            kafka=KafkaConnection(bootstrap_servers=bootstrap),
            topics=[topic],
            places=places,
            pool=pool,
            apply=self.apply,
            health=self.health,
            **{"sample_seconds": 0.2, "max_records": 20} | options,
        )
        self.task = asyncio.create_task(self.consumer.run())

    async def ready(self) -> bool:
        assert await self.health.reasons() == {}
        return True

    async def reason(self) -> str:
        return " ".join((await self.health.reasons()).values())

    def measure(self, name: str, **labels: str) -> float:
        found = [
            sample.value
            for metric in self.health.registry.collect()
            for sample in metric.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        return sum(found)

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task}, timeout=20)
        assert self.task.done()


@asynccontextmanager
async def a_member(bootstrap: str, topic: str, pool: Pool, **options: Any) -> AsyncIterator[Member]:
    member = Member(bootstrap, topic, pool, **options)
    try:
        yield member
    finally:
        await member.stop()


async def publish(producer: Any, topic: str, values: Sequence[bytes | None], partition: int | None = None) -> None:
    for number, value in enumerate(values):
        await producer.send(topic, value, partition=number % PARTITIONS if partition is None else partition)
    await producer.flush()


async def applied(pool: Pool) -> Seen:
    """The values of each partition, in the order in which they were applied."""
    seen: Seen = {}
    for row in await pool.fetch("SELECT partition, value FROM kit.applied ORDER BY nr"):
        seen.setdefault(row["partition"], []).append(row["value"])
    return seen


async def everything(pool: Pool, count: int, seconds: float = 60) -> Seen:
    """What was applied once it is at least `count` records."""

    async def enough() -> Seen | None:
        seen = await applied(pool)
        return seen if sum(map(len, seen.values())) >= count else None

    seen = await eventually(enough, seconds=seconds)
    assert seen is not None
    return seen


def values(count: int, first: int = 0) -> list[bytes | None]:
    return [b"%05d" % number for number in range(first, first + count)]


def spread(count: int) -> Seen:
    """How `publish` deals records to partitions."""
    return {partition: values(count)[partition::PARTITIONS] for partition in range(PARTITIONS)}
