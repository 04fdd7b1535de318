"""Two sequencer processes: the one that is stopped is followed by the other, and does no harm when it wakes."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from tests.integration.eventlog.test_publish import PARTITIONS, assert_prefixes, position, records
from tests.support.eventually import eventually
from tests.support.kafka import create_topic, topic_name
from tests.support.log import LogUnderTest, a_badge, a_draft

from fi.dev.port import free_ports
from servicekit.kafka import KafkaConnection
from servicekit.record import Record


@asynccontextmanager
async def a_sequencer(database: str, kafka: str, topic: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A running sequencer process and its port; killed after the block."""
    (port,) = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "eventlog", "sequencer"),
        env={
            **os.environ,
            "FI_DATABASE_URL": database,
            "FI_KAFKA_BOOTSTRAP_SERVERS": kafka,
            "FI_KAFKA_PARTITIONS": str(PARTITIONS),
            "FI_KAFKA_EVENTS_TOPIC": topic,
            "FI_HTTP_PORT": str(port),
        },
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process, port
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ready(port: int) -> bool:
    async with httpx.AsyncClient(trust_env=False) as http:
        try:
            return (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
        except httpx.TransportError:
            return False


async def test_a_stopped_leader_is_followed_and_wakes_without_harm(
    log: LogUnderTest, database: str, kafka_bootstrap: str
) -> None:
    topic = await create_topic(kafka_bootstrap, topic_name("events"), partitions=PARTITIONS)

    async def epoch() -> int:
        return int(await log.pool.fetchval("SELECT epoch FROM log.head"))

    async def published() -> int:
        return (await log.reader.size()).published

    appended = 0

    async def append_some() -> None:
        nonlocal appended
        await log.append(*(a_draft(a_badge(f"A{number}")) for number in range(40)))
        appended += 40

    async with a_sequencer(database, kafka_bootstrap, topic) as (first, first_port):
        await eventually(lambda: ready(first_port), seconds=60)
        await append_some()
        await eventually(published, lambda size: size == appended, seconds=60)
        async with a_sequencer(database, kafka_bootstrap, topic) as (_, second_port):
            await eventually(lambda: ready(second_port), seconds=60)
            assert await epoch() == 1  # the second stands by
            await append_some()
            first.send_signal(signal.SIGSTOP)  # wherever it is: in a turn, in a batch
            await append_some()
            await eventually(epoch, lambda now: now == 2, seconds=60)
            await eventually(published, lambda size: size == appended, seconds=60)
            first.send_signal(signal.SIGCONT)
            for _ in range(5):
                await append_some()
                await asyncio.sleep(0.3)
            await eventually(published, lambda size: size == appended, seconds=60)
            assert await epoch() == 2  # who woke does not take back what it lost

    events = [event async for event in log.reader.all()]
    assert [event.position for event in events] == list(range(appended))
    found = await records(KafkaConnection(bootstrap_servers=kafka_bootstrap), topic)
    seen = {position(record): record.value for batch in found.values() for record in batch}
    assert seen == {event.position: event.leaf for event in events}
    for batch in found.values():
        first_seen = list(dict.fromkeys(position(record) for record in batch))
        assert first_seen == sorted(first_seen)  # whatever was sent twice, a prefix was there first
    assert_prefixes({number: drop_repeats(batch) for number, batch in found.items()})


def drop_repeats(batch: list[Record]) -> list[Record]:
    """The records that a consumer would apply."""
    applied: list[Record] = []
    for record in batch:
        if not applied or position(record) > position(applied[-1]):
            applied.append(record)
    return applied
