"""Publishing against a real broker and a real database."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from tests.support.kafka import create_topic, topic_name
from tests.support.log import LogUnderTest, a_badge, a_draft, a_log

from eventlog.read import LogReader
from fi.error import CommandError
from fi.publish.line import Outgoing, read_line, read_lines
from fi.publish.outcome import outcome_of, unknown_of
from fi.publish.send import Sent, send
from removal.adapters.parking import ParkingTable
from removal.domain.admission import Parked, ParkReason
from servicekit.kafka import KafkaConnection
from servicekit.postgres import Connection, in_transaction
from servicekit.record import Record


async def everything_in(kafka_bootstrap: str, topic: str) -> list[Record]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic, partition) for partition in range(3)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        found: list[Record] = []
        while len(found) < sum(ends.values()):
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                found.extend(records)
    finally:
        await consumer.stop()
    return found


def lines_for(topic: str, count: int, *, padding: str = "") -> bytes:
    lines = [
        {
            "topic": topic,
            "id": f"e{n}",
            "time": "t",
            "type": "x",
            "subject": f"s{n % 50}",
            "data": {"n": n, "p": padding},
        }
        for n in range(count)
    ]
    return b"\n".join(map(orjson.dumps, lines))


async def test_every_record_arrives_once_in_the_order_of_its_key(kafka_bootstrap: str, tmp_path: Path) -> None:
    topic = await create_topic(kafka_bootstrap, topic_name(), partitions=3)
    file = tmp_path / "events.jsonl"
    file.write_bytes(lines_for(topic, 20_000, padding="x" * 100))
    told: list[int] = []
    sent = await send(KafkaConnection(bootstrap_servers=kafka_bootstrap), read_lines(file), told.append)

    found = await everything_in(kafka_bootstrap, topic)
    assert sent.records == len(found) == told[-1] == 20_000
    assert told == sorted(told)
    numbers: dict[bytes, list[int]] = {}
    for record in found:
        assert record.key is not None
        assert record.value is not None
        numbers.setdefault(record.key, []).append(orjson.loads(record.value)["n"])
        assert sent.holds(topic, record.partition, record.offset)
    assert numbers == {f"s{k}".encode(): list(range(k, 20_000, 50)) for k in range(50)}
    assert dict(found[0].headers)["ce_specversion"] == b"1.0"


async def test_a_record_larger_than_a_batch_arrives_too(kafka_bootstrap: str, tmp_path: Path) -> None:
    topic = await create_topic(kafka_bootstrap, topic_name(), partitions=3)
    file = tmp_path / "events.jsonl"
    large = lines_for(topic, 1, padding="x" * 700_000)
    file.write_bytes(lines_for(topic, 30) + b"\n" + large + b"\n" + lines_for(topic, 30))
    sent = await send(KafkaConnection(bootstrap_servers=kafka_bootstrap), read_lines(file), lambda _: None)
    assert sent.records == len(await everything_in(kafka_bootstrap, topic)) == 61


async def test_a_record_that_the_cluster_refuses_is_named(kafka_bootstrap: str, tmp_path: Path) -> None:
    topic = await create_topic(kafka_bootstrap, topic_name(), partitions=1, settings={"max.message.bytes": "2000"})
    file = tmp_path / "events.jsonl"
    file.write_bytes(lines_for(topic, 1, padding="x" * 300_000))
    with pytest.raises(CommandError, match="line 1: the cluster refuses: MessageSizeTooLargeError"):
        await send(KafkaConnection(bootstrap_servers=kafka_bootstrap), read_lines(file), lambda _: None)


async def test_a_missing_topic_is_named(kafka_bootstrap: str, tmp_path: Path) -> None:
    record = read_line(4, lines_for(topic_name("missing"), 1))
    with pytest.raises(CommandError, match=r"line 4: .*test\.missing\."):
        await send(KafkaConnection(bootstrap_servers=kafka_bootstrap), [record], lambda _: None)


async def test_no_broker_is_said_at_once() -> None:
    with pytest.raises(CommandError, match=r"no broker answers at 127\.0\.0\.1:1"):
        await send(KafkaConnection(bootstrap_servers="127.0.0.1:1"), [], lambda _: None)


@pytest.fixture
async def log(database: str) -> AsyncIterator[LogUnderTest]:
    async with a_log(database) as under_test:
        yield under_test


async def park(log: LogUnderTest, topic: str, partition: int, offset: int, reason: str) -> None:
    record: Record = ConsumerRecord(topic, partition, offset, 0, 0, None, b"x", None, 0, 1, ())
    parked = [(record, Parked(ParkReason(reason), "because"))]

    async def unit(connection: Connection) -> None:
        await ParkingTable().park(connection, parked, at=datetime.now(UTC))

    await in_transaction(log.pool, unit)


def records(*ids: str) -> list[Outgoing]:
    line = {"source": "/marketplace", "time": "t", "type": "marketplace.account.badge-changed.v1", "data": {}}
    return [read_line(n, orjson.dumps(line | {"id": id_})) for n, id_ in enumerate(ids, 1)]


async def test_outcomes_add_up(log: LogUnderTest) -> None:
    await log.append(a_draft(a_badge(), id_="old"))
    # Sent: one recorded before, one new twice, two that end parked, one id that no log can hold.
    file = records("old", "new", "new", "bad", "bad2", "\u00e9")
    fresh = await unknown_of(LogReader(log.pool), file)
    assert fresh == {("/marketplace", id_) for id_ in ("new", "bad", "bad2")}

    await park(log, "marketplace.accounts", 0, 1, "invalid")  # before this run's offsets
    await log.append(a_draft(a_badge(), id_="new"))
    await park(log, "marketplace.accounts", 0, 3, "invalid")
    await park(log, "marketplace.accounts", 2, 9, "duplicate-mismatch")
    await park(log, "marketplace.accounts", 2, 10, "invalid")
    await park(log, "marketplace.accounts", 2, 11, "invalid")  # after them
    sent = Sent()
    sent.add(("marketplace.accounts", 0), 2, 3)
    sent.add(("marketplace.accounts", 2), 8, 3)

    outcome = await outcome_of(log.pool, sent, fresh)
    assert outcome.as_json() == {"recorded": 1, "duplicates": 2, "parked": {"duplicate-mismatch": 1, "invalid": 2}}
    assert sum(Counter(outcome.parked).values()) + outcome.recorded + outcome.duplicates == sent.records


async def test_figures_that_contradict_each_other_are_no_answer(log: LogUnderTest) -> None:
    fresh = await unknown_of(LogReader(log.pool), records("a", "b"))
    await log.append(a_draft(a_badge("A1"), id_="a"), a_draft(a_badge("A2"), id_="b"))
    sent = Sent()
    sent.add(("marketplace.accounts", 0), 0, 1)
    with pytest.raises(CommandError, match="somebody else sends the same events"):
        await outcome_of(log.pool, sent, fresh)
