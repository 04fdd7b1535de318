"""Removal on a database of its own for every test."""

from collections.abc import AsyncIterator

import pytest
from tests.integration.removal.world import Topics, World, a_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with a_world(database) as under_test:
        yield under_test


@pytest.fixture
def topics() -> Topics:
    return Topics()
