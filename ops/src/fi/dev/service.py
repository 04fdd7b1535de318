"""The processes of the system itself: what they are called, how they are run and what they are told.

Knows their modules and their configuration, nothing of what they do.
Invariant: everything a process needs is in its environment; a test clock goes to all of them or to none.
Next: supervisor.py, which keeps them running.
"""

from collections.abc import Mapping
from pathlib import Path

import httpx

from fi.dev import key
from fi.dev.home import Home
from fi.dev.port import LOOPBACK
from fi.dev.program import Probe, Program, python

# In the order of their ports: the three that people open come first.
SERVICES = {
    "removal http": ("removal", "http"),
    "jss http": ("jss", "http"),
    "profile http": ("profile_projection", "http"),
    "removal intake": ("removal", "intake"),
    "sequencer": ("eventlog", "sequencer"),
    "jss consume": ("jss", "consume"),
    "jss tick": ("jss", "tick"),
    "profile consume": ("profile_projection", "consume"),
}
BACKINGS = ("postgres", "kafka", "kafka controller")
DOORS = {"removal": "removal http", "jss": "jss http", "profile-projection": "profile http"}
PROBE_SECONDS = 5


def url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"


def door_urls(ports: Mapping[str, int]) -> dict[str, str]:
    """The URL of each service that answers HTTP, by the service's name."""
    return {service: url(ports[process]) for service, process in DOORS.items()}


def environment(
    home: Home,
    *,
    database_url: str,
    bootstrap_servers: str,
    partitions: int,
    ports: Mapping[str, int],
    log_origin: str,
    test_clock: Path | None,
) -> dict[str, str]:
    """What every process is told."""
    told = {
        "FI_DEV": "1",
        "FI_DATABASE_URL": database_url,
        "FI_KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
        "FI_KAFKA_PARTITIONS": str(partitions),
        "FI_AUTH_JWKS": str(key.jwks_file(home)),
        "FI_AUTH_ISSUER": key.ISSUER,
        "FI_AUTH_AUDIENCE": key.AUDIENCE,
        "FI_JSS_URL": url(ports["jss http"]),
        "FI_SEALING_KEY": key.sealing_key(home),
        "FI_LOG_ORIGIN": log_origin,
        "FI_HTTP_HOST": LOOPBACK,
    }
    return told | ({"FI_TEST_CLOCK": str(test_clock)} if test_clock else {})


def programs(told: Mapping[str, str], ports: Mapping[str, int]) -> list[Program]:
    """All processes as programs, ready when their `/readyz` says so."""
    return [
        Program(
            name=name,
            argv=python(*arguments),
            environment={**told, "FI_HTTP_PORT": str(ports[name])},
            cwd=Path.cwd(),
            address=url(ports[name]),
            ready=readiness_of(url(ports[name])),
        )
        for name, arguments in SERVICES.items()
    ]


def readiness_of(address: str) -> Probe:
    """A probe that asks a process's `/readyz`."""

    async def why_not_ready() -> str | None:
        try:
            async with httpx.AsyncClient(timeout=PROBE_SECONDS, trust_env=False) as client:
                answer = await client.get(f"{address}/readyz")
        except httpx.HTTPError as failure:
            return f"{type(failure).__name__} at {address}"
        return None if answer.is_success else answer.text[:500]

    return why_not_ready
