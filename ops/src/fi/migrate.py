"""`fi migrate`: bring the database and the topics to what this version needs.

Names the packages that own a schema and the order they migrate in; the statements are theirs.
Invariant: running it again changes nothing.
Next: servicekit.migrate for how a file is run, topic.py for the topics.
"""

from typing import Annotated

import asyncpg
from cyclopts import Parameter
from pydantic import ValidationError

from fi.error import CommandError
from fi.terminal import out, print_json
from fi.topic import ensure_topics
from servicekit import migrate as servicekit_migrate
from servicekit.settings import DatabaseSettings, KafkaSettings

# The log's schemas first: the services' roles are granted what it defines.
KEYS_SCHEMA = "keys"
MIGRATED = {
    KEYS_SCHEMA: "eventlog.keystore",
    "log": "eventlog",
    "removal": "removal.adapters",
    "jss": "jss.adapters",
    "profile": "profile_projection.adapters",
}


class MigrateSettings(DatabaseSettings, KafkaSettings):
    """Which database and which broker."""


async def migrate(*, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """Run the migrations that have not run yet, and make the topics that are missing.

    The database is FI_DATABASE_URL (as its owner), the broker FI_KAFKA_BOOTSTRAP_SERVERS, the number of partitions
    of a new topic FI_KAFKA_PARTITIONS.

    Args:
        as_json: Print {"migrations": […], "topics": […]} instead.
    """
    try:
        settings = MigrateSettings()
    except ValidationError as wrong:
        raise CommandError(str(wrong)) from wrong
    applied = await migrate_database(settings.database_url, keys_url=settings.keys_database_url)
    made = await ensure_topics(settings.kafka, partitions=settings.kafka_partitions)
    if as_json:
        print_json({"migrations": applied, "topics": made})
    else:
        out.print(f"migrations: {', '.join(applied) or 'all there'}; topics: {', '.join(made) or 'all there'}")


async def migrate_database(url: str, *, keys_url: str | None = None) -> list[str]:
    """Run every migration that has not run yet, as the owner of the database; gives `schema/file` of each that ran.

    The subjects' keys may live in a database of their own, `keys_url`.
    Raises CommandError when one fails; those before it stay applied.
    """
    ran: list[str] = []
    for schema, package in MIGRATED.items():
        place = keys_url if keys_url and schema == KEYS_SCHEMA else url
        ran += await _migrate_schema(place, schema, package)
    return ran


async def _migrate_schema(url: str, schema: str, package: str) -> list[str]:
    try:
        connection = await asyncpg.connect(url, timeout=30)
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError) as failure:
        raise CommandError(f"the database of schema {schema} does not let us in: {failure}") from failure
    try:
        names = await servicekit_migrate.migrate(connection, schema=schema, package=package)
    except (servicekit_migrate.MigrationError, asyncpg.PostgresError) as failure:
        raise CommandError(f"migrating schema {schema} failed: {failure}") from failure
    finally:
        await connection.close()
    return [f"{schema}/{name}" for name in names]
