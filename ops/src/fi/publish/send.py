"""Send records to Kafka as fast as it takes them.

Knows nothing of what they hold. Batches are built here, one per partition: four times cheaper than a send per record.
Invariant: records of one partition arrive in the order of the file, each once for each time it was sent.
Next: outcome.py for what became of them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from eventlog.partition import partition_of
from fi.error import CommandError
from fi.publish.line import Outgoing
from servicekit.kafka import KafkaConnection

BATCH_BYTES: Final = 256 * 1024
MOST_IN_FLIGHT: Final = 32
STALLED_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
TOPIC_SECONDS: Final = 3.0

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(slots=True)
class Sent:
    """Where the records went: per topic and partition the runs of offsets, each as its first and how many."""

    records: int = 0
    runs: dict[Place, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, place: Place, first: int, count: int) -> None:
        """Note a run; one that follows the last run of its partition becomes part of it."""
        self.records += count
        runs = self.runs.setdefault(place, [])
        if runs and sum(runs[-1]) == first:
            runs[-1] = (runs[-1][0], runs[-1][1] + count)
        else:
            runs.append((first, count))

    def holds(self, topic: str, partition: int, offset: int) -> bool:
        """Whether the record there is one of these."""
        return any(first <= offset < first + count for first, count in self.runs.get((topic, partition), ()))


@dataclass(slots=True)
class _Batch:
    builder: BatchBuilder
    first_line: int
    count: int = 0


async def send(kafka: KafkaConnection, records: Iterable[Outgoing], tell: Callable[[int], None]) -> Sent:
    """Send them all and wait until the brokers have them; `tell` gets the number that they have.

    Raises CommandError when the cluster cannot be reached, lacks a topic or refuses a record.
    """
    async with _producer(kafka) as producer:
        sender = _Sender(producer, tell)
        for record in records:
            await sender.add(record)
        return await sender.flush()


@asynccontextmanager
async def _producer(kafka: KafkaConnection) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        **kafka.client_options(),
        client_id="fi-publish",
        enable_idempotence=True,
        max_batch_size=BATCH_BYTES,
    )
    try:
        await producer.start()
    except KafkaError as failure:
        await producer.stop()
        raise CommandError(f"no broker answers at {kafka.bootstrap_servers}: {failure}") from failure
    try:
        yield producer
    finally:
        with suppress(TimeoutError):  # with the cluster gone it would wait for ever
            await asyncio.wait_for(producer.stop(), STOP_SECONDS)


class _Sender:
    def __init__(self, producer: AIOKafkaProducer, tell: Callable[[int], None]) -> None:
        self._producer = producer
        self._tell = tell
        self._batches: dict[Place, _Batch] = {}
        self._in_flight: dict[asyncio.Future[Any], tuple[Place, _Batch]] = {}
        self._partitions: dict[str, int] = {}
        self._sent = Sent()

    async def add(self, record: Outgoing) -> None:
        partitions = self._partitions.get(record.topic) or await self._partitions_of(record)
        place = record.topic, _partition(record.key, partitions)
        batch = self._batches.get(place)
        if batch is None:
            batch = self._batches[place] = _Batch(self._producer.create_batch(), record.number)
        if not _put(batch, record):
            await self._hand_over(place)
            batch = self._batches[place] = _Batch(self._producer.create_batch(), record.number)
            _put(batch, record)

    async def flush(self) -> Sent:
        for place in list(self._batches):
            await self._hand_over(place)
        while self._in_flight:
            await self._settle()
        return self._sent

    async def _partitions_of(self, record: Outgoing) -> int:
        """How many it has; a topic that was made just now may take a moment to be known everywhere."""
        deadline = asyncio.get_running_loop().time() + TOPIC_SECONDS
        while True:
            with suppress(KafkaError):  # a busy broker may not answer in time
                cluster = await self._producer.client.fetch_all_metadata()
                if found := cluster.partitions_for_topic(record.topic):
                    return self._partitions.setdefault(record.topic, len(found))
            if asyncio.get_running_loop().time() > deadline:
                raise CommandError(f"line {record.number}: the cluster has no topic {record.topic}")
            await asyncio.sleep(0.1)

    async def _hand_over(self, place: Place) -> None:
        while len(self._in_flight) >= MOST_IN_FLIGHT:
            await self._settle()
        batch = self._batches.pop(place)
        topic, partition = place
        try:
            future = await self._producer.send_batch(batch.builder, topic, partition=partition)
        except KafkaError as failure:
            raise _refused(batch, failure) from failure
        self._in_flight[future] = place, batch

    async def _settle(self) -> None:
        """Wait until at least one batch is with the brokers."""
        done, _ = await asyncio.wait(self._in_flight, timeout=STALLED_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            raise CommandError(
                f"the cluster took nothing for {STALLED_SECONDS:.0f} s; sending it all again is harmless"
            )
        for future in done:
            place, batch = self._in_flight.pop(future)
            try:
                first = future.result().offset
            except KafkaError as failure:
                raise _refused(batch, failure) from failure
            self._sent.add(place, first, batch.count)
        self._tell(self._sent.records)


def _put(batch: _Batch, record: Outgoing) -> bool:
    appended = batch.builder.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
    if appended is None:
        return False
    batch.count += 1
    return True


def _refused(batch: _Batch, failure: KafkaError) -> CommandError:
    lines = f"line {batch.first_line}" if batch.count == 1 else f"{batch.count} records from line {batch.first_line} on"
    return CommandError(f"{lines}: the cluster refuses: {type(failure).__name__}: {failure}")


@lru_cache(65_536)
def _partition(key: bytes, partitions: int) -> int:
    return partition_of(key.decode("utf-8", "replace"), partitions)
