"""A whole running system for tests over the outside doors: Kafka in, HTTP out, time moved by hand.

One per session, started by `fi dev up` as a person would and taken down by it. Tests share it, so each takes ids of its
own (`an_id`) and nobody assumes an empty log.
"""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaProducer
from tests.support.container import Container
from tests.support.eventually import eventually

from event_contracts.publication import ProducerRecord, Publication
from fi.dev import key
from fi.dev.clock import read_clock
from fi.dev.home import Home
from fi.dev.instance import the_instance
from fi.dev.settle import Progress, settled

START = "2026-01-15T12:00:00Z"
PARTITIONS = 3
UP_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running instance. `services`: URL by service name (removal, jss, profile-projection)."""

    home: Home
    services: Mapping[str, str]
    bootstrap_servers: str
    http: httpx.AsyncClient
    producer: AIOKafkaProducer
    containers: Mapping[str, Container] = field(default_factory=dict)

    async def publish(self, *events: Publication | ProducerRecord, settle: bool = True) -> None:
        """Send events, each acknowledged; with `settle` also wait until they have been folded everywhere."""
        records = [event.to_kafka() if isinstance(event, Publication) else event for event in events]
        sent = [await self.producer.send(**record._asdict()) for record in records]
        await asyncio.gather(*sent)
        if settle:
            await self.settle()

    async def settle(self) -> Progress:
        """Wait until everything published so far has been folded everywhere, the scores caused by it included."""
        return await settled(the_instance(self.home))

    async def get(self, service: str, path: str, *, sub: str | None = None, **options: Any) -> httpx.Response:
        """GET at a service's door, as the user `sub` where given; options as of httpx and `scope`."""
        return await self.request("GET", service, path, sub=sub, **options)

    async def post(self, service: str, path: str, *, sub: str | None = None, **options: Any) -> httpx.Response:
        """POST at a service's door, as the user `sub` where given; options as of httpx and `scope`."""
        return await self.request("POST", service, path, sub=sub, **options)

    async def request(
        self,
        method: str,
        service: str,
        path: str,
        *,
        sub: str | None = None,
        scope: str = "",
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        signed = {"Authorization": f"Bearer {self.token(sub, scope=scope)}"} if sub else {}
        url = self.services[service] + path
        return await self.http.request(method, url, headers={**signed, **(headers or {})}, **options)

    def token(self, sub: str, *, scope: str = "") -> str:
        """A bearer token for this user."""
        return key.token(self.home, sub=sub, scope=scope)

    def now(self) -> datetime:
        """What the test clock shows."""
        return read_clock(self.home.clock)

    async def advance(self, step: str) -> datetime:
        """Move the clock (`3mo`, `10d`, `5h`) and wait until the day reached has been folded; gives the new time."""
        await self.fi("dev", "clock", "advance", step)
        return self.now()

    async def fi(self, *arguments: str, code: int = 0) -> str:
        """Run a command on this instance; gives its standard output. Fails when it ends with another code."""
        return await fi(*arguments, "--home", str(self.home.root), code=code)

    def pid_of(self, process: str) -> int:
        """The pid of one of the instance's processes, by the name that `fi dev status` shows."""
        if process in self.containers:
            return self.containers[process].pid()
        pids = {known.name: known.pid for known in the_instance(self.home).processes if known.state == "ready"}
        assert pids.get(process), f"{process} is not ready: {pids}"
        return pids[process] or 0

    async def kill(self, process: str, *, seconds: float = 120) -> None:
        """`kill -9` one process and wait until another one serves in its place."""
        before = self.pid_of(process)
        if process in self.containers:
            self.containers[process].kill()
        else:
            os.kill(before, signal.SIGKILL)

        async def pid_now() -> int:
            return self.pid_of(process)

        pause = 0.5 if process in self.containers else 0.05  # asking the engine is dear
        await eventually(pid_now, lambda pid: pid != before, seconds=seconds, pause=pause)


def an_id(what: str) -> str:
    """An id that no other test uses, such as `account-3f9c01ab`."""
    return f"{what}-{secrets.token_hex(4)}"


@asynccontextmanager
async def a_sandbox(
    home: Path, *, clock: str | None = START, partitions: int = PARTITIONS, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Sandbox]:
    """A running instance at `home`, taken down after the block. `environment` is added to ours for its processes."""
    told = {"FI_KAFKA_PARTITIONS": str(partitions), **(environment or {})}
    time = ("--clock", clock) if clock else ()
    at = ("--home", str(home))
    try:
        await fi("dev", "up", *at, "--port-base", "0", *time, "--detach", environment=told)
        async with connected(Home.at(home)) as sandbox:
            yield sandbox
    finally:
        if Home.at(home).instance.exists():
            await fi("dev", "down", *at)


@asynccontextmanager
async def connected(home: Home, *, containers: Mapping[str, Container] | None = None) -> AsyncIterator[Sandbox]:
    """An instance that runs already, by its home. `containers`: those of its processes that run in one, by name."""
    instance = the_instance(home)
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        producer = AIOKafkaProducer(bootstrap_servers=instance.bootstrap_servers, enable_idempotence=True)
        await producer.start()
        try:
            yield Sandbox(home, instance.services, instance.bootstrap_servers, http, producer, containers or {})
        finally:
            await producer.stop()


async def fi(*arguments: str, code: int = 0, environment: Mapping[str, str] | None = None) -> str:
    """Run `fi` as a process of its own; gives its standard output. Fails when it ends with another code."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fi", *arguments),
        env={**os.environ, **(environment or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await asyncio.wait_for(process.communicate(), UP_SECONDS)
    ending = f"fi {' '.join(arguments)} ended with {process.returncode}:\n{complained.decode()}{said.decode()}"
    assert process.returncode == code, ending
    return said.decode()
