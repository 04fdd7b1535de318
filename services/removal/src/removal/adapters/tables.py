"""The inline state of `decide` in schema `removal`, written in the append's own transaction.

Set-based: reads the rows that the appended events touch, folds them purely, writes them back in one statement per
table. Invariant: the tables equal the fold of the log at every commit (architecture §1.11), because every writer
holds the head of the stream whose rows it writes.
Next: domain/evolve.py for the fold, cases.py for reading a case.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from event_contracts import AccountRenamed
from event_contracts.slot import Stamp
from eventlog.draft import Appended
from removal.adapters import rows
from removal.domain.evolve import AccountEvent, Fact, fold, touched
from removal.domain.state import (
    Account,
    AccountKey,
    Contract,
    ContractKey,
    Key,
    Member,
    MemberKey,
    Request,
    RequestKey,
    Row,
)
from servicekit.postgres import Connection
from servicekit.sqlfile import statements

_SQL = statements(__package__)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Table:
    """How the rows of one kind are read and written: `ids` are the columns of a key, `columns` those of a row.

    Its statements are `load_<name>` and `put_<name>`.
    """

    name: str
    key: type
    row: type
    ids: Callable[[Any], tuple[str, ...]]
    read: Callable[[rows.Record], Row]
    columns: Callable[[Any], Sequence[Any]]


_TABLES = (
    _Table("accounts", AccountKey, Account, lambda key: (key.account_id,), rows.account_of, rows.account_columns),
    _Table("members", MemberKey, Member, lambda key: (key.agency_id, key.user_id), rows.member_of, rows.member_columns),
    _Table("contracts", ContractKey, Contract, lambda key: (key.contract_id,), rows.contract_of, rows.contract_columns),
    _Table("requests", RequestKey, Request, lambda key: (key.request_id,), rows.request_of, rows.request_columns),
)


async def fold_in(connection: Connection, appended: Sequence[Appended]) -> None:
    """Bring the tables up to what this transaction has appended."""
    facts = [fact for event in appended if (fact := fact_of(event)) is not None]
    renamed = [fact.data for fact in facts if isinstance(fact.data, AccountRenamed)]
    facts = [fact for fact in facts if not isinstance(fact.data, AccountRenamed)]
    keys = {key for fact in facts for key in touched(fact.data)}
    after = fold(await load(connection, keys), facts)
    await _put(connection, after.values())
    if agencies := sorted({data.named_agency for data in renamed if data.named_agency is not None}):
        await connection.execute(_SQL["mark_agencies"], agencies)


async def load(connection: Connection, keys: Iterable[Key]) -> dict[Key, Row]:
    """Of the rows with these keys, those that exist."""
    found: dict[Key, Row] = {}
    wanted = list(keys)
    for table in _TABLES:
        if of_kind := [key for key in wanted if isinstance(key, table.key)]:
            columns = zip(*(table.ids(key) for key in of_kind), strict=True)
            records = await connection.fetch(_SQL[f"load_{table.name}"], *(list(column) for column in columns))
            found |= {row.key: row for row in (table.read(record) for record in records)}
    return found


async def _put(connection: Connection, after: Iterable[Row]) -> None:
    changed = list(after)
    for table in _TABLES:
        if of_kind := [table.columns(row) for row in changed if isinstance(row, table.row)]:
            await connection.execute(
                _SQL[f"put_{table.name}"], *(list(column) for column in zip(*of_kind, strict=True))
            )


def fact_of(event: Appended) -> Fact | None:
    """The event as the fold takes it; None for what concerns no account (standings and names of clients)."""
    if not isinstance(event.data, AccountEvent):
        return None
    return Fact(event.data, Stamp(event.time, event.time, event.id, event.source), event.version)
