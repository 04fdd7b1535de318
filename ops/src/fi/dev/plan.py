"""Decide how an instance comes up: where its backing services come from, its ports, its clock, its keys.

Asks the machine and reads what the home holds already; starts nothing.
Invariant: a home that has data comes up with that data: same kind of backing services, same partitions, same log name.
Next: supervisor.py, which carries the plan out.
"""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from event_contracts.instant import format_time
from fi.dev import backing, key, memory_broker
from fi.dev.clock import move_clock
from fi.dev.finder import Kind, choose_kafka, choose_postgres, this_machine
from fi.dev.home import Home
from fi.dev.instance import STARTING, SYSTEM_CLOCK, TEST_CLOCK, Instance
from fi.dev.port import ports_for
from fi.dev.service import BACKINGS, SERVICES, door_urls, url
from fi.error import CommandError, RefusedError

PARTITIONS_VARIABLE = "FI_KAFKA_PARTITIONS"
DEFAULT_PARTITIONS = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What `fi dev up` was asked for. `port_base` 0: any free ports; `clock` None: the system's."""

    port_base: int
    clock: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """How the instance comes up."""

    instance: Instance
    database: backing.Database
    broker: backing.Broker


def make_plan(home: Home, wish: Wish, previous: Instance | None) -> Plan:
    """The plan for this home. Raises RefusedError for what the home's data or the machine does not allow."""
    machine = this_machine()
    database_kind = choose_postgres(machine, remembered=previous.database_kind if previous else None)
    kafka_kind, why_not_real = choose_kafka(machine, remembered=previous.kafka_kind if previous else None)
    if previous and previous.kafka_kind is Kind.IN_MEMORY:
        _forget(home)
    warnings = _in_memory_warnings(database_kind, kafka_kind, why_not_real)
    remembered_ports = previous.ports if previous else {}
    ports = ports_for([*SERVICES, *BACKINGS], base=wish.port_base, remembered=remembered_ports)
    database = backing.database(database_kind, data=home.data, port=ports["postgres"])
    broker = backing.broker(kafka_kind, data=home.data, port=ports["kafka"], controller_port=ports["kafka controller"])
    key.ensure_keys(home)
    instance = Instance(
        home=str(home.root),
        state=STARTING,
        clock=_set_clock(home, wish, previous),
        ports=ports,
        database_kind=database_kind,
        database_url=database.url,
        kafka_kind=kafka_kind,
        kafka_version=broker.version,
        bootstrap_servers="" if kafka_kind is Kind.IN_MEMORY else broker.bootstrap_servers(),
        partitions=partitions_of(kafka_kind, previous, machine.environment.get(PARTITIONS_VARIABLE)),
        services=door_urls(ports),
        issuer=key.ISSUER,
        audience=key.AUDIENCE,
        log_origin=key.log_origin(home, first=urlsplit(url(ports["removal http"])).netloc),
        warnings=warnings,
    )
    return Plan(instance, database, broker)


def _set_clock(home: Home, wish: Wish, previous: Instance | None) -> str:
    """Start the test clock that was asked for, or go on with the one the home has."""
    if wish.clock is None:
        return TEST_CLOCK if home.clock.exists() else SYSTEM_CLOCK
    if previous and previous.clock == SYSTEM_CLOCK and wish.clock < datetime.now(UTC):
        raise RefusedError(
            f"the instance at {home.root} ran on the system's clock; its test clock cannot start at"
            f" {format_time(wish.clock)}, before what its log holds"
        )
    move_clock(home.clock, wish.clock)
    return TEST_CLOCK


def partitions_of(kafka: Kind, previous: Instance | None, told: str | None) -> int:
    """How many partitions the topics have: of a new instance as `told`, of an old one as they were made.

    Raises RefusedError when an old one is told another number, CommandError when it is told no number.
    """
    if kafka is Kind.IN_MEMORY:
        return memory_broker.PARTITIONS
    if told and not (told.isdecimal() and int(told)):
        raise CommandError(f"{PARTITIONS_VARIABLE}={told} is not a number of partitions")
    wanted = int(told) if told else None
    if previous is None or previous.kafka_kind is not kafka or kafka is Kind.GIVEN:
        return wanted or DEFAULT_PARTITIONS
    if wanted not in (None, previous.partitions):
        raise RefusedError(f"this instance's topics have {previous.partitions} partitions, not {wanted}")
    return previous.partitions


def _forget(home: Home) -> None:
    """Begin anew: what an in-memory broker held is gone, and the log would disagree with an empty one."""
    shutil.rmtree(home.data, ignore_errors=True)
    home.clock.unlink(missing_ok=True)
    home.create()


def _in_memory_warnings(database: Kind, kafka: Kind, why_not_real: str | None) -> tuple[str, ...]:
    """What a person must know of the in-memory broker. Raises RefusedError beside a database that outlives it."""
    if kafka is not Kind.IN_MEMORY:
        return ()
    if database is Kind.GIVEN:
        raise RefusedError(f"a given database needs a broker that keeps its data, and there is none: {why_not_real}")
    return (
        "NO REAL KAFKA: librdkafka's in-memory broker stands in for it.",
        f"Reason: {why_not_real}.",
        f"Its topics have {memory_broker.PARTITIONS} partitions, whatever {PARTITIONS_VARIABLE} says.",
        "It forgets everything when it ends, so this instance starts empty each time.",
        "It keeps some 5 MiB per partition, drops what is older without a word, and is no measure of speed.",
        "For a real broker: Docker with apache/kafka:4.3.1, or Java 17 and Maven.",
    )
