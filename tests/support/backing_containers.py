"""The instance that `fi dev up` starts on a database and a broker in testcontainers' containers.

Both are given to it by their addresses, as a company's own would be. They restart when they are killed, and end with
the block.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HealthcheckWaitStrategy
from tests.support.container import Container
from tests.support.sandbox import Sandbox, a_sandbox, connected

from fi.dev.engine import KAFKA_IMAGE, POSTGRES_IMAGE, kafka_environment
from fi.dev.finder import DATABASE_VARIABLE, KAFKA_VARIABLE
from fi.dev.port import free_ports
from fi.dev.postgres_server import MAX_CONNECTIONS

SECOND = 1_000_000_000  # in the unit of Docker's interface
READY_SECONDS = 120
# Killing a process is not a power cut, so these tests lose nothing without fsync.
POSTGRES_COMMAND = f"postgres -c max_connections={MAX_CONNECTIONS} -c fsync=off -c full_page_writes=off"


@asynccontextmanager
async def a_sandbox_on_containers(home: Path) -> AsyncIterator[Sandbox]:
    """A running instance whose `postgres` and `kafka` can be killed like its other processes."""
    with a_postgres_container() as postgres, a_kafka_container() as (kafka, bootstrap_servers):
        given = {DATABASE_VARIABLE: postgres.get_connection_url(), KAFKA_VARIABLE: bootstrap_servers}
        named = {"postgres": postgres, "kafka": kafka}
        containers = {name: Container(container.get_container_id()) for name, container in named.items()}
        async with a_sandbox(home, environment=given) as sandbox, connected(sandbox.home, containers=containers) as own:
            yield own


@contextmanager
def a_postgres_container() -> Iterator[PostgresContainer]:
    """PostgreSQL, healthy, on a port that it keeps when it starts again."""
    (port,) = free_ports(1)
    asked = ["CMD", "pg_isready", "--quiet", "--host=127.0.0.1"]
    container = PostgresContainer(POSTGRES_IMAGE, driver=None, shm_size="256m", **_lasting(asked))
    container.with_bind_ports(5432, port).with_command(POSTGRES_COMMAND).waiting_for(_healthy())
    with container:
        yield container


@contextmanager
def a_kafka_container() -> Iterator[tuple[DockerContainer, str]]:
    """One Kafka node, healthy, and its bootstrap servers."""
    port, controller_port = free_ports(2)
    asked = ["CMD", "bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}"]
    container = DockerContainer(KAFKA_IMAGE, **_lasting(asked))
    host = container.get_docker_client().host()  # what it tells its clients, so it must know before it starts
    container.with_bind_ports(port, port).with_envs(**kafka_environment(port, controller_port, host=host))
    with container.waiting_for(_healthy()):
        yield container, f"{container.get_container_host_ip()}:{port}"


def _lasting(asked: list[str]) -> dict[str, Any]:
    """Options of a container that says how it is and starts again when its process was killed."""
    check = {
        "test": asked,
        "interval": SECOND,
        "timeout": 5 * SECOND,
        "start_period": READY_SECONDS * SECOND,
        "retries": 5,
    }
    return {"init": True, "restart_policy": {"Name": "always"}, "healthcheck": check}


def _healthy() -> HealthcheckWaitStrategy:
    return HealthcheckWaitStrategy().with_startup_timeout(READY_SECONDS)
