"""The doors of the session's sandbox, in domain words."""

import os

import pytest
from tests.support.given import Doors
from tests.support.sandbox import Sandbox

from fi.dev.finder import Kind
from fi.dev.instance import the_instance


@pytest.fixture
def doors(sandbox: Sandbox) -> Doors:
    """How a journey acts and looks."""
    return Doors(sandbox)


@pytest.fixture(scope="session")
def real_broker(sandbox: Sandbox) -> None:
    """Skips where the system runs on the in-memory broker, fails there under REQUIRE_KAFKA=1."""
    if the_instance(sandbox.home).kafka_kind == Kind.IN_MEMORY:
        complain = pytest.fail if os.environ.get("REQUIRE_KAFKA") == "1" else pytest.skip
        complain("needs a real Kafka broker")
