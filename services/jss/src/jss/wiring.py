"""Build jss's objects, once per process; the only place that does.

Next: __main__.py for the processes.
"""

from contextlib import AsyncExitStack
from datetime import UTC, date
from importlib.metadata import version
from typing import Final

from eventlog.consume import LogConsumer
from eventlog.read import LogReader
from eventlog.wiring import event_log, opener, subject_keys
from jss.adapters.ratings import SealedRatings
from jss.adapters.readings import PostgresReadings
from jss.application.queries import ScoreBooks
from jss.entrypoints.consumer import ScoreProjection
from jss.entrypoints.http import DESCRIPTION, TITLE, score_app
from jss.entrypoints.tick import Tick
from jss.settings import ConsumerSettings, HttpSettings, TickSettings
from servicekit.auth import TokenVerifier
from servicekit.clock import Clock, clock_from
from servicekit.health import Health
from servicekit.http import create_app
from servicekit.places import Places
from servicekit.postgres import Pool, close_pool, create_pool
from servicekit.process import Process

ROLE: Final = "jss"
SCHEMA: Final = "jss"
GROUP: Final = "jss"


def score_books(pool: Pool, clock: Clock) -> ScoreBooks:
    """The questions, over PostgreSQL."""

    def today() -> date:
        return clock.now().astimezone(UTC).date()

    return ScoreBooks(PostgresReadings(pool), today=today)


async def consumer_process(settings: ConsumerSettings, resources: AsyncExitStack) -> Process:
    """The process that folds the log and records scores."""
    health = Health()
    pool = await create_pool(
        settings.database_url, role=ROLE, application_name="jss consume", max_size=6, command_timeout=300.0
    )
    resources.push_async_callback(close_pool, pool)
    keys = await subject_keys(settings, pool)
    projection = ScoreProjection(
        ratings=SealedRatings(opener(keys), LogReader(pool)), log=event_log(settings, keys), clock=clock_from(settings)
    )
    consumer = LogConsumer(
        kafka=settings.kafka,
        pool=pool,
        places=Places(SCHEMA, GROUP),
        projection=projection,
        health=health,
    )
    app = create_app(f"{TITLE} consume", version("jss-service"), health, description=DESCRIPTION)
    return Process(app=app, health=health, background={"consumer": consumer.run})


async def tick_process(settings: TickSettings, resources: AsyncExitStack) -> Process:
    """The process that opens scoring days."""
    health = Health()
    pool = await create_pool(settings.database_url, role=ROLE, application_name="jss tick", max_size=2)
    resources.push_async_callback(close_pool, pool)
    keys = await subject_keys(settings, pool)
    tick = Tick(pool, event_log(settings, keys), clock_from(settings), health)
    app = create_app(f"{TITLE} tick", version("jss-service"), health, description=DESCRIPTION)
    return Process(app=app, health=health, background={"tick": tick.run})


async def http_process(settings: HttpSettings, resources: AsyncExitStack) -> Process:
    """The process that answers."""
    health = Health()
    pool = await create_pool(settings.database_url, role=ROLE, application_name="jss http", max_size=20)
    resources.push_async_callback(close_pool, pool)
    books = score_books(pool, clock_from(settings))

    async def database() -> str | None:
        return None if await books.has_folded({}, "") else "does not answer as it should"

    health.check("database", database)
    app = score_app(books, health, TokenVerifier.from_settings(settings))
    return Process(app=app, health=health)
