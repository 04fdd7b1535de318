"""Publish the log to Kafka: always a prefix of each partition, at least once.

Invariant: within a partition a record is sent only after the one before it was acknowledged, so what Kafka holds never
has a hole; after any failure the producer is discarded and the partition's own last record says where to go on.
Knows nothing of leases. Next: lead.py, which drives it; consume.py for the other end.
"""

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import ConsumerRecord

from event_contracts.instant import format_time
from eventlog.partition import key_of, partitions_of
from eventlog.sequenced import Sequenced
from servicekit.kafka import KafkaConnection

EVENTS = "feedback-integrity.events"
CONTENT_TYPE = b"application/cloudevents+json"
_BATCH = 256 * 1024
_RECORD = 1024 * 1024
_STOP_SECONDS = 2.0


class PublishFailedError(Exception):
    """Kafka did not take a record; what it holds is still a prefix."""


class PartitionsDifferError(Exception):
    """The topic has another number of partitions than the log was begun with."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The last record that a partition of the topic holds."""

    partition: int
    position: int
    leaf: bytes


async def read_tails(kafka: KafkaConnection, topic: str = EVENTS) -> list[Tail]:
    """The last record of every partition that has one."""
    consumer = AIOKafkaConsumer(**kafka.client_options(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        numbers = await _partition_numbers(consumer, topic)
        partitions = [TopicPartition(topic, number) for number in numbers]
        consumer.assign(partitions)
        first = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        filled = [partition for partition in partitions if ends[partition] > first[partition]]
        for partition in filled:
            consumer.seek(partition, ends[partition] - 1)
        return [_tail(await consumer.getone(partition)) for partition in filled]
    finally:
        await consumer.stop()


async def _partition_numbers(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    await consumer._client.force_metadata_update()
    numbers = consumer.partitions_for_topic(topic)
    return sorted(numbers or ())


def _tail(record: "ConsumerRecord[bytes, bytes]") -> Tail:
    return Tail(record.partition, int(dict(record.headers)["position"]), record.value or b"")


class Publisher:
    """One producer and where each partition stands; thrown away after the first failure."""

    def __init__(self, kafka: KafkaConnection, *, partitions: int, topic: str = EVENTS) -> None:
        self._kafka = kafka
        self._partitions = partitions
        self._topic = topic
        self._last: dict[int, int] = {}
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> list[Tail]:
        """Connect and learn what Kafka holds. Raises PartitionsDifferError, aiokafka's connection errors."""
        tails = await read_tails(self._kafka, self._topic)
        self._last = {tail.partition: tail.position for tail in tails}
        producer = AIOKafkaProducer(
            **self._kafka.client_options(),
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            max_batch_size=_BATCH,
            max_request_size=_RECORD,
            request_timeout_ms=20_000,
        )
        await producer.start()
        self._producer = producer
        there = len(await producer.partitions_for(self._topic))
        if there != self._partitions:
            raise PartitionsDifferError(
                f"{self._topic} has {there} partitions, the log was begun with {self._partitions}"
            )
        return tails

    async def publish(self, events: Sequence[Sequenced]) -> None:
        """Send events in position order and wait until Kafka has them. Raises PublishFailedError."""
        queues: dict[int, list[Sequenced]] = {}
        for event in events:
            for partition in partitions_of(event.stream, self._partitions):
                if event.position > self._last.get(partition, -1):
                    queues.setdefault(partition, []).append(event)
        outcomes = await asyncio.gather(
            *(self._send(partition, queue) for partition, queue in queues.items()), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise PublishFailedError(str(outcome)) from outcome

    async def discard(self) -> None:
        """Let go of the producer without waiting for what is pending: an idempotent one would wait for ever."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        stopping = asyncio.ensure_future(producer.stop())
        await asyncio.wait({stopping}, timeout=_STOP_SECONDS)
        stopping.cancel()

    async def _send(self, partition: int, events: Sequence[Sequenced]) -> None:
        if self._producer is None:
            raise PublishFailedError("the producer was discarded")
        at = 0
        while at < len(events):
            batch = self._producer.create_batch()
            last = self._last.get(partition)
            first = at
            while at < len(events):
                event = events[at]
                headers = headers_of(event, after=last)
                if (
                    batch.append(key=key_of(event.stream).encode(), value=event.leaf, timestamp=None, headers=headers)
                    is None
                ):
                    break
                last, at = event.position, at + 1
            if at == first:
                raise PublishFailedError(f"position {events[at].position} does not fit in a batch")
            batch.close()
            await (await self._producer.send_batch(batch, self._topic, partition=partition))
            self._last[partition] = events[at - 1].position


def headers_of(event: Sequenced, *, after: int | None) -> list[tuple[str, bytes]]:
    """Kafka headers of a record (interfaces §2); `after`: position of the previous record in its partition."""
    headers = [
        ("content-type", CONTENT_TYPE),
        ("position", b"%d" % event.position),
        ("sequenced-time", format_time(event.sequenced_at).encode()),
    ]
    if after is not None:
        headers.append(("after", b"%d" % after))
    headers += [(f"sealed-{path}", base64.b64encode(ciphertext)) for path, ciphertext in event.sealed.items()]
    return headers
