"""What the attributes of a marketplace event must be, besides being a CloudEvent's (interfaces §1 Limits).

Knows no data. Next: admission.py for the whole event.
"""

import re
from datetime import datetime
from typing import Final

from event_contracts.cloudevents import CloudEvent
from event_contracts.event import InvalidDataError
from event_contracts.instant import parse_time

_PRINTABLE_ASCII: Final = re.compile(r"[ -~]{1,128}", re.ASCII)


def check_identity(event: CloudEvent) -> None:
    """Raises InvalidDataError naming `ce_id` or `ce_source`."""
    for name, value in (("ce_id", event.id), ("ce_source", event.source)):
        if not _PRINTABLE_ASCII.fullmatch(value):
            raise InvalidDataError(name, "is not 1 to 128 printable ASCII characters")


def instant_of(event: CloudEvent) -> datetime:
    """The event's time as an aware UTC datetime. Raises InvalidDataError naming `ce_time`."""
    if event.time is None:
        raise InvalidDataError("ce_time", "is missing")
    try:
        return parse_time(event.time)
    except ValueError as refused:
        raise InvalidDataError("ce_time", str(refused)) from refused
