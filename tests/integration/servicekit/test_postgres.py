import asyncio
from collections.abc import AsyncIterator
from itertools import count

import asyncpg
import pytest

from servicekit.postgres import (
    MOST_ATTEMPTS,
    Connection,
    DatabaseBusyError,
    Pool,
    close_pool,
    create_pool,
    in_transaction,
)


@pytest.fixture
async def table(pool: Pool) -> Pool:
    """A pool on a database with one table of two numbered rows."""
    await pool.execute("CREATE TABLE kit.counter (name text PRIMARY KEY, n int NOT NULL)")
    await pool.execute("INSERT INTO kit.counter VALUES ('a', 0), ('b', 0)")
    return pool


async def counted(pool: Pool) -> dict[str, int]:
    return {row["name"]: row["n"] for row in await pool.fetch("SELECT name, n FROM kit.counter")}


async def add(connection: Connection, name: str) -> None:
    await connection.execute("UPDATE kit.counter SET n = n + 1 WHERE name = $1", name)


async def test_a_unit_is_committed_and_its_answer_returned(table: Pool) -> None:
    async def unit(connection: Connection) -> str:
        await add(connection, "a")
        return "done"

    assert await in_transaction(table, unit) == "done"
    assert await counted(table) == {"a": 1, "b": 0}


async def test_a_unit_that_fails_leaves_nothing_and_is_not_repeated(table: Pool) -> None:
    calls = count()

    async def unit(connection: Connection) -> None:
        next(calls)
        await add(connection, "a")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await in_transaction(table, unit)
    assert (await counted(table), next(calls)) == ({"a": 0, "b": 0}, 1)


async def test_a_serialization_failure_repeats_the_whole_unit(table: Pool) -> None:
    """Two readers that then write the same row, both under REPEATABLE READ: the later one gets 40001."""
    attempts, both_have_read = count(1), asyncio.Barrier(2)

    async def unit(connection: Connection) -> None:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        n = await connection.fetchval("SELECT n FROM kit.counter WHERE name = 'a'")
        if next(attempts) <= 2:
            await both_have_read.wait()
        await connection.execute("UPDATE kit.counter SET n = $1 WHERE name = 'a'", n + 1)

    await asyncio.gather(in_transaction(table, unit), in_transaction(table, unit))
    assert (await counted(table))["a"] == 2
    assert next(attempts) == 4


async def test_a_deadlock_repeats_the_unit_that_lost(table: Pool) -> None:
    both_hold_one, first_tries = asyncio.Barrier(2), count()

    def unit_in_order(names: tuple[str, str]):  # type: ignore[no-untyped-def]
        async def unit(connection: Connection) -> None:
            await add(connection, names[0])
            if next(first_tries) < 2:
                await both_hold_one.wait()
            await add(connection, names[1])

        return unit

    await asyncio.gather(
        in_transaction(table, unit_in_order(("a", "b"))), in_transaction(table, unit_in_order(("b", "a")))
    )
    assert await counted(table) == {"a": 2, "b": 2}


async def test_an_error_the_caller_names_is_repeated_too(table: Pool) -> None:
    class DuplicateEventError(Exception):
        pass

    calls = count(1)

    async def unit(connection: Connection) -> int:
        await add(connection, "a")
        if (call := next(calls)) < 3:
            raise DuplicateEventError
        return call

    assert await in_transaction(table, unit, also_retry=(DuplicateEventError,)) == 3
    assert (await counted(table))["a"] == 1


async def test_a_unit_that_always_fails_so_is_given_up(table: Pool) -> None:
    calls = count()

    async def unit(_connection: Connection) -> None:
        next(calls)
        raise asyncpg.SerializationError

    with pytest.raises(asyncpg.SerializationError):
        await in_transaction(table, unit)
    assert next(calls) == MOST_ATTEMPTS


async def test_a_caller_cancelled_during_commit_leaves_a_whole_outcome(table: Pool) -> None:
    """A constraint trigger that runs at COMMIT makes it slow enough to be cancelled in the middle."""
    await table.execute(
        """
        CREATE FUNCTION kit.dawdle() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER slow_commit AFTER UPDATE ON kit.counter
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kit.dawdle();
        """
    )
    worked = asyncio.Event()

    async def unit(connection: Connection) -> None:
        await add(connection, "a")
        worked.set()

    act = asyncio.create_task(in_transaction(table, unit))
    await worked.wait()
    await asyncio.sleep(0.1)
    act.cancel()
    with pytest.raises(asyncio.CancelledError):
        await act
    assert (await counted(table))["a"] == 1


@pytest.fixture
async def one_connection(kit_database: str) -> AsyncIterator[Pool]:
    pool = await create_pool(kit_database, application_name="narrow", max_size=1)
    yield pool
    await close_pool(pool)


async def test_no_free_connection_is_said_so(one_connection: Pool) -> None:
    async def unit(_connection: Connection) -> None:
        pass

    async with one_connection.acquire():
        with pytest.raises(DatabaseBusyError):
            await in_transaction(one_connection, unit, acquire_timeout=0.05)
    await in_transaction(one_connection, unit)


async def test_a_session_acts_as_its_role_under_its_name(kit_database: str) -> None:
    owner = await asyncpg.connect(kit_database)
    role = f"reader_{kit_database[-6:]}"
    await owner.execute(f'CREATE ROLE "{role}" NOLOGIN')
    pool = await create_pool(kit_database, role=role, application_name="narrow")
    try:
        seen = await pool.fetchrow("SELECT current_user AS role, current_setting('application_name') AS name")
        assert dict(seen or {}) == {"role": role, "name": "narrow"}
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute("CREATE SCHEMA mine")
        assert await pool.fetchval("SELECT current_user") == role  # also after the connection was given back
    finally:
        await close_pool(pool)
        await owner.execute(f'DROP ROLE "{role}"')
        await owner.close()


async def test_jsonb_comes_and_goes_as_values_or_as_bytes(pool: Pool) -> None:
    value = {"a": [1, None, "é"], "b": {"c": True}}
    assert await pool.fetchval("SELECT $1::jsonb", value) == value
    assert await pool.fetchval("SELECT $1::jsonb", b'{"a": 1}') == {"a": 1}
    assert await pool.fetchval("SELECT $1::jsonb[]", [value, b"[1]"]) == [value, [1]]


async def test_a_database_that_is_not_there_yet_is_waited_for() -> None:
    with pytest.raises(OSError, match=r"."):
        await create_pool("postgresql://u@127.0.0.1:1/x", application_name="early", patience=0.3)


async def test_a_pool_whose_connection_is_held_is_cut(kit_database: str) -> None:
    pool = await create_pool(kit_database, application_name="held")
    connection = await pool.acquire()
    await asyncio.wait_for(close_pool(pool, seconds=0.1), 2)
    with pytest.raises(asyncpg.InterfaceError):
        await connection.execute("SELECT 1")
