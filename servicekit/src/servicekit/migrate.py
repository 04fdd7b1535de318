"""Bring one schema to the newest version, in dbmate's file format.

Owns the ledger ``<schema>.schema_migrations``. Knows nothing of what the tables mean.
Invariant: a file runs once, whole or not at all, and never while another runner migrates the same database;
a file that was edited after it ran is refused.
Next: postgres.py for the connections that processes use afterwards.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import structlog

from servicekit.postgres import Connection
from servicekit.sqlfile import in_schema, statements

# One lock for the whole database, not one per schema: services create shared roles in their first migrations.
_LOCK_KEY: Final = 0x5EC1_ED6E
_LOCK_PATIENCE_SECONDS: Final = 600.0
_STATEMENT_SECONDS: Final = 600.0
_NAME = re.compile(r"(?P<version>\d+)_[a-z0-9_]+\.sql")
_SECTION = re.compile(r"^--\s*migrate:(?P<direction>up|down)(?P<options>.*)$", re.MULTILINE)

_log = structlog.get_logger(__name__)


class MigrationError(Exception):
    """A migration file is malformed, was edited after it ran, or shares its number with another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file: its number, its name, the statements of ``-- migrate:up``, and whether they run in a transaction."""

    version: str
    name: str
    up: str
    in_transaction: bool
    digest: str


def migrations(package: str) -> list[Migration]:
    """Return the files ``migrations/NNNN_*.sql`` of a package in the order of their numbers.

    Raises MigrationError when a name or the text is not in dbmate's format or a number occurs twice.
    """
    folder = files(package).joinpath("migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    parsed = [_parse(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names]
    versions = [migration.version for migration in parsed]
    if twice := {version for version in versions if versions.count(version) > 1}:
        raise MigrationError(f"{package}: two migrations with the number {', '.join(sorted(twice))}")
    return parsed


def _parse(name: str, text: str) -> Migration:
    match = _NAME.fullmatch(name)
    sections = list(_SECTION.finditer(text))
    if match is None:
        raise MigrationError(f"{name}: a migration is named NNNN_words_with_underscores.sql")
    if not sections or sections[0]["direction"] != "up":
        raise MigrationError(f"{name}: must begin with a line '-- migrate:up'")
    end = sections[1].start() if len(sections) > 1 else len(text)
    return Migration(
        version=match["version"],
        name=name,
        up=text[sections[0].end() : end],
        in_transaction="transaction:false" not in sections[0]["options"],
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


async def migrate(connection: Connection, *, schema: str, package: str) -> list[str]:
    """Run what has not run yet, in order, and return the names of the files that ran.

    The connection belongs to the owner of the database and is in no transaction. Of two runners at once one waits.
    Raises MigrationError, and whatever a statement raises; the files before it stay applied.
    """
    wanted = migrations(package)
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_KEY, timeout=_LOCK_PATIENCE_SECONDS)
    try:
        applied = await _applied(connection, schema)
        _refuse_edited(wanted, applied)
        pending = [migration for migration in wanted if migration.version not in applied]
        for migration in pending:
            await _run(connection, schema, migration)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK_KEY)
    return [migration.name for migration in pending]


async def _applied(connection: Connection, schema: str) -> Mapping[str, str]:
    sql = statements("servicekit")
    await connection.execute(in_schema(sql["create_migration_ledger"], schema))
    rows = await connection.fetch(in_schema(sql["list_migrations"], schema))
    return {row["version"]: row["digest"] for row in rows}


def _refuse_edited(wanted: list[Migration], applied: Mapping[str, str]) -> None:
    for migration in wanted:
        if applied.get(migration.version, migration.digest) != migration.digest:
            raise MigrationError(f"{migration.name} was edited after it ran; write a new migration instead")


async def _run(connection: Connection, schema: str, migration: Migration) -> None:
    record = in_schema(statements("servicekit")["record_migration"], schema)
    if migration.in_transaction:
        async with connection.transaction():
            await connection.execute(migration.up, timeout=_STATEMENT_SECONDS)
            await connection.execute(record, migration.version, migration.digest)
    else:
        await connection.execute(migration.up, timeout=_STATEMENT_SECONDS)
        await connection.execute(record, migration.version, migration.digest)
    _log.info("migration applied", schema=schema, migration=migration.name)
