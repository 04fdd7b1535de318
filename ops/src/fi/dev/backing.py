"""The database and the broker of one instance, as programs to run or addresses to use.

Turns a choice of finder.py into something with an address. Starts nothing itself.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fi.dev import engine, kafka_jars, memory_broker
from fi.dev.finder import DATABASE_VARIABLE, KAFKA_VARIABLE, Kind
from fi.dev.kafka_broker import KafkaBroker
from fi.dev.port import LOOPBACK
from fi.dev.postgres_server import DATABASE, USER, PostgresServer
from fi.dev.program import Program
from fi.error import CommandError

WIRE_KIND = {
    Kind.GIVEN: "given",
    Kind.DOCKER: "apache-kafka",
    Kind.EMBEDDED: "apache-kafka",
    Kind.IN_MEMORY: "in-memory",
}


@dataclass(frozen=True, slots=True)
class Database:
    """The database: where it is, and the program that serves it (None when given)."""

    kind: Kind
    url: str
    program: Program | None


@dataclass(frozen=True, slots=True)
class Broker:
    """The broker. Its address may be known only once it runs, hence a function."""

    kind: Kind
    version: str
    bootstrap_servers: Callable[[], str]
    program: Program | None


def database(kind: Kind, *, data: Path, port: int, durable: bool = True) -> Database:
    """The database of this kind, with its data in a folder of its own below `data`."""
    url = f"postgresql://{USER}@{LOOPBACK}:{port}/{DATABASE}"
    match kind:
        case Kind.GIVEN:
            return Database(kind, os.environ[DATABASE_VARIABLE], None)
        case Kind.DOCKER:
            return Database(kind, url, engine.postgres_program(data / engine.POSTGRES_FOLDER, port, durable=durable))
        case Kind.EMBEDDED:
            return Database(kind, url, PostgresServer(data / "postgres", port, durable).program())
        case Kind.IN_MEMORY:
            raise CommandError("there is no in-memory database")


def broker(kind: Kind, *, data: Path, port: int, controller_port: int) -> Broker:
    """The broker of this kind, with its data in a folder of its own below `data`."""
    address = f"{LOOPBACK}:{port}"
    match kind:
        case Kind.GIVEN:
            return Broker(kind, "unknown", lambda: os.environ[KAFKA_VARIABLE], None)
        case Kind.DOCKER:
            program = engine.kafka_program(data / engine.KAFKA_FOLDER, port, controller_port)
            return Broker(kind, kafka_jars.VERSION, lambda: address, program)
        case Kind.EMBEDDED:
            java = kafka_jars.find_java()
            if java is None:
                raise CommandError(f"this instance's Kafka needs Java {kafka_jars.OLDEST_JAVA} or newer")
            jars = kafka_jars.fetch(java)
            node = KafkaBroker(data / "kafka", port, controller_port, jars, kafka_jars.archive_of(jars))
            return Broker(kind, kafka_jars.VERSION, lambda: address, node.program())
        case Kind.IN_MEMORY:
            file = data / "memory-broker-address"
            return Broker(kind, "librdkafka", lambda: file.read_text().strip(), memory_broker.program(file))
