"""What to run: a program with its environment, its owner and how to tell that it is ready.

The one place that starts operating system processes. Knows nothing of what they are for.
Next: supervisor.py keeps programs running, tests/support starts single ones.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypedDict

from fi.error import CommandError

Probe = Callable[[], Awaitable[str | None]]
"""Answers None when ready, else why not."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The user a program runs as."""

    uid: int
    gid: int


class SpawnOptions(TypedDict, total=False):
    """Arguments that `subprocess.Popen` and `asyncio.create_subprocess_exec` share."""

    cwd: str
    env: dict[str, str]
    stdin: int
    stdout: IO[bytes]
    stderr: int
    start_new_session: bool
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process to keep running. `address` is where it listens, as `host:port` or a URL."""

    name: str
    argv: tuple[str, ...]
    ready: Probe
    address: str
    environment: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = Path("/")
    owner: Owner | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    before: Callable[[], None] | None = None  # runs before every start, off the event loop
    after: Callable[[], None] | None = None  # runs when it has ended for good
    pid: Callable[[], int | None] | None = None  # where the serving process is not the child (containers)
    restart: bool = True  # False: when it dies the instance is over

    def spawn_options(self, log: IO[bytes]) -> SpawnOptions:
        """How to start it: own session, so that Ctrl-C in a terminal reaches the supervisor only."""
        options = SpawnOptions(
            cwd=str(self.cwd),
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        if self.owner:
            options |= SpawnOptions(user=self.owner.uid, group=self.owner.gid, extra_groups=[])
        return options


def start(program: Program, log: Path) -> subprocess.Popen[bytes]:
    """Start a program outside any event loop; its output goes to the end of `log`."""
    if program.before:
        program.before()
    with log.open("ab") as output:
        return subprocess.Popen(program.argv, **program.spawn_options(output))  # noqa: S603 - our own programs


async def start_async(program: Program, log: Path) -> asyncio.subprocess.Process:
    """Start a program under the running event loop; its output goes to the end of `log`."""
    if program.before:
        await asyncio.to_thread(program.before)
    output = await asyncio.to_thread(log.open, "ab")
    try:
        return await asyncio.create_subprocess_exec(*program.argv, **program.spawn_options(output))
    finally:
        output.close()


def run(argv: Sequence[str], *, what: str, timeout: float, owner: Owner | None = None, cwd: Path | None = None) -> str:
    """Run a command to its end and give its output. Raises CommandError, with the end of its output, when it fails."""
    as_owner = SpawnOptions(user=owner.uid, group=owner.gid, extra_groups=[]) if owner else SpawnOptions()
    try:
        done = subprocess.run(  # noqa: S603 - our own commands
            argv,
            cwd=cwd or "/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
            text=True,
            errors="replace",
            **as_owner,  # type: ignore[call-overload]
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise CommandError(f"{what} failed: {failure}") from failure
    if done.returncode:
        raise CommandError(f"{what} failed with code {done.returncode}:\n{done.stdout[-2000:]}")
    return str(done.stdout)


async def await_ready(probe: Probe, *, seconds: float, alive: Callable[[], bool] = lambda: True) -> None:
    """Ask `probe` until it is content. Raises CommandError with its last reason after `seconds` or when not `alive`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while (reason := await probe()) is not None:
        if not alive():
            raise CommandError(f"it ended before it was ready ({reason})")
        if asyncio.get_running_loop().time() > deadline:
            raise CommandError(f"not ready after {seconds:.0f} s: {reason}")
        await asyncio.sleep(0.05)


def python(*arguments: str) -> tuple[str, ...]:
    """The argv of a Python module run by this interpreter."""
    return (sys.executable, "-m", *arguments)
