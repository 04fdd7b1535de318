"""Where everything an instance writes lies.

Knows paths only; whoever owns a file reads and writes it.
Invariant: every path is below the home, so removing the folder removes the instance.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fi.error import RefusedError


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one instance."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> "Home":
        """The home at `root`, made absolute; nothing is created."""
        return cls(root.expanduser().resolve())

    def create(self) -> None:
        for folder in (self.root, self.logs, self.keys, self.data):
            folder.mkdir(parents=True, exist_ok=True)
        self.keys.chmod(0o700)

    @property
    def instance(self) -> Path:
        return self.root / "instance.json"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def clock(self) -> Path:
        return self.root / "clock"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def data(self) -> Path:
        return self.root / "data"

    def log_of(self, process: str) -> Path:
        return self.logs / f"{process.replace(' ', '-')}.log"


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold the instance's lock for as long as its supervisor lives.

    The kernel drops it with the process, so a killed supervisor leaves no stale lock behind.
    Raises RefusedError when another process holds it.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(f"another instance holds {lock}") from None
        yield
    finally:
        os.close(descriptor)


def is_held(lock: Path) -> bool:
    """Whether some process holds the lock right now."""
    if not lock.exists():
        return False
    try:
        with held(lock):
            return False
    except RefusedError:
        return True
