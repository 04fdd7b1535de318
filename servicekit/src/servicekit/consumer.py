"""Read Kafka topics in batches, each applied in one database transaction, and lose nothing.

Owns the life of one group member: start while Kafka is down, lag, the watchdog, a stop that ends. Knows no record.
Invariant: a partition goes on only after its batch was applied; PostgreSQL's place wins over Kafka's.
Next: assignment.py for rebalances, delivery.py for one batch, places.py for the place, record.py for why headers are
left alone.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import structlog
from aiokafka import TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from servicekit.assignment import Assignment
from servicekit.delivery import Apply, Delivery
from servicekit.health import Health
from servicekit.kafka import KafkaConnection
from servicekit.metrics import ConsumerMetrics, measures
from servicekit.offsets import Offsets
from servicekit.places import Places
from servicekit.postgres import Pool
from servicekit.record import Batch, no_decode, safe_parser
from servicekit.watchdog import Watchdog

_SESSION_MS: Final = 10_000  # how long a killed member's partitions stand still
_HEARTBEAT_MS: Final = 1_000  # how soon a join or leave is noticed
_REBALANCE_MS: Final = 60_000  # a batch in flight must end within it
_METADATA_MS: Final = 30_000  # how soon moved or added partitions are noticed
_GRACE_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 15.0
_LONGEST_PAUSE_SECONDS: Final = 5.0
_SASL: Final = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
_log = structlog.get_logger(__name__)


class BatchConsumer:
    """One member of a consumer group, whose places are in PostgreSQL."""

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
        """Take where to read, where the places are, and what applies a batch; the group is that of the places.

        ``pool`` must see the places' table. The consumer reports under ``consumer <group>`` to ``health``.
        """
        name = f"consumer {places.group}"
        self._kafka = kafka
        self._topics = tuple(topics)
        self._group = places.group
        self._health = health
        self._name = name
        self._max_records = max_records
        self._batch_timeout_ms = batch_timeout_ms
        self._sample_seconds = sample_seconds
        self._metrics = measures(ConsumerMetrics, health.registry)
        self._offsets = Offsets(kafka, client_id=f"{places.group}-offsets")
        self._assignment = Assignment(places, pool, health, name=name)
        self._delivery = Delivery(self._assignment, apply, self._offsets, health, name=name)
        self._watchdog: Watchdog[TopicPartition] = Watchdog(stall_seconds)
        health.report(name, "not started")

    async def run(self) -> None:
        """Consume until cancelled, then drain the batch in flight and leave the group.

        Raises StalledError when there are records and nothing moves, and the error of the delivery's own code: the
        process should end, and be started anew.
        """
        broker: KafkaBroker | None = None
        try:
            broker = await self._started()
            while not _told_to_end():
                await asyncio.sleep(self._sample_seconds)
                if self._delivery.broken is not None:
                    raise self._delivery.broken
                await self._sample()
            raise asyncio.CancelledError
        finally:
            self._health.report(self._name, "stopped")
            self._assignment.stopping.set()
            if broker is not None:
                await _stop(broker)
            await self._offsets.close()

    async def _started(self) -> KafkaBroker:
        """A broker object that started; one that failed to is thrown away, because it cannot be started twice."""
        pause = 0.2
        while True:
            broker = self._new_broker()
            self._health.report(self._name, "waiting for Kafka and for partitions")
            try:
                await self._topics_exist()
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

    async def _topics_exist(self) -> None:
        """Wait for the topics, and say which are missing; a subscription would wait in silence."""
        while missing := sorted(set(self._topics) - await self._offsets.topics()):
            self._health.report(self._name, f"no such topic: {', '.join(missing)}")
            await asyncio.sleep(self._sample_seconds)

    def _new_broker(self) -> KafkaBroker:
        broker = KafkaBroker(
            self._kafka.servers,
            security=_security(self._kafka),
            client_id=self._group,
            consumer_only=True,
            allow_auto_create_topics=False,
            metadata_max_age_ms=_METADATA_MS,
            graceful_timeout=_GRACE_SECONDS,
            logger=logging.getLogger("faststream"),
            log_level=logging.DEBUG,
        )
        subscriber = broker.subscriber(
            *self._topics,
            group_id=self._group,
            batch=True,
            max_records=self._max_records,
            batch_timeout_ms=self._batch_timeout_ms,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            ack_policy=AckPolicy.MANUAL,
            partition_assignment_strategy=(RoundRobinPartitionAssignor,),
            session_timeout_ms=_SESSION_MS,
            heartbeat_interval_ms=_HEARTBEAT_MS,
            rebalance_timeout_ms=_REBALANCE_MS,
            listener=self._assignment,
            parser=safe_parser,
            decoder=no_decode,
        )
        self._assignment.subscriber = subscriber

        @subscriber
        async def on_batch(message: KafkaMessage) -> None:
            await self._delivery.take(cast("Batch", message.raw_message))

        return broker

    async def _sample(self) -> None:
        """Measure the lag, tell whether Kafka answers, and let the watchdog look."""
        consumer = self._assignment.subscriber.consumer
        assigned = sorted(consumer.assignment())
        try:
            ends = await self._offsets.ends(assigned)
        except (KafkaError, OSError, TimeoutError) as error:
            self._health.report(f"{self._name} broker", f"Kafka does not answer: {error!r}")
            self._watchdog.excuse(time.monotonic())
            return
        self._health.report(f"{self._name} broker", None)
        positions = {partition: await self._position(consumer, partition) for partition in assigned}
        self._watch(positions, ends)

    def _watch(self, positions: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]) -> None:
        now, busy = time.monotonic(), self._assignment.lock.locked()
        for partition, position in positions.items():
            done = self._assignment.next.get(partition, position) if busy else position
            labels = (self._group, partition.topic, str(partition.partition))
            self._metrics.lag.labels(*labels).set(max(0, ends[partition] - done))
        if busy or self._delivery.failures or now - self._assignment.since < self._sample_seconds:
            self._watchdog.excuse(now)
        else:
            self._watchdog.look(now, positions, ends)

    async def _position(self, consumer: Any, partition: TopicPartition) -> int:
        """Where the client reads; unlike the place it also passes transaction markers, which are no records."""
        try:
            async with asyncio.timeout(1.0):
                return cast("int", await consumer.position(partition))
        except (KafkaError, TimeoutError):
            return self._assignment.next.get(partition, 0)


def _security(kafka: KafkaConnection) -> BaseSecurity | None:
    """The same connection as FastStream spells it; None when nothing is asked for."""
    if kafka.protocol == "PLAINTEXT":
        return None
    context = kafka.ssl_context() if kafka.encrypted else None
    if not kafka.signed_in:
        return BaseSecurity(ssl_context=context, use_ssl=True)
    return _SASL[kafka.mechanism](
        kafka.username or "", kafka.password_text, ssl_context=context, use_ssl=kafka.encrypted
    )


def _told_to_end() -> bool:
    """Whether our task was cancelled, even if a library swallowed it, as asyncio.wait_for may at the end of a wait."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _stop(broker: KafkaBroker) -> None:
    """Stop under a deadline, in a task of its own: with Kafka down stop() can hang, or raise a CancelledError."""
    stopping = asyncio.ensure_future(broker.stop())
    done, _ = await asyncio.wait({stopping}, timeout=_STOP_SECONDS)
    if not done:
        _log.warning("the consumer did not stop in time", seconds=_STOP_SECONDS)
    elif not stopping.cancelled() and (error := stopping.exception()):
        _log.warning("the consumer did not stop cleanly", error=repr(error))
