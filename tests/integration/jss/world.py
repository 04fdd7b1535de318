"""Scores on a test's own database: facts go into the real log, get positions, and are folded as from its topic."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from tests.support.log import LogUnderTest, a_log

from event_contracts.event import EventData
from event_contracts.recorded import Recorded
from eventlog.draft import Draft
from eventlog.keystore.subject_keys import SubjectKeys
from eventlog.log import EventLog
from eventlog.open import Opener
from eventlog.partition import partitions_of
from eventlog.read import LogReader
from jss.adapters.digest import table_digest
from jss.adapters.ratings import SealedRatings
from jss.adapters.streams import open_scoring_day
from jss.entrypoints.consumer import ScoreProjection
from jss.wiring import ROLE, score_books
from servicekit.postgres import Connection, Pool, close_pool, create_pool, in_transaction

PARTITIONS = 3
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with its identity and its time, so that it can be told again or in another order."""

    id: str
    data: EventData
    time: datetime = NOON
    source: str = "/marketplace"


@dataclass(slots=True)
class World:
    """The log, and jss folding it as its own role."""

    under: LogUnderTest
    pool: Pool
    projection: ScoreProjection
    folded: int = 0
    number: int = 0

    def move_to(self, day: date) -> None:
        """Move the clock to noon of a day."""
        self.under.clock.time = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    @property
    def today(self) -> date:
        """The clock's date."""
        return self.under.clock.now().date()

    def fact(self, data: EventData, *, after_seconds: int = 0) -> Fact:
        """A fact of now, with an identity of its own, a little later than the one before."""
        self.number += 1
        later = timedelta(seconds=after_seconds, milliseconds=self.number)
        return Fact(f"f{self.number:04}", data, self.under.clock.now() + later)

    async def record(self, facts: Iterable[Fact]) -> None:
        """Record facts in this order and give them positions."""
        drafts = [
            Draft(
                source=fact.source,
                id=fact.id,
                time=fact.time,
                data=fact.data,
                actor="service:test",
                correlation_id=fact.id,
            )
            for fact in facts
        ]
        await self.under.append(*drafts)
        await self.under.sequence()

    async def tell(self, *data: EventData) -> None:
        """Record facts of now and fold them as one set."""
        await self.record([self.fact(one) for one in data])
        await self.fold()

    async def open_day(self) -> bool:
        """Open the scoring day of the clock."""

        async def unit(connection: Connection) -> bool:
            return await open_scoring_day(connection, self.under.log, self.under.clock.now())

        opened = await in_transaction(self.pool, unit)
        await self.under.sequence()
        return opened

    async def fresh(self) -> list[Recorded]:
        """What the topic holds and was not folded yet: broadcast events once in every partition."""
        events: list[Recorded] = []
        async for event in self.under.reader.all(self.folded):
            partitions = partitions_of(event.stream, PARTITIONS)
            events += [replace(event, partition=partition) for partition in partitions]
            self.folded = event.position + 1
        return events

    async def apply(self, events: Sequence[Recorded]) -> None:
        """Fold one set in one transaction."""
        if events:
            await in_transaction(self.pool, lambda connection: self.projection.apply(connection, events))

    async def fold(self, cut: Callable[[list[Recorded]], list[list[Recorded]]] = lambda events: [events]) -> None:
        """Fold what is new, cut into sets, until the scores this causes are folded too."""
        while events := await self.fresh():
            for one in cut(events):
                await self.apply(one)
            await self.under.sequence()

    async def score(self, account_id: str = "A1") -> tuple[int | None, int | None]:
        """The displayed score and window."""
        found = await score_books(self.pool, self.under.clock).displayed(account_id)
        return found.score, found.window_months

    async def scores(self, account_id: str = "A1") -> list[Recorded]:
        """The scores recorded of an account, oldest first."""
        return await self.under.reader.by_stream(f"score/{account_id}")

    async def digest(self) -> dict[str, tuple[int, str]]:
        """What was folded, in a few words."""
        async with self.pool.acquire() as connection:
            return await table_digest(connection)


@asynccontextmanager
async def a_world(database: str) -> AsyncIterator[World]:
    """jss on an empty, migrated database."""
    async with a_log(database) as under:
        under.clock.time = NOON
        pool = await create_pool(database, role=ROLE, application_name="jss", max_size=4)
        try:
            keys = SubjectKeys(pool, b"k" * 32)
            log = EventLog(keys, digest_key=b"d" * 32)
            ratings = SealedRatings(Opener(keys), LogReader(pool))
            yield World(under, pool, ScoreProjection(ratings=ratings, log=log, clock=under.clock))
        finally:
            await close_pool(pool)
