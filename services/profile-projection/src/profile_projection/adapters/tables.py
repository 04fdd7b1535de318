"""Load and save the rows a set of events touches, each table with one statement.

Knows which column is where, nothing of what it means. Runs inside the consumer's transaction.
Invariant: rows are saved whole and sorted by key, so that two sets of events never wait for each other crosswise.
Next: contract_row.py for the widest table, sql/ for the statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from event_contracts import AgencyRole, Badge
from event_contracts.slot import Stamp
from profile_projection.adapters.contract_row import contract_from, contract_values
from profile_projection.adapters.memento import stamp_column, stamp_from_json
from profile_projection.application.rows import AccountRow, Keys, MembershipRow, NameRow, Rows
from profile_projection.domain.state import Figures, PublicAccount, StatedBadge, Text
from servicekit.postgres import Connection
from servicekit.sqlfile import statements

SQL: Final = statements(__package__)


class PostgresTables:
    """The read models in schema `profile`, inside one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def load(self, keys: Keys) -> Rows:
        """The rows of these keys as far as there are any; a table with no key asked is not read."""
        contracts = await self._rows("load_contracts", keys.contracts)
        accounts = await self._connection.fetch(SQL["load_accounts"], sorted(keys.accounts)) if keys.accounts else []
        memberships = await self._rows("load_memberships", keys.memberships)
        names = await self._rows("load_names", keys.names)
        erased = await self._rows("find_erased_subjects", keys.subjects)
        return Rows(
            contracts={(row["account_id"], row["contract_id"]): contract_from(row) for row in contracts},
            accounts={row["account_id"]: _account_from(row) for row in accounts},
            memberships={(row["agency_id"], row["user_id"]): _membership_from(row) for row in memberships},
            names={(row["kind"], row["id"]): _name_from(row) for row in names},
            erased={(row["subject_id"], row["partition"]) for row in erased},
        )

    async def save(self, rows: Rows) -> None:
        """Put every row in place; then blank what the newly erased wrote in rows that were not loaded."""
        await self._put("save_contracts", [contract_values(row) for _, row in _sorted(rows.contracts)])
        await self._put("save_accounts", [_account_values(row) for _, row in _sorted(rows.accounts)])
        await self._put("save_mentions", [(*key, position) for key, position in _sorted(rows.mentions)])
        await self._put(
            "save_memberships", [(*key, *_membership_values(row)) for key, row in _sorted(rows.memberships)]
        )
        await self._put("save_names", [(*key, *_name_values(row)) for key, row in _sorted(rows.names)])
        await self._put("merge_clients", [(*key, *row) for key, row in _sorted(rows.clients)])
        await self._put("merge_scores", [(account_id, *row) for account_id, row in _sorted(rows.scores)])
        await self._put("merge_subjects", [(*key, *row) for key, row in _sorted(rows.subjects)])
        for partition, (subject_ids, position) in rows.newly_erased.items():
            await self._connection.execute(SQL["blank_contract_texts"], subject_ids, partition, position)
            await self._connection.execute(SQL["blank_names"], subject_ids, partition, position)

    async def _rows(self, statement: str, keys: Iterable[tuple[Any, ...]]) -> Sequence[Any]:
        columns = _columns(sorted(keys))
        return await self._connection.fetch(SQL[statement], *columns) if columns else []

    async def _put(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        columns = _columns(rows)
        if columns:
            await self._connection.execute(SQL[statement], *columns)


def _sorted(rows: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    return sorted(rows.items(), key=itemgetter(0))


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """One list per column, as UNNEST takes them; nothing for no rows."""
    return [list(column) for column in zip(*rows, strict=True)]


def _account_from(row: Any) -> AccountRow:
    badge = (
        None if row["badge_stamp"] is None else StatedBadge(stamp_from_json(row["badge_stamp"]), Badge(row["badge"]))
    )
    account = PublicAccount(
        account_id=row["account_id"],
        named=row["named"],
        agency=row["agency"],
        badge=badge,
        figures=Figures(row["score_sum"], row["score_count"], row["removed_count"], row["jobs"]),
    )
    return AccountRow(account, row["version"], row["position"], row["decisive_position"])


def _account_values(row: AccountRow) -> tuple[Any, ...]:
    account = row.account
    badge = (
        (Badge.NONE.value, None)
        if account.badge is None
        else (
            account.badge.badge.value,
            stamp_column(account.badge.stamp),
        )
    )
    return (account.account_id, account.named, account.agency, *badge, *account.figures, *row[1:])


def _membership_from(row: Any) -> MembershipRow:
    stamp = Stamp(row["stated_at"], row["stated_at"], row["stated_id"], row["stated_source"])
    return MembershipRow(stamp, AgencyRole(row["role"]), row["exclusive"], row["position"])


def _membership_values(row: MembershipRow) -> tuple[Any, ...]:
    return (row.role.value, row.exclusive, row.stamp.time, row.stamp.id, row.stamp.source, row.position)


def _name_from(row: Any) -> NameRow:
    event_id = row["display_name_event"]
    text = None if event_id is None else Text(event_id, "display_name", row["id"], row["display_name"])
    return NameRow(stamp_from_json(row["stamp"]), text, row["partition"], row["version"], row["position"])


def _name_values(row: NameRow) -> tuple[Any, ...]:
    ciphertext, event_id = (None, None) if row.text is None else (row.text.ciphertext, row.text.event_id)
    return (row.partition, ciphertext, event_id, stamp_column(row.stamp), row.version, row.position)
