import pytest

from servicekit.postgres import Pool
from servicekit.sqlfile import in_schema, statements

MADE_AT_ONCE = {"create_migration_ledger", "make_consumer_places", "make_idempotency_keys"}


async def test_every_statement_fits_the_tables(pool: Pool) -> None:
    """The files that make tables were run by the fixtures; all others are prepared against them."""
    sql = statements("servicekit")
    await pool.execute(in_schema(sql["create_migration_ledger"], "kit"))
    for name in sql.keys() - MADE_AT_ONCE:
        async with pool.acquire() as connection:
            try:
                await connection.prepare(in_schema(sql[name], "kit"))
            except Exception as error:
                pytest.fail(f"{name}.sql: {error}")
