"""A PostgreSQL for the test session and a fresh database for each test.

The server is the one `fi dev` would find, without durability when we start it ourselves.
Every database is copied from a template that holds all migrations; it is dropped after its test.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from tests.support.running import running

from fi.dev import backing
from fi.dev.finder import choose_postgres, this_machine
from fi.dev.port import free_ports
from fi.dev.postgres_server import database_url
from fi.migrate import migrate_database


@contextmanager
def a_postgres(folder: Path) -> Iterator[str]:
    """The URL of a running server; one that we start lives below `folder` and ends with the block."""
    (port,) = free_ports(1)
    found = backing.database(choose_postgres(this_machine()), data=folder, port=port, durable=False)
    with running(found.program, folder):
        yield found.url


@contextmanager
def a_template(server_url: str) -> Iterator[str]:
    """The name of a database with all migrations, dropped after the block. Usable without a running event loop."""
    name = f"template_{secrets.token_hex(6)}"
    with ThreadPoolExecutor(1) as elsewhere:  # the session's event loop is not ours to run
        elsewhere.submit(asyncio.run, _create(server_url, name)).result()
        try:
            elsewhere.submit(asyncio.run, migrate_database(database_url(server_url, name))).result()
            yield name
        finally:
            elsewhere.submit(asyncio.run, _drop(server_url, name)).result()


@asynccontextmanager
async def a_database(server_url: str, template: str) -> AsyncIterator[str]:
    """The URL of a database of its own, copied from the template; dropped after the block, whoever is connected."""
    name = f"test_{secrets.token_hex(6)}"
    await _create(server_url, name, template=template)
    try:
        yield database_url(server_url, name)
    finally:
        await _drop(server_url, name)


async def _create(server_url: str, name: str, *, template: str = "template1") -> None:
    # Copying files beats writing every page to the log, for databases as small as these.
    await _execute(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')


async def _drop(server_url: str, name: str) -> None:
    await _execute(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _execute(server_url: str, statement: str) -> None:
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
