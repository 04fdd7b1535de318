"""Instants as text: RFC 3339 in, UTC with a `Z` and at most six fraction digits out (interfaces, preamble).

Knows no events. Invariant: parse_time(format_time(t)) == t, and equal instants have one spelling.
Next: event.py, where the models read and write their times with it.
"""

import re
from datetime import UTC, datetime

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.(?P<fraction>\d+))?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)


def parse_time(text: str) -> datetime:
    """The instant as an aware UTC datetime. Raises ValueError with a message that never repeats the text."""
    shape = _RFC_3339.fullmatch(text)
    if shape is None:
        raise ValueError("is not an RFC 3339 time such as 2026-01-31T12:00:00Z")
    fraction = shape["fraction"]
    if fraction is not None and len(fraction) > 6:
        raise ValueError("has more than six fraction digits")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as impossible:
        raise ValueError("names an instant that does not exist") from impossible


def format_time(instant: datetime) -> str:
    """The instant's one spelling: UTC, `Z`, no trailing zeros. Raises ValueError for a naive datetime."""
    if instant.tzinfo is not UTC:
        if instant.utcoffset() is None:
            raise ValueError("a time without an offset is no instant")
        instant = instant.astimezone(UTC)
    text = instant.isoformat().removesuffix("+00:00")
    return (text.rstrip("0") if "." in text else text) + "Z"
