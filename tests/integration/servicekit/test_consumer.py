"""The batch consumer on a real broker and a real database: whatever happens, each record is applied once, in order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from structlog.testing import capture_logs
from tests.integration.servicekit.member import (
    PARTITIONS,
    TABLE,
    Member,
    a_member,
    applied,
    everything,
    publish,
    spread,
    values,
)
from tests.support.eventually import eventually
from tests.support.kafka import create_topic, topic_name

from servicekit.postgres import Connection, Pool
from servicekit.record import Record
from servicekit.watchdog import StalledError


@pytest.fixture
async def topic(kafka_bootstrap: str) -> str:
    """A new topic of three partitions."""
    return await create_topic(kafka_bootstrap, topic_name("consumer"), partitions=PARTITIONS)


@pytest.fixture
async def producer(kafka_bootstrap: str) -> AsyncIterator[Any]:
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, compression_type="lz4")
    await producer.start()
    yield producer
    await producer.stop()


@pytest.fixture(autouse=True)
async def _table(pool: Pool) -> None:
    await pool.execute(TABLE)


async def test_all_records_are_applied_once_and_in_order(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    await publish(producer, topic, values(200))
    async with a_member(kafka_bootstrap, topic, pool) as member:
        assert await everything(pool, 200) == spread(200)
        await eventually(member.ready, seconds=30)
        await publish(producer, topic, values(1, first=200), partition=0)
        assert (await everything(pool, 201))[0][-1] == b"00200"

        async def no_lag() -> bool:
            return member.measure("fi_consumer_lag_records") == 0

        await eventually(no_lag)
        assert member.measure("fi_consumer_records_total") == 201


async def test_a_restart_goes_on_at_the_stored_place_whatever_kafka_remembers(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    await publish(producer, topic, values(90))
    async with a_member(kafka_bootstrap, topic, pool) as member:
        await everything(pool, 90)
    await publish(producer, topic, values(30, first=90))
    await _commit(kafka_bootstrap, f"group-{topic}", {TopicPartition(topic, 0): 40, TopicPartition(topic, 1): 3})
    async with a_member(kafka_bootstrap, topic, pool) as member:
        seen = await everything(pool, 120)
        first_of_each = {
            record.partition: record.offset for batch in reversed(member.apply.batches) for record in batch[::-1]
        }
    assert {partition: len(each) for partition, each in seen.items()} == {0: 40, 1: 40, 2: 40}
    assert first_of_each == {0: 30, 1: 30, 2: 30}


async def _commit(bootstrap: str, group: str, offsets: dict[TopicPartition, int]) -> None:
    client = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    await client.start()
    client.assign(list(offsets))
    await client.commit(offsets)
    await client.stop()


async def test_what_could_not_be_applied_is_tried_until_it_can_be_and_readiness_says_why(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    def fail() -> None:
        raise ConnectionError("the database is away")

    async with a_member(kafka_bootstrap, topic, pool) as member:
        await publish(producer, topic, values(50))
        await everything(pool, 50)
        member.apply.before = fail
        await publish(producer, topic, values(50, first=50))

        async def red() -> bool:
            return "the database is away" in await member.reason()

        await eventually(red, seconds=30)
        member.apply.before = lambda: None
        seen = await everything(pool, 100)
        await eventually(member.ready, seconds=30)
    assert seen == {
        partition: [*values(50)[partition::3], *values(50, first=50)[partition::3]] for partition in range(3)
    }


async def test_a_failure_after_the_commit_applies_nothing_twice(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    failures = iter(range(3))

    def fail_at_first() -> None:
        if next(failures, None) is not None:
            raise ConnectionError("the answer to COMMIT was lost")

    async with a_member(kafka_bootstrap, topic, pool) as member:
        member.apply.after = fail_at_first
        await publish(producer, topic, values(120))
        assert await everything(pool, 120) == spread(120)
        await eventually(member.ready, seconds=30)
        assert member.measure("fi_consumer_failures_total") == 3


async def test_a_record_that_never_applies_holds_its_partition_and_loses_nothing_behind_it(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    async with a_member(kafka_bootstrap, topic, pool, max_records=1) as member:
        poison = b"poison"

        def refuse_poison() -> None:
            if member.apply.batches[-1][0].value == poison:
                raise ValueError("cannot be folded")

        member.apply.before = refuse_poison
        await publish(producer, topic, [b"a", poison, b"b", b"c"], partition=1)

        async def red() -> bool:
            return "cannot be folded" in await member.reason()

        await eventually(red, seconds=30)
        assert await applied(pool) == {1: [b"a"]}
        member.apply.before = lambda: None
        assert await everything(pool, 4) == {1: [b"a", poison, b"b", b"c"]}


async def test_headers_that_are_null_or_no_text_and_tombstones_arrive_as_they_were_sent(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    sent = [("ce_id", b"1"), ("broken", b"\xff\xfe"), ("missing", None), ("ce_id", b"2")]
    async with a_member(kafka_bootstrap, topic, pool) as member:
        await producer.send_and_wait(topic, b"\xff{", key=b"\xfe", headers=sent, partition=0)
        await producer.send_and_wait(topic, None, key=b"k", partition=0)
        await producer.send_and_wait(topic, b"after", partition=0)
        assert await everything(pool, 3) == {0: [b"\xff{", None, b"after"]}
        record = member.apply.batches[0][0]
    assert (list(record.headers), record.key) == (sent, b"\xfe")


async def test_members_that_come_and_go_apply_each_record_once_and_in_order(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    async def keep_publishing() -> None:
        for number in range(60):
            await publish(producer, topic, values(15, first=15 * number))
            await asyncio.sleep(0.1)

    first = Member(kafka_bootstrap, topic, pool)
    await eventually(first.ready, seconds=30)
    publishing = asyncio.create_task(keep_publishing())
    await asyncio.sleep(0.5)
    async with a_member(kafka_bootstrap, topic, pool) as second:

        async def shares() -> bool:
            return len(second.apply.batches) > 3

        await eventually(shares)
        await first.stop()
        async with a_member(kafka_bootstrap, topic, pool) as third:
            await publishing
            assert await everything(pool, 900) == spread(900)
            await eventually(third.ready)
    assert first.measure("fi_consumer_rebalances_total") >= 2


async def test_a_batch_in_flight_ends_before_its_partition_is_given_away(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    slow = asyncio.Event()
    first = Member(kafka_bootstrap, topic, pool)
    original = first.apply._unit

    async def dawdle(connection: Connection, records: Sequence[Record]) -> None:
        await original(connection, records)
        slow.set()
        await asyncio.sleep(2)

    first.apply._unit = dawdle  # type: ignore[method-assign]
    await eventually(first.ready, seconds=30)
    await publish(producer, topic, values(3))
    await slow.wait()
    async with a_member(kafka_bootstrap, topic, pool) as second:
        await first.stop()
        await publish(producer, topic, values(3, first=3))
        await everything(pool, 6)
        offsets = [record.offset for batch in second.apply.batches for record in batch]
    assert offsets == [1, 1, 1]


async def test_a_member_started_while_kafka_is_away_says_so_and_starts_once_it_is_there(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    """The way to the broker is opened late: a forwarder on a port that nobody listened on before."""
    host, _, port = kafka_bootstrap.partition(",")[0].rpartition(":")
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    late_port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    await publish(producer, topic, values(9))
    async with a_member(f"127.0.0.1:{late_port}", topic, pool) as member:

        async def red() -> bool:
            return "Kafka cannot be reached" in await member.reason()

        await eventually(red, seconds=30)
        async with await asyncio.start_server(_forward_to(host, int(port)), "127.0.0.1", late_port):
            assert await everything(pool, 9) == spread(9)


def _forward_to(host: str, port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        sink.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, port)
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

    return forward


async def test_a_topic_that_does_not_exist_is_named_and_read_once_it_does(
    kafka_bootstrap: str, producer: Any, pool: Pool
) -> None:
    topic = topic_name("late")
    async with a_member(kafka_bootstrap, topic, pool) as member:

        async def red() -> bool:
            return f"no such topic: {topic}" in await member.reason()

        await eventually(red, seconds=30)
        await create_topic(kafka_bootstrap, topic, partitions=PARTITIONS)
        await publish(producer, topic, values(6))
        assert await everything(pool, 6, seconds=30) == spread(6)
        await eventually(member.ready, seconds=30)


async def test_records_that_retention_removed_unread_are_alarmed_and_the_rest_is_read(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    await publish(producer, topic, values(4), partition=0)
    async with a_member(kafka_bootstrap, topic, pool):
        await everything(pool, 4)
    await publish(producer, topic, values(6, first=4), partition=0)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=7)})
    await admin.close()
    with capture_logs() as entries:
        async with a_member(kafka_bootstrap, topic, pool) as member:
            await everything(pool, 7)
            assert member.measure("fi_consumer_records_missing_total", partition="0") == 3
    (alarm,) = [entry for entry in entries if "removed from the topic" in entry["event"]]
    assert (alarm["expected_offset"], alarm["log_start_offset"], alarm["log_level"]) == (4, 7, "error")


async def test_transactions_are_read_when_committed_and_their_markers_are_neither_lag_nor_loss(
    kafka_bootstrap: str, topic: str, pool: Pool
) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, transactional_id=f"tx-{topic}")
    await producer.start()
    try:
        async with a_member(kafka_bootstrap, topic, pool, stall_seconds=1.0) as member:
            for value in (b"one", b"two"):
                async with producer.transaction():
                    await producer.send_and_wait(topic, value, partition=0)
            await producer.begin_transaction()
            await producer.send_and_wait(topic, b"aborted", partition=0)
            await producer.abort_transaction()
            await producer.begin_transaction()
            await producer.send_and_wait(topic, b"open", partition=0)
            await asyncio.sleep(3)
            assert not member.task.done()  # what is not committed yet is no lag, and waiting for it no stall
            assert member.measure("fi_consumer_lag_records") == 0
            assert await applied(pool) == {0: [b"one", b"two"]}
            await producer.commit_transaction()
            assert await everything(pool, 3) == {0: [b"one", b"two", b"open"]}
            assert member.measure("fi_consumer_records_missing_total") == 0
    finally:
        await producer.stop()


async def test_a_consumer_that_has_records_and_does_not_move_ends_its_process(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    member = Member(kafka_bootstrap, topic, pool, stall_seconds=1.0)
    try:
        await eventually(member.ready, seconds=30)
        client = member.consumer._assignment.subscriber.consumer
        client.pause(*client.assignment())  # stands in for a client that stopped fetching after a broker's restart
        await publish(producer, topic, values(3))
        with pytest.raises(StalledError):
            await asyncio.wait_for(asyncio.shield(member.task), 10)
    finally:
        await member.stop()


async def test_connections_cut_in_the_middle_lose_nothing(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool, kit_database: str
) -> None:
    async with a_member(kafka_bootstrap, topic, pool) as member:
        await eventually(member.ready, seconds=30)
        executioner = await asyncpg.connect(kit_database)
        for number in range(20):
            await publish(producer, topic, values(15, first=15 * number))
            await executioner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'"
            )
            await asyncio.sleep(0.05)
        await executioner.close()
        assert await everything(pool, 300, seconds=60) == spread(300)
        await eventually(member.ready, seconds=30)
        assert member.measure("fi_consumer_failures_total") > 0


async def test_without_places_nothing_is_read_and_readiness_says_so(
    kafka_bootstrap: str, topic: str, producer: Any, pool: Pool
) -> None:
    await publish(producer, topic, values(9))
    await pool.execute("ALTER TABLE kit.consumer_places RENAME TO hidden")
    async with a_member(kafka_bootstrap, topic, pool) as member:

        async def red() -> bool:
            return "the places cannot be read" in await member.reason()

        await eventually(red, seconds=30)
        assert member.apply.batches == []
        await pool.execute("ALTER TABLE kit.hidden RENAME TO consumer_places")
        assert await everything(pool, 9) == spread(9)
        await eventually(member.ready, seconds=30)


async def test_a_member_that_waits_for_its_places_can_be_stopped(kafka_bootstrap: str, topic: str, pool: Pool) -> None:
    await pool.execute("DROP TABLE kit.consumer_places")
    member = Member(kafka_bootstrap, topic, pool)

    async def red() -> bool:
        return "the places cannot be read" in await member.reason()

    await eventually(red, seconds=30)
    async with asyncio.timeout(12):
        await member.stop()
