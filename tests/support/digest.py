"""A digest of what the services' tables say about some ids, whatever order the facts arrived in.

Left out: what depends on the order of arrival by nature: positions, versions, partitions, offsets, sealed bytes, and of
the scores which event happened to cause the newest one.
"""

import hashlib
import re

import asyncpg

SCHEMAS = ("removal", "jss", "profile")
PASSED_OVER = {"consumer_places", "schema_migrations", "idempotency_keys", "scoring_days"}
LEFT_OUT = re.compile(r"position|version|partition|offset|^cause_|^previous$|^id$|_at$(?<!completed_at)(?<!stated_at)")
_COLUMNS = """
SELECT format('%I.%I', table_schema, table_name) AS name, column_name, data_type FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = ANY($1) AND table_type = 'BASE TABLE' ORDER BY 1, 2
"""


async def rows_about(connection: "asyncpg.Connection[asyncpg.Record]", mark: str) -> dict[str, list[str]]:
    """By table, every row that mentions `mark`, as sorted texts in which it reads `*`. Raises when there are none."""
    tables: dict[str, list[str]] = {}
    for row in await connection.fetch(_COLUMNS, list(SCHEMAS)):
        name, column = row["name"], row["column_name"]
        if name.split(".")[1] in PASSED_OVER or row["data_type"] == "bytea" or LEFT_OUT.search(column):
            continue
        tables.setdefault(name, []).append(column)
    return {name: await _rows(connection, name, columns, mark) for name, columns in tables.items()}


async def _rows(
    connection: "asyncpg.Connection[asyncpg.Record]", table: str, columns: list[str], mark: str
) -> list[str]:
    newest = "WHERE t.version = (SELECT max(version) FROM jss.scores AS s WHERE s.account_id = t.account_id)"
    rows = await connection.fetch(
        f"SELECT row({', '.join(f't.{column}' for column in columns)})::text AS said FROM {table} AS t"
        f" {newest if table == 'jss.scores' else ''}"
    )
    said = {row["said"].replace(mark, "*") for row in rows if mark in row["said"]}  # one per partition is one
    return sorted(said)


def digest_of(rows: dict[str, list[str]]) -> str:
    """One hash of all rows."""
    return hashlib.sha256(
        "\n".join(f"{name} {row}" for name in sorted(rows) for row in rows[name]).encode()
    ).hexdigest()
