"""The types that fields of events share: ids, integers, money bounds, times (limits: interfaces §1).

Invariant: what passes here can be stored, indexed and written canonically. Next: event.py.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field, PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema

from event_contracts.instant import format_time, parse_time

MAX_INTEGER: Final = 2**53 - 1
ID_PATTERN: Final = r"^[A-Za-z0-9._:~-]{1,64}$"


def _instant(value: object) -> datetime:
    if isinstance(value, str):
        return parse_time(value)
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value.astimezone(UTC)
    raise ValueError("is not an RFC 3339 time")


def _day(value: object) -> date:
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("is not a date such as 2026-01-31")


def _wire_time(value: Any) -> Any:
    return format_time(value) if isinstance(value, datetime) else value


Id: TypeAlias = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Integer: TypeAlias = Annotated[int, Field(strict=True, ge=-MAX_INTEGER, le=MAX_INTEGER)]
Natural: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=MAX_INTEGER)]
PublicScore: TypeAlias = Annotated[int, Field(strict=True, ge=100, le=500)]
"""Hundredths: 100-500."""
JobSuccessScore: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=100)]
Flag: TypeAlias = Annotated[bool, Field(strict=True)]
Instant: TypeAlias = Annotated[
    datetime,
    PlainValidator(_instant),
    PlainSerializer(_wire_time),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An aware UTC datetime; on the wire RFC 3339 with a `Z`, at most six fraction digits."""
Day: TypeAlias = Annotated[
    date,
    PlainValidator(_day),
    PlainSerializer(date.isoformat),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A UTC date."""
