"""jss on a database of the test's own."""

from collections.abc import AsyncIterator

import pytest
from tests.integration.jss.world import World, a_world


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    """jss with an empty log."""
    async with a_world(database) as one:
        yield one
