"""A log of its own for every test."""

from collections.abc import AsyncIterator

import pytest
from tests.support.log import LogUnderTest, a_log


@pytest.fixture
async def log(database: str) -> AsyncIterator[LogUnderTest]:
    async with a_log(database, connections=40) as under_test:
        yield under_test
