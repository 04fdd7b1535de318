"""Lead the log: hold the lease, sequence what is committed, publish what is sequenced.

Two tasks that meet in a hand-over: sequencing never waits for Kafka, publishing never for the queue. Invariant: the
leader starts only where Kafka's tail and the log agree on the leaf at each position (architecture §4).
Next: sequence.py, publish.py.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from eventlog.publish import EVENTS, PartitionsDifferError, Publisher, Tail
from eventlog.read import LogReader
from eventlog.sequence import LostLeaseError, Sequencer, release_lease, take_lease
from eventlog.sequenced import Sequenced
from servicekit.clock import Clock
from servicekit.health import Health
from servicekit.kafka import KafkaConnection
from servicekit.postgres import Pool
from servicekit.sqlfile import statements

_SQL = statements(__package__)
_RENEW_SECONDS = 1.0
_BUSY_SECONDS = 0.003
_IDLE_SECONDS = 0.02
_PAGE = 2000
_HAND_OVER = 64

log = structlog.get_logger(__name__)


class LogDisagreesError(Exception):
    """Kafka holds a position that the log does not, or with another leaf: a restored or failed-over database."""


async def fix_partitions(pool: Pool, partitions: int) -> None:
    """Record the number of partitions of the log's topic, once. Raises PartitionsDifferError."""
    await pool.execute(_SQL["fix_partitions"], partitions)
    fixed = await pool.fetchval(_SQL["read_partitions"])
    if fixed != partitions:
        raise PartitionsDifferError(f"the log was begun with {fixed} partitions, FI_KAFKA_PARTITIONS says {partitions}")


class LeadershipMetrics:
    """What a leader has done, and what it may not do."""

    def __init__(self, into: CollectorRegistry) -> None:
        self.sequenced = Counter("fi_log_sequenced", "Events that this process gave a position", registry=into)
        self.published = Gauge("fi_log_published_position", "Every position below is in Kafka", registry=into)
        self.held = Gauge(
            "fi_log_held_events", "Committed events whose predecessor has no position: an alarm", registry=into
        )


class Leadership:
    """Leads when it can, stands by when another does; tells `health` why it is not ready."""

    def __init__(
        self,
        pool: Pool,
        kafka: KafkaConnection,
        clock: Clock,
        health: Health,
        *,
        partitions: int,
        holder: str,
        topic: str = EVENTS,
    ) -> None:
        self._pool = pool
        self._reader = LogReader(pool)
        self._health = health
        self._metrics = LeadershipMetrics(health.registry)
        self._kafka = kafka
        self._clock = clock
        self._partitions = partitions
        self._holder = holder
        self._topic = topic
        self._sequenced = asyncio.Event()
        self._fresh: deque[Sequence[Sequenced]] = deque(maxlen=_HAND_OVER)
        self._say("starting")

    async def run(self) -> None:
        """Lead or stand by until cancelled. Raises PartitionsDifferError at the start."""
        await fix_partitions(self._pool, self._partitions)
        try:
            while True:
                if await take_lease(self._pool, self._holder):
                    await self._lead()
                else:
                    self._say(None)  # a standby is as ready as it can be
                    await asyncio.sleep(_RENEW_SECONDS)
        finally:
            await release_lease(self._pool, self._holder)

    def _say(self, why_not: str | None) -> None:
        self._health.report("publication", why_not)

    async def _lead(self) -> None:
        sequencer = await Sequencer.begin(self._pool, self._clock)
        self._fresh.clear()
        log.info("leading", epoch=sequencer.epoch, published=sequencer.published)
        try:
            await first_to_end(lambda: self._sequence(sequencer), lambda: self._publish(sequencer))
        except LostLeaseError as lost:
            log.warning("stepping down", reason=str(lost))

    async def _sequence(self, sequencer: Sequencer) -> None:
        renewed_at = time.monotonic()
        while True:
            if time.monotonic() - renewed_at > _RENEW_SECONDS:
                if not await take_lease(self._pool, self._holder):
                    raise LostLeaseError("another sequencer took the lease")
                renewed_at = time.monotonic()
            events = await sequencer.turn()
            self._metrics.held.set(sequencer.held)
            if events:
                self._metrics.sequenced.inc(len(events))
                self._fresh.append(events)
                self._sequenced.set()
            await asyncio.sleep(_BUSY_SECONDS if events else _IDLE_SECONDS)

    async def _publish(self, sequencer: Sequencer) -> None:
        """Publish for ever; after a failure with a new producer, from where Kafka itself says it stands."""
        pause = 0.1
        while True:
            publisher = Publisher(self._kafka, partitions=self._partitions, topic=self._topic)
            try:
                await self._agree(await publisher.start())
                self._say(None)
                pause = 0.1
                await self._publish_from(publisher, sequencer)
            except (LogDisagreesError, PartitionsDifferError):
                raise
            except Exception as failure:
                self._say(f"cannot publish: {failure!r}")
                log.error("publication interrupted", error=repr(failure))
            finally:
                await publisher.discard()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _publish_from(self, publisher: Publisher, sequencer: Sequencer) -> None:
        while True:
            events = await self._next(sequencer)
            await publisher.publish(events)
            sequencer.published = events[-1].position + 1
            self._metrics.published.set(sequencer.published)

    async def _next(self, sequencer: Sequencer) -> Sequence[Sequenced]:
        """The events not yet published: as handed over, else read back; waits until there are some."""
        while True:
            position = sequencer.published
            while self._fresh and self._fresh[0][-1].position < position:
                self._fresh.popleft()
            if self._fresh and self._fresh[0][0].position == position:
                return self._fresh.popleft()
            self._sequenced.clear()
            if events := await self._reader.to_publish(position, _PAGE):
                return events
            await sequencer.note_published()
            await self._sequenced.wait()

    async def _agree(self, tails: Sequence[Tail]) -> None:
        """A position means one leaf for ever: what Kafka holds last is what the log has there."""
        for tail in tails:
            found = await self._reader.to_publish(tail.position, 1)
            if not found or found[0].leaf != tail.leaf:
                raise LogDisagreesError(
                    f"partition {tail.partition} ends with position {tail.position}, where the log has "
                    + ("another leaf" if found else "nothing")
                    + ": nothing is published; was the database restored or failed over?"
                )


async def first_to_end(*tasks: Callable[[], Awaitable[None]]) -> None:
    """Run endless tasks side by side until one fails; the others are cancelled and its error is raised."""
    running = [asyncio.ensure_future(task()) for task in tasks]
    try:
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in running:
            task.cancel()
        outcomes = await asyncio.gather(*running, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
