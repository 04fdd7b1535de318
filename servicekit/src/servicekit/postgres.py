"""Connect to PostgreSQL and run units of work in transactions.

Owns codecs, roles, time limits and the retry of a unit the database asked to repeat. Knows no table.
Invariant: a unit is repeated whole or not at all, and never after a commit whose outcome is unknown.
Next: sqlfile.py for the statements, migrate.py for the tables.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

T = TypeVar("T")
if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:  # generic only for the type checker
    Connection = asyncpg.Connection | PoolConnectionProxy
    Pool = asyncpg.Pool

SERIALIZATION_FAILURE: Final = "40001"
DEADLOCK_DETECTED: Final = "40P01"
MOST_ATTEMPTS: Final = 5
_JSONB_VERSION: Final = b"\x01"
_FIRST_PAUSE_SECONDS: Final = 0.01
_PLANS: Final = {"enable_seqscan": "off", "jit": "off"}
"""Every statement here goes by an index. A plan is kept from when its table was empty and cheap to read whole, and the
table would still be read whole after it has grown."""


class DatabaseBusyError(Exception):
    """No connection became free in time."""


async def create_pool(
    url: str,
    *,
    role: str | None = None,
    application_name: str,
    min_size: int = 1,
    max_size: int = 10,
    command_timeout: float = 30.0,
    patience: float = 30.0,
) -> Pool:
    """Open a pool whose sessions act as ``role`` and carry jsonb as Python values (or as bytes of JSON when writing).

    A database that does not answer yet is tried again for ``patience`` seconds; then the last error is raised.
    """
    settings = {"application_name": application_name, "timezone": "UTC", **_PLANS} | ({"role": role} if role else {})
    deadline = asyncio.get_running_loop().time() + patience
    pause = 0.1
    while True:
        pool = asyncpg.create_pool(
            url,
            min_size=min_size,
            max_size=max_size,
            init=prepare_connection,
            server_settings=settings,
            command_timeout=command_timeout,
            timeout=10.0,
        )
        try:
            return await pool
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError, TimeoutError):
            if asyncio.get_running_loop().time() + pause > deadline:
                raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)


async def close_pool(pool: Pool, *, seconds: float = 5.0) -> None:
    """Close the pool, and cut its connections when they are still held after ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            await pool.close()
    except TimeoutError:
        pool.terminate()


async def prepare_connection(connection: Connection) -> None:
    """Teach one connection jsonb. The pool does it for its own; a single connection calls it itself."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_encode_jsonb, decoder=_decode_jsonb
    )


def _encode_jsonb(value: Any) -> bytes:
    return _JSONB_VERSION + (value if isinstance(value, bytes) else orjson.dumps(value))


def _decode_jsonb(value: bytes) -> Any:
    return orjson.loads(memoryview(value)[1:])


async def in_transaction(
    pool: Pool,
    unit: Callable[[Connection], Awaitable[T]],
    *,
    also_retry: tuple[type[Exception], ...] = (),
    acquire_timeout: float = 10.0,
) -> T:
    """Run a unit of work in one transaction and return what it returned.

    A deadlock, a serialization failure or one of ``also_retry`` runs the whole unit again, after a random pause, at
    most five times; so the unit must have no effect outside its connection. Raises DatabaseBusyError when no
    connection is free, and what the unit raised. Cancelled during COMMIT, it lets the commit end first: the outcome
    is then unknown to the caller, who must look, not repeat.
    """
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            return await _attempt(pool, unit, acquire_timeout)
        except Exception as error:
            if attempt == MOST_ATTEMPTS or not _worth_repeating(error, also_retry):
                raise
            await asyncio.sleep(random.uniform(0, _FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")


def _worth_repeating(error: Exception, also: tuple[type[Exception], ...]) -> bool:
    if isinstance(error, asyncpg.PostgresError):
        return error.sqlstate in (SERIALIZATION_FAILURE, DEADLOCK_DETECTED) or isinstance(error, also)
    return isinstance(error, also)


async def _attempt(pool: Pool, unit: Callable[[Connection], Awaitable[T]], acquire_timeout: float) -> T:
    try:
        connection = await pool.acquire(timeout=acquire_timeout)
    except TimeoutError as busy:
        raise DatabaseBusyError(f"no connection became free in {acquire_timeout:g} s") from busy
    try:
        transaction = connection.transaction()
        await transaction.start()
        try:
            result = await unit(connection)
        except BaseException:
            await _roll_back(connection, transaction)
            raise
        await _commit(transaction)
        return result
    finally:
        await pool.release(connection)


async def _roll_back(connection: Connection, transaction: "asyncpg.transaction.Transaction") -> None:
    if not connection.is_closed():
        await transaction.rollback()


async def _commit(transaction: "asyncpg.transaction.Transaction") -> None:
    commit = asyncio.ensure_future(transaction.commit())
    try:
        await asyncio.shield(commit)
    except asyncio.CancelledError:
        await asyncio.wait({commit})  # bounded by command_timeout; cutting it off would leave the outcome to chance
        commit.exception()  # looked at, so that a failed commit is not reported as forgotten
        raise
