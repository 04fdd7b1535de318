"""Keep one program running: start it, see when it is ready, start it again when it dies, and say so.

Knows one program. The order among programs is the supervisor's.
Invariant: nothing is restarted silently, and after `stop` nothing of it runs.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fi.dev.identity import Identity, end
from fi.dev.instance import RunningProcess
from fi.dev.program import Program, await_ready, start_async
from fi.error import CommandError

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
STEADY_SECONDS = 20
GIVE_UP_AFTER = 6
READY_SECONDS = 120


class Keeper:
    """One program and its current process."""

    def __init__(self, program: Program, *, log: Path, changed: Callable[[], None], say: Callable[[str], None]) -> None:
        """`changed` is called whenever the process's state is another; `say` gets what a person should read."""
        self.program = program
        self._log = log
        self._changed = changed
        self._say = say
        self._state = "ended"
        self._identity: Identity | None = None
        self._serving: Identity | None = None
        self._restarts = 0
        self._was_ready = asyncio.Event()
        self._gave_up: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def now(self) -> RunningProcess:
        return RunningProcess(
            self.program.name, self.program.address, self._state, self._identity, self._restarts, self._serving
        )

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep(), name=self.program.name)

    async def ready(self) -> None:
        """Wait until it was ready once. Raises CommandError, with the end of its log, when it never will be."""
        waiting: asyncio.Future[Any] = asyncio.ensure_future(self._was_ready.wait())
        given_up: asyncio.Future[Any] = self._gave_up
        await asyncio.wait({waiting, given_up}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not self._was_ready.is_set():
            reason = self._gave_up.result() if self._gave_up.done() else await self.program.ready()
            raise CommandError(
                f"{self.program.name} is not ready: {reason}\n{await asyncio.to_thread(self._last_lines)}"
            )

    async def gave_up(self) -> str:
        """Wait until it is given up, and say why. Never ends for one that was ready and can be restarted."""
        return await asyncio.shield(self._gave_up)

    async def stop(self, grace: float) -> None:
        """End it: its own stop signal, after `grace` seconds SIGKILL."""
        self._stopping = True
        if self._identity:
            await asyncio.to_thread(end, [self._identity], grace=grace, first=self.program.stop_signal)
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self.program.after:
            await asyncio.to_thread(self.program.after)
        self._become("ended", None)

    async def _keep(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping:
            began = asyncio.get_running_loop().time()
            code = await self._run_once()
            if self._stopping:
                return
            if asyncio.get_running_loop().time() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE
            self._restarts += 1
            if self._is_hopeless():
                self._gave_up.set_result(_ending(code))
                self._become("ended", None)
                return
            self._say(f"{self.program.name} {_ending(code)}; starting it again in {pause:.1f} s")
            self._become("restarting", None)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _run_once(self) -> int | str:
        """Run it to its end; gives its exit code, or why it could not be started."""
        try:
            process = await start_async(self.program, self._log)
        except (OSError, CommandError) as failure:
            return str(failure)
        self._become("starting", Identity.of(process.pid))
        watch = asyncio.create_task(self._watch(), name=f"{self.program.name} readiness")
        try:
            return await process.wait()
        finally:
            watch.cancel()

    async def _watch(self) -> None:
        while True:
            with contextlib.suppress(CommandError):
                await await_ready(self.program.ready, seconds=READY_SECONDS)
                self._serving = await self._who_serves()
                self._become("ready", self._identity)
                self._was_ready.set()
                return

    async def _who_serves(self) -> Identity | None:
        pid = await asyncio.to_thread(self.program.pid) if self.program.pid else None
        return Identity.of(pid) if pid else None

    def _is_hopeless(self) -> bool:
        if not self.program.restart:
            return True
        return not self._was_ready.is_set() and self._restarts >= GIVE_UP_AFTER

    def _become(self, state: str, identity: Identity | None) -> None:
        self._state, self._identity = state, identity
        if state != "ready":
            self._serving = None
        self._changed()

    def _last_lines(self) -> str:
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return f"the end of {self._log}:\n" + "\n".join(text.splitlines()[-20:])


def _ending(code: int | str) -> str:
    if isinstance(code, str):
        return f"could not be started: {code}"
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with code {code}"
