"""Every statement fits the tables the migrations make."""

import pytest
from tests.integration.jss.world import World

from jss.adapters.tables import SQL


@pytest.mark.parametrize("name", sorted(SQL))
async def test_every_statement_prepares_as_the_services_own_role(world: World, name: str) -> None:
    async with world.pool.acquire() as connection:
        await connection.prepare(SQL[name])


async def test_no_column_could_hold_a_private_rating(world: World) -> None:
    columns = await world.pool.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'jss'"
    )
    assert columns
    assert not [row for row in columns if "rating" in row["column_name"]]
