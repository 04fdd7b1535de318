"""Read the pages, each with one statement, as rows that go straight into answers."""

from collections.abc import Mapping, Sequence
from typing import Final

from asyncpg import Record

from profile_projection.application.ports import After
from servicekit.postgres import Pool
from servicekit.sqlfile import statements

SQL: Final = statements(__package__)


class PostgresPages:
    """The read models in schema `profile`. `partitions` of the log: a broadcast event must have come in each."""

    def __init__(self, pool: Pool, *, partitions: int) -> None:
        self._pool = pool
        self._partitions = partitions

    async def profiles(self, account_ids: Sequence[str], *, items: int) -> list[Record]:
        """As ports.Pages says."""
        return await self._pool.fetch(SQL["read_profiles"], list(account_ids), items)

    async def work_history(self, account_id: str, after: After | None, *, items: int) -> list[Record]:
        """As ports.Pages says."""
        return await self._pool.fetch(SQL["read_work_history"], account_id, *(after or (None, None)), items)

    async def client_history(self, client_id: str, after: After | None, *, items: int) -> list[Record]:
        """As ports.Pages says."""
        return await self._pool.fetch(SQL["read_client_history"], client_id, *(after or (None, None)), items)

    async def has_folded(self, streams: Mapping[str, int], *, awaits_score: bool) -> bool:
        """As ports.Pages says."""
        named = [(*stream.partition("/")[::2], version) for stream, version in streams.items()]
        kinds, ids, versions = zip(*named, strict=True) if named else ((), (), ())
        return bool(
            await self._pool.fetchval(
                SQL["has_folded"], list(kinds), list(ids), list(versions), awaits_score, self._partitions
            )
        )
