"""The log is append-only as a database privilege, and as a trigger even for an owner."""

import asyncpg
import pytest

COLUMNS = {
    "events": "version", "event_ids": "ingest_seq", "named_users": "ingest_seq",
    "leaves": "ingest_seq", "batches": "size",
}  # fmt: skip
PARTITIONS = {"events_0": "version", "event_ids_3": "ingest_seq", "leaves_0": "ingest_seq"}


@pytest.mark.parametrize("role", ["log_reader", "log_writer", "log_sequencer", "log_eraser", "log_owner"])
async def test_nobody_changes_what_is_there(database: str, role: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(f"SET ROLE {role}")
        for table, column in (COLUMNS | PARTITIONS).items():
            for statement in (
                f"UPDATE log.{table} SET {column} = {column}",
                f"DELETE FROM log.{table}",
                f"TRUNCATE log.{table}",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
    finally:
        await connection.close()


async def test_each_role_may_do_its_own_work_and_nothing_else(database: str) -> None:
    """Every role, table and verb that is granted; what is not listed is refused by PostgreSQL."""
    connection = await asyncpg.connect(database)
    try:
        rows = await connection.fetch(
            "SELECT role, relname AS name, verb FROM pg_class"
            " CROSS JOIN unnest(ARRAY['log_writer', 'log_sequencer', 'log_eraser', 'key_reader', 'key_maker']) AS role"
            " CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS verb"
            " WHERE relnamespace IN ('log'::regnamespace, 'keys'::regnamespace) AND relkind IN ('r', 'p')"
            " AND (has_table_privilege(role, oid, verb)"
            "      OR verb = 'UPDATE' AND has_any_column_privilege(role, oid, verb))"
        )
    finally:
        await connection.close()
    assert {(row["role"], row["name"], row["verb"]) for row in rows} == {
        ("log_writer", "events", "INSERT"),
        ("log_writer", "event_ids", "INSERT"),
        ("log_writer", "named_users", "INSERT"),
        ("log_writer", "sealed_parts", "INSERT"),
        ("log_writer", "stream_heads", "INSERT"),
        ("log_writer", "stream_heads", "UPDATE"),
        ("log_sequencer", "leaves", "INSERT"),
        ("log_sequencer", "batches", "INSERT"),
        ("log_sequencer", "topic", "INSERT"),
        ("log_sequencer", "head", "UPDATE"),
        ("log_sequencer", "lease", "UPDATE"),
        ("log_eraser", "sealed_parts", "INSERT"),
        ("log_eraser", "sealed_parts", "DELETE"),
        ("log_eraser", "subject_keys", "UPDATE"),
        ("log_eraser", "erasure", "UPDATE"),
        ("key_maker", "subject_keys", "INSERT"),
    }


async def test_every_statement_prepares_on_the_migrated_schema(database: str) -> None:
    from servicekit.sqlfile import statements  # noqa: PLC0415

    connection = await asyncpg.connect(database)
    try:
        for package in ("eventlog", "eventlog.keystore"):
            for name, statement in statements(package).items():
                assert await connection.prepare(statement), name
    finally:
        await connection.close()
