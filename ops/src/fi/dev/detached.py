"""Start an instance in the background and wait until it is ready.

The supervisor is this same command without `--detach`, in a session of its own; what it says goes to a log file and
meanwhile also here.
Invariant: when this returns all processes are ready, and when it raises none is left running.
"""

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

from event_contracts.instant import format_time
from fi.dev.ending import take_down
from fi.dev.home import Home
from fi.dev.instance import READY, Instance, read_instance
from fi.dev.plan import Wish
from fi.dev.program import python
from fi.error import CommandError, RefusedError

POLL_SECONDS = 0.05
REFUSED = 3


async def start(home: Home, wish: Wish, *, say: Callable[[str], None]) -> Instance:
    """Start it and give it once it is ready. Raises what the supervisor failed with."""
    home.create()
    arguments = ["--home", str(home.root), "--port-base", str(wish.port_base)]
    if wish.clock:
        arguments += ["--clock", format_time(wish.clock)]
    log = home.log_of("supervisor")
    child = await asyncio.to_thread(_spawn, log, python("fi", "dev", "up", *arguments))
    try:
        return await _ready(home, child, _Listener(log, say))
    except BaseException:
        await asyncio.to_thread(_end, home, child)
        raise


async def _ready(home: Home, child: "subprocess.Popen[bytes]", listener: "_Listener") -> Instance:
    while True:
        code = child.poll()
        instance = await asyncio.to_thread(read_instance, home)
        last = await asyncio.to_thread(listener.listen, to_the_end=code is not None)
        if code is not None:
            message = last or f"the instance at {home.root} did not come up"
            raise RefusedError(message) if code == REFUSED else CommandError(message)
        if instance and instance.supervisor and instance.supervisor.pid == child.pid and instance.state == READY:
            return instance
        await asyncio.sleep(POLL_SECONDS)


class _Listener:
    """Passes on what the supervisor says, line by line."""

    def __init__(self, log: Path, say: Callable[[str], None]) -> None:
        self._log = log
        self._say = say
        self._heard = 0

    def listen(self, *, to_the_end: bool) -> str:
        """Pass on the new lines; at the end gives them instead, since they say why it ended."""
        lines = self._log.read_text(errors="replace").splitlines(keepends=True)
        new = [line.rstrip() for line in lines[self._heard :] if line.endswith("\n")]
        self._heard += len(new)
        if to_the_end:
            return "\n".join(new).removeprefix("refused: ").removeprefix("failed: ")
        for line in new:
            self._say(line)
        return ""


def _spawn(log: Path, argv: tuple[str, ...]) -> "subprocess.Popen[bytes]":
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - this same command
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )


def _end(home: Home, child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=60)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    instance = read_instance(home)
    if instance and instance.supervisor and instance.supervisor.pid == child.pid:
        take_down(home, instance)
