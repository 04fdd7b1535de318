"""Keep what was not understood, with its bytes as they came, and hand it out to be published.

Invariant: a parked row is written in the intake's own transaction and holds key, headers and value to the byte; null
and empty stay apart.
Next: dead_letters.py, which publishes them.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

import asyncpg

from removal.domain.admission import Parked
from servicekit.postgres import Connection, Pool
from servicekit.record import Record
from servicekit.sqlfile import statements

_SQL = statements(__package__)
_LENGTH: Final = struct.Struct(">i")
_NULL: Final = -1
MOST_DETAIL: Final = 1000

Headers: TypeAlias = Sequence[tuple[str, bytes | None]]


def headers_bytes(headers: Iterable[tuple[str, bytes | None]]) -> bytes:
    """Headers as bytes: name and value by turns, each after its length as four bytes; -1 stands for a null value."""
    parts = (part for name, value in headers for part in (name.encode("utf-8", "surrogatepass"), value))
    return b"".join(_LENGTH.pack(_NULL if part is None else len(part)) + (part or b"") for part in parts)


def headers_of(framed: bytes) -> list[tuple[str, bytes | None]]:
    """The headers of such bytes."""
    parts: list[bytes | None] = []
    at = 0
    while at < len(framed):
        (length,) = _LENGTH.unpack_from(framed, at)
        at += _LENGTH.size
        parts.append(None if length == _NULL else framed[at : at + length])
        at += max(length, 0)
    names, values = parts[::2], parts[1::2]
    return [((name or b"").decode("utf-8", "surrogatepass"), value) for name, value in zip(names, values, strict=True)]


def storable(detail: str) -> str:
    """The detail as a text column takes it: one that it refused would hold up the whole batch for ever."""
    return detail[:MOST_DETAIL].replace("\0", "").encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRecord:
    """A parked record to publish: where it came from, why it is parked, its bytes, how often it was tried."""

    id: int
    reason: str
    detail: str
    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Headers
    value: bytes | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedItem:
    """A parked record in a list, without its bytes, which may hold what a person wrote."""

    id: int
    reason: str
    detail: str
    topic: str
    partition: int
    offset: int
    at: datetime


class ParkingTable:
    """The table removal.parked."""

    async def park(self, connection: Connection, records: Sequence[tuple[Record, Parked]], *, at: datetime) -> None:
        """Keep these records, in the order given."""
        if not records:
            return
        await connection.execute(
            _SQL["park_records"],
            [why.reason for _, why in records],
            [storable(why.detail) for _, why in records],
            [record.topic for record, _ in records],
            [record.partition for record, _ in records],
            [record.offset for record, _ in records],
            [record.key for record, _ in records],
            [headers_bytes(record.headers) for record, _ in records],
            [record.value for record, _ in records],
            at,
        )

    async def page(self, pool: Pool, *, after: int, limit: int) -> list[ParkedItem]:
        """Parked records after an id, oldest first."""
        return [ParkedItem(**row) for row in await pool.fetch(_SQL["list_parked"], after, limit)]

    async def claim(self, pool: Pool, *, limit: int, seconds: float) -> list[ParkedRecord]:
        """Take records that are due to be published; nobody else gets them for so many seconds."""
        rows = await pool.fetch(_SQL["claim_parked"], limit, seconds)
        return sorted((_parked_record(row) for row in rows), key=lambda record: record.id)

    async def published(self, pool: Pool, ids: Sequence[int]) -> None:
        """Kafka has these."""
        if ids:
            await pool.execute(_SQL["mark_published"], ids)

    async def postpone(self, pool: Pool, ids: Sequence[int], seconds: Sequence[float]) -> None:
        """Kafka did not take these; each is due again after its own seconds."""
        if ids:
            await pool.execute(_SQL["postpone_parked"], ids, seconds)


def _parked_record(row: asyncpg.Record) -> ParkedRecord:
    return ParkedRecord(
        id=row["id"],
        reason=row["reason"],
        detail=row["detail"],
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        key=row["key"],
        headers=headers_of(row["headers"]),
        value=row["value"],
        attempts=row["publish_attempts"],
    )
