"""Read schema jss for the doors, each answer from one snapshot.

Next: sql/read_*.sql, sql/list_*.sql; application/queries.py for what is asked.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date

from jss.adapters import rows
from jss.adapters.tables import SQL
from jss.application.ports import SummedWindows
from jss.application.queries import (
    AccountRow,
    After,
    ContractRow,
    DisplayedScore,
    ErasedAccountError,
    RecordedScore,
    UnknownAccountError,
    never_recorded,
)
from jss.domain.day_sum import DaySum
from jss.domain.policy import Share
from jss.domain.preview import OthersOfDay
from servicekit.postgres import Connection, Pool

_NEWEST = 2**62


class PostgresSnapshot:
    """`Snapshot` (application/queries.py) on one connection in a repeatable-read transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def account(self, account_id: str, user_id: str) -> AccountRow:
        """The account, known or not."""
        row = await self._connection.fetchrow(SQL["read_account"], account_id, user_id)
        assert row is not None  # noqa: S101 - the statement always answers one row; narrows the type
        return AccountRow(**dict(row))

    async def contract(self, account_id: str, contract_id: str) -> ContractRow | None:
        """One contract of the account."""
        row = await self._connection.fetchrow(SQL["read_contract"], account_id, contract_id)
        return None if row is None else ContractRow(rows.contract_in(row), row["client_flagged"])

    async def days(self, account_id: str, first: date, last: date) -> Mapping[date, DaySum]:
        """Day sums, both ends included."""
        found = await self._connection.fetch(SQL["list_days"], account_id, first, last)
        return {row["day"]: rows.day_sum(row) for row in found}

    async def others_of_day(self, share: Share, account_id: str) -> OthersOfDay:
        """The range of clients of the share's day without it."""
        row = await self._connection.fetchrow(SQL["find_others_of_day"], account_id, share.day, share.contract_id)
        assert row is not None  # noqa: S101 - the statement always answers one row; narrows the type
        return OthersOfDay(first_client=row["first_client"], last_client=row["last_client"])

    async def windows(self, account_id: str, as_of: date) -> SummedWindows:
        """The windows' sums."""
        asked = rows.columns([rows.window_row(account_id, as_of)], 5)
        return rows.summed_windows(await self._connection.fetch(SQL["sum_windows"], *asked))

    async def ended(
        self, account_id: str, first: date, last: date, after: After | None, limit: int
    ) -> list[ContractRow]:
        """Ended contracts, newest end first, then by id."""
        beyond = after or After(last, "")
        found = await self._connection.fetch(SQL["list_ended_contracts"], account_id, first, last, *beyond, limit)
        return [ContractRow(rows.contract_in(row), row["client_flagged"]) for row in found]

    async def scores(self, account_id: str, below_version: int | None, limit: int) -> list[RecordedScore]:
        """Recorded scores, newest first."""
        found = await self._connection.fetch(SQL["list_scores"], account_id, below_version or _NEWEST, limit)
        return [RecordedScore(*row.values()) for row in found]


class PostgresReadings:
    """`Readings` (application/queries.py) over a pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def displayed(self, account_id: str, today: date) -> DisplayedScore:
        """The score displayed. Raises UnknownAccountError, ErasedAccountError."""
        row = await self._pool.fetchrow(SQL["read_score"], account_id)
        if row is None or not row["named"]:
            raise UnknownAccountError
        if row["erased"]:
            raise ErasedAccountError
        if row["version"] is None:
            return never_recorded(account_id, row["position"], row["displayed_from"], today)
        return DisplayedScore(account_id, **{name: row[name] for name in DisplayedScore._fields[1:]})

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[PostgresSnapshot]:
        """A moment's rows."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield PostgresSnapshot(connection)

    async def has_folded(self, streams: Mapping[str, int], account_id: str) -> bool:
        """Whether these stream versions are folded, as far as they concern a reader of the account."""
        folded: bool = await self._pool.fetchval(SQL["has_folded"], list(streams), list(streams.values()), account_id)
        return folded
