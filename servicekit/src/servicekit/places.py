"""Remember how far a consumer group has read each partition.

Owns the table ``<schema>.consumer_places`` through its statements. Knows nothing of what the records say.
Invariant: a place is read under its lock in the transaction that changes it, so a member that lost the partition finds
its records already passed.
Next: consumer.py, which seeks to places; sql/make_consumer_places.sql for the table a service's first migration makes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import asyncpg
from aiokafka import ConsumerRecord

from servicekit.postgres import Connection, Pool
from servicekit.sqlfile import in_schema, statements

Partition = tuple[str, int]
"""A topic and the number of a partition."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far one partition is read: the next Kafka offset; on our own topic also the last log position, its leaf."""

    topic: str
    partition: int
    next_offset: int = 0
    position: int | None = None
    leaf_hash: bytes | None = None
    sequenced_at: datetime | None = None

    @property
    def key(self) -> Partition:
        """The partition this is the place of."""
        return (self.topic, self.partition)


class Places:
    """The places of one consumer group, in one service's schema."""

    def __init__(self, schema: str, group: str) -> None:
        """Take the schema that has the table, and the group. Raises ValueError for what is no schema name."""
        self.group: Final = group
        self._sql = {
            name: in_schema(statements("servicekit")[name], schema)
            for name in ("load_places", "make_places", "lock_places", "save_places")
        }

    async def load(self, connection: "Connection | Pool", partitions: Iterable[Partition]) -> dict[Partition, Place]:
        """Return the places there are, without locking; a partition never read has none."""
        topics, numbers = _columns(partitions)
        rows = await connection.fetch(self._sql["load_places"], self.group, topics, numbers)
        return _by_key(rows)

    async def lock(self, connection: Connection, partitions: Iterable[Partition]) -> dict[Partition, Place]:
        """Lock the places, in one order everywhere, until the transaction ends; missing ones are made, at offset 0."""
        topics, numbers = _columns(partitions)
        await connection.execute(self._sql["make_places"], self.group, topics, numbers)
        rows = await connection.fetch(self._sql["lock_places"], self.group, topics, numbers)
        return _by_key(rows)

    async def save(self, connection: Connection, places: Iterable[Place]) -> None:
        """Store the places. Their locks are held, so nobody else moved them."""
        ordered = sorted(places, key=lambda place: place.key)
        await connection.execute(
            self._sql["save_places"],
            self.group,
            [place.topic for place in ordered],
            [place.partition for place in ordered],
            [place.next_offset for place in ordered],
            [place.position for place in ordered],
            [place.leaf_hash for place in ordered],
            [place.sequenced_at for place in ordered],
        )


def _columns(partitions: Iterable[Partition]) -> tuple[list[str], list[int]]:
    ordered = sorted(set(partitions))
    return [topic for topic, _ in ordered], [number for _, number in ordered]


def _by_key(rows: Sequence[asyncpg.Record]) -> dict[Partition, Place]:
    places = [Place(*row.values()) for row in rows]  # the statements list the columns in the order of the fields
    return {place.key: place for place in places}


def partitions_of(records: Iterable["ConsumerRecord[bytes | None, bytes | None]"]) -> set[Partition]:
    """Return the partitions that records come from."""
    return {(record.topic, record.partition) for record in records}


def unread(
    records: Iterable["ConsumerRecord[bytes | None, bytes | None]"], places: Mapping[Partition, Place]
) -> list["ConsumerRecord[bytes | None, bytes | None]"]:
    """Return the records that the places have not passed, in the order given."""
    return [record for record in records if record.offset >= places[record.topic, record.partition].next_offset]


def advanced(
    records: Iterable["ConsumerRecord[bytes | None, bytes | None]"], places: Mapping[Partition, Place]
) -> list[Place]:
    """Return the places after these records; places never go back."""
    ends = {key: place.next_offset for key, place in places.items()}
    for record in records:
        key = (record.topic, record.partition)
        ends[key] = max(ends[key], record.offset + 1)
    return [replace(places[key], next_offset=end) for key, end in ends.items() if end != places[key].next_offset]
