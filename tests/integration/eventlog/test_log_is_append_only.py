"""The log is append-only as a database privilege, and as a trigger even for an owner."""

import asyncpg
import pytest

TABLES = ["events", "event_ids", "leaves", "batches"]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["UPDATE log.{} SET {} = {}", "DELETE FROM log.{}", "TRUNCATE log.{}"])
@pytest.mark.parametrize("role", ["log_writer", "log_sequencer", "log_eraser", "log_owner"])
async def test_nobody_changes_what_is_there(database: str, table: str, verb: str, role: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        column = {"events": "version", "event_ids": "ingest_seq", "leaves": "ingest_seq", "batches": "size"}[table]
        await connection.execute(f"SET ROLE {role}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(verb.format(table, column, column))
    finally:
        await connection.close()
