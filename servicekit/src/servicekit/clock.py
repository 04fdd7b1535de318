"""Where business time comes from.

Owns the one clock object a process has. Leases, timeouts, token expiry and metrics do not ask it.
Invariant: times are aware and UTC; the test clock stands still but when its file is replaced.
Next: settings.py, which refuses a test clock outside the sandbox.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from servicekit.settings import ProcessSettings


class Clock(Protocol):
    """Tells the business time."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(UTC)


class FileClock:
    """The sandbox's test clock: a file with one RFC 3339 time, replaced as a whole when time is moved."""

    def __init__(self, path: Path) -> None:
        """Read the file once, so that a missing or wrong one stops the process at its start.

        Raises FileNotFoundError, and ValueError when the content is not a time with an offset.
        """
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._time = datetime.min.replace(tzinfo=UTC)
        self.now()

    def now(self) -> datetime:
        """Return the time in the file, read again only after the file changed."""
        status = self._path.stat()
        seen = (status.st_ino, status.st_mtime_ns, status.st_size)
        if seen != self._seen:
            self._time = _parse(self._path.read_text(encoding="ascii"))
            self._seen = seen
        return self._time


def _parse(text: str) -> datetime:
    time = datetime.fromisoformat(text.strip())
    if time.tzinfo is None:
        raise ValueError(f"the test clock's time has no offset: {text.strip()!r}")
    return time.astimezone(UTC)


def clock_from(settings: ProcessSettings) -> Clock:
    """Return the clock this process must use."""
    return FileClock(settings.test_clock) if settings.test_clock else SystemClock()
