"""What every ring of tests may ask for: a PostgreSQL, a database, a Kafka broker.

Session fixtures start on first use, so the unit ring starts nothing. Works with `pytest` alone.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.support import kafka, postgres
from tests.support.sandbox import Sandbox
from tests.support.system import SYSTEMS, start_system


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the same tests run against other ways to run the system."""
    explained = "; ".join(f"{name}: {what}" for name, what in SYSTEMS.items())
    parser.addoption("--system", choices=list(SYSTEMS), default="sandbox", help=f"what `sandbox` is. {explained}")


@pytest.fixture(scope="session")
def backing_folder() -> Iterator[Path]:
    """Where this session's database and broker keep their data. Its path is short and open to the database's user."""
    folder = Path(tempfile.mkdtemp(prefix="fi-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(backing_folder: Path) -> Iterator[str]:
    """The URL of a running PostgreSQL 18, as superuser; its own database is empty."""
    with postgres.a_postgres(backing_folder) as url:
        yield url


@pytest.fixture(scope="session")
def database_template(postgres_url: str) -> Iterator[str]:
    """The name of a database that holds every package's migrations."""
    with postgres.a_template(postgres_url) as name:
        yield name


@pytest.fixture
async def database(postgres_url: str, database_template: str) -> AsyncIterator[str]:
    """The URL of a database of this test's own, with all migrations."""
    async with postgres.a_database(postgres_url, database_template) as url:
        yield url


@pytest.fixture(scope="session")
def any_kafka(backing_folder: Path) -> Iterator[kafka.TestBroker]:
    """A running broker of whatever kind is to be had."""
    with kafka.a_broker(backing_folder) as broker:
        yield broker


@pytest.fixture(scope="session")
def kafka_bootstrap(any_kafka: kafka.TestBroker) -> str:
    """The bootstrap servers of a real Kafka broker; skips where there is none, fails under REQUIRE_KAFKA=1."""
    if any_kafka.why_not_real:
        complain = pytest.fail if os.environ.get("REQUIRE_KAFKA") == "1" else pytest.skip
        complain(f"needs a real Kafka broker: {any_kafka.why_not_real}")
    return any_kafka.bootstrap_servers


@pytest.fixture(scope="session")
def sandbox_folder() -> Iterator[Path]:
    """Where the session's sandbox has its home; open to the database's user."""
    folder = Path(tempfile.mkdtemp(prefix="fi-sandbox-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def sandbox(sandbox_folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """A whole running system with three partitions and a test clock at 2026-01-15T12:00:00Z, shared by the session.

    What it runs on is the option `--system`: see `pytest --help`.
    """
    async with start_system(request.config.getoption("--system"), sandbox_folder / "home") as running:
        yield running
