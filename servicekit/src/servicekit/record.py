"""Kafka records as our consumers get them: untouched.

Owns keeping the framework's hands off keys, headers and values. Knows nothing of what a record says.
Invariant: no record can fail before our own code sees it, and what is seen is what was sent (null and non-UTF-8 headers
would else lose the whole batch).
Next: consumer.py.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from aiokafka import ConsumerRecord, TopicPartition
from faststream.kafka import KafkaMessage

Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"
Batch: TypeAlias = tuple[Record, ...]


async def safe_parser(records: Batch, original: Callable[[Batch], Awaitable[KafkaMessage]]) -> KafkaMessage:
    """Let the framework parse one record without headers, then put the real ones in its place."""
    message = await original((replace(records[0], headers=()),))
    message.raw_message = records
    return message


async def no_decode(_message: KafkaMessage) -> Any:
    """Decode nothing; whoever applies the records does it."""
    return None


def next_offsets(records: Iterable[Record]) -> dict[TopicPartition, int]:
    """Return the offset after the last record of each partition."""
    ends: dict[TopicPartition, int] = {}
    for record in records:
        partition = TopicPartition(record.topic, record.partition)
        ends[partition] = max(ends.get(partition, 0), record.offset + 1)
    return ends


def first_offsets(records: Iterable[Record]) -> dict[TopicPartition, int]:
    """Return the offset of the first record of each partition."""
    firsts: dict[TopicPartition, int] = {}
    for record in records:
        firsts.setdefault(TopicPartition(record.topic, record.partition), record.offset)
    return firsts


def counts(records: Iterable[Record]) -> Mapping[TopicPartition, int]:
    """Return how many records come from each partition."""
    return Counter(TopicPartition(record.topic, record.partition) for record in records)
