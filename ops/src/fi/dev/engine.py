"""PostgreSQL and Kafka in containers, where a Docker engine answers and has their images.

Uses the `docker` command and never pulls. Containers are named after the home, so only our own are ever removed.
Invariant: their data lies below the home, and each runs attached to a child of the supervisor.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from fi.dev import kafka_broker, postgres_server
from fi.dev.kafka_broker import KafkaBroker
from fi.dev.kafka_jars import KafkaJars
from fi.dev.port import LOOPBACK
from fi.dev.postgres_server import DATABASE, MAX_CONNECTIONS, USER
from fi.dev.program import Program, run
from fi.error import CommandError

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = "apache/kafka:4.3.1"
POSTGRES_FOLDER = "postgres-docker"
KAFKA_FOLDER = "kafka-docker"
PROBE_SECONDS = 5


def has_image(image: str) -> bool:
    """Whether a Docker engine answers and holds the image."""
    if shutil.which("docker") is None:
        return False
    try:
        _docker("image", "inspect", "--format", "{{.Id}}", image, timeout=PROBE_SECONDS)
    except CommandError:
        return False
    return True


def postgres_program(data: Path, port: int, *, durable: bool = True) -> Program:
    """PostgreSQL in a container, its data below `data`, published on the loopback `port`."""
    url = f"postgresql://{USER}@{LOOPBACK}:{port}/{DATABASE}"
    switch = "on" if durable else "off"
    settings = {"max_connections": str(MAX_CONNECTIONS), "fsync": switch, "full_page_writes": switch}
    environment = {
        "POSTGRES_HOST_AUTH_METHOD": "trust",
        "POSTGRES_USER": USER,
        "POSTGRES_DB": DATABASE,
        "POSTGRES_INITDB_ARGS": "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --encoding=UTF8",
    }
    # As root the image takes its own user; anyone else keeps the data their own.
    user = () if os.geteuid() == 0 else ("--user", f"{os.geteuid()}:{os.getegid()}")
    return _program(
        name="postgres",
        container=_name("postgres", data),
        options=(*user, "--shm-size", "256m", "-v", f"{data}:/var/lib/postgresql", "-p", f"{LOOPBACK}:{port}:5432"),
        environment=environment,
        image=POSTGRES_IMAGE,
        arguments=tuple(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        data=data,
        address=f"{LOOPBACK}:{port}",
        probe_target=url,
    )


def kafka_program(data: Path, port: int, controller_port: int) -> Program:
    """One Kafka node in a container, its data below `data`, published on the loopback `port`."""
    cluster = urlsafe_b64encode(uuid.uuid5(uuid.NAMESPACE_URL, str(data)).bytes).decode().rstrip("=")
    environment = kafka_environment(port, controller_port, host=LOOPBACK)
    user = ("--user", f"{os.geteuid()}:0")  # group 0 may write what the image writes at start
    return _program(
        name="kafka",
        container=_name("kafka", data),
        options=(*user, "-v", f"{data}:/var/lib/kafka/data", "-p", f"{LOOPBACK}:{port}:{port}"),
        environment=environment | {"CLUSTER_ID": cluster},
        image=KAFKA_IMAGE,
        arguments=(),
        data=data,
        address=f"{LOOPBACK}:{port}",
        probe_target=f"{LOOPBACK}:{port}",
    )


def kafka_environment(port: int, controller_port: int, *, host: str) -> dict[str, str]:
    """What the image is told: one node with our settings that clients reach at `host` and `port`."""
    same = KafkaBroker(Path(), port, controller_port, KafkaJars(Path(), Path()), archive=None).settings()
    settings = same | {
        "listeners": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{host}:{port}",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": "/var/lib/kafka/data",
    }
    told = {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in settings.items()}
    return told | {"KAFKA_HEAP_OPTS": "-Xms64m -Xmx256m"}


def remove_containers(data: Path) -> None:
    """Remove the containers of the instance with this data folder, if they are there."""
    for service, folder in (("postgres", POSTGRES_FOLDER), ("kafka", KAFKA_FOLDER)):
        with contextlib.suppress(CommandError):  # there is none
            _docker("rm", "--force", _name(service, data / folder), timeout=60)


def _program(
    *,
    name: str,
    container: str,
    options: tuple[str, ...],
    environment: dict[str, str],
    image: str,
    arguments: tuple[str, ...],
    data: Path,
    address: str,
    probe_target: str,
) -> Program:
    def remove() -> None:
        data.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(CommandError):  # there is none
            _docker("rm", "--force", container, timeout=60)

    def pid() -> int | None:
        try:
            return int(_docker("inspect", "--format", "{{.State.Pid}}", container, timeout=PROBE_SECONDS)) or None
        except (CommandError, ValueError):
            return None

    ready = postgres_server.why_not_ready if name == "postgres" else kafka_broker.why_not_ready
    variables = tuple(part for key, value in environment.items() for part in ("-e", f"{key}={value}"))
    docker = shutil.which("docker") or "docker"
    return Program(
        name=name,
        argv=(docker, "run", "--rm", "--pull", "never", "--name", container, *options, *variables, image, *arguments),
        address=address,
        stop_signal=signal.SIGINT if name == "postgres" else signal.SIGTERM,  # passed on to the container
        before=remove,
        after=remove,
        pid=pid,
        ready=lambda: ready(probe_target),
    )


def _name(service: str, data: Path) -> str:
    return f"feedback-integrity-{service}-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"


def _docker(*arguments: str, timeout: float) -> str:
    return run((shutil.which("docker") or "docker", *arguments), what=f"docker {arguments[0]}", timeout=timeout)
