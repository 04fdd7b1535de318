"""An event log on a test's own database, and facts to fill it with."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from event_contracts import BadgeChanged
from event_contracts.event import EventData
from eventlog.draft import Appended, Draft
from eventlog.keystore.subject_keys import SubjectKeys
from eventlog.log import EventLog
from eventlog.open import Opener
from eventlog.read import LogReader
from eventlog.sequence import Sequencer
from servicekit.postgres import Pool, close_pool, create_pool, in_transaction

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


class StandingClock:
    """A clock that moves when it is told to."""

    def __init__(self, time: datetime = NOON) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time


@dataclass
class LogUnderTest:
    """The log with everything one process of each kind would have."""

    pool: Pool
    keys: SubjectKeys
    log: EventLog
    reader: LogReader
    opener: Opener
    clock: StandingClock

    async def append(self, *drafts: Draft) -> list[Appended]:
        """Seal, then lock, number and insert in one transaction, as every writer does."""
        sealed = await self.log.seal(drafts)

        async def unit(connection) -> list[Appended]:  # type: ignore[no-untyped-def]
            heads = await self.log.lock(connection, [draft.stream for draft in sealed])
            return await self.log.append(connection, heads, sealed, recorded_at=self.clock.now())

        return await in_transaction(self.pool, unit)

    async def sequence(self) -> Sequencer:
        """A new leader that has given everything committed so far its position."""
        sequencer = await Sequencer.begin(self.pool, self.clock)
        while await sequencer.turn():
            pass
        return sequencer


@asynccontextmanager
async def a_log(database: str, *, connections: int = 10) -> AsyncIterator[LogUnderTest]:
    """A log on an empty, migrated database."""
    pool = await create_pool(database, application_name="test", min_size=1, max_size=connections)
    keys = SubjectKeys(pool, b"k" * 32)
    try:
        yield LogUnderTest(
            pool, keys, EventLog(keys, digest_key=b"d" * 32), LogReader(pool), Opener(keys), StandingClock()
        )
    finally:
        await close_pool(pool)


def a_draft(data: EventData, *, id_: str | None = None, digest: bytes | None = None) -> Draft:
    """A fact as the intake would draft it."""
    id_ = id_ or secrets.token_hex(8)
    return Draft(
        source="/marketplace", id=id_, time=NOON, data=data, actor="service:test", correlation_id=id_, digest=digest
    )


def a_badge(account_id: str = "A1", badge: str = "top_rated") -> BadgeChanged:
    """The smallest fact about an account."""
    return BadgeChanged.model_validate({"account_id": account_id, "account_kind": "freelancer", "badge": badge})


def versions_by_stream(events: Sequence[tuple[str, int]]) -> dict[str, list[int]]:
    """The versions of each stream in the order met."""
    found: dict[str, list[int]] = {}
    for stream, version in events:
        found.setdefault(stream, []).append(version)
    return found
