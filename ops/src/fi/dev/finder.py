"""Where PostgreSQL and Kafka come from: given by the environment, else Docker, else embedded, else in memory.

Decides only; backing.py starts what was chosen. Looks at the machine through `Machine`, asking no more than it must.
Invariant: an instance that has data keeps the kind its data is in, so that it never comes up empty.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fi.dev import engine, kafka_jars
from fi.error import RefusedError

DATABASE_VARIABLE = "FI_DATABASE_URL"
KAFKA_VARIABLE = "FI_KAFKA_BOOTSTRAP_SERVERS"
CHOICE_VARIABLE = "FI_DEV_BACKING"


class Kind(StrEnum):
    """What serves as database or broker."""

    GIVEN = "given"
    DOCKER = "docker"
    EMBEDDED = "embedded"
    IN_MEMORY = "in-memory"


@dataclass(frozen=True, slots=True)
class Machine:
    """What the choice depends on. `why_no_java_kafka` answers None when Java can run a broker here."""

    environment: Mapping[str, str]
    has_image: Callable[[str], bool]
    why_no_java_kafka: Callable[[], str | None]


def this_machine() -> Machine:
    return Machine(os.environ, engine.has_image, _why_no_java_kafka)


def choose_postgres(machine: Machine, *, remembered: Kind | None = None) -> Kind:
    """The kind of database. Raises RefusedError for an unknown FI_DEV_BACKING."""
    if machine.environment.get(DATABASE_VARIABLE):
        return Kind.GIVEN
    if remembered and remembered is not Kind.GIVEN:
        return remembered
    return Kind.DOCKER if _may(machine, Kind.DOCKER) and machine.has_image(engine.POSTGRES_IMAGE) else Kind.EMBEDDED


def choose_kafka(machine: Machine, *, remembered: Kind | None = None) -> tuple[Kind, str | None]:
    """The kind of broker, and for the in-memory one why no real one could be had.

    Raises RefusedError where REQUIRE_KAFKA=1 forbids the in-memory broker.
    """
    if machine.environment.get(KAFKA_VARIABLE):
        return Kind.GIVEN, None
    if remembered in {Kind.DOCKER, Kind.EMBEDDED}:
        return remembered, None
    if _may(machine, Kind.DOCKER) and machine.has_image(engine.KAFKA_IMAGE):
        return Kind.DOCKER, None
    why_not = machine.why_no_java_kafka() if _may(machine, Kind.EMBEDDED) else f"{CHOICE_VARIABLE} says so"
    if why_not is None:
        return Kind.EMBEDDED, None
    if machine.environment.get("REQUIRE_KAFKA") == "1":
        raise RefusedError(f"a real Kafka broker is required (REQUIRE_KAFKA=1) and there is none: {why_not}")
    return Kind.IN_MEMORY, why_not


def _may(machine: Machine, kind: Kind) -> bool:
    """FI_DEV_BACKING names one kind to use where nothing is given; unset, all may be used."""
    choice = machine.environment.get(CHOICE_VARIABLE)
    if choice and choice not in set(Kind):
        raise RefusedError(f"{CHOICE_VARIABLE}={choice} is none of {', '.join(Kind)}")
    return not choice or choice == kind


def _why_no_java_kafka() -> str | None:
    """None when Kafka's jars can be run; fetches them when they are not here yet."""
    java = kafka_jars.find_java()
    if java is None:
        return f"no Docker engine with {engine.KAFKA_IMAGE}, and no Java {kafka_jars.OLDEST_JAVA} or newer"
    return kafka_jars.why_not_at_hand(java)
