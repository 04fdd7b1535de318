"""Load the named SQL statements of a package.

Owns where a statement's text comes from. Knows nothing of what it does or when it runs.
Invariant: one file, one statement, one name; a name that has no file is a KeyError at import, not at the first request.
Next: postgres.py for the connection it runs on, migrate.py for the statements that make the tables.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@cache
def statements(package: str) -> Mapping[str, str]:
    """Return every ``sql/*.sql`` of a package by file name without its ending.

    ``statements("jss.adapters")["load_account"]`` is the text of ``jss/adapters/sql/load_account.sql``.
    """
    folder = files(package).joinpath("sql")
    if not folder.is_dir():
        return MappingProxyType({})
    found = {
        entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    }
    return MappingProxyType(dict(sorted(found.items())))


def in_schema(statement: str, schema: str) -> str:
    """Return the statement with ``{schema}`` replaced; for tables that several services have under the same name.

    Raises ValueError when the schema is not a plain lower-case identifier.
    """
    if not _IDENTIFIER.fullmatch(schema):
        raise ValueError(f"not a schema name: {schema!r}")
    return statement.replace("{schema}", schema)
