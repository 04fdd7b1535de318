"""The rows of schema jss, loaded and written by the set.

Knows one transaction's connection and the named statements; judges nothing.
Invariant: day sums change only together with the contracts they sum, in the same transaction.
Next: sql/*.sql for the statements, rows.py for their columns.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import date

from asyncpg import Record

from event_contracts import AgencyMemberChanged, SubjectHeld, SubjectHoldLifted
from event_contracts.recorded import Recorded
from jss.adapters import rows
from jss.application.ports import (
    ClientKey,
    ClientStanding,
    ContractKey,
    HeldAccount,
    JudgedContract,
    StatedScore,
    SummedWindows,
)
from jss.domain.account import Account
from jss.domain.day_sum import Changes
from jss.domain.state import Contract
from servicekit.postgres import Connection
from servicekit.sqlfile import statements

SQL = statements(__package__)
CHUNK = 2000
"""Contracts or accounts held in memory at a time while a broadcast event is worked through."""


class PostgresTables:
    """`Tables` (application/ports.py) on one connection inside a transaction."""

    def __init__(self, connection: Connection, *, chunk: int = CHUNK) -> None:
        self._connection = connection
        self._chunk = chunk

    async def accounts(self, partitions: Mapping[str, int]) -> dict[str, HeldAccount]:
        """Every account asked for; one not seen before comes fresh."""
        found = await self._connection.fetch(SQL["load_accounts"], list(partitions), list(partitions.values()))
        return {row["account_id"]: rows.held_account(row) for row in found}

    async def contracts(self, keys: Collection[ContractKey]) -> dict[ContractKey, Contract]:
        """The contracts that exist of those asked for."""
        if not keys:
            return {}
        found = await self._connection.fetch(SQL["load_contracts"], *rows.columns(keys, 2))
        return {(row["account_id"], row["contract_id"]): rows.contract_in(row) for row in found}

    async def standings(self, keys: Collection[ClientKey]) -> dict[ClientKey, ClientStanding]:
        """The standings that were ever stated of those asked for."""
        if not keys:
            return {}
        found = await self._connection.fetch(SQL["load_standings"], *rows.columns(keys, 2))
        return {(row["partition"], row["client_id"]): rows.standing_in(row) for row in found}

    async def save_accounts(self, accounts: Collection[Account]) -> None:
        """Write accounts."""
        await self._write("save_accounts", [rows.account_row(account) for account in accounts])

    async def save_contracts(self, contracts: Collection[JudgedContract], partitions: Mapping[str, int]) -> None:
        """Write contracts with why they do not count."""
        await self._write(
            "save_contracts",
            [rows.contract_row(judged, partitions[judged.contract.account_id]) for judged in contracts],
        )

    async def change_days(self, changes: Changes, partitions: Mapping[str, int]) -> None:
        """Apply changes to day sums, then find the range of clients anew where a contract stopped counting."""
        await self._write(
            "change_days",
            [rows.change_row(*key, partitions[key[0]], change) for key, change in changes.items()],
        )
        await self._write("find_range_of_days", [key for key, change in changes.items() if change.left])

    async def sum_windows(self, as_of: Mapping[str, date]) -> dict[str, SummedWindows]:
        """Sum the windows of accounts, each on its own date."""
        asked = [rows.window_row(account_id, day) for account_id, day in as_of.items()]
        rings: dict[str, list[Record]] = {account_id: [] for account_id in as_of}
        for row in await self._connection.fetch(SQL["sum_windows"], *rows.columns(asked, 5)):
            rings[row["account_id"]].append(row)
        return {account_id: rows.summed_windows(own) for account_id, own in rings.items()}

    async def add_scores(self, scores: Sequence[StatedScore], versions: Sequence[int]) -> None:
        """Keep recorded scores; the last of an account becomes its current one."""
        await self._write(
            "add_scores", [rows.score_row(stated, version) for stated, version in zip(scores, versions, strict=True)]
        )

    async def save_standings(self, standings: Mapping[ClientKey, ClientStanding]) -> None:
        """Write standings."""
        await self._write(
            "save_standings",
            [
                (*key, standing.standing, rows.stamp_text(standing.stamp), standing.version)
                for key, standing in standings.items()
            ],
        )

    async def save_memberships(self, changes: Iterable[Recorded]) -> None:
        """Take agency roles where their stamp is greater than the known one's."""
        await self._write(
            "save_memberships",
            [
                rows.membership_row(event, event.data)
                for event in changes
                if isinstance(event.data, AgencyMemberChanged)
            ],
        )

    async def add_names(self, names: Iterable[tuple[int, str, int]]) -> None:
        """Remember (partition, account id, position) of accounts named in another account's stream."""
        await self._write("add_names", list(names))

    async def save_subjects(self, events: Iterable[Recorded]) -> None:
        """Note the versions folded of subject/<id> streams by events about holds."""
        await self._write(
            "save_subjects",
            [
                (event.partition, data.subject_id, False, event.version)
                for event in events
                if isinstance(data := event.data, SubjectHeld | SubjectHoldLifted)
            ],
        )

    async def erase(self, partition: int, subject_ids: Collection[str], version: int) -> None:
        """Drop the rows of these accounts and remember that they are erased."""
        await self._write("save_subjects", [(partition, subject_id, True, version) for subject_id in subject_ids])
        await self._write("erase_accounts", [(subject_id, partition) for subject_id in subject_ids])

    async def open_day(self, event: Recorded, as_of: date) -> date | None:
        """Note the scoring day of the event's partition; the one before it, None if there was none."""
        before: date | None = await self._connection.fetchval(SQL["open_day"], event.partition, as_of, event.version)
        return before

    async def contracts_of_client(self, key: ClientKey) -> AsyncIterator[list[Contract]]:
        """The client's ended contracts in the partition in chunks, the contracts of an account side by side."""
        after = ("", "")
        while True:
            found = await self._connection.fetch(SQL["list_contracts_of_client"], *key, *after, self._chunk)
            if found:
                yield [rows.contract_in(row) for row in found]
            if len(found) < self._chunk:
                return
            after = (found[-1]["account_id"], found[-1]["contract_id"])

    async def accounts_with_days(self, partition: int, ranges: Sequence[tuple[date, date]]) -> AsyncIterator[list[str]]:
        """Accounts of the partition with contracts that ended in any of the ranges, in chunks, each once."""
        if not ranges:
            return
        cursor = await self._connection.cursor(SQL["list_accounts_with_days"], partition, *rows.columns(ranges, 2))
        while found := await cursor.fetch(self._chunk):
            yield [row["account_id"] for row in found]

    async def _write(self, statement: str, written: Sequence[Sequence[object]]) -> None:
        if written:
            await self._connection.execute(SQL[statement], *rows.columns(written, 0))
