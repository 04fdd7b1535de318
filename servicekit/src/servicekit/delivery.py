"""Apply one batch after the other, each until it is applied.

Owns retrying, the commit to Kafka and the alarm for records lost to retention. Knows nothing of what records say.
Invariant: what was not applied is not passed; should this very code fail, no further batch is taken.
Next: consumer.py for the loop around it, assignment.py for positions.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from servicekit.assignment import Assignment
from servicekit.health import Health
from servicekit.metrics import ConsumerMetrics, measures
from servicekit.offsets import Offsets
from servicekit.record import Record, counts, first_offsets, next_offsets

Apply = Callable[[Sequence[Record]], Awaitable[None]]
"""Applies records of one or several partitions, each in order, and saves their places, in ONE transaction.

It is given records again after a failure, a rebalance or a restart, and drops those that the places, read under their
lock, have passed. It raises when anything cannot be applied, and then has changed nothing."""

_LONGEST_PAUSE_SECONDS: Final = 5.0
_COMMIT_SECONDS: Final = 5.0
_BETWEEN_LOOKS_SECONDS: Final = 30.0
_log = structlog.get_logger(__name__)


class Delivery:
    """Takes batches from Kafka's client and sees each through."""

    def __init__(self, assignment: Assignment, apply: Apply, offsets: Offsets, health: Health, *, name: str) -> None:
        """Take what applies a batch; ``name`` is what readiness reports are called."""
        self._assignment = assignment
        self._apply = apply
        self._offsets = offsets
        self._health = health
        self._name = name
        self._group = assignment.group
        self._metrics = measures(ConsumerMetrics, health.registry)
        self._looked_for_start: dict[TopicPartition, float] = {}
        self.failures = 0
        """How often the current batch could not be applied."""
        self.broken: Exception | None = None
        """The error of this very code, after which nothing may be taken any more."""

    async def take(self, records: Sequence[Record]) -> None:
        """Apply the batch, or see to it that it comes again. Never raises: what escapes would be taken for success."""
        if self.broken is not None:
            return
        async with self._assignment.lock:
            try:
                await self._see_through(records)
            except Exception as error:
                self.broken = error
                self._health.report(self._name, f"broken: {error!r}")
                _log.exception("the consumer itself failed", group=self._group)

    async def _see_through(self, records: Sequence[Record]) -> None:
        await self._alarm_if_records_are_missing(records)
        began = time.perf_counter()
        try:
            await self._apply(records)
        except Exception as error:
            await self._pause_after(records, error)
            await self._assignment.rewind(records)
            return
        self._count(records, time.perf_counter() - began)
        self._assignment.next.update(next_offsets(records))
        await self._commit(records)

    async def _pause_after(self, records: Sequence[Record], error: Exception) -> None:
        self.failures += 1
        self._metrics.failures.labels(self._group).inc()
        self._health.report(self._name, f"a batch cannot be applied: {error!r}")
        _log.error(
            "a batch cannot be applied and is tried again",
            group=self._group,
            attempt=self.failures,
            offsets={f"{p.topic}-{p.partition}": offset for p, offset in first_offsets(records).items()},
            exc_info=error,
        )
        longest = min(_LONGEST_PAUSE_SECONDS, 0.1 * 2 ** min(self.failures, 10))
        await self._assignment.pause(random.uniform(longest / 2, longest))  # noqa: S311 - jitter

    async def _commit(self, records: Sequence[Record]) -> None:
        """Tell Kafka, for lag tools and cold starts. A failure costs nothing: the place is in the database."""
        try:
            async with asyncio.timeout(_COMMIT_SECONDS):  # while the coordinator is away commit() waits for ever
                await self._assignment.subscriber.consumer.commit(next_offsets(records))
        except (KafkaError, TimeoutError) as error:
            self._metrics.commit_errors.labels(self._group).inc()
            _log.info("offsets not committed", group=self._group, error=repr(error))

    def _count(self, records: Sequence[Record], seconds: float) -> None:
        if self.failures:
            _log.info("applying again", group=self._group, after_failures=self.failures)
            self.failures = 0
            self._health.report(self._name, None)
        self._metrics.seconds.labels(self._group).observe(seconds)
        self._metrics.size.labels(self._group).observe(len(records))
        self._metrics.progress.labels(self._group).set_to_current_time()
        for partition, count in counts(records).items():
            self._metrics.records.labels(self._group, partition.topic, str(partition.partition)).inc(count)

    async def _alarm_if_records_are_missing(self, records: Sequence[Record]) -> None:
        """Retention may have removed unread records. A gap alone proves nothing: transaction markers leave some."""
        expected, now = self._assignment.next, time.monotonic()
        gaps = {
            partition: expected[partition]
            for partition, first in first_offsets(records).items()
            if first > expected.get(partition, first)
            and now - self._looked_for_start.get(partition, float("-inf")) > _BETWEEN_LOOKS_SECONDS
        }
        if not gaps:
            return
        self._looked_for_start.update(dict.fromkeys(gaps, now))
        try:
            starts = await self._offsets.begins(list(gaps))
        except (KafkaError, OSError, TimeoutError) as error:
            _log.warning("a gap in the offsets could not be judged", group=self._group, error=repr(error))
            return
        for partition, offset in gaps.items():
            if starts[partition] > offset:
                self._alarm(partition, offset, starts[partition])

    def _alarm(self, partition: TopicPartition, expected: int, start: int) -> None:
        topic, number = partition.topic, partition.partition
        self._metrics.missing.labels(self._group, topic, str(number)).inc(start - expected)
        _log.error(
            "records were removed from the topic before they were read",
            group=self._group,
            topic=topic,
            partition=number,
            expected_offset=expected,
            log_start_offset=start,
        )
