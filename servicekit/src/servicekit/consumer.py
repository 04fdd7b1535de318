"""Read Kafka topics in batches, each applied in one database transaction, and lose nothing.

Owns the loop: seek to the stored places, drain on rebalance, retry with backoff, commit as a hint. Knows nothing of
what records say. Invariant: a partition goes on only after its batch was applied; PostgreSQL's place wins over Kafka's.
Next: places.py for the place, record.py for why headers are left alone, watchdog.py for a consumer that hangs.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from servicekit.health import Health
from servicekit.kafka import KafkaConnection
from servicekit.metrics import ConsumerMetrics
from servicekit.offsets import Offsets
from servicekit.places import Places
from servicekit.postgres import Pool
from servicekit.record import Batch, Record, first_offsets, next_offsets, no_decode, safe_parser
from servicekit.watchdog import Watchdog

Apply = Callable[[Sequence[Record]], Awaitable[None]]
"""Applies records of one or several partitions, each in order, and saves their places, in ONE transaction.

It is given records again after a failure, a rebalance or a restart, and drops what the places have passed (under their
lock). It raises when anything cannot be applied, and then has changed nothing."""

SESSION_MS: Final = 10_000
HEARTBEAT_MS: Final = 1_000
REBALANCE_MS: Final = 60_000
_LONGEST_PAUSE_SECONDS: Final = 5.0
_COMMIT_SECONDS: Final = 5.0
_GRACE_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 15.0
_METADATA_MS: Final = 10_000  # how soon a topic made later is noticed
_log = structlog.get_logger(__name__)
_faststream_log = logging.getLogger("faststream")


class BatchConsumer(ConsumerRebalanceListener):
    """One member of a consumer group."""

    def __init__(
        self,
        *,
        kafka: KafkaConnection,
        topics: Sequence[str],
        places: Places,
        pool: Pool,
        apply: Apply,
        health: Health,
        max_records: int = 500,
        batch_timeout_ms: int = 20,
        stall_seconds: float = 60.0,
        sample_seconds: float = 5.0,
    ) -> None:
        """Take where to read, where the places are, and what applies a batch; the group is that of the places."""
        self._kafka = kafka
        self._topics = tuple(topics)
        self._places = places
        self._pool = pool
        self._apply = apply
        self._health = health
        self._max_records = max_records
        self._batch_timeout_ms = batch_timeout_ms
        self._sample_seconds = sample_seconds
        self._group = places.group
        self._metrics = ConsumerMetrics.of(health.registry)
        self._offsets = Offsets(kafka, client_id=f"{self._group}-offsets")
        self._watchdog: Watchdog[TopicPartition] = Watchdog(stall_seconds)
        self._batch_lock = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._next: dict[TopicPartition, int] = {}
        self._asked_for_start: dict[TopicPartition, float] = {}
        self._failures = 0
        self._subscriber: Any = None
        self._name = f"consumer {self._group}"
        health.report(self._name, "not started")

    async def run(self) -> None:
        """Consume until cancelled, then drain the batch in flight and leave the group.

        Raises StalledError when there are records and nothing moves: the process should end and be started anew.
        """
        broker: KafkaBroker | None = None
        try:
            broker = await self._started()
            while True:
                await asyncio.sleep(self._sample_seconds)
                await self._look()
        finally:
            self._health.report(self._name, "stopped")
            self._stopping.set()
            if broker is not None:
                await _stop(broker)
            await self._offsets.close()

    # --- start and end

    async def _started(self) -> KafkaBroker:
        """A broker object that started; one that failed to is thrown away, because it cannot be started twice."""
        pause = 0.2
        while True:
            broker = self._new_broker()
            self._health.report(self._name, "waiting for Kafka and for partitions")
            try:
                await broker.start()
            except (KafkaError, OSError, TimeoutError) as unreachable:
                self._health.report(self._name, f"Kafka cannot be reached: {unreachable!r}")
                _log.warning("Kafka cannot be reached", group=self._group, error=repr(unreachable))
                await _stop(broker)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            except BaseException:
                await _stop(broker)
                raise
            else:
                return broker

    def _new_broker(self) -> KafkaBroker:
        broker = KafkaBroker(
            self._kafka.servers,
            security=self._kafka.faststream_security(),
            client_id=self._group,
            consumer_only=True,
            allow_auto_create_topics=False,
            metadata_max_age_ms=_METADATA_MS,
            graceful_timeout=_GRACE_SECONDS,
            logger=_faststream_log,
            log_level=logging.DEBUG,
        )
        self._subscriber = broker.subscriber(
            *self._topics,
            group_id=self._group,
            batch=True,
            max_records=self._max_records,
            batch_timeout_ms=self._batch_timeout_ms,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            ack_policy=AckPolicy.MANUAL,
            partition_assignment_strategy=(RoundRobinPartitionAssignor,),
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            rebalance_timeout_ms=REBALANCE_MS,
            listener=self,
            parser=safe_parser,
            decoder=no_decode,
        )

        @self._subscriber  # type: ignore[untyped-decorator]
        async def on_batch(message: KafkaMessage) -> None:
            await self._on_batch(cast("Batch", message.raw_message))

        return broker

    # --- rebalance

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Let the batch in flight end before somebody else gets its partitions."""
        async with self._batch_lock:
            for partition in revoked:
                self._next.pop(partition, None)
                self._metrics.lag.remove(self._group, partition.topic, str(partition.partition))

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Go to the stored places before the first record is handed out."""
        partitions = sorted(assigned)
        self._metrics.rebalances.labels(self._group).inc()
        consumer = self._subscriber.consumer
        consumer.pause(*partitions)  # before the first await: else records are handed out from Kafka's own offsets
        stored = await self._stored_places(partitions)
        for partition in partitions:
            offset = stored.get(partition)
            consumer.seek(partition, offset or 0)  # below the log's start: goes to the start (earliest)
            self._metrics.lag.labels(self._group, partition.topic, str(partition.partition))
            if offset is not None:
                self._next[partition] = offset
        consumer.resume(*partitions)
        self._asked_for_start.clear()
        self._watchdog.excuse(time.monotonic())
        self._health.report(self._name, None)
        _log.info("partitions assigned", group=self._group, partitions=[f"{p.topic}-{p.partition}" for p in partitions])

    async def _stored_places(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Ask until the database answers: without places nothing may be read."""
        pause = 0.2
        while True:
            try:
                return await self._load(partitions)
            except Exception as error:
                self._health.report(self._name, f"the places cannot be read: {error!r}")
                _log.warning("the places cannot be read", group=self._group, error=repr(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _load(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]:
        async with asyncio.timeout(_COMMIT_SECONDS):
            places = await self._places.load(self._pool, [(p.topic, p.partition) for p in partitions])
        return {TopicPartition(*key): place.next_offset for key, place in places.items()}

    # --- one batch

    async def _on_batch(self, records: Sequence[Record]) -> None:
        async with self._batch_lock:
            await self._alarm_if_records_are_missing(records)
            began = time.perf_counter()
            try:
                await self._apply(records)
            except Exception as error:  # whatever it is: not applied means not passed
                await self._retry_later(records, error)
                return
            self._count(records, time.perf_counter() - began)
            self._next.update(next_offsets(records))
            await self._commit(records)

    async def _retry_later(self, records: Sequence[Record], error: Exception) -> None:
        self._failures += 1
        self._metrics.failures.labels(self._group).inc()
        self._health.report(self._name, f"a batch cannot be applied: {error!r}")
        _log.error(
            "a batch cannot be applied and is tried again",
            group=self._group,
            attempt=self._failures,
            offsets={f"{p.topic}-{p.partition}": offset for p, offset in first_offsets(records).items()},
            exc_info=error,
        )
        longest = min(_LONGEST_PAUSE_SECONDS, 0.1 * 2 ** min(self._failures, 10))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), random.uniform(longest / 2, longest))  # noqa: S311 - jitter
        await self._rewind(records)

    async def _rewind(self, records: Sequence[Record]) -> None:
        """Back to the batch's first records, or to the stored place where that is earlier (a hole before the batch)."""
        offsets = first_offsets(records)
        try:
            stored = await self._load(offsets)
        except Exception:
            stored = {}
        for partition, first in offsets.items():
            try:
                self._subscriber.consumer.seek(partition, min(first, stored.get(partition, first)))
            except IllegalStateError:
                continue  # the partition is somebody else's by now, who seeks to the place

    async def _commit(self, records: Sequence[Record]) -> None:
        """Tell Kafka, for lag tools and cold starts. A failure costs nothing: the place is in the database."""
        try:
            # While the coordinator is away aiokafka's commit() waits for ever.
            await asyncio.wait_for(self._subscriber.consumer.commit(next_offsets(records)), _COMMIT_SECONDS)
        except (KafkaError, TimeoutError) as error:
            self._metrics.commit_errors.labels(self._group).inc()
            _log.info("offsets not committed", group=self._group, error=repr(error))

    def _count(self, records: Sequence[Record], seconds: float) -> None:
        if self._failures:
            _log.info("applying again", group=self._group, after_failures=self._failures)
            self._failures = 0
        self._health.report(self._name, None)
        self._metrics.seconds.labels(self._group).observe(seconds)
        self._metrics.size.labels(self._group).observe(len(records))
        self._metrics.progress.labels(self._group).set_to_current_time()
        counts: dict[TopicPartition, int] = {}
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            counts[partition] = counts.get(partition, 0) + 1
        for partition, count in counts.items():
            self._metrics.records.labels(self._group, partition.topic, str(partition.partition)).inc(count)

    async def _alarm_if_records_are_missing(self, records: Sequence[Record]) -> None:
        """Retention may have removed what was never read. A gap alone proves nothing: transaction markers leave some."""
        now = time.monotonic()
        gaps = [
            partition
            for partition, first in first_offsets(records).items()
            if first > self._next.get(partition, first) and now - self._asked_for_start.get(partition, -60.0) > 60.0
        ]
        if not gaps:
            return
        self._asked_for_start.update(dict.fromkeys(gaps, now))
        try:
            starts = await self._offsets.begins(gaps)
        except (KafkaError, OSError, TimeoutError) as error:
            _log.warning("a gap in the offsets could not be judged", group=self._group, error=repr(error))
            return
        for partition in gaps:
            lost = starts[partition] - self._next[partition]
            if lost > 0:
                self._metrics.missing.labels(self._group, partition.topic, str(partition.partition)).inc(lost)
                _log.error(
                    "records were removed from the topic before they were read",
                    group=self._group,
                    topic=partition.topic,
                    partition=partition.partition,
                    expected_offset=self._next[partition],
                    log_start_offset=starts[partition],
                )

    # --- lag and stalls

    async def _look(self) -> None:
        """Sample the lag, tell whether Kafka answers, and let the watchdog look."""
        consumer = self._subscriber.consumer
        assigned = sorted(consumer.assignment())
        missing = [topic for topic in self._topics if not consumer.partitions_for_topic(topic)]
        self._health.report(f"{self._name} topics", f"no such topic: {', '.join(missing)}" if missing else None)
        try:
            ends = await self._offsets.ends(assigned)
        except (KafkaError, OSError, TimeoutError) as error:
            self._health.report(f"{self._name} broker", f"Kafka does not answer: {error!r}")
            self._watchdog.excuse(time.monotonic())
            return
        self._health.report(f"{self._name} broker", None)
        busy = self._batch_lock.locked()
        positions = {partition: await self._position(consumer, partition) for partition in assigned}
        for partition, position in positions.items():
            done = self._next.get(partition, position) if busy else position
            lag = max(0, ends[partition] - done)
            self._metrics.lag.labels(self._group, partition.topic, str(partition.partition)).set(lag)
        if busy or self._failures:
            self._watchdog.excuse(time.monotonic())
        else:
            self._watchdog.look(time.monotonic(), positions, ends)

    async def _position(self, consumer: Any, partition: TopicPartition) -> int:
        """Where the client reads; it also passes transaction markers, which are no records."""
        try:
            position: int = await asyncio.wait_for(consumer.position(partition), 1.0)
        except (KafkaError, TimeoutError):
            return self._next.get(partition, 0)
        return position


async def _stop(broker: KafkaBroker) -> None:
    """Stop under a deadline, in a task of its own: with Kafka down stop() can hang, or raise a CancelledError."""
    stopping = asyncio.ensure_future(broker.stop())
    done, _ = await asyncio.wait({stopping}, timeout=_STOP_SECONDS)
    if not done:
        _log.warning("the consumer did not stop in time", seconds=_STOP_SECONDS)
    elif not stopping.cancelled() and (error := stopping.exception()):
        _log.warning("the consumer did not stop cleanly", error=repr(error))
