"""librdkafka's in-memory broker, for machines with neither Docker nor Java: a stand-in, and said to be one.

Runs as a process of its own (`python -m fi.dev.memory_broker ADDRESS_FILE`) and writes its address to a file.
Its limits: topics come into being when asked for, with 4 partitions; some 5 MiB are kept per partition; nothing
survives it.
"""

import asyncio
import sys
import threading
from pathlib import Path

from confluent_kafka import Producer

from fi.dev.program import Program, python
from fi.topic import TOPICS

PARTITIONS = 4
POLL_SECONDS = 0.1


def program(address_file: Path) -> Program:
    """The broker as a program; it is ready once it has written its address."""

    async def why_not_ready() -> str | None:
        written = await asyncio.to_thread(address_file.exists)
        return None if written else "it has no address yet"

    return Program(
        name="kafka",
        argv=python("fi.dev.memory_broker", str(address_file)),
        address="in memory",
        before=lambda: address_file.unlink(missing_ok=True),
        ready=why_not_ready,
        restart=False,  # what it held is gone, and the log would disagree with an empty broker
    )


def serve(address_file: Path) -> None:
    """Be the broker until the process is ended."""
    broker = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": ""})
    for topic in TOPICS:
        broker.list_topics(topic, timeout=10)  # being asked for, it comes into being
    addresses = [f"{node.host}:{node.port}" for node in broker.list_topics(timeout=10).brokers.values()]
    fresh = address_file.with_suffix(".new")
    fresh.write_text(",".join(addresses))
    fresh.replace(address_file)
    forever = threading.Event()
    while not forever.wait(POLL_SECONDS):
        broker.poll(0)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
