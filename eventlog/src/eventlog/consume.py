"""Fold the log from Kafka: judge each record, hand over what is new, save the place with what was folded.

Invariant: what a projection wrote and the place it has reached are one transaction; nothing on our own topic is
skipped: an event that cannot be folded stops its consumer, readiness says why, and a later build goes on there.
Next: judge.py for the judgement, servicekit.consumer for the loop.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from event_contracts.instant import parse_time
from event_contracts.recorded import Recorded
from eventlog.judge import Folded, is_new
from eventlog.leaf import leaf_hash
from eventlog.log import DuplicateEventError
from eventlog.publish import EVENTS
from servicekit.consumer import BatchConsumer
from servicekit.health import Health
from servicekit.kafka import KafkaConnection
from servicekit.places import Place, Places, advanced, partitions_of, unread
from servicekit.postgres import Connection, Pool, in_transaction
from servicekit.record import Record

_SEALED = "sealed-"


class Projection(Protocol):
    """What folds events: given a read model's connection and nothing else, it can have no other effect."""

    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Fold new events of one or several partitions, each partition in log order."""


class MalformedRecordError(Exception):
    """A record on our own topic without the headers or the leaf that the sequencer writes."""


class LogConsumer:
    """One member of a consumer group on `feedback-integrity.events`."""

    def __init__(
        self,
        *,
        kafka: KafkaConnection,
        pool: Pool,
        places: Places,
        projection: Projection,
        health: Health,
        max_records: int = 1000,
        topic: str = EVENTS,
    ) -> None:
        self._pool = pool
        self._places = places
        self._projection = projection
        self._consumer = BatchConsumer(
            kafka=kafka,
            topics=[topic],
            places=places,
            pool=pool,
            apply=self.apply,
            health=health,
            max_records=max_records,
        )

    async def run(self) -> None:
        """Consume until cancelled."""
        await self._consumer.run()

    async def apply(self, records: Sequence[Record]) -> None:
        """Fold a batch in one transaction. Raises HoleError, OtherLeafError, and what the projection raises."""

        async def unit(connection: Connection) -> None:
            places = await self._places.lock(connection, partitions_of(records))
            fresh = unread(records, places)
            events, reached = judged(fresh, places)
            if events:
                await self._projection.apply(connection, events)
            moved = {place.key: place for place in advanced(fresh, places)}
            await self._places.save(
                connection,
                [
                    replace(
                        place,
                        position=reached[key].position,
                        leaf_hash=reached[key].leaf_hash,
                        sequenced_at=reached[key].sequenced_at,
                    )
                    for key, place in moved.items()
                ],
            )

        await in_transaction(self._pool, unit, also_retry=(DuplicateEventError,))


def judged(
    records: Sequence[Record], places: "dict[tuple[str, int], Place]"
) -> "tuple[list[Recorded], dict[tuple[str, int], Place]]":
    """(the new events, the places they lead to). Raises HoleError, OtherLeafError, MalformedRecordError."""
    reached = dict(places)
    events: list[Recorded] = []
    for record in records:
        key = (record.topic, record.partition)
        place = reached[key]
        headers = dict(record.headers)
        if record.value is None or "position" not in headers:
            raise MalformedRecordError(
                f"{record.topic}-{record.partition} offset {record.offset} is not the sequencer's"
            )
        leaf, position = record.value, int(headers["position"])
        hash_ = leaf_hash(leaf)
        after = int(headers["after"]) if "after" in headers else None
        if not is_new(Folded(place.position, place.leaf_hash), position=position, after=after, leaf_hash=hash_):
            continue
        event = _recorded(record, leaf, position)
        events.append(event)
        reached[key] = replace(place, position=position, leaf_hash=hash_, sequenced_at=event.sequenced_at)
    return events, reached


def _recorded(record: Record, leaf: bytes, position: int) -> Recorded:
    headers = dict(record.headers)
    return Recorded.decode(
        leaf,
        position=position,
        sequenced_at=parse_time(headers["sequenced-time"].decode()),
        partition=record.partition,
        sealed={
            name.removeprefix(_SEALED): base64.b64decode(value)
            for name, value in headers.items()
            if name.startswith(_SEALED)
        },
    )
