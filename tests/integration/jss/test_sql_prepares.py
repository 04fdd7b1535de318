"""Every statement fits the tables the migrations make."""

from tests.integration.jss.world import World

from jss.adapters.tables import SQL


async def test_every_statement_prepares_as_the_services_own_role(world: World) -> None:
    assert len(SQL) > 20
    async with world.pool.acquire() as connection:
        for statement in SQL.values():
            await connection.prepare(statement)


async def test_no_column_could_hold_a_private_rating(world: World) -> None:
    columns = await world.pool.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'jss'"
    )
    assert columns
    assert not [row for row in columns if "rating" in row["column_name"]]
