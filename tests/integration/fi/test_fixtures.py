"""The fixtures that other tests stand on."""

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from tests.support.kafka import create_topic, topic_name


async def test_each_test_has_a_database_of_its_own(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("CREATE TABLE mine (id int)")  # a second test with the same database would fail here
    assert await connection.fetchval("SELECT current_setting('server_version_num')::int / 10000") == 18
    await connection.close()


@pytest.mark.parametrize("turn", [1, 2])
async def test_the_next_test_sees_nothing_of_it(database: str, turn: int) -> None:
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("SELECT to_regclass('mine')") is None
    await connection.execute("CREATE TABLE mine (id int)")
    await connection.close()


async def test_text_sorts_by_bytes(database: str) -> None:
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("SELECT array_agg(t ORDER BY t) FROM unnest(ARRAY['b','A','a','B','_']) t") == [
        "A",
        "B",
        "_",
        "a",
        "b",
    ]
    await connection.close()


async def test_a_real_broker_keeps_what_is_sent(kafka_bootstrap: str) -> None:
    topic = await create_topic(kafka_bootstrap, topic_name(), partitions=1)
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap) as producer:
        await producer.send_and_wait(topic, b"value", key=b"key", headers=[("h", b"x")])
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest")
    async with consumer:
        record = await consumer.getone()
    assert (record.key, record.value, record.headers) == (b"key", b"value", (("h", b"x"),))
