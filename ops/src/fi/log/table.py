"""Events for a person: one line each, or one event whole."""

from collections.abc import Iterable
from typing import Any

import orjson
from rich.table import Table
from rich.text import Text

from event_contracts.instant import format_time
from event_contracts.recorded import Recorded
from fi.log.gist import gist, kind_of

OURS_STYLE = "bold"


def table_of(events: Iterable[Recorded]) -> Table:
    """Position, sequenced time, kind and gist."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("position", justify="right", no_wrap=True)
    table.add_column("sequenced", no_wrap=True)
    table.add_column("event", no_wrap=True)
    table.add_column("gist", ratio=1)
    for event in events:
        table.add_row(*row_of(event))
    return table


def row_of(event: Recorded) -> tuple[Text, ...]:
    ours = event.type.startswith("integrity.")
    said = Text(gist(event.data), style=OURS_STYLE if ours else "")
    at = event.sequenced_at.strftime("%Y-%m-%d %H:%M")
    return Text(str(event.position), style="dim"), Text(at, style="dim"), Text(kind_of(event.type)), said


def line_of(event: Recorded) -> Text:
    """The same as one line, for a stream of them."""
    position, at, kind, said = row_of(event)
    return Text("  ").join((Text(f"{position.plain:>8}", style="dim"), at, Text(f"{kind.plain:<34}"), said))


def whole(event: Recorded) -> str:
    """Everything the log holds of an event, its leaf indented."""
    leaf = orjson.dumps(orjson.loads(event.leaf), option=orjson.OPT_INDENT_2).decode()
    sealed = ", ".join(f"{path} ({len(text)} bytes)" for path, text in event.sealed.items()) or "none"
    heads = [
        f"position {event.position}, sequenced {format_time(event.sequenced_at)}",
        f"{event.stream}, version {event.version}",
        f"{kind_of(event.type)}: {gist(event.data)}",
        f"sealed texts beside it: {sealed}",
    ]
    return "\n".join([*heads, leaf])


def as_json(event: Recorded) -> dict[str, Any]:
    """The event for a program: `event` is its leaf."""
    return {
        "position": event.position,
        "sequenced_time": format_time(event.sequenced_at),
        "event": orjson.loads(event.leaf),
        "sealed": sorted(event.sealed),
    }
