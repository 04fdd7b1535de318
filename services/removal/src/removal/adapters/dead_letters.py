"""Publish parked records to `feedback-integrity.dead-letters`, at least once, without ever holding up the intake.

A record is claimed, sent and then marked; a crash in between sends it again. One that Kafka refuses waits longer and
longer and holds back no other. Invariant: key, headers and value are the original's; what we add is named `dlq-*`.
Next: parking.py for the rows.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry, Counter

from removal.adapters.parking import Headers, ParkedRecord, ParkingTable
from servicekit.kafka import KafkaConnection
from servicekit.postgres import Pool

TOPIC: Final = "feedback-integrity.dead-letters"
_CLAIMED: Final = 50
_CLAIM_SECONDS: Final = 60.0
_SEND_SECONDS: Final = 30.0
_IDLE_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 30.0
_LONGEST_WAIT_SECONDS: Final = 3600.0
_NO_KAFKA: Final = (KafkaError, OSError, TimeoutError)
_log = structlog.get_logger(__name__)


class NoneTakenError(Exception):
    """Kafka took nothing of a batch of dead letters."""


class DeadLetters:
    """One relay; any number of them may run."""

    def __init__(
        self,
        *,
        kafka: KafkaConnection,
        pool: Pool,
        parking: ParkingTable,
        registry: CollectorRegistry,
        topic: str = TOPIC,
    ) -> None:
        self._kafka = kafka
        self._pool = pool
        self._parking = parking
        self._topic = topic
        self._stirred = asyncio.Event()
        self._sent = Counter("fi_dead_letters", "Dead letters that Kafka took", registry=registry)
        self._refused = Counter("fi_dead_letters_refused", "Attempts that Kafka refused", registry=registry)

    def stir(self) -> None:
        """Something was parked: look at once instead of at the next poll."""
        self._stirred.set()

    async def run(self) -> None:
        """Publish until cancelled. Whatever goes wrong is waited out: the intake lives in the same process."""
        pause = _IDLE_SECONDS
        while True:
            try:
                async with contextlib.aclosing(_Producer(self._kafka, self._topic)) as producer:
                    await producer.start()
                    pause = _IDLE_SECONDS
                    await self._publish(producer)
            except Exception as trouble:
                _log.warning("dead letters wait", error=repr(trouble))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _publish(self, producer: "_Producer") -> None:
        while True:
            self._stirred.clear()
            records = await self._parking.claim(self._pool, limit=_CLAIMED, seconds=_CLAIM_SECONDS)
            if records:
                await self._send(producer, records)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), _IDLE_SECONDS)

    async def _send(self, producer: "_Producer", records: Sequence[ParkedRecord]) -> None:
        """Send all, mark those that Kafka has, let the others wait. Raises NoneTakenError."""
        outcomes = await asyncio.gather(*(producer.send(record) for record in records), return_exceptions=True)
        taken = [record.id for record, error in zip(records, outcomes, strict=True) if error is None]
        refused = [(record, error) for record, error in zip(records, outcomes, strict=True) if error is not None]
        await self._parking.published(self._pool, taken)
        waits = [min(_LONGEST_WAIT_SECONDS, 2.0 ** min(record.attempts, 12)) for record, _ in refused]
        await self._parking.postpone(self._pool, [record.id for record, _ in refused], waits)
        self._sent.inc(len(taken))
        self._refused.inc(len(refused))
        for record, error in refused:
            _log.warning("a dead letter was refused", id=record.id, attempts=record.attempts, error=repr(error))
        if refused and not taken:
            raise NoneTakenError(f"{len(refused)} dead letters")


class _Producer:
    """A producer of single records: one of a bad size fails alone, and key and value may both be null.

    Not idempotent on purpose: after a refused record an idempotent producer refuses all that follow.
    """

    def __init__(self, kafka: KafkaConnection, topic: str) -> None:
        self._topic = topic
        self._producer = AIOKafkaProducer(
            **kafka.client_options(),
            client_id="removal-dead-letters",
            acks="all",
            request_timeout_ms=int(_SEND_SECONDS * 1000),
        )

    async def start(self) -> None:
        await self._producer.start()

    async def send(self, record: ParkedRecord) -> None:
        """Raises KafkaError, TimeoutError."""
        batch = self._producer.create_batch()
        batch.append(key=record.key, value=record.value, timestamp=None, headers=letter_headers(record))
        batch.close()
        async with asyncio.timeout(_SEND_SECONDS):
            numbers = sorted(await self._producer.partitions_for(self._topic))
            # By the original's partition: the order of what one producer sent is kept.
            delivery = await self._producer.send_batch(
                batch, self._topic, partition=numbers[record.partition % len(numbers)]
            )
            await delivery

    async def aclose(self) -> None:
        with contextlib.suppress(*_NO_KAFKA):
            await asyncio.wait_for(self._producer.stop(), 5.0)


def letter_headers(record: ParkedRecord) -> Headers:
    """The original's headers, then where it came from and why it is here."""
    ours = {
        "dlq-reason": record.reason,
        "dlq-detail": record.detail,
        "dlq-topic": record.topic,
        "dlq-partition": str(record.partition),
        "dlq-offset": str(record.offset),
    }
    return [*record.headers, *((name, value.encode()) for name, value in ours.items())]
