"""Which operating system process is ours.

A process is a pid together with its start time: pids are used again, and a stranger must never be ended.
Invariant: a signal goes only to a process whose pid and start time both match what was written down.
"""

import contextlib
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

# The start time is derived from the boot time, which moves a little when the machine's clock is corrected.
SAME_START_SECONDS = 1.5
KILL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Identity:
    """A process as it was written down: pid and start time (seconds since the epoch)."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """The identity of a running process, or None when it is gone already."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    def process(self) -> psutil.Process | None:
        """The running process with this identity; None when it ended or its pid now belongs to another."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.started) < SAME_START_SECONDS
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None

    def is_running(self) -> bool:
        return self.process() is not None


def end(identities: Sequence[Identity], *, grace: float, first: signal.Signals = signal.SIGTERM) -> None:
    """End these processes and what they started: `first`, after `grace` seconds SIGKILL. Strangers are left alone."""
    mine = [process for identity in identities if (process := identity.process())]
    family = list(mine)
    for process in mine:
        with contextlib.suppress(psutil.Error):
            family += process.children(recursive=True)
    for process in mine:
        with contextlib.suppress(psutil.Error):
            process.send_signal(first)
    for process in _still_there(family, seconds=grace):
        with contextlib.suppress(psutil.Error):
            process.kill()
    _still_there(family, seconds=KILL_SECONDS)


def _still_there(processes: Sequence[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Wait for the processes to end; gives those that have not after `seconds`.

    By looking, not by waiting on them: whoever started a process wants its exit code for itself.
    """
    deadline = time.monotonic() + seconds
    while (alive := [process for process in processes if _lives(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return alive


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def await_end(identity: Identity, *, seconds: float) -> bool:
    """Wait until the process is gone; False when it is still there after `seconds`."""
    deadline = time.monotonic() + seconds
    while identity.is_running():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
