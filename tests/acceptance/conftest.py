"""The doors of the session's sandbox, in domain words."""

import pytest
from tests.support.given import Doors
from tests.support.sandbox import Sandbox


@pytest.fixture
def doors(sandbox: Sandbox) -> Doors:
    """How a journey acts and looks."""
    return Doors(sandbox)
