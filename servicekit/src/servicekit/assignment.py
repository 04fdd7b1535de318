"""Which partitions a member has, and where it stands in each.

Owns seeking to the stored places and draining before partitions are given away. Knows nothing of applying.
Invariant: no record of a partition is handed out before the partition was sought to its place; nothing of it is applied
by us after it was given away but what the place's lock lets through.
Next: delivery.py for what happens to the records, places.py for the lock.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError

from servicekit.health import Health
from servicekit.metrics import ConsumerMetrics, measures
from servicekit.places import Places
from servicekit.postgres import Pool
from servicekit.record import Record, first_offsets

_LOAD_SECONDS: Final = 5.0
_LONGEST_PAUSE_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)


class Assignment(ConsumerRebalanceListener):
    """The partitions of one member of a group."""

    def __init__(self, places: Places, pool: Pool, health: Health, *, name: str) -> None:
        """Take where the places are; ``name`` is what readiness reports are called."""
        self._places = places
        self._pool = pool
        self._health = health
        self._name = name
        self._metrics = measures(ConsumerMetrics, health.registry)
        self.group: Final = places.group
        self.lock: Final = asyncio.Lock()
        """Held while a batch is applied."""
        self.stopping: Final = asyncio.Event()
        """Set when the member is about to leave: no pause is waited out any more."""
        self.next: Final[dict[TopicPartition, int]] = {}
        """The offset expected next, of partitions that have a place."""
        self.since = time.monotonic()
        """When partitions were assigned last, on the monotonic clock."""
        self.subscriber: Any = None
        """FastStream's subscriber; a new one after every failed start."""

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Let the batch in flight end before somebody else gets its partitions."""
        async with self.lock:
            for partition in revoked:
                self.next.pop(partition, None)
                self._metrics.forget(self.group, partition.topic, partition.partition)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Go to the stored places before the first record is handed out."""
        partitions, consumer = sorted(assigned), self.subscriber.consumer
        consumer.pause(*partitions)  # before the first await: else records are handed out from Kafka's own offsets
        self._metrics.rebalances.labels(self.group).inc()
        stored = await self._stored_in_the_end(partitions)
        for partition in partitions:
            consumer.seek(partition, stored.get(partition, 0))  # below the log's start means: from the start (earliest)
        self.next.update(stored)
        consumer.resume(*partitions)
        self.since = time.monotonic()
        self._health.report(self._name, None)
        _log.info("partitions assigned", group=self.group, partitions=[f"{p.topic}-{p.partition}" for p in partitions])

    async def _stored_in_the_end(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Ask until the database answers: without places nothing may be read. Raises only when the member leaves."""
        pause = 0.2
        while True:
            try:
                return await self._stored(partitions)
            except Exception as error:
                self._health.report(self._name, f"the places cannot be read: {error!r}")
                _log.warning("the places cannot be read", group=self.group, error=repr(error))
                if self.stopping.is_set():
                    raise
            await self.pause(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def pause(self, seconds: float) -> None:
        """Wait before something is tried again, not longer than until the member leaves."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stopping.wait()

    async def _stored(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        async with asyncio.timeout(_LOAD_SECONDS):
            places = await self._places.load(self._pool, [(p.topic, p.partition) for p in partitions])
        return {TopicPartition(*key): place.next_offset for key, place in places.items()}

    async def rewind(self, records: Sequence[Record]) -> None:
        """Go back to the batch's first records, or to the stored place where that is earlier (a hole before them)."""
        firsts = first_offsets(records)
        try:
            stored = await self._stored(firsts)
        except Exception as error:
            _log.warning("the places cannot be read", group=self.group, error=repr(error))
            stored = {}
        for partition, first in firsts.items():
            try:
                self.subscriber.consumer.seek(partition, min(first, stored.get(partition, first)))
            except IllegalStateError:
                continue  # the partition is somebody else's by now, who seeks to the place
