"""A database with nothing in it but the tables of the service kit, under the names a service would give them."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.support.postgres import a_database

from servicekit.postgres import Pool, close_pool, create_pool
from servicekit.sqlfile import in_schema, statements

SCHEMA = "kit"


@pytest.fixture
async def empty_database(postgres_url: str) -> AsyncIterator[str]:
    """The URL of an empty database of this test's own."""
    async with a_database(postgres_url, "template1") as url:
        yield url


@pytest.fixture
async def kit_database(empty_database: str) -> str:
    """The URL of a database whose schema `kit` has the tables a service copies from the service kit."""
    connection = await asyncpg.connect(empty_database)
    try:
        await connection.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in ("make_consumer_places", "make_idempotency_keys"):
            await connection.execute(in_schema(statements("servicekit")[table], SCHEMA))
    finally:
        await connection.close()
    return empty_database


@pytest.fixture
async def pool(kit_database: str) -> AsyncIterator[Pool]:
    """A pool on that database."""
    pool = await create_pool(kit_database, application_name="test", max_size=10)
    yield pool
    await close_pool(pool)
