"""A broker that is killed and started again under a consumer: an embedded one of this test's own."""

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from tests.integration.servicekit.member import TABLE, a_member, everything, publish, values
from tests.support.eventually import eventually
from tests.support.kafka import create_topic

from fi.dev import backing, kafka_jars
from fi.dev.finder import Kind
from fi.dev.port import free_ports
from fi.dev.program import Program, await_ready, start
from servicekit.postgres import Pool


async def _serving(program: Program, log: Path) -> "subprocess.Popen[bytes]":
    process = await asyncio.to_thread(start, program, log)
    await await_ready(program.ready, seconds=120, alive=lambda: process.poll() is None)
    return process


@pytest.mark.skipif(kafka_jars.find_java() is None, reason="needs Java for a broker of its own")
async def test_a_consumer_goes_on_after_its_broker_was_killed(tmp_path: Path, pool: Pool) -> None:
    port, controller_port = free_ports(2)
    broker = backing.broker(Kind.EMBEDDED, data=tmp_path, port=port, controller_port=controller_port)
    assert broker.program is not None
    address, log = broker.bootstrap_servers(), tmp_path / "kafka.log"
    await pool.execute(TABLE)
    process = await _serving(broker.program, log)
    try:
        topic = await create_topic(address, "restarted")
        async with a_member(address, topic, pool) as member:
            await _publish(address, topic, first=0)
            await everything(pool, 30)

            process.kill()
            await asyncio.to_thread(process.wait)

            async def red() -> bool:
                return "Kafka does not answer" in await member.reason()

            await eventually(red)
            process = await _serving(broker.program, log)
            await _publish(address, topic, first=30)
            seen = await everything(pool, 60, seconds=60)
            assert sorted(value for each in seen.values() for value in each if value) == values(60)
            await eventually(member.ready, seconds=60)
    finally:
        process.kill()
        process.wait()


async def _publish(address: str, topic: str, *, first: int) -> None:
    producer: Any = AIOKafkaProducer(bootstrap_servers=address)
    await producer.start()
    await publish(producer, topic, values(30, first=first))
    await producer.stop()
