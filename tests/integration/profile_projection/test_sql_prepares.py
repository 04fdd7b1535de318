"""Every statement of the service fits the migrated schema, in the service's own role."""

import asyncpg

from profile_projection.adapters.tables import SQL


async def test_every_statement_prepares_in_the_services_role(database: str) -> None:
    connection = await asyncpg.connect(database, server_settings={"role": "profile"})
    try:
        for statement in SQL.values():
            await connection.prepare(statement)
    finally:
        await connection.close()
    assert len(SQL) > 15


async def test_the_service_may_not_touch_what_is_not_its_own(database: str) -> None:
    connection = await asyncpg.connect(database, server_settings={"role": "profile"})
    try:
        foreign = await connection.fetch(
            """
            SELECT table_schema || '.' || table_name AS name FROM information_schema.role_table_grants
            WHERE grantee IN (SELECT rolname FROM pg_roles WHERE pg_has_role('profile', oid, 'USAGE'))
                AND privilege_type <> 'SELECT' AND table_schema NOT IN ('profile')
            """
        )
    finally:
        await connection.close()
    assert foreign == []
