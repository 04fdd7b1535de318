"""One program is kept running, and what happens to it is said."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.eventually import eventually

from fi.dev.keeper import Keeper
from fi.dev.program import Program
from fi.error import CommandError

SLEEP = "import time; time.sleep(60)"


def a_program(code: str, *, why_not: str | None = None, restart: bool = True) -> Program:
    async def ready() -> str | None:
        return why_not

    return Program(name="it", argv=(sys.executable, "-c", code), address="here", ready=ready, restart=restart)


@asynccontextmanager
async def kept(program: Program, folder: Path, say: Callable[[str], None] = lambda _: None) -> AsyncIterator[Keeper]:
    keeper = Keeper(program, log=folder / "it.log", changed=lambda: None, say=say)
    keeper.start()
    try:
        yield keeper
    finally:
        await keeper.stop(grace=5)


async def test_a_killed_program_comes_back_and_it_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    async with kept(a_program(SLEEP), tmp_path, said.append) as keeper:
        await keeper.ready()
        first = keeper.now()
        assert first.state == "ready"
        assert first.pid
        os.kill(first.pid, signal.SIGKILL)
        again = await eventually(lambda: _now(keeper), lambda now: now[0] == "ready" and now[1] != first.pid)
        assert again[2] == 1
    assert said == ["it was killed by SIGKILL; starting it again in 0.2 s"]


async def _now(keeper: Keeper) -> tuple[str, int | None, int]:
    now = keeper.now()
    return now.state, now.pid, now.restarts


async def test_nothing_of_it_runs_after_stop(tmp_path: Path) -> None:
    async with kept(a_program(SLEEP), tmp_path) as keeper:
        await keeper.ready()
        identity = keeper.now().identity
    assert identity
    assert not identity.is_running()
    assert keeper.now().state == "ended"


async def test_one_that_dies_at_once_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    program = a_program("print('no such thing'); raise SystemExit(4)", why_not="not there", restart=False)
    async with kept(program, tmp_path) as keeper:
        with pytest.raises(CommandError, match=r"(?s)ended with code 4.*no such thing"):
            await keeper.ready()


async def test_one_that_cannot_be_restarted_is_lost_when_it_dies(tmp_path: Path) -> None:
    async with kept(a_program(SLEEP, restart=False), tmp_path) as keeper:
        await keeper.ready()
        pid = keeper.now().pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        assert await asyncio.wait_for(keeper.gave_up(), 10) == "was killed by SIGKILL"
