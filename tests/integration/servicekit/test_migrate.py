import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from servicekit.migrate import MigrationError, migrate
from servicekit.postgres import Connection

SLOW = """-- migrate:up
CREATE TABLE shop.orders (id int);
SELECT pg_sleep(0.3);
-- migrate:down
DROP TABLE shop.orders;
"""
SECOND = "-- migrate:up\nALTER TABLE shop.orders ADD COLUMN name text;\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An importable package with two migrations; its name is the folder's."""
    folder = tmp_path / f"shop_{tmp_path.name.replace('-', '_')}"
    (folder / "migrations").mkdir(parents=True)
    (folder / "migrations" / "0001_make_orders.sql").write_text(SLOW)
    (folder / "migrations" / "0002_add_name.sql").write_text(SECOND)
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


@pytest.fixture
async def connection(empty_database: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(empty_database)
    yield connection
    await connection.close()


async def run(connection: Connection, package: Path) -> list[str]:
    return await migrate(connection, schema="shop", package=package.name)


async def columns(connection: Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'shop' AND table_name = 'orders'"
    )
    return [row["column_name"] for row in rows]


async def test_what_has_run_does_not_run_again(connection: Connection, package: Path) -> None:
    assert await run(connection, package) == ["0001_make_orders.sql", "0002_add_name.sql"]
    assert await run(connection, package) == []
    assert await columns(connection) == ["id", "name"]


async def test_only_what_is_new_runs(connection: Connection, package: Path) -> None:
    await run(connection, package)
    (package / "migrations" / "0003_add_price.sql").write_text(
        "-- migrate:up\nALTER TABLE shop.orders ADD COLUMN price int;\n"
    )
    assert await run(connection, package) == ["0003_add_price.sql"]


async def test_of_two_runners_at_once_one_does_the_work(
    empty_database: str, connection: Connection, package: Path
) -> None:
    other = await asyncpg.connect(empty_database)
    try:
        ran = await asyncio.gather(run(connection, package), run(other, package))
    finally:
        await other.close()
    assert sorted(map(len, ran)) == [0, 2]
    assert await columns(connection) == ["id", "name"]


async def test_a_file_that_fails_leaves_nothing_and_runs_once_it_is_right(
    connection: Connection, package: Path
) -> None:
    file = package / "migrations" / "0002_add_name.sql"
    file.write_text("-- migrate:up\nALTER TABLE shop.orders ADD COLUMN half int;\nSELECT 1 / 0;\n")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await run(connection, package)
    assert await columns(connection) == ["id"]
    file.write_text(SECOND)
    assert await run(connection, package) == ["0002_add_name.sql"]


async def test_a_file_edited_after_it_ran_is_refused(connection: Connection, package: Path) -> None:
    await run(connection, package)
    (package / "migrations" / "0001_make_orders.sql").write_text(SLOW + "-- changed\n")
    with pytest.raises(MigrationError, match="0001_make_orders"):
        await run(connection, package)


async def test_a_file_may_run_outside_a_transaction(connection: Connection, package: Path) -> None:
    (package / "migrations" / "0003_index.sql").write_text(
        "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY orders_by_name ON shop.orders (name);\n"
    )
    assert "0003_index.sql" in await run(connection, package)
    assert await run(connection, package) == []
