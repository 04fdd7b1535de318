"""Input that is not understood is parked with its bytes and a reason, while everything around it flows."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from tests.acceptance.broken_records import Broken, a_record, a_valid_end, invalid, of, too_early, unreadable
from tests.support.builders import feedback_given, id_of
from tests.support.eventually import eventually
from tests.support.given import JSON, Doors, Freelancer
from tests.support.sandbox import Sandbox, an_id

from event_contracts import ProducerRecord, Publication
from event_contracts.instant import format_time

DEAD_LETTERS: Final = "feedback-integrity.dead-letters"
LARGEST: Final = 2 * 1024 * 1024
Letter: TypeAlias = ConsumerRecord[bytes, bytes]
Place: TypeAlias = tuple[str, int, int]
"""Topic, partition, offset."""
_NAMES: Final = [*unreadable(), *invalid(), *too_early(datetime(2026, 1, 1, tzinfo=UTC))]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A broken record, the item in the list of parked ones, and its dead letter."""

    broken: Broken
    item: JSON
    letter: Letter


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of every broken record, and of the valid ones sent between them."""

    broken: Mapping[str, Outcome]
    flowed: Sequence[Publication]
    bystander: Freelancer


@asynccontextmanager
async def dead_letters(sandbox: Sandbox) -> AsyncIterator[dict[Place, Letter]]:
    """Dead letters that come during the block, by the place of the record they are about."""
    consumer = AIOKafkaConsumer(bootstrap_servers=sandbox.bootstrap_servers, max_partition_fetch_bytes=LARGEST)
    await consumer.start()
    found: dict[Place, Letter] = {}
    try:
        numbers = await sandbox.producer.partitions_for(DEAD_LETTERS)
        partitions = [TopicPartition(DEAD_LETTERS, number) for number in sorted(numbers)]
        ends = await consumer.end_offsets(partitions)
        consumer.assign(partitions)
        for partition, end in ends.items():
            consumer.seek(partition, end)
        reading = asyncio.create_task(_read(consumer, found))
        yield found
        reading.cancel()
    finally:
        await consumer.stop()


async def _read(consumer: AIOKafkaConsumer, found: dict[Place, Letter]) -> None:
    async for letter in consumer:
        headers = dict(letter.headers)
        topic, partition, offset = (headers[f"dlq-{name}"].decode() for name in ("topic", "partition", "offset"))
        found[topic, int(partition), int(offset)] = letter


async def send(sandbox: Sandbox, records: Sequence[ProducerRecord]) -> list[Place]:
    """Send records of any size; where each landed."""
    producer = AIOKafkaProducer(bootstrap_servers=sandbox.bootstrap_servers, max_request_size=LARGEST)
    async with producer:
        sent = [await producer.send(**record._asdict()) for record in records]
        landed = await asyncio.gather(*sent)
    return [(one.topic, one.partition, one.offset) for one in landed]


async def parked_as(sandbox: Sandbox, *records: ProducerRecord) -> list[tuple[str, str]]:
    """Send records; reason and detail of each that was parked, in the order sent."""
    places = await send(sandbox, records)
    await sandbox.settle()
    items = await _items(Doors(sandbox))
    return [(items[place]["reason"], items[place]["detail"]) for place in places if place in items]


@pytest.fixture(scope="module")
async def outcomes(sandbox: Sandbox) -> Outcomes:
    """Every broken record, sent once, each followed by a valid one on the same partition."""
    bystander, doors = Freelancer(), Doors(sandbox)
    broken = {**unreadable(), **invalid(), **too_early(sandbox.now())}
    assert list(broken) == _NAMES
    flowed = [bystander.contract(title=f"After {what}") for what in broken]
    records = []
    for bad, good in zip(broken.values(), flowed, strict=True):
        records += [bad.record, good.to_kafka()._replace(key=bad.record.key)]
    async with dead_letters(sandbox) as letters:
        places = (await send(sandbox, records))[::2]
        await sandbox.settle()
        items = await _items(doors)

        async def arrived() -> bool:
            return set(places) <= letters.keys()

        await eventually(arrived, seconds=60)
    found = {
        what: Outcome(bad, items[place], letters[place])
        for (what, bad), place in zip(broken.items(), places, strict=True)
    }
    return Outcomes(found, flowed, bystander)


@pytest.mark.parametrize("what", _NAMES)
async def test_it_is_parked_with_its_bytes_and_a_reason(outcomes: Outcomes, what: str) -> None:
    outcome = outcomes.broken[what]
    broken, item, letter = outcome.broken, outcome.item, outcome.letter
    assert item.keys() == {"id", "reason", "detail", "topic", "partition", "offset", "at"}
    assert item["reason"] == broken.reason, item
    assert broken.names in item["detail"]

    assert letter.key == broken.record.key
    assert letter.value == broken.record.value
    original = len(broken.record.headers)
    assert list(letter.headers[:original]) == broken.record.headers
    ours = {name: value.decode() for name, value in letter.headers[original:]}
    assert ours == {
        "dlq-reason": broken.reason,
        "dlq-detail": item["detail"],
        "dlq-topic": broken.record.topic,
        "dlq-partition": str(item["partition"]),
        "dlq-offset": str(item["offset"]),
    }


async def test_everything_around_it_flows(outcomes: Outcomes, sandbox: Sandbox, doors: Doors) -> None:
    seen: list[JSON] = []
    query: dict[str, Any] = {"limit": 100}
    while "cursor" in query or not seen:
        page = await doors.work_history(outcomes.bystander.id, **query)
        seen += page["items"]
        query = {"limit": 100, "cursor": page["next"]} if "next" in page else {"done": True}
    assert {item["title"] for item in seen} == {contract.event.data["title"] for contract in outcomes.flowed}


async def test_what_was_parked_names_nobody(outcomes: Outcomes, sandbox: Sandbox) -> None:
    for what in ("negative money", "a ce_time in the future", "an unknown version"):
        value = outcomes.broken[what].broken.record.value
        account_id = orjson.loads(value or b"")["freelancer_id"]
        assert (await sandbox.get("profile-projection", f"/v1/profiles/{account_id}")).status_code == 404
        assert (await sandbox.get("jss", f"/v1/accounts/{account_id}/score")).status_code == 404


async def test_a_detail_never_repeats_what_a_person_wrote(sandbox: Sandbox) -> None:
    secret = "what the client wrote"
    records = [
        of(a_valid_end(client_feedback={"score": secret, "comment": secret})),
        of(a_valid_end(title={"text": secret})),
        a_record(f'{{"title": "{secret}'.encode()),
        of(a_valid_end(ended_by=secret, contract_id=secret)),
    ]
    for reason, detail in await parked_as(sandbox, *records):
        assert reason in {"invalid", "not-json"}
        assert secret not in detail


async def test_a_corrected_resend_is_accepted(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(id=an_id("event"), client_feedback={"score": 470})
    record = contract.to_kafka()
    wrong = record._replace(value=record.value.replace(b'"USD"', b'"EUR"'))
    assert await parked_as(sandbox, wrong) == [("invalid", "earned.currency: Input should be 'USD'")]
    assert (await sandbox.get("profile-projection", f"/v1/profiles/{ada.id}")).status_code == 404

    assert await parked_as(sandbox, record) == []
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == {"state": "visible", "score": 470}


async def test_the_same_id_with_other_content_is_a_mismatch_and_changes_nothing(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 470, "comment": "As it was"})
    await sandbox.publish(contract)
    before = await doors.profile(ada.id)
    event = contract.event
    others = [
        replace(event, data={**event.data, "client_feedback": {"score": 471, "comment": "As it was"}}),
        replace(event, data={**event.data, "unknown": "field"}),
        replace(event, time="2026-01-05T12:00:00.000001Z"),
        feedback_given(contract, id=event.id).event,
        replace(event, data={**event.data, "earned": "nonsense"}),  # judged before what else is wrong
    ]
    records = [ProducerRecord(contract.topic, *other.to_binary()) for other in others]

    assert [reason for reason, _ in await parked_as(sandbox, *records)] == ["duplicate-mismatch"] * len(records)
    assert await doors.profile(ada.id) == before


async def test_a_contract_id_is_bound_to_its_first_account_and_client(sandbox: Sandbox, doors: Doors) -> None:
    ada, bob = Freelancer(), Freelancer()
    contract_id, client_id = an_id("contract"), an_id("client")
    # The first recorded fact that names the id binds it, even before the contract's end.
    contract = ada.contract(contract_id=contract_id, client_id=client_id)
    await sandbox.publish(feedback_given(contract, score=450))
    other_account = bob.contract(contract_id=contract_id, client_id=client_id)
    other_client = ada.contract(contract_id=contract_id)
    by_an_agency = ada.contract(contract_id=contract_id, client_id=client_id, agency_id=an_id("agency"))
    conflicting = [each.to_kafka() for each in (other_account, other_client, by_an_agency)]

    assert [reason for reason, _ in await parked_as(sandbox, *conflicting)] == ["identity-conflict"] * 3
    assert (await sandbox.get("profile-projection", f"/v1/profiles/{bob.id}")).status_code == 404
    await sandbox.publish(contract)
    assert (await doors.work(ada.id, contract_id))["client_feedback"] == {"state": "visible", "score": 450}


async def test_a_parked_fact_binds_nothing(sandbox: Sandbox, doors: Doors) -> None:
    ada, bob = Freelancer(), Freelancer()
    contract_id = an_id("contract")
    wrong = a_valid_end(contract_id=contract_id, freelancer_id=bob.id, paid_periods=-1)
    assert [reason for reason, _ in await parked_as(sandbox, of(wrong))] == ["invalid"]

    assert await parked_as(sandbox, ada.contract(contract_id=contract_id).to_kafka()) == []
    assert (await doors.work(ada.id, contract_id))["contract_id"] == contract_id


async def test_five_minutes_ahead_is_not_yet_the_future(sandbox: Sandbox, doors: Doors) -> None:
    ada, five = Freelancer(), sandbox.now() + timedelta(minutes=5)
    contract = ada.contract(completed_at=five)

    assert await parked_as(sandbox, contract.to_kafka()) == []
    assert (await doors.work(ada.id, id_of(contract)))["completed_at"] == format_time(five)


async def test_structured_mode_and_other_spellings_are_understood(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    structured, plain = ada.contract(title="Structured"), ada.contract(title="With parameters")
    with_offset = ada.contract(title="Another offset")
    moved = replace(
        with_offset.event,
        time="2026-01-05T17:45:00+05:45",
        data={**with_offset.event.data, "completed_at": "2026-01-05T13:00:00.000000+01:00", "unknown": {"field": 1.5}},
    )
    record = plain.to_kafka()
    headers = [(name, value) for name, value in record.headers if name != "content-type"]
    records = [
        ProducerRecord(structured.topic, *structured.event.to_structured()),
        record._replace(key=None, headers=[*headers, ("content-type", b"application/json; charset=utf-8")]),
        ProducerRecord(with_offset.topic, *moved.to_binary()),
    ]

    assert await parked_as(sandbox, *records) == []
    works = (await doors.profile(ada.id))["work_history"]["items"]
    assert {work["title"] for work in works} == {"Structured", "With parameters", "Another offset"}
    assert {work["completed_at"] for work in works} == {"2026-01-05T12:00:00Z"}


async def test_only_operators_see_what_is_parked(sandbox: Sandbox) -> None:
    assert (await sandbox.get("removal", "/v1/parked")).status_code == 401
    assert (await sandbox.get("removal", "/v1/parked", sub="ada", scope="removals:read")).status_code == 403


async def _items(doors: Doors) -> dict[Place, JSON]:
    return {(item["topic"], item["partition"], item["offset"]): item for item in await doors.parked()}
