"""Answer a repeated POST with the first answer: the Idempotency-Key.

Owns the table ``<schema>.idempotency_keys`` through its statements. Knows nothing of what a door does.
Invariant: of all calls with one (caller, door, key), one at a time runs and one writes the answer; a call whose claim
was taken over cannot write, and its transaction with it.
Next: problem.py; sql/make_idempotency_keys.sql for the table a service's first migration makes.
"""

import contextlib
import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import asyncpg
import orjson
import structlog
from fastapi import Request, Response

from servicekit.postgres import Connection, Pool
from servicekit.problem import MEDIA_TYPE, Problem, invalid
from servicekit.sqlfile import in_schema, statements

HEADER: Final = "Idempotency-Key"
KEPT_DAYS: Final = 7
LEASE_SECONDS: Final = 60.0
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_FINAL_BELOW: Final = 500
_TOO_MANY: Final = 429  # says "not now", as 503 does
_log = structlog.get_logger(__name__)


class ClaimLostError(Exception):
    """Another call took this key over while this one was slow; what this one did must not be committed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer as it was given: status, headers (``content-type`` among them), bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def response(self) -> Response:
        """Return the HTTP answer, marked as a repetition."""
        return Response(self.body, status_code=self.status, headers={**self.headers, "Idempotency-Replayed": "true"})


@dataclass(slots=True)
class Claim:
    """The right to act for one key, or the answer that was given before.

    Used as ``async with``: a Problem below 500 raised inside is kept as the final answer, anything else gives the key
    free again.
    """

    sub: str
    door: str
    key: str | None
    answer: Answer | None = None
    _token: uuid.UUID = field(default_factory=uuid.uuid4)
    _pool: Pool | None = None
    _sql: Mapping[str, str] = field(default_factory=dict)
    _completed: bool = False

    async def complete(self, connection: Connection, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Write the final answer in the caller's transaction.

        Raises ClaimLostError when another call took over; the caller's transaction then rolls back.
        """
        if self.key is None:
            return
        written = await connection.fetchval(
            self._sql["complete_idempotency_key"],
            self.sub,
            self.door,
            self.key,
            self._token,
            status,
            dict(headers),
            body,
        )
        if written is None:
            raise ClaimLostError(f"the claim on {self.door} was taken over")
        self._completed = True

    async def __aenter__(self) -> Self:
        """Enter with the claim."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep a refusal, release after a failure."""
        if self.key is None or self._pool is None or self.answer is not None:
            return
        if isinstance(error, ClaimLostError):
            raise _in_progress() from error
        if isinstance(error, Problem) and error.status < _FINAL_BELOW and error.status != _TOO_MANY:
            await self._keep(self._pool, error)
        elif error is not None or not self._completed:
            await self._release(self._pool)

    async def _keep(self, pool: Pool, problem: Problem) -> None:
        headers = {**problem.headers, "content-type": MEDIA_TYPE}
        async with pool.acquire() as connection:
            try:
                await self.complete(connection, problem.status, headers, problem.body())
            except ClaimLostError:
                _log.warning("a refusal was not kept: the key was taken over", door=self.door)

    async def _release(self, pool: Pool) -> None:
        try:
            await pool.execute(self._sql["release_idempotency_key"], self.sub, self.door, self.key, self._token)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("a key was not released and is free after its lease", door=self.door, error=repr(error))


class Idempotency:
    """The idempotency keys of one service."""

    def __init__(self, schema: str, *, lease_seconds: float = LEASE_SECONDS) -> None:
        """Take the schema that has the table. Raises ValueError for what is no schema name."""
        loaded = statements("servicekit")
        self._sql = {name: in_schema(text, schema) for name, text in loaded.items() if "idempotency" in name}
        self._lease_seconds = lease_seconds

    async def claim(self, pool: Pool, request: Request, sub: str) -> Claim:
        """Return the claim of a request; its ``answer`` is set when the act was done before.

        The door is the route's pattern; the body, the path and the query are what must be the same. Raises Problem 422
        ``invalid`` (the key is no printable text of 1 to 128), 422 ``idempotency-key-reused``, 409 ``in-progress``.
        """
        door = f"{request.method} {request.scope['route'].path}"
        digest = digest_of(request.url.path, request.url.query, await request.body())
        return await self.claim_for(pool, sub=sub, door=door, key=request.headers.get(HEADER), digest=digest)

    async def claim_for(self, pool: Pool, *, sub: str, door: str, key: str | None, digest: bytes) -> Claim:
        """Do what ``claim`` says for a key and a digest of what must be the same. Its own short transaction."""
        if key is None:
            return Claim(sub, door, None)
        if not _KEY.fullmatch(key):
            raise invalid([("header:" + HEADER, "must be 1 to 128 printable ASCII characters")])
        claim = Claim(sub, door, key, _pool=pool, _sql=self._sql)
        row = await pool.fetchrow(
            self._sql["claim_idempotency_key"], sub, door, key, digest, claim._token, self._lease_seconds, KEPT_DAYS
        )
        if row is None:
            row = await pool.fetchrow(self._sql["read_idempotency_key"], sub, door, key)
            claim.answer = _earlier(row, digest)
        return claim

    async def forget_expired(self, pool: Pool) -> int:
        """Delete keys older than seven days; return how many. Called now and then by one background task."""
        return len(await pool.fetch(self._sql["forget_idempotency_keys"], KEPT_DAYS))


def _earlier(row: Any, digest: bytes) -> Answer:
    if row is None:  # released between the two statements: the other call failed just now
        raise _in_progress()
    if row["digest"] != digest:
        raise Problem("idempotency-key-reused", 422, "This key belongs to another request")
    if row["status"] is None:
        raise _in_progress()
    return Answer(row["status"], row["headers"], row["body"])


def _in_progress() -> Problem:
    return Problem("in-progress", 409, "The same request is being worked on", headers={"Retry-After": "1"})


def digest_of(path: str, query: str, body: bytes) -> bytes:
    """Return the digest of what must be the same: path, query, and the body as a JSON value (else as bytes)."""
    with contextlib.suppress(orjson.JSONDecodeError):
        body = orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(orjson.dumps([path, query, body.hex()])).digest()
