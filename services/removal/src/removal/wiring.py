"""Build the processes of removal: the one place that makes objects and opens pools."""

import asyncio
from contextlib import AsyncExitStack
from importlib.metadata import version
from typing import Final

import httpx
import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter

from eventlog.log import EventLog
from eventlog.read import LogReader
from eventlog.settings import KeySettings
from eventlog.wiring import event_log, subject_keys
from removal.adapters import tables
from removal.adapters.bindings import ContractBindings
from removal.adapters.dead_letters import DeadLetters
from removal.adapters.parking import ParkingTable
from removal.adapters.policy_file import policy_book
from removal.adapters.requests import RequestTable
from removal.adapters.score_service import ScoreService
from removal.adapters.streams import AccountStreams
from removal.application.handlers import RemovalDesk
from removal.application.intake import Intake, Tally
from removal.application.lifecycle import LifecycleDesk
from removal.application.queries import RemovalQueries
from removal.entrypoints.behind import Doors
from removal.entrypoints.consumer import GROUP, intake_consumer
from removal.entrypoints.http import app_of
from removal.settings import HttpSettings, IntakeSettings
from servicekit.auth import TokenVerifier
from servicekit.clock import clock_from
from servicekit.health import Health
from servicekit.http import create_app
from servicekit.idempotency import Idempotency
from servicekit.places import Places
from servicekit.postgres import Pool, close_pool, create_pool
from servicekit.process import Process

SCHEMA: Final = "removal"
VERSION: Final = version("removal-service")
_PRUNE_SECONDS: Final = 3600.0
_entries = structlog.get_logger(__name__)


class IntakeCounters:
    """What became of the marketplace's records, for `/metrics`."""

    def __init__(self, into: CollectorRegistry) -> None:
        self._records = Counter(
            "fi_intake_records", "Records taken in, by what became of them", ("outcome",), registry=into
        )

    def count(self, tally: Tally) -> None:
        self._records.labels("recorded").inc(tally.recorded)
        self._records.labels("duplicate").inc(tally.duplicates)
        for reason, number in tally.parked.items():
            self._records.labels(f"parked {reason}").inc(number)


async def wire_intake(settings: IntakeSettings, resources: AsyncExitStack) -> Process:
    """Marketplace topics → log, and the relay of dead letters beside it."""
    health = Health()
    pool = await _pool(settings, resources, "removal intake", max_size=6)
    parking = ParkingTable()
    letters = DeadLetters(kafka=settings.kafka, pool=pool, parking=parking, registry=health.registry)
    counters = IntakeCounters(health.registry)

    def count(tally: Tally) -> None:
        counters.count(tally)
        if tally.parked:
            letters.stir()

    places = Places(SCHEMA, GROUP)
    intake = Intake(
        pool=pool,
        places=places,
        log=await _log(settings, resources),
        bindings=ContractBindings(),
        state=tables.fold_in,
        parking=parking,
        clock=clock_from(settings),
        count=count,
    )
    consumer = intake_consumer(kafka=settings.kafka, pool=pool, places=places, intake=intake, health=health)
    app = create_app("removal intake", VERSION, health)
    return Process(app=app, health=health, background={"consumer": consumer.run, "dead letters": letters.run})


async def wire_http(settings: HttpSettings, resources: AsyncExitStack) -> Process:
    """Commands, eligibility and lists."""
    book = policy_book(settings.policy_book)
    health = Health()
    pool = await _pool(settings, resources, "removal http", max_size=16)
    client = await resources.enter_async_context(httpx.AsyncClient(base_url=settings.jss_url, trust_env=False))
    clock = clock_from(settings)
    accounts = AccountStreams(pool=pool, log=await _log(settings, resources), clock=clock)
    requests = RequestTable(pool, LogReader(pool))
    previews = ScoreService(client)
    idempotency = Idempotency(SCHEMA)
    doors = Doors(
        desk=RemovalDesk(accounts=accounts, previews=previews, book=book, mode=settings.decision_mode),
        lifecycle=LifecycleDesk(requests=requests, streams=accounts),
        queries=RemovalQueries(accounts=accounts, requests=requests, previews=previews, book=book),
        requests=requests,
        parking=ParkingTable(),
        pool=pool,
        idempotency=idempotency,
        clock=clock,
    )
    health.check("database", lambda: _answers(pool))
    app = app_of(doors, version=VERSION, health=health, verifier=TokenVerifier.from_settings(settings))
    return Process(app=app, health=health, background={"idempotency": lambda: _prune(idempotency, pool)})


def describing_app() -> FastAPI:
    """The application without anything behind it, for its OpenAPI document."""
    return app_of(None, version=VERSION, health=Health())


async def _pool(settings: KeySettings, resources: AsyncExitStack, name: str, *, max_size: int) -> Pool:
    pool = await create_pool(settings.database_url, role="removal", application_name=name, max_size=max_size)
    resources.push_async_callback(close_pool, pool)
    return pool


async def _log(settings: KeySettings, resources: AsyncExitStack) -> EventLog:
    """The log with a small pool for the subjects' keys: a command that holds a connection never waits for another."""
    keys = await subject_keys(settings, await _pool(settings, resources, "removal keys", max_size=2))
    return event_log(settings, keys)


async def _answers(pool: Pool) -> str | None:
    await pool.fetchval("SELECT 1", timeout=2.0)
    return None


async def _prune(idempotency: Idempotency, pool: Pool) -> None:
    """Forget old keys now and then; a failure costs some disk, so it is no reason to end the process."""
    while True:
        try:
            while await idempotency.forget_expired(pool):
                pass
        except Exception as failure:
            _entries.warning("old idempotency keys stay", error=repr(failure))
        await asyncio.sleep(_PRUNE_SECONDS)
