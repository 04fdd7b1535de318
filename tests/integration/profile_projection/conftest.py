"""A chronicle of its own for every test."""

from collections.abc import AsyncIterator

import pytest
from tests.integration.profile_projection.chronicle import Chronicle, a_chronicle


@pytest.fixture
async def chronicle(database: str) -> AsyncIterator[Chronicle]:
    async with a_chronicle(database) as told:
        yield told
