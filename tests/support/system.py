"""The ways to have a whole running system for the tests over its outside doors."""

import os
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import pytest
from tests.support import container
from tests.support.backing_containers import a_sandbox_on_containers
from tests.support.composed import a_composed_sandbox
from tests.support.sandbox import Sandbox, a_sandbox, connected

from fi.dev.home import Home

HOME_VARIABLE: Final = "FI_ACCEPTANCE_HOME"
SYSTEMS: Final = {
    "sandbox": "what `fi dev up` starts, on a database and a broker that it finds or starts (the default)",
    "testcontainers": "the same on PostgreSQL and Kafka in containers that the tests start",
    "compose": "everything in containers, as docker-compose.yml says",
    "running": f"an instance with a test clock that runs already, at the home that {HOME_VARIABLE} names",
}


def start_system(kind: str, home: Path) -> AbstractAsyncContextManager[Sandbox]:
    """The system of this kind, at `home` where it needs one, ended after the block if it was started by it.

    Skips, or under REQUIRE_CONTAINERS=1 fails, where it needs containers that cannot be had.
    """
    match kind:
        case "testcontainers":
            container.need_testcontainers()
            return a_sandbox_on_containers(home)
        case "compose":
            container.need_compose()
            return a_composed_sandbox(home)
        case "running":
            if HOME_VARIABLE not in os.environ:
                raise pytest.UsageError(f"--system=running needs {HOME_VARIABLE}")
            return connected(Home.at(Path(os.environ[HOME_VARIABLE])))
        case _:
            return a_sandbox(home)
