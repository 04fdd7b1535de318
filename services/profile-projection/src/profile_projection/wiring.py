"""Build the projection's objects, once per process; the only place that does.

Next: __main__.py for the processes.
"""

from contextlib import AsyncExitStack
from datetime import UTC, date
from importlib.metadata import version
from typing import Final

from eventlog.consume import LogConsumer
from eventlog.publish import EVENTS
from eventlog.read import LogReader
from eventlog.wiring import opener, subject_keys
from profile_projection.adapters.pages import PostgresPages
from profile_projection.application.past import PastPages
from profile_projection.application.ports import Log, Pages, Texts
from profile_projection.application.queries import PublicPages
from profile_projection.entrypoints.consumer import ReadModels
from profile_projection.entrypoints.doors import Doors
from profile_projection.entrypoints.http import DESCRIPTION, TITLE, public_app
from profile_projection.entrypoints.parameters import cursor_of
from profile_projection.settings import ConsumerSettings, HttpSettings
from servicekit.clock import Clock, clock_from
from servicekit.health import Health
from servicekit.http import create_app
from servicekit.places import Places
from servicekit.postgres import close_pool, create_pool
from servicekit.process import Process

ROLE: Final = "profile"
GROUP: Final = "profile"


def doors(pages: Pages, log: Log, texts: Texts, clock: Clock) -> Doors:
    """The doors over given pages, log and texts."""

    def today() -> date:
        return clock.now().astimezone(UTC).date()

    public = PublicPages(pages, texts, today=today, cursor=cursor_of)
    return Doors(public, PastPages(log, texts, now=clock.now, cursor=cursor_of), pages)


async def http_process(settings: HttpSettings, resources: AsyncExitStack) -> Process:
    """The process that answers."""
    health = Health()
    pool = await create_pool(settings.database_url, role=ROLE, application_name="profile http")
    resources.push_async_callback(close_pool, pool)
    keys = await subject_keys(settings, pool)
    pages = PostgresPages(pool, partitions=settings.kafka_partitions)
    app = public_app(doors(pages, LogReader(pool), opener(keys), clock_from(settings)), health)
    return Process(app=app, health=health)


async def consumer_process(settings: ConsumerSettings, resources: AsyncExitStack, *, topic: str = EVENTS) -> Process:
    """The process that folds the log from its topic."""
    health = Health()
    pool = await create_pool(settings.database_url, role=ROLE, application_name="profile consume", max_size=4)
    resources.push_async_callback(close_pool, pool)
    consumer = LogConsumer(
        kafka=settings.kafka,
        pool=pool,
        places=Places(schema="profile", group=GROUP),
        projection=ReadModels(),
        health=health,
        topic=topic,
    )
    app = create_app(TITLE, version("profile-projection-service"), health, description=DESCRIPTION)
    return Process(app=app, health=health, background={"consumer": consumer.run})
