"""The test clock: a file with one instant, that stands still until it is moved forward by hand.

Pure but for reading and replacing the file. The services read it through servicekit.clock.
Invariant: it never goes back, since nothing in the log may be older than what is there already.
"""

import calendar
import re
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from event_contracts.instant import format_time, parse_time
from fi.error import CommandError, RefusedError

STEP = re.compile(r"(?P<count>\d{1,6})(?P<unit>mo|[dhms])")
UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def later(now: datetime, step: str) -> datetime:
    """`now` plus `3mo`, `10d`, `5h`, `30m` or `20s`; a month keeps the day, or takes the last one there is.

    Raises ValueError when `step` is none of these.
    """
    match = STEP.fullmatch(step)
    if match is None:
        raise ValueError(f"{step!r} is no step; write for example 3mo, 10d, 5h, 30m or 20s")
    count, unit = int(match["count"]), match["unit"]
    if unit != "mo":
        return now + timedelta(**{UNITS[unit]: count})
    years, month = divmod(now.month - 1 + count, 12)
    year = now.year + years
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)


def read_clock(file: Path) -> datetime:
    """What the clock shows. Raises CommandError when the instance has no test clock."""
    try:
        return parse_time(file.read_text().strip())
    except FileNotFoundError:
        raise CommandError("this instance runs on the system's clock; start one with `fi dev up --clock T`") from None


def move_clock(file: Path, to: datetime) -> None:
    """Set the clock, replacing the file as a whole. Raises RefusedError when that would be backwards."""
    if file.exists() and to < (now := read_clock(file)):
        raise RefusedError(
            f"the test clock only goes forward: it shows {format_time(now)}, not before {format_time(to)}"
        )
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix="clock.", delete=False) as fresh:
        fresh.write(format_time(to))
    Path(fresh.name).chmod(0o644)
    Path(fresh.name).replace(file)
