"""What is known of one instance: its addresses and its processes, kept in `instance.json` below the home.

The supervisor writes it, everybody else reads it. It holds no secret.
Invariant: the file is replaced as a whole, and a process in it is believed only if it has the start time written there.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from fi.dev.finder import Kind
from fi.dev.home import Home
from fi.dev.identity import Identity
from fi.error import CommandError
from servicekit.kafka import KafkaConnection
from servicekit.settings import KafkaSettings

SYSTEM_CLOCK = "system"
TEST_CLOCK = "test"
STARTING, READY, STOPPING, DOWN = "starting", "ready", "stopping", "down"


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """One process as last seen: `state` is starting, ready, restarting or ended; `restarts` since it came up."""

    name: str
    address: str
    state: str
    identity: Identity | None = None
    restarts: int = 0
    serving: Identity | None = None

    @property
    def pid(self) -> int | None:
        """The process that serves: of a container not the child that watches it."""
        who = self.serving or self.identity
        return who.pid if who else None

    def seen_now(self) -> "RunningProcess":
        """The same with the state it has now: a written pid may have ended since."""
        if self.identity and self.identity.is_running():
            return self
        return replace(self, state="ended", identity=None, serving=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One instance as last written down."""

    home: str
    state: str
    clock: str
    ports: Mapping[str, int]
    database_kind: Kind
    database_url: str
    kafka_kind: Kind
    kafka_version: str
    bootstrap_servers: str
    partitions: int
    services: Mapping[str, str]
    issuer: str
    audience: str
    log_origin: str
    supervisor: Identity | None = None
    processes: tuple[RunningProcess, ...] = ()
    failure: str | None = None
    warnings: tuple[str, ...] = field(default=())

    def is_up(self) -> bool:
        """Whether its supervisor lives."""
        return self.supervisor is not None and self.supervisor.is_running()


def read_instance(home: Home) -> Instance | None:
    """The instance of this home, or None when there never was one."""
    try:
        return _parse(orjson.loads(home.instance.read_bytes()))
    except FileNotFoundError:
        return None
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as broken:
        raise CommandError(f"{home.instance} is not an instance's file: {broken!r}") from broken


def write_instance(home: Home, instance: Instance) -> None:
    """Replace the file as a whole, so that a reader never sees half of it."""
    with tempfile.NamedTemporaryFile(dir=home.root, prefix="instance.", delete=False) as fresh:
        fresh.write(orjson.dumps(instance, option=orjson.OPT_INDENT_2))
    Path(fresh.name).chmod(0o644)
    Path(fresh.name).replace(home.instance)


def the_instance(home: Home) -> Instance:
    """The running instance of this home. Raises CommandError when there is none."""
    instance = read_instance(home)
    if instance is None or not instance.is_up():
        raise CommandError(f"no instance runs at {home.root}; `fi dev up` starts one")
    return instance


def kafka_of(instance: Instance) -> KafkaConnection:
    """How to reach the instance's broker; a given one may need the security that the environment describes."""
    if instance.kafka_kind is Kind.GIVEN:
        return KafkaSettings(kafka_bootstrap_servers=instance.bootstrap_servers).kafka
    return KafkaConnection(bootstrap_servers=instance.bootstrap_servers)


def _parse(document: dict[str, Any]) -> Instance:
    processes = tuple(
        RunningProcess(
            **{**process, "identity": _identity(process["identity"]), "serving": _identity(process["serving"])}
        )
        for process in document["processes"]
    )
    return Instance(
        **{
            **document,
            "processes": processes,
            "supervisor": _identity(document["supervisor"]),
            "database_kind": Kind(document["database_kind"]),
            "kafka_kind": Kind(document["kafka_kind"]),
            "warnings": tuple(document["warnings"]),
        }
    )


def _identity(document: dict[str, Any] | None) -> Identity | None:
    return Identity(**document) if document else None
