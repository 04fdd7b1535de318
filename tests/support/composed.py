"""The whole system as `docker compose up` starts it, with a test clock, written down like an instance of `fi dev`.

So tests, and `fi dev clock` too, act on it as on any other. Its containers and volumes bear a name of their own and
end with the block; nothing is left but the image and what the engine caches of it.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.container import Container, docker
from tests.support.sandbox import PARTITIONS, START, Sandbox, connected

from event_contracts.instant import parse_time
from fi.dev import key, service
from fi.dev.clock import move_clock
from fi.dev.finder import Kind
from fi.dev.home import Home
from fi.dev.identity import Identity
from fi.dev.instance import READY, TEST_CLOCK, Instance, write_instance
from fi.dev.kafka_jars import VERSION
from fi.dev.port import LOOPBACK, free_ports

ROOT = Path(__file__).parents[2]
FILES = (ROOT / "docker-compose.yml", ROOT / "tests/support/compose.yml")
PORTS = {
    "removal http": "FI_REMOVAL_PORT",
    "jss http": "FI_JSS_PORT",
    "profile http": "FI_PROFILE_PORT",
    "postgres": "FI_POSTGRES_PORT",
    "kafka": "FI_KAFKA_PORT",
}
UP_SECONDS = 600  # the first build fetches every dependency


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed(Sandbox):
    """A sandbox made of containers, and the project they belong to."""

    system: "System"


@asynccontextmanager
async def a_composed_sandbox(folder: Path) -> AsyncIterator[Composed]:
    """The running system; its processes, database and broker can be killed, and are started again by the engine."""
    home = Home.at(folder)
    home.create()
    move_clock(home.clock, parse_time(START))
    system = System(f"fi-test-{secrets.token_hex(4)}", home, dict(zip(PORTS, free_ports(len(PORTS)), strict=True)))
    try:
        await asyncio.to_thread(system.up)
        async with connected(home, containers=system.containers()) as sandbox:
            yield Composed(**{each.name: getattr(sandbox, each.name) for each in fields(sandbox)}, system=system)
    finally:
        await asyncio.to_thread(system.down)


class System:
    """One project of docker compose."""

    def __init__(self, project: str, home: Home, ports: Mapping[str, int]) -> None:
        self._project = project
        self._home = home
        self._ports = ports

    def up(self) -> None:
        """Build, start, wait until everything is healthy, and write down where it is."""
        try:
            self.compose("up", "--build", "--wait", "--detach", seconds=UP_SECONDS)
        except AssertionError as failure:
            said = self.compose("logs", "--no-color", "--tail=30").decode(errors="replace")
            raise AssertionError(f"{failure}\n{said}") from None
        docker("cp", f"{self.container('secrets')}:/var/lib/fi/.fi/keys/.", str(self._home.keys))
        write_instance(self._home, self._instance())

    def down(self, *, keep_data: bool = False) -> None:
        """End and remove everything of this project, the volumes too unless their data is kept."""
        self.compose("down", *(() if keep_data else ("--volumes",)), "--timeout=30", seconds=120)

    def container(self, process: str) -> str:
        """The name of the container of a process, named as in `fi dev status`, or of a job."""
        return f"{self._project}-{process.replace(' ', '-')}-1"

    def containers(self) -> dict[str, Container]:
        """The containers by the names that processes have in `fi dev status`."""
        return {name: Container(self.container(name)) for name in (*service.SERVICES, "postgres", "kafka")}

    def _instance(self) -> Instance:
        return Instance(
            home=str(self._home.root),
            state=READY,
            clock=TEST_CLOCK,
            ports=self._ports,
            database_kind=Kind.DOCKER,
            database_url=self._database_url(),
            kafka_kind=Kind.DOCKER,
            kafka_version=VERSION,
            bootstrap_servers=f"{LOOPBACK}:{self._ports['kafka']}",
            partitions=PARTITIONS,
            services=service.door_urls(self._ports),
            issuer=key.ISSUER,
            audience=key.AUDIENCE,
            log_origin=f"{LOOPBACK}:8101",
            supervisor=Identity.of(os.getpid()),  # the instance lives no longer than these tests
        )

    def _database_url(self) -> str:
        """Where this machine finds the database; inside it has another address and the same password."""
        file = self._home.root / "database-url"
        docker("cp", f"{self.container('secrets')}:/run/secrets/fi_database_url", str(file))
        inside = urlsplit(file.read_text())
        login = inside.netloc.rpartition("@")[0]
        return inside._replace(netloc=f"{login}@{LOOPBACK}:{self._ports['postgres']}").geturl()

    def compose(self, *arguments: str, seconds: float = 60) -> bytes:
        """What a command of docker compose prints, given to this project."""
        told = {variable: str(self._ports[name]) for name, variable in PORTS.items()}
        told |= {"FI_TEST_HOME": str(self._home.root), "FI_KAFKA_PARTITIONS": str(PARTITIONS)}
        files = (part for file in FILES for part in ("--file", str(file)))
        return docker("compose", "--project-name", self._project, *files, *arguments, told=told, seconds=seconds)
