"""Run one process from its first line to its exit code.

Owns the order of start and end, signals and the one deadline. Knows nothing of what the process does.
Invariant: background tasks start after what they need was opened and end before it is closed; one that ends by itself
ends the process with exit code 1; after SIGTERM nothing outlives the deadline.
Next: http.py for the application, health.py for what is reported meanwhile.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Final, NoReturn

import structlog
import uvicorn
import uvloop
from starlette.types import ASGIApp

from servicekit import log
from servicekit.health import Health
from servicekit.settings import ProcessSettings

SHUTDOWN_SECONDS: Final = 25.0  # below the 30 s after which orchestrators kill
_ANSWER_SECONDS: Final = 8  # how long requests in flight may still take
_log = structlog.get_logger(__name__)

Background = Callable[[], Awaitable[None]]
"""Runs until it is cancelled, then cleans up in ``finally``; returning or raising before that is a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What ``wire`` made: the application, its health, and the background tasks by name."""

    app: ASGIApp
    health: Health
    background: Mapping[str, Background] = field(default_factory=dict)


Wire = Callable[[AsyncExitStack], Awaitable[Process]]
"""Opens pools and builds everything; what it opened goes onto the stack, which is unwound, newest first, at the end."""


def run(wire: Wire, *, settings: ProcessSettings, shutdown_seconds: float = SHUTDOWN_SECONDS) -> NoReturn:
    """Serve until SIGTERM or SIGINT (exit code 0), or until a background task or the start fails (exit code 1).

    What has not ended ``shutdown_seconds`` after that is cut off (exit code 1). ``wire`` runs inside the event loop
    (uvloop). The application is bound to ``settings.http_host`` only.
    """
    log.configure(settings.log_level)
    code = 1
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            code = runner.run(serve(wire, settings=settings, shutdown_seconds=shutdown_seconds))
    except Exception:
        _log.exception("the process failed")
    sys.stderr.flush()
    sys.exit(code)


async def serve(wire: Wire, *, settings: ProcessSettings, shutdown_seconds: float = SHUTDOWN_SECONDS) -> int:
    """Do what ``run`` says inside a running loop and return the exit code."""
    deadline: threading.Timer | None = None
    async with AsyncExitStack() as resources:
        stop = resources.enter_context(_signals())
        door = resources.enter_context(_bind(settings))
        process = await _wired(wire, resources, stop)
        if process is None:
            return 0
        lifetime = _Lifetime(process, door)
        code = await lifetime.until(stop)
        deadline = _give_up_after(shutdown_seconds, code)  # covers the closing of the resources too
        await lifetime.end()
    deadline.cancel()
    return code


class _Server(uvicorn.Server):
    """uvicorn without its signal handling, which would raise the signal again before our own end is done."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Lifetime:
    """The server and the background tasks of one process."""

    def __init__(self, process: Process, door: socket.socket) -> None:
        self._process = process
        self._door = door
        config = uvicorn.Config(
            process.app,
            log_config=None,
            access_log=False,
            lifespan="off",  # resources are opened by ``wire``
            timeout_graceful_shutdown=_ANSWER_SECONDS,
            server_header=False,
        )
        self._server = _Server(config)
        self._serving: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def until(self, stop: asyncio.Event) -> int:
        """Serve until told to stop; return 0 then, 1 when something of ours ended by itself."""
        health = self._process.health
        health.report("process", "starting")
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._door]), name="http")
        self._tasks = [
            asyncio.create_task(_ending_is_failing(name, task), name=name)
            for name, task in self._process.background.items()
        ]
        health.report("process", None)
        told = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait({told, self._serving, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        return 0 if stop.is_set() else 1

    async def end(self) -> None:
        """Readiness off, background tasks ended, requests in flight answered: in this order."""
        self._process.health.report("process", "stopping")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._server.should_exit = True
        if self._serving is not None:
            await asyncio.gather(self._serving, return_exceptions=True)


async def _ending_is_failing(name: str, task: Background) -> None:
    try:
        await task()
    except Exception:
        _log.exception("a background task failed", task=name)
        raise
    _log.error("a background task returned", task=name)


async def _wired(wire: Wire, resources: AsyncExitStack, stop: asyncio.Event) -> Process | None:
    """Return what ``wire`` built, None when the process was told to stop before it had."""
    wiring = asyncio.ensure_future(wire(resources))
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({wiring, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not wiring.done():
        wiring.cancel()
        await asyncio.gather(wiring, return_exceptions=True)
        return None
    return wiring.result()


@contextlib.contextmanager
def _signals() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _bind(settings: ProcessSettings) -> socket.socket:
    """Bind before anything else, so that a taken port ends the process at once and with its own message."""
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    return socket.create_server((settings.http_host, settings.http_port), family=family, backlog=2048)


def _give_up_after(seconds: float, code: int) -> threading.Timer:
    """End the process hard when its orderly end takes too long; a thread, because the loop may be what hangs."""

    def give_up() -> None:
        _log.error("the orderly end took too long", seconds=seconds)
        sys.stderr.flush()
        os._exit(code or 1)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    return timer
