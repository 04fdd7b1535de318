"""One generated fact and its line in the file that `fi publish` reads (interfaces §4)."""

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from event_contracts.instant import format_time


class Fact(NamedTuple):
    """A marketplace event without its source; `at` is its `ce_time`."""

    at: datetime
    id: str
    type: str
    subject: str
    data: dict[str, Any]

    def line(self, source: str) -> bytes:
        """The event as one line of JSON, with its line feed."""
        event = {
            "id": self.id,
            "source": source,
            "time": format_time(self.at),
            "type": self.type,
            "subject": self.subject,
            "data": self.data,
        }
        return orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)
