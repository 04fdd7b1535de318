"""Bring an instance up, keep its processes running, and take it down.

Owns the order: database and broker, migrations and topics, then the system's processes; downwards the reverse.
Invariant: one supervisor per home (it holds the lock); it ends all it started and nothing else.
Next: keeper.py for one process, plan.py for what is started.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import replace

from fi.dev import service
from fi.dev.ending import sweep
from fi.dev.finder import Kind
from fi.dev.home import Home, held
from fi.dev.identity import Identity
from fi.dev.instance import DOWN, READY, STOPPING, TEST_CLOCK, kafka_of, read_instance, write_instance
from fi.dev.keeper import Keeper
from fi.dev.plan import Plan, Wish, make_plan
from fi.dev.program import Program
from fi.error import CommandError
from fi.migrate import migrate_database
from fi.topic import ensure_topics

KEYS_DATABASE_VARIABLE = "FI_KEYS_DATABASE_URL"
SERVICE_GRACE, BACKING_GRACE = 28.0, 30.0
Say = Callable[[str], None]


async def supervise(home: Home, wish: Wish, *, say: Say) -> None:
    """Run the instance until it is told to stop (SIGINT, SIGTERM, SIGHUP).

    Raises RefusedError when another supervisor has this home, CommandError when the instance cannot come up or go on.
    """
    home.create()
    with held(home.lock):
        stop = _stop_signal()
        previous = await asyncio.to_thread(read_instance, home)
        if previous:
            await asyncio.to_thread(sweep, home, previous)
        plan = await asyncio.to_thread(make_plan, home, wish, previous)
        await _Supervisor(home, plan, say).run(stop)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


class _Supervisor:
    def __init__(self, home: Home, plan: Plan, say: Say) -> None:
        self._home = home
        self._plan = plan
        self._say = say
        self._keepers: list[Keeper] = []
        self._instance = replace(plan.instance, supervisor=Identity.of(os.getpid()))

    async def run(self, stop: asyncio.Event) -> None:
        self._write()
        for warning in self._instance.warnings:
            self._say(warning)
        failure: str | None = None
        try:
            failure = await self._until(stop)
        except CommandError as error:
            failure = str(error)
        except Exception as error:
            failure = repr(error)
            raise
        finally:
            self._instance = replace(self._instance, failure=failure)
            await self._down()
        if failure:
            raise CommandError(failure)

    async def _until(self, stop: asyncio.Event) -> str | None:
        """Come up and stay up until told to stop; gives why the instance cannot go on, None when it was told to."""
        told = asyncio.create_task(stop.wait(), name="stop")
        coming_up = asyncio.create_task(self._up(), name="up")
        await asyncio.wait({told, coming_up}, return_when=asyncio.FIRST_COMPLETED)
        if not coming_up.done():
            coming_up.cancel()
            await asyncio.wait({coming_up})
            return None
        coming_up.result()
        losses = [asyncio.create_task(keeper.gave_up(), name=keeper.program.name) for keeper in self._keepers]
        await asyncio.wait({told, *losses}, return_when=asyncio.FIRST_COMPLETED)
        lost = [f"{loss.get_name()} {loss.result()}, and cannot be started again" for loss in losses if loss.done()]
        for loss in losses:
            loss.cancel()
        return "; ".join(lost) or None

    async def _up(self) -> None:
        database, broker = self._plan.database, self._plan.broker
        self._say(f"PostgreSQL: {database.kind} · Kafka: {broker.kind}")
        await self._start([program for program in (database.program, broker.program) if program])
        self._instance = replace(self._instance, bootstrap_servers=await asyncio.to_thread(broker.bootstrap_servers))
        if applied := await migrate_database(database.url, keys_url=os.environ.get(KEYS_DATABASE_VARIABLE)):
            self._say(f"migrations: {', '.join(applied)}")
        if broker.kind is not Kind.IN_MEMORY:  # which makes its topics itself
            await ensure_topics(kafka_of(self._instance), partitions=self._instance.partitions)
        await self._start(service.programs(self._told(), self._instance.ports))
        self._instance = replace(self._instance, state=READY)
        self._write()
        self._say("ready: " + " · ".join(f"{name} {url}" for name, url in self._instance.services.items()))

    async def _start(self, programs: Iterable[Program]) -> None:
        """Start these together and wait until all have been ready."""
        started = [self._keeper(program) for program in programs]
        for keeper in started:
            keeper.start()
        await asyncio.gather(*(keeper.ready() for keeper in started))

    def _keeper(self, program: Program) -> Keeper:
        keeper = Keeper(program, log=self._home.log_of(program.name), changed=self._write, say=self._say)
        self._keepers.append(keeper)
        return keeper

    def _told(self) -> dict[str, str]:
        return service.environment(
            self._home,
            database_url=self._instance.database_url,
            bootstrap_servers=self._instance.bootstrap_servers,
            partitions=self._instance.partitions,
            ports=self._instance.ports,
            log_origin=self._instance.log_origin,
            test_clock=self._home.clock if self._instance.clock == TEST_CLOCK else None,
        )

    async def _down(self) -> None:
        self._instance = replace(self._instance, state=STOPPING)
        self._write()
        backings = [keeper for keeper in self._keepers if keeper.program.name in service.BACKINGS]
        services = [keeper for keeper in self._keepers if keeper not in backings]
        await asyncio.gather(*(keeper.stop(SERVICE_GRACE) for keeper in services))
        await asyncio.gather(*(keeper.stop(BACKING_GRACE) for keeper in backings))
        self._instance = replace(self._instance, state=DOWN, supervisor=None)
        self._write()

    def _write(self) -> None:
        self._instance = replace(self._instance, processes=tuple(keeper.now() for keeper in self._keepers))
        write_instance(self._home, self._instance)
