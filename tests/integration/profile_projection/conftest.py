"""A chronicle for every test: one database for all of them, emptied before each; or one of its own."""

from collections.abc import AsyncIterator

import pytest
from tests.integration.profile_projection.chronicle import Chronicle, a_chronicle
from tests.integration.profile_projection.telling import Telling, a_telling
from tests.support.postgres import a_database


@pytest.fixture(scope="session")
async def shared_chronicle(postgres_url: str, database_template: str) -> AsyncIterator[Chronicle]:
    async with a_database(postgres_url, database_template) as url, a_chronicle(url) as told:
        yield told


@pytest.fixture
async def chronicle(shared_chronicle: Chronicle) -> Chronicle:
    """An empty chronicle. Its keys are older than the test, so no test may destroy one."""
    await shared_chronicle.forget()
    shared_chronicle.texts.batches.clear()
    return shared_chronicle


@pytest.fixture
async def chronicle_with_own_keys(database: str) -> AsyncIterator[Chronicle]:
    async with a_chronicle(database) as told:
        yield told


@pytest.fixture
async def telling(database: str) -> AsyncIterator[Telling]:
    """A log of its own, with nothing in it."""
    async with a_telling(database) as begun:
        yield begun
