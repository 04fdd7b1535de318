"""Read requests, and how far the tables are, for the doors that answer them.

Knows nothing of who may see what. Invariant: what is read is the tables' newest committed state.
Next: application/queries.py for who is answered.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from eventlog.read import LogReader
from removal.adapters.rows import request_of
from removal.application.ports import Place
from removal.domain.state import Request
from servicekit.postgres import Pool
from servicekit.sqlfile import statements

_SQL = statements(__package__)
_NEWEST: Final = Place(datetime.max.replace(tzinfo=UTC), "")
"""Before the first request of any list."""


class RequestTable:
    """The table removal.requests, and what the log says of how far it is."""

    def __init__(self, pool: Pool, reader: LogReader) -> None:
        self._pool = pool
        self._reader = reader

    async def by_id(self, request_id: str) -> Request | None:
        rows = await self._pool.fetch(_SQL["load_requests"], [request_id])
        return request_of(rows[0]) if rows else None

    async def page(
        self, *, account_id: str | None, status: str | None, after: Place | None, limit: int
    ) -> list[Request]:
        """Requests, newest first, of one account or of all."""
        submitted_at, request_id = after or _NEWEST
        if account_id is None:
            rows = await self._pool.fetch(_SQL["list_requests"], status, submitted_at, request_id, limit)
        else:
            rows = await self._pool.fetch(
                _SQL["list_requests_of_account"], status, submitted_at, request_id, account_id, limit
            )
        return [request_of(row) for row in rows]

    async def versions(self, account_ids: Iterable[str]) -> dict[str, int]:
        """The version of each account's stream up to which the tables hold it."""
        rows = await self._pool.fetch(_SQL["load_accounts"], list(account_ids))
        return {row["account_id"]: row["version"] for row in rows}

    async def log_position(self) -> int | None:
        """The newest position there is; the tables hold everything up to it, being written with the events."""
        size = (await self._reader.size()).size
        return size - 1 if size else None
