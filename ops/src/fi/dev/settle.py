"""Know when an instance has folded everything it was told.

Compares how far the intake, the log's publication and every consumer are with where the topics end. Changes nothing.
Invariant: settled means seen so twice in a row with the same numbers, since a consumer that reaches the end may just
have caused the next event.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from eventlog.ids import JSS, scoring_day_id
from eventlog.read import LogReader
from fi.dev.instance import Instance, kafka_of
from fi.error import CommandError
from fi.topic import EVENTS, MARKETPLACE
from servicekit.postgres import Pool, close_pool, create_pool
from servicekit.sqlfile import in_schema, statements

CONSUMERS = ("jss", "profile")
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 120.0
_READ_PLACES = statements("fi.dev")["read_places"]

Ends = Mapping[tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Progress:
    """What was seen in one look: the log's size, and how many records or events each part is behind (none: settled)."""

    size: int
    behind: Mapping[str, int]

    @property
    def done(self) -> bool:
        return not any(self.behind.values())

    def __str__(self) -> str:
        waiting = ", ".join(f"{part} {count}" for part, count in self.behind.items() if count)
        return f"{self.size} events in the log; behind: {waiting or 'nothing'}"


class Watcher:
    """Looks at one instance; an async context that holds the connections for it."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._resources = AsyncExitStack()
        self._pool: Pool
        self._metadata: AIOKafkaClient
        self._consumer: AIOKafkaConsumer

    async def __aenter__(self) -> Self:
        url = self._instance.database_url
        self._pool = await create_pool(url, application_name="fi settle", min_size=1, max_size=2)
        self._resources.push_async_callback(close_pool, self._pool)
        options = kafka_of(self._instance).client_options()
        self._consumer = AIOKafkaConsumer(**options, client_id="fi-settle", enable_auto_commit=False)
        await self._consumer.start()
        self._resources.push_async_callback(self._consumer.stop)
        self._metadata = AIOKafkaClient(**options, client_id="fi-settle")
        await self._metadata.bootstrap()
        self._resources.push_async_callback(self._metadata.close)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._resources.aclose()

    async def look(self, *, day: date | None = None) -> Progress:
        """One look, from the front of the path to its end; with `day` also whether that scoring day is in the log."""
        marketplace = await self._ends(MARKETPLACE)
        intake = await self._lag("removal", marketplace)
        folded = {service: await self._places(service) for service in CONSUMERS}
        reader = LogReader(self._pool)
        pending, size = await reader.pending(), await reader.size()
        events = await self._ends((EVENTS,))
        behind = {"intake": intake, "queue": pending, "publication": size.size - size.published}
        behind |= {service: _behind(places, events) for service, places in folded.items()}
        if day is not None:
            behind[f"scoring day {day}"] = int(await reader.by_id(JSS, scoring_day_id(day)) is None)
        return Progress(size.size, behind)

    async def _lag(self, schema: str, ends: Ends) -> int:
        return _behind(await self._places(schema), ends)

    async def _places(self, schema: str) -> Ends:
        rows = await self._pool.fetch(in_schema(_READ_PLACES, schema))
        return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}

    async def _ends(self, topics: tuple[str, ...]) -> Ends:
        """Where each partition ends; a partition with nothing left in it ends, for us, at its beginning."""
        # A consumer without a subscription knows no partitions, and says "none" where it means "not asked".
        cluster = await self._metadata.fetch_all_metadata()
        partitions = [
            TopicPartition(topic, number) for topic in topics for number in cluster.partitions_for_topic(topic) or ()
        ]
        if not partitions:
            return {}
        ends = await self._consumer.end_offsets(partitions)
        beginnings = await self._consumer.beginning_offsets(partitions)
        return {(at.topic, at.partition): end for at, end in ends.items() if end > beginnings[at]}


def _behind(places: Ends, ends: Ends) -> int:
    return sum(max(0, end - places.get(partition, 0)) for partition, end in ends.items())


async def settled(
    instance: Instance,
    *,
    day: date | None = None,
    patience: float = PATIENCE_SECONDS,
    tell: Callable[[Progress], None] | None = None,
) -> Progress:
    """Wait until everything that is in the marketplace topics now has been folded everywhere, its scores included.

    With `day`, also until that scoring day has been opened. `tell` gets every look.
    Raises CommandError when nothing moves for `patience` seconds.
    """
    async with Watcher(instance) as watcher:
        before: Progress | None = None
        moved_at = asyncio.get_running_loop().time()
        while True:
            progress = await _look(watcher, day)
            if tell and progress:
                tell(progress)
            if progress == before:
                if progress and progress.done:
                    return progress
                if asyncio.get_running_loop().time() - moved_at > patience:
                    where = f"see the logs below {instance.home}"
                    raise CommandError(f"nothing moved for {patience:.0f} s: {progress or 'no broker'}; {where}")
            else:
                moved_at = asyncio.get_running_loop().time()
            before = progress
            await asyncio.sleep(PAUSE_SECONDS)


async def _look(watcher: Watcher, day: date | None) -> Progress | None:
    """One look; None when the broker does not answer, as one that is overloaded or just restarting may not."""
    try:
        return await watcher.look(day=day)
    except KafkaError:
        return None
