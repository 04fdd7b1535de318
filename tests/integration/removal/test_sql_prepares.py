"""Every statement fits the migrated tables, and the role may do no more than it must."""

import pytest
from tests.integration.removal.world import World

from servicekit.sqlfile import statements


async def test_every_statement_is_prepared_on_the_migrated_schema(world: World) -> None:
    for name, text in statements("removal.adapters").items():
        async with world.pool.acquire() as connection:
            try:
                await connection.prepare(text)
            except Exception as error:
                pytest.fail(f"{name}.sql: {error}")


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
async def test_a_binding_cannot_be_changed_by_the_service(world: World, verb: str) -> None:
    question = "SELECT has_table_privilege('removal', 'removal.contract_bindings', $1)"
    assert not await world.pool.fetchval(question, verb)
