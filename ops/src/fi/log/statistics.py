"""How large the log is and what it holds.

Reads every event once, so it says how far it is. Invariant: the figures are those of one size of the log.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson
from rich.table import Table

from event_contracts.instant import format_time
from eventlog.read import LogReader, LogSize
from fi.log.gist import kind_of
from fi.progress import progress

PAGE = 2000


@dataclass(slots=True)
class Statistics:
    """`leaf_bytes`: the leaves alone, without sealed texts and indexes; `pending`: still without a position."""

    size: LogSize
    pending: int
    by_type: Counter[str] = field(default_factory=Counter)
    streams: Counter[str] = field(default_factory=Counter)
    leaf_bytes: int = 0
    sealed_texts: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "size": self.size.size,
            "published": self.size.published,
            "pending": self.pending,
            "sequenced_time": format_time(self.size.sequenced_at) if self.size.size else None,
            "leaf_bytes": self.leaf_bytes,
            "sealed_texts": self.sealed_texts,
            "streams": dict(self.streams),
            "types": dict(self.by_type.most_common()),
        }


async def statistics_of(reader: LogReader) -> Statistics:
    """The figures up to the size that the log has now."""
    found = Statistics(await reader.size(), await reader.pending())
    streams: set[str] = set()
    with progress("counting", found.size.size, "events") as teller:
        at = 0
        while at < found.size.size:
            page = await reader.to_publish(at, min(PAGE, found.size.size - at))
            for event in page:
                found.by_type[orjson.loads(event.leaf)["type"]] += 1
                found.leaf_bytes += len(event.leaf)
                found.sealed_texts += len(event.sealed)
                streams.add(event.stream)
            at += len(page)
            teller.at(at)
    found.streams.update(stream.partition("/")[0] for stream in streams)
    return found


def table_of(found: Statistics) -> Table:
    """How many of each kind."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("event")
    table.add_column("count", justify="right")
    table.add_column("share", justify="right")
    for type_, count in found.by_type.most_common():
        table.add_row(kind_of(type_), f"{count:,}", f"{count / found.size.size:.1%}")
    return table


def heading(found: Statistics) -> str:
    """The log's size in one line."""
    size = found.size
    until = f", the last sequenced {format_time(size.sequenced_at)}" if size.size else ""
    return f"{size.size:,} events{until}; {size.published:,} in Kafka, {found.pending:,} waiting for a position"


def footing(found: Statistics) -> str:
    """What else there is to know, in one line."""
    streams = ", ".join(f"{count:,} {name}" for name, count in found.streams.most_common())
    sizes = f"{found.leaf_bytes / 1e6:,.1f} MB of leaves, {found.sealed_texts:,} sealed texts"
    return f"{sizes}; streams: {streams or 'none'}"
