"""Read the case of one question: a handful of rows, in an account of any size.

Invariant: it is the case that `domain.case.case_of` takes out of the folded log.
Next: tables.py, which keeps the rows.
"""

import asyncpg

from event_contracts import AgencyRole, Badge, Scope
from removal.adapters.rows import contract_of, stamp_of
from removal.application.ports import Asking
from removal.domain.case import Case, PreviousRequest, widest
from removal.domain.state import Account, AccountKey, Slot
from servicekit.postgres import Connection, Pool
from servicekit.sqlfile import statements

_SQL = statements(__package__)


async def load_case(connection: Connection | Pool, asking: Asking) -> Case:
    """The case, as far as this transaction (or, from a pool, this moment) sees it."""
    row = await connection.fetchrow(
        _SQL["load_case"],
        asking.account_id,
        asking.user_id,
        asking.contract_id,
        asking.submitted_at,
        asking.up_to,
    )
    if row is None:
        raise LookupError("load_case.sql answers one row, always")
    previous_id = row["previous_request_id"]
    return Case(
        account=_account(asking.account_id, row),
        role=AgencyRole(row["role"]) if row["role"] is not None else AgencyRole.NONE,
        contract=contract_of(row) if row["contract_id"] is not None else None,
        in_force=widest(Scope(scope) for scope in row["scopes"]),
        previous=PreviousRequest(previous_id, row["previous_submitted_at"]) if previous_id is not None else None,
        open_request_id=row["open_request_id"],
        completed_since=row["completed_since"],
    )


def _account(account_id: str, row: asyncpg.Record) -> Account:
    if row["is_agency"] is None:
        return Account(AccountKey(account_id))
    badge = Slot(stamp_of(row["badge_stamp"]), Badge(row["badge"]) if row["badge"] is not None else None)
    return Account(AccountKey(account_id), row["is_agency"], badge, row["version"])
