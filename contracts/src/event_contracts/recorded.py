"""An event as the log holds it, read from the exact bytes of its leaf.

Knows no storage and no keys: sealed parts stay sealed. Invariant: `leaf` is never serialised again.
Next: slot.py for what recorded facts mean, eventlog's leaf.py for how a leaf is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Self

import orjson

from event_contracts.event import EventData
from event_contracts.instant import parse_time
from event_contracts.registry import decode
from event_contracts.stamp import Stamp

_NOTHING_SEALED: Final[Mapping[str, bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One event of the log.

    `position`: zero-based in the log, `version`: from 1 in its stream, `partition`: of the topic (0 when read from the
    database). `type`: as recorded; `data`: in today's version. `sealed`: path → ciphertext of the parts still there.
    """

    position: int
    sequenced_at: datetime
    partition: int
    source: str
    id: str
    type: str
    time: datetime
    stream: str
    version: int
    actor: str
    correlation_id: str
    causation_id: str | None
    policy: str | None
    data: EventData
    sealed: Mapping[str, bytes]
    leaf: bytes

    @classmethod
    def decode(
        cls,
        leaf: bytes,
        *,
        position: int,
        sequenced_at: datetime,
        partition: int = 0,
        sealed: Mapping[str, bytes] = _NOTHING_SEALED,
    ) -> Self:
        """Raises UnknownTypeError, UnknownVersionError; ValueError or KeyError for bytes that are no leaf."""
        event: dict[str, Any] = orjson.loads(leaf)
        return cls(
            position=position,
            sequenced_at=sequenced_at,
            partition=partition,
            source=event["source"],
            id=event["id"],
            type=event["type"],
            time=parse_time(event["time"]),
            stream=event["stream"],
            version=event["streamversion"],
            actor=event["actor"],
            correlation_id=event["correlationid"],
            causation_id=event.get("causationid"),
            policy=event.get("policy"),
            data=decode(event["type"], event["data"]),
            sealed=sealed,
            leaf=leaf,
        )

    @property
    def stamp(self) -> Stamp:
        """What decides between this fact and others about the same slot; of embedded feedback see slot.py."""
        return Stamp(self.time, self.time, self.id, self.source)
