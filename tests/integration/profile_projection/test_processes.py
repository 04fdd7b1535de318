"""The two processes as they are wired: the log's topic in, answers out, and red when something cannot be folded."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx
import pytest
from tests.support.eventually import eventually
from tests.support.kafka import create_topic, topic_name
from tests.support.log import LogUnderTest, a_log
from tests.unit.profile_projection.given import (
    Fact,
    account_renamed,
    badge_changed,
    contract_completed,
    feedback_given,
    removal_approved,
    standing_changed,
)

from event_contracts import BadgeChanged
from eventlog.draft import Draft
from eventlog.publish import Publisher
from profile_projection.application import fold
from profile_projection.settings import ConsumerSettings, HttpSettings
from profile_projection.wiring import consumer_process, http_process
from servicekit.kafka import KafkaConnection
from servicekit.process import Process

PARTITIONS = 3
PATIENCE = 60


@dataclass
class System:
    """A log that is published to a topic of its own, and the projection's processes over it."""

    log: LogUnderTest
    database: str
    bootstrap: str
    topic: str

    async def publish(self, *facts: Fact) -> None:
        """Record facts, give them positions, and publish all that the topic lacks."""
        drafts = [
            Draft(
                source=fact.source, id=fact.id, time=fact.time, data=fact.data, actor="service:test", correlation_id="-"
            )
            for fact in facts
        ]
        await self.log.append(*drafts)
        await self.log.sequence()
        publisher = Publisher(
            KafkaConnection(bootstrap_servers=self.bootstrap), partitions=PARTITIONS, topic=self.topic
        )
        await publisher.start()
        await publisher.publish(await self.log.reader.to_publish(0))
        await publisher.discard()

    @asynccontextmanager
    async def consuming(self) -> AsyncIterator[Process]:
        settings = ConsumerSettings(
            database_url=self.database, kafka_bootstrap_servers=self.bootstrap, kafka_partitions=PARTITIONS
        )
        async with AsyncExitStack() as resources:
            process = await consumer_process(settings, resources, topic=self.topic)
            task = asyncio.ensure_future(process.background["consumer"]())
            try:
                yield process
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[httpx.AsyncClient]:
        settings = HttpSettings.model_validate(
            {
                "database_url": self.database,
                "sealing_key": base64.b64encode(b"k" * 32).decode(),
                "kafka_partitions": PARTITIONS,
            }
        )
        async with AsyncExitStack() as resources:
            process = await http_process(settings, resources)
            transport = httpx.ASGITransport(app=process.app)
            yield await resources.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://profile"))


@pytest.fixture
async def system(database: str, kafka_bootstrap: str) -> AsyncIterator[System]:
    topic = await create_topic(kafka_bootstrap, topic_name("events"), partitions=PARTITIONS)
    async with a_log(database) as log:
        yield System(log, database, kafka_bootstrap, topic)


@contextmanager
def without_a_step_for(kind: type) -> Iterator[None]:
    """As a build would be that is older than this kind of event."""
    known = fold.STEPS
    with pytest.MonkeyPatch.context() as older:
        older.setattr(fold, "STEPS", {event: step for event, step in known.items() if event is not kind})
        yield


async def test_what_the_log_publishes_is_answered(system: System) -> None:
    async with system.consuming() as consumer, system.answering() as door:
        await system.publish(
            contract_completed(client_feedback={"score": 250, "comment": "Not what I wanted"}),
            account_renamed(),
            standing_changed(),
        )
        answer = await eventually(lambda: door.get("/v1/profiles/A1"), _named, seconds=PATIENCE)
        shown = answer.json()["work_history"]["items"][0]["client_feedback"]
        assert shown == {"state": "visible", "score": 250, "comment": "Not what I wanted"}

        await system.publish(removal_approved())
        answer = await eventually(lambda: door.get("/v1/profiles/A1"), _removed, seconds=PATIENCE)
        assert answer.headers["Log-Position"] == "3"
        assert await consumer.health.reasons() == {}
        assert (await door.get("/livez")).status_code == (await door.get("/readyz")).status_code == 200
        measured = (await door.get("/metrics")).text
        assert 'door="/v1/profiles/{account_id}"' in measured
        assert "A1" not in measured


def _named(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.json()["display_name"] == "Ada"


def _removed(answer: httpx.Response) -> bool:
    return bool(answer.json()["work_history"]["items"][0]["client_feedback"]["state"] == "removed")


async def test_what_cannot_be_folded_stops_the_consumer_until_it_can(system: System) -> None:
    await system.publish(contract_completed(), badge_changed(), feedback_given())
    async with system.consuming() as consumer, system.answering() as door:
        with without_a_step_for(BadgeChanged):
            await eventually(consumer.health.reasons, lambda reasons: "badge-changed" in str(reasons), seconds=PATIENCE)
            assert (await door.get("/v1/profiles/A1")).status_code == 404  # nothing is folded past it
        await eventually(
            lambda: door.get("/v1/profiles/A1"), lambda answer: answer.status_code == 200, seconds=PATIENCE
        )
        profile = (await door.get("/v1/profiles/A1")).json()
        assert (profile["badge"], profile["star_rating"]["count"]) == ("top_rated", 1)
        await eventually(consumer.health.reasons, lambda reasons: reasons == {}, seconds=PATIENCE)
