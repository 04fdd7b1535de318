"""Facts recorded as the log records them, sealed with real keys, and a projection of them to ask.

One chronicle has one database. Facts get versions, positions and partitions in the order they are recorded.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx
from tests.unit.profile_projection.given import Fact

from event_contracts.recorded import Recorded
from eventlog.draft import Draft
from eventlog.keystore.subject_keys import CHECK_SECONDS, SubjectKeys
from eventlog.leaf import leaf_of
from eventlog.log import EventLog
from eventlog.open import Opener, SealedText
from eventlog.partition import partitions_of
from eventlog.read import LogReader
from profile_projection.adapters.pages import PostgresPages
from profile_projection.adapters.tables import SQL
from profile_projection.entrypoints.consumer import ReadModels
from profile_projection.entrypoints.http import public_app
from profile_projection.wiring import ROLE, doors
from servicekit.clock import Clock
from servicekit.health import Health
from servicekit.postgres import Connection, Pool, close_pool, create_pool, in_transaction

PARTITIONS = 3
NOW = datetime(2026, 6, 1, tzinfo=UTC)


class StandingClock:
    """Business time that stands still."""

    def now(self) -> datetime:
        return NOW

    @property
    def today(self) -> date:
        return NOW.date()


class CountingOpener:
    """Opens texts with the real keys and remembers what it was asked to open."""

    def __init__(self, keys: SubjectKeys) -> None:
        self._opener = Opener(keys)
        self.batches: list[list[str]] = []

    async def open(self, parts: Sequence[SealedText]) -> list[str | None]:
        self.batches.append([part.path for part in parts])
        return await self._opener.open(parts)

    async def epoch(self) -> int:
        return await self._opener.epoch()


@dataclass
class Chronicle:
    """Records facts, folds them, and asks the doors."""

    owner: Pool
    pool: Pool
    writer: EventLog
    texts: CountingOpener
    door: httpx.AsyncClient
    pages: PostgresPages
    versions: dict[str, int] = field(default_factory=dict)
    size: int = 0

    async def record(self, facts: Iterable[Fact]) -> list[Recorded]:
        """The facts as every partition of the log holds them: broadcast ones once per partition."""
        facts = list(facts)
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
        found: list[Recorded] = []
        for draft in await self.writer.seal(drafts):
            version = self.versions[draft.stream] = self.versions.get(draft.stream, 0) + 1
            leaf = leaf_of(draft, stream=draft.stream, version=version, prev=b"\0" * 32, recorded_at=NOW)
            sealed = {part.path: part.ciphertext for part in draft.sealed}
            found += [
                Recorded.decode(leaf, position=self.size, sequenced_at=NOW, partition=partition, sealed=sealed)
                for partition in partitions_of(draft.stream, PARTITIONS)
            ]
            self.size += 1
        return found

    async def fold(self, events: Sequence[Recorded]) -> None:
        """Deliver a set of events, in one transaction."""

        async def unit(connection: Connection) -> None:
            await ReadModels().apply(connection, events)

        await in_transaction(self.pool, unit)

    async def tell(self, *facts: Fact) -> list[Recorded]:
        """Record facts and deliver them, twice, as everything may be."""
        events = await self.record(facts)
        await self.fold(events)
        await self.fold(events)
        return events

    async def deliver(self, events: Sequence[Recorded], chance: random.Random) -> None:
        """Deliver in sets of random size, some of them again later."""
        delivered: list[list[Recorded]] = []
        rest = list(events)
        while rest:
            size = chance.randint(1, 12)
            delivered.append(rest[:size])
            rest = rest[size:]
            await self.fold(delivered[-1])
            if chance.random() < 0.4:
                await self.fold(chance.choice(delivered))

    async def ask(self, path: str, *, status: int = 200, **headers: str) -> httpx.Response:
        """An answer of a door; header names with underscores for hyphens."""
        answer = await self.door.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        assert answer.status_code == status, answer.text
        return answer

    async def body(self, path: str) -> Mapping[str, Any]:
        return dict((await self.ask(path)).json())

    async def digest(self) -> str:
        """Of the read models, leaving out positions, versions, partitions and sealed bytes."""
        return str(await self.pool.fetchval(SQL["digest_read_models"]))

    async def destroy_key(self, subject_id: str) -> None:
        """As erasure does it, and wait until every process must know."""
        await self.owner.execute(
            "UPDATE keys.subject_keys SET wrapped = NULL, destroyed_at = now() WHERE subject_id = $1", subject_id
        )
        await self.owner.execute("UPDATE keys.erasure SET epoch = epoch + 1")
        await asyncio.sleep(CHECK_SECONDS)

    async def forget(self) -> None:
        """Begin again with empty read models and an empty log; the keys stay."""
        tables = ("contracts", "accounts", "mentions", "memberships", "names", "clients", "scores", "subjects")
        await self.owner.execute(";".join(f"DELETE FROM profile.{name}" for name in tables))
        self.versions.clear()
        self.size = 0


@asynccontextmanager
async def a_chronicle(database: str, clock: Clock | None = None) -> AsyncIterator[Chronicle]:
    """A chronicle on an empty, migrated database; it folds and reads in the role of the service."""
    owner = await create_pool(database, application_name="test owner", max_size=2)
    pool = await create_pool(database, role=ROLE, application_name="test", max_size=4)
    keys = SubjectKeys(owner, b"k" * 32)
    texts = CountingOpener(keys)
    pages = PostgresPages(pool, partitions=PARTITIONS)
    app = public_app(doors(pages, LogReader(pool), texts, clock or StandingClock()), Health())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://profile") as door:
            yield Chronicle(owner, pool, EventLog(keys, digest_key=b"d" * 32), texts, door, pages)
    finally:
        await close_pool(pool)
        await close_pool(owner)
