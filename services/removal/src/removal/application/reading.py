"""Read one Kafka record: an event of a known kind, or the reason why it is parked.

Knows nothing of what was recorded before. Invariant: whatever bytes arrive, reading ends in one of the two.
Next: domain/admission.py for what happens to what could be read.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from event_contracts import UnknownTypeError, UnknownVersionError
from event_contracts.admission import admit
from event_contracts.attribute import check_identity, instant_of
from event_contracts.cloudevents import CloudEvent, UnreadableError, read_kafka
from event_contracts.event import InvalidDataError
from event_contracts.registry import MARKETPLACE, model_of
from removal.domain.admission import Candidate, Parked, ParkReason
from servicekit.record import Record

Reading: TypeAlias = Candidate | Parked


class Digest(Protocol):
    """Content digest of an event (`EventLog.digest`)."""

    def __call__(self, *, type_: str, time: datetime, data: Any) -> bytes: ...


def read(record: Record, digest: Digest) -> Reading:
    """The candidate in a record, or why there is none."""
    try:
        event = read_kafka(record.value, record.headers, key=record.key)
        model_of(event.type, registry=MARKETPLACE)
        check_identity(event)
    except UnreadableError as unreadable:
        return Parked(ParkReason(unreadable.reason), unreadable.detail)
    except UnknownVersionError:
        return Parked(ParkReason.UNKNOWN_VERSION, "the event is known, this version of it is not")
    except UnknownTypeError:
        return Parked(ParkReason.UNKNOWN_TYPE, "no such event is published by the marketplace")
    except InvalidDataError as wrong:  # an id that cannot have been recorded, so nothing comes before this reason
        return Parked(ParkReason.INVALID, str(wrong))
    return _candidate(event, digest)


def _candidate(event: CloudEvent, digest: Digest) -> Candidate:
    identity = (event.source, event.id)
    time = _or_none(lambda: instant_of(event))
    content = None if time is None else _digest(event, time, digest)
    try:
        return Candidate(identity=identity, digest=content, time=time, data=admit(event))
    except InvalidDataError as wrong:
        return Candidate(identity=identity, digest=content, time=time, data=None, complaint=str(wrong))


def _or_none(read_time: Callable[[], datetime]) -> datetime | None:
    try:
        return read_time()
    except InvalidDataError:
        return None


def _digest(event: CloudEvent, time: datetime, digest: Digest) -> bytes | None:
    try:
        return digest(type_=event.type, time=time, data=event.data)
    except (TypeError, ValueError, RecursionError):  # lone surrogates, too deep: never recorded, so equal to nothing
        return None
