"""Which system a command talks to: the instance of its home when that runs, else the one the environment names.

Knows addresses only. Invariant: a running instance goes before the environment, so `--home` always means what it says.
"""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from fi.dev.clock import read_clock
from fi.dev.finder import Kind
from fi.dev.home import Home
from fi.dev.instance import READY, SYSTEM_CLOCK, TEST_CLOCK, Instance, kafka_of, read_instance
from fi.error import CommandError
from servicekit.kafka import KafkaConnection
from servicekit.settings import DatabaseSettings, KafkaSettings

DEFAULT_HOME = Path(".fi")


def running(home: Path) -> Instance | None:
    """The instance of this home, if one runs there."""
    instance = read_instance(Home.at(home))
    return instance if instance and instance.is_up() else None


def kafka_target(home: Path) -> KafkaConnection:
    """The broker to talk to. Raises CommandError when neither an instance nor the environment names one."""
    if instance := running(home):
        return kafka_of(instance)
    try:
        return KafkaSettings().kafka
    except ValidationError:
        raise CommandError(_nothing(home, "FI_KAFKA_BOOTSTRAP_SERVERS")) from None


def database_target(home: Path) -> str:
    """The database to read. Raises CommandError when neither an instance nor the environment names one."""
    if instance := running(home):
        return instance.database_url
    try:
        return DatabaseSettings().database_url
    except ValidationError:
        raise CommandError(_nothing(home, "FI_DATABASE_URL")) from None


def whole_target(home: Path) -> Instance:
    """The instance, or one that stands for what the environment describes. Raises CommandError."""
    if instance := running(home):
        return instance
    try:
        database, kafka = DatabaseSettings(), KafkaSettings()
    except ValidationError:
        raise CommandError(_nothing(home, "FI_DATABASE_URL and FI_KAFKA_BOOTSTRAP_SERVERS")) from None
    return Instance(
        home=str(home),
        state=READY,
        clock=SYSTEM_CLOCK,
        ports={},
        database_kind=Kind.GIVEN,
        database_url=database.database_url,
        kafka_kind=Kind.GIVEN,
        kafka_version="",
        bootstrap_servers=kafka.kafka_bootstrap_servers,
        partitions=kafka.kafka_partitions,
        services={},
        issuer="",
        audience="",
        log_origin="",
    )


def now_at(home: Path) -> datetime:
    """What the clock of the instance shows, the machine's when none runs."""
    instance = running(home)
    if instance and instance.clock == TEST_CLOCK:
        return read_clock(Home.at(home).clock)
    return datetime.now(UTC)


def _nothing(home: Path, variables: str) -> str:
    return f"no instance runs at {home}; start one with `fi dev up`, or set {variables}"
