"""Acts of operators that the log records."""

from typing import ClassVar

from event_contracts.event import EventData
from event_contracts.field import Id, Instant, Natural
from event_contracts.sealed import Part, TextPart


class _ParkedRecordEvent(EventData):
    """`topic`, `partition`, `offset`: where the parked record stands in Kafka."""

    PARTS: ClassVar[tuple[Part, ...]] = (Part("reason", under="by"),)

    topic: str
    partition: Natural
    offset: Natural
    by: Id
    at: Instant
    reason: TextPart = None

    @property
    def stream(self) -> str:
        return "operations/parked"


class ParkedRecordRetried(_ParkedRecordEvent):
    """A parked record was tried again."""

    TYPE: ClassVar[str] = "integrity.parked-record.retried.v1"


class ParkedRecordSkipped(_ParkedRecordEvent):
    """A parked record was given up."""

    TYPE: ClassVar[str] = "integrity.parked-record.skipped.v1"


class LogKeyRotated(EventData):
    """The log's signing key was replaced when the log had `at_size` leaves; keys as C2SP vkeys."""

    TYPE: ClassVar[str] = "integrity.log-key.rotated.v1"

    old_key: str
    new_key: str
    at_size: Natural

    @property
    def stream(self) -> str:
        return "operations/log"
