"""Bring the database and the topics to what this version needs.

Names the packages that own a schema and the order they migrate in; the statements are theirs.
Invariant: running it again changes nothing.
Next: servicekit.migrate for how a file is run, topic.py for the topics.
"""

from importlib.resources import files

import asyncpg

from servicekit.migrate import migrate

# The log's schemas first: the services' roles are granted what it defines.
MIGRATED = {
    "keys": "eventlog.keystore",
    "log": "eventlog",
    "removal": "removal.adapters",
    "jss": "jss.adapters",
    "profile": "profile_projection.adapters",
}


async def migrate_database(url: str) -> list[str]:
    """Run every migration that has not run yet, as the owner of the database; gives `schema/file` of each that ran."""
    connection = await asyncpg.connect(url, timeout=30)
    try:
        return [
            f"{schema}/{name}"
            for schema, package in MIGRATED.items()
            if _has_migrations(package)
            for name in await migrate(connection, schema=schema, package=package)
        ]
    finally:
        await connection.close()


def _has_migrations(package: str) -> bool:
    try:
        return files(package).joinpath("migrations").is_dir()
    except ModuleNotFoundError:
        return False
