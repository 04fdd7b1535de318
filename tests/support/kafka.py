"""A Kafka broker for the test session and topics that no other test uses.

The broker is the one `fi dev` would find. Where only the in-memory one is to be had, tests that need a real broker
skip, and under REQUIRE_KAFKA=1 the session fails instead.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from tests.support.running import running

from fi.dev import backing
from fi.dev.finder import Kind, choose_kafka, this_machine
from fi.dev.port import free_ports


@dataclass(frozen=True, slots=True)
class TestBroker:
    """A running broker: where it is, what kind, and why it is only the in-memory one (None: it is real)."""

    __test__ = False

    bootstrap_servers: str
    kind: Kind
    why_not_real: str | None


@contextmanager
def a_broker(folder: Path) -> Iterator[TestBroker]:
    """A running broker; one that we start lives below `folder` and ends with the block."""
    kind, why_not_real = choose_kafka(this_machine())
    port, controller_port = free_ports(2)
    found = backing.broker(kind, data=folder, port=port, controller_port=controller_port)
    with running(found.program, folder):
        yield TestBroker(found.bootstrap_servers(), kind, why_not_real)


def topic_name(what: str = "topic") -> str:
    """A name no other test uses, so that tests can share one broker."""
    return f"test.{what}.{secrets.token_hex(6)}"


async def create_topic(
    bootstrap_servers: str, name: str, *, partitions: int = 3, settings: Mapping[str, str] | None = None
) -> str:
    """Make a topic and give its name. Needs a real broker; the in-memory one makes topics when they are used."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        wanted = NewTopic(name, partitions, 1, topic_configs=dict(settings or {}))
        answer: Any = await admin.create_topics([wanted])
    finally:
        await admin.close()
    if refused := [error for error in answer.topic_errors if error[1]]:
        raise AssertionError(f"topic {name} was refused: {refused}")
    return name


async def alter_topic(bootstrap_servers: str, name: str, settings: Mapping[str, str]) -> None:
    """Change a topic's settings."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, dict(settings))])
    finally:
        await admin.close()
