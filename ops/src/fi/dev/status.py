"""What `fi dev status` shows of an instance."""

from typing import Any

from rich.table import Table

from event_contracts.instant import format_time
from fi.dev.backing import WIRE_KIND
from fi.dev.clock import read_clock
from fi.dev.home import Home
from fi.dev.instance import TEST_CLOCK, Instance


def document(home: Home, instance: Instance) -> dict[str, Any]:
    """The instance as the interfaces name it, each process as it is now."""
    return {
        "home": instance.home,
        "state": instance.state if instance.is_up() else "down",
        "clock": format_time(read_clock(home.clock)) if instance.clock == TEST_CLOCK else instance.clock,
        "kafka": {
            "bootstrap_servers": instance.bootstrap_servers,
            "kind": WIRE_KIND[instance.kafka_kind],
            "version": instance.kafka_version,
        },
        "database_url": instance.database_url,
        "services": dict(instance.services),
        "processes": [
            {"name": process.name, "pid": process.pid, "state": process.state, "address": process.address}
            for process in (written.seen_now() for written in instance.processes)
        ],
    }


def table(shown: dict[str, Any]) -> Table:
    """The same for a person."""
    kafka = shown["kafka"]
    lines = Table(title=f"{shown['home']}: {shown['state']}, clock {shown['clock']}", title_justify="left", box=None)
    for column in ("process", "state", "pid", "address"):
        lines.add_column(column)
    for process in shown["processes"]:
        lines.add_row(process["name"], process["state"], str(process["pid"] or ""), process["address"])
    lines.caption = f"database {shown['database_url']} · kafka {kafka['bootstrap_servers']} ({kafka['kind']})"
    lines.caption_justify = "left"
    return lines
