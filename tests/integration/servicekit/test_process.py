"""How a process begins and ends, seen from outside."""

import asyncio
import json
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tests.support.eventually import eventually

from fi.dev.port import free_ports

START_SECONDS = 60  # on a busy machine the imports alone take many


class Running:
    """A process under test with its address."""

    def __init__(self, process: Process, port: int) -> None:
        self.process, self.url = process, f"http://127.0.0.1:{port}"

    async def get(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient() as client:
            return await client.get(self.url + path, timeout=5)

    async def ready(self) -> bool:
        try:
            return (await self.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def end(self, *, seconds: float = START_SECONDS) -> tuple[int, list[str], list[dict[str, Any]]]:
        """Exit code, words said, and log entries."""
        async with asyncio.timeout(seconds):
            out, err = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, out.decode().split(), [json.loads(line) for line in err.splitlines()]


@asynccontextmanager
async def running(how: str) -> AsyncIterator[Running]:
    (port,) = free_ports(1)
    command = (sys.executable, "-m", "tests.integration.servicekit.a_process", how, str(port))
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    try:
        yield Running(process, port)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_closes_and_ends_well(number: signal.Signals) -> None:
    async with running("well") as it:
        await eventually(it.ready, seconds=START_SECONDS)
        it.process.send_signal(number)
        code, words, entries = await it.end()
    assert (code, words) == (0, ["opened", "working", "drained", "closed"])
    assert [entry for entry in entries if entry["level"] in ("warning", "error")] == []


async def test_a_worker_without_doors_of_its_own_has_the_health_doors() -> None:
    async with running("worker") as it:
        await eventually(it.ready, seconds=START_SECONDS)
        assert (await it.get("/livez")).status_code == 200
        assert "process_cpu_seconds_total" in (await it.get("/metrics")).text


@pytest.mark.parametrize("how", ["fail", "end"])
async def test_a_background_task_that_ends_by_itself_ends_the_process_with_a_failure(how: str) -> None:
    async with running(how) as it:
        code, words, entries = await it.end()
    assert (code, words) == (1, ["opened", "closed"])
    (entry,) = [entry for entry in entries if entry["level"] == "error"]
    assert entry["task"] == "task"
    assert ("the background task broke" in entry.get("exception", "")) == (how == "fail")


async def test_a_request_in_flight_is_answered_before_the_end() -> None:
    async with running("well") as it:
        await eventually(it.ready, seconds=START_SECONDS)
        asking = asyncio.create_task(it.get("/slow"))
        await asyncio.sleep(0.2)
        it.process.terminate()
        assert (await asking).json() == "answered"
        code, _, _ = await it.end()
    assert code == 0


async def test_what_does_not_end_is_ended_at_the_deadline() -> None:
    async with running("refuse") as it:
        await eventually(it.ready, seconds=START_SECONDS)
        it.process.terminate()
        code, words, entries = await it.end()
    assert code == 1
    assert words == ["opened", "working", "refused"]
    assert entries[-1]["event"] == "the orderly end took too long"


async def test_a_start_that_fails_says_why() -> None:
    async with running("unwired") as it:
        code, words, entries = await it.end()
    assert (code, words) == (1, [])
    assert "no database" in entries[-1]["exception"]


async def test_a_signal_during_the_start_ends_it() -> None:
    async with running("waiting") as it:
        assert it.process.stdout is not None
        assert await it.process.stdout.readline() == b"wiring\n"
        it.process.terminate()
        code, _, _ = await it.end()
    assert code == 0


async def test_a_taken_port_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = (sys.executable, "-m", "tests.integration.servicekit.a_process", "well", str(taken.getsockname()[1]))
        it = Running(await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE), 0)
        code, words, entries = await it.end()
    assert (code, words) == (1, [])
    assert "Address already in use" in entries[-1]["exception"]


async def test_only_the_configured_address_is_bound() -> None:
    """The default is the loopback interface; another address of this machine must not answer."""
    async with running("worker") as it:
        await eventually(it.ready, seconds=START_SECONDS)
        port = int(it.url.rpartition(":")[2])
        with pytest.raises(OSError, match=r"."):
            await asyncio.open_connection("127.0.0.2", port)
