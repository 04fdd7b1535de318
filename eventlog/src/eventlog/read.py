"""Read the log: by position, time, stream, contract, account, client, user, or (source, id).

Only events with a position are answered, so what one reader has seen no later reader misses.
Next: consume.py for reading from Kafka.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asyncpg import Record

from event_contracts.recorded import Recorded
from eventlog.ids import id_hash
from eventlog.sequenced import Sequenced, sealed_of, sequenced
from servicekit.postgres import Pool
from servicekit.sqlfile import statements

_SQL = statements(__package__)
PAGE = 1000
NEWEST = 2**63 - 1
"""Up to which position to read for all there is."""


@dataclass(frozen=True, slots=True)
class LogSize:
    """`size`: events with a position; `published`: how many of them, from the first on, are in Kafka."""

    size: int
    sequenced_at: datetime
    published: int


class LogReader:
    """Pages of recorded events; `after` and `from_position` continue a reading."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def size(self) -> LogSize:
        """How long the log is."""
        (row,) = await self._pool.fetch(_SQL["read_size"])
        return LogSize(row["size"], row["sequenced_at"], row["published"])

    async def pending(self) -> int:
        """Committed events that still wait for a position."""
        return int(await self._pool.fetchval(_SQL["count_pending"]))

    async def by_position(self, from_position: int, limit: int = PAGE) -> list[Recorded]:
        """Events from a position on, zero-based."""
        return await self._page("read_positions", from_position, limit)

    async def to_publish(self, from_position: int, limit: int = PAGE) -> list[Sequenced]:
        """The same, undecoded: the bytes as Kafka gets them."""
        rows = await self._pool.fetch(_SQL["read_positions"], from_position, limit)
        return [sequenced(row, row["position"], row["sequenced_at"]) for row in rows]

    async def by_stream(
        self, stream: str, after_version: int = 0, limit: int = PAGE, *, up_to: int = NEWEST
    ) -> list[Recorded]:
        """Events of a stream after a version, up to a position."""
        return await self._page("read_stream", stream, after_version, limit, up_to)

    async def by_streams(self, streams: Sequence[str], after_position: int = -1, limit: int = PAGE) -> list[Recorded]:
        """Events of several streams."""
        return await self._page("read_streams", streams, after_position, limit)

    async def last_of(self, stream: str, *, up_to: int = NEWEST) -> Recorded | None:
        """The last event of a stream up to a position."""
        found = await self._page("read_last", stream, up_to)
        return found[0] if found else None

    async def by_contract(self, contract_id: str, after_position: int = -1, limit: int = PAGE) -> list[Recorded]:
        """Events that name a contract."""
        return await self.by_contracts([contract_id], after_position, limit)

    async def by_contracts(
        self, contract_ids: Sequence[str], after_position: int = -1, limit: int = PAGE
    ) -> list[Recorded]:
        """Events that name any of these contracts."""
        return await self._page("read_contracts", contract_ids, after_position, limit)

    async def by_client(
        self, client_id: str, after_position: int = -1, limit: int = PAGE, *, up_to: int = NEWEST
    ) -> list[Recorded]:
        """Events that name a client, up to a position."""
        return await self._page("read_client", client_id, after_position, limit, up_to)

    async def by_account(self, account_id: str, after_position: int = -1, limit: int = PAGE) -> list[Recorded]:
        """Events of an account and of its scores."""
        return await self.by_streams([f"account/{account_id}", f"score/{account_id}"], after_position, limit)

    async def memberships_of(self, user_id: str, *, up_to: int = NEWEST) -> list[Recorded]:
        """Facts about a user's role in agencies, up to a position."""
        return await self._page("read_memberships", user_id, up_to)

    async def names(self, user_id: str, *, up_to: int = NEWEST) -> bool:
        """Whether a fact about another account names this user, up to a position."""
        return bool(await self._pool.fetchval(_SQL["find_naming"], user_id, up_to))

    async def position_at(self, time: datetime) -> int | None:
        """The last position sequenced at or before a time; None before the log began."""
        found: int | None = await self._pool.fetchval(_SQL["find_position_at"], time)
        return found

    async def by_id(self, source: str, id_: str) -> Recorded | None:
        """The event with this source and id, if it has a position."""
        found = await self._page("read_event", id_hash(source, id_))
        return found[0] if found else None

    async def known(self, ids: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of these (source, id) the log holds, with a position or still waiting for one."""
        by_hash = {id_hash(*identity): identity for identity in ids}
        return {by_hash[row["id_hash"]] for row in await self._pool.fetch(_SQL["find_digests"], list(by_hash))}

    async def all(self, from_position: int = 0, page: int = PAGE) -> AsyncIterator[Recorded]:
        """The whole log in order, page by page: no snapshot is held meanwhile."""
        while events := await self.by_position(from_position, page):
            for event in events:
                yield event
            from_position = events[-1].position + 1

    async def _page(self, statement: str, *arguments: Any) -> list[Recorded]:
        return [_recorded(row) for row in await self._pool.fetch(_SQL[statement], *arguments)]


def _recorded(row: Record) -> Recorded:
    return Recorded.decode(
        row["leaf"], position=row["position"], sequenced_at=row["sequenced_at"], sealed=sealed_of(row)
    )
