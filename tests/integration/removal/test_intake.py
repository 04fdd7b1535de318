"""Intake: every record ends recorded, dropped as an exact repetition, or parked; whatever order they come in."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.integration.removal.world import NOON, ONCE, Topics, World, a_world, badge, completed, given, membership
from tests.support.postgres import a_database

from event_contracts import AccountRenamed, ClientStandingChanged, FeedbackEdited, FeedbackWithdrawn
from event_contracts.publication import Publication
from removal.adapters.bindings import ContractBindings
from removal.domain.admission import Binding
from servicekit.postgres import Connection


def some_facts() -> list[Publication]:
    """Facts about two accounts that contradict nobody, among them several about one slot."""
    ids = {"freelancer_id": "ana", "client_id": "acme", "direction": "client_to_talent"}
    return [
        badge("ana", "rising_talent", time=ONCE),
        badge("ana", "top_rated", time=ONCE + timedelta(days=1)),
        badge("ana", "none", time=ONCE - timedelta(days=1)),
        completed("logo", id="logo-1"),
        completed("logo", id="logo-2", time=ONCE + timedelta(days=3), earned={"amount": 0, "currency": "USD"}),
        completed("website", client_feedback=None),
        given("website", time=ONCE + timedelta(days=2)),
        FeedbackEdited.build(time=ONCE + timedelta(days=4), contract_id="logo", comment="Good.", **ids),
        FeedbackWithdrawn.build(time=ONCE + timedelta(days=5), contract_id="website", **ids),
        given("running", score=None, private_rating=3),
        membership("agency-1", "ana", "owner"),
        membership("agency-1", "ana", "member", time=ONCE + timedelta(days=1)),
        completed("branding", account="agency-1"),
        AccountRenamed.build(time=ONCE, account_id="agency-2", account_kind="agency", display_name="Two"),
        ClientStandingChanged.build(time=ONCE, client_id="acme", standing="flagged"),
    ]


@pytest.mark.parametrize("seed", range(5))
async def test_facts_in_any_order_and_with_duplicates_end_in_the_same_state(
    world: World, topics: Topics, postgres_url: str, database_template: str, seed: int
) -> None:
    facts = some_facts()
    await world.intake().apply(topics.records(facts))
    told = facts * 2
    shuffler = random.Random(seed)
    shuffler.shuffle(told)
    async with a_database(postgres_url, database_template) as other, a_world(other) as shuffled:
        await _in_batches(shuffled, Topics(), told, shuffler)
        assert await shuffled.state() == await world.state()
        assert (shuffled.total.recorded, shuffled.total.duplicates) == (len(facts), len(facts))
        assert await shuffled.parked() == []


async def _in_batches(world: World, topics: Topics, told: list[Publication], shuffler: random.Random) -> None:
    records = topics.records(told)
    while records:
        size = shuffler.randint(1, len(records))
        await world.intake().apply(records[:size])
        records = records[size:]


async def test_a_batch_given_again_changes_nothing(world: World, topics: Topics) -> None:
    records = topics.records(some_facts())
    await world.intake().apply(records)
    before = await world.state()
    await world.intake().apply(records)
    assert await world.state() == before
    assert world.total.recorded == len(records)
    assert world.total.duplicates == 0  # passed over by their place, not judged again


async def test_an_exact_repetition_is_dropped_however_its_time_is_spelled(world: World, topics: Topics) -> None:
    first = badge("ana", time=ONCE)
    spelled = ONCE.isoformat().replace("+00:00", ".000000+00:00")
    again = topics.record(first)
    again_headers = [(name, spelled.encode() if name == "ce_time" else value) for name, value in again.headers]
    await world.intake().apply([topics.record(first)])
    await world.intake().apply([topics.raw(again.value, again_headers, topic=again.topic)])
    assert (world.total.recorded, world.total.duplicates) == (1, 1)
    assert await world.parked() == []


async def test_one_id_with_two_contents_in_one_batch_is_recorded_once(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([completed("logo", id="x"), completed("logo", id="x", title="Other")]))
    assert world.total.recorded == 1
    assert world.total.parked == {"duplicate-mismatch": 1}


async def test_a_parked_event_is_not_seen_so_a_corrected_one_is_accepted(world: World, topics: Topics) -> None:
    ahead = badge("ana", time=NOON + timedelta(minutes=6))
    corrected = replace(ahead, event=replace(ahead.event, time="2026-01-01T00:00:00Z"))
    await world.intake().apply(topics.records([ahead, corrected]))
    assert world.total.parked == {"time-in-future": 1}
    assert world.total.recorded == 1


async def test_the_first_fact_binds_a_contract_within_one_batch(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([given("logo", account="bo"), completed("logo", account="ana")]))
    assert world.total.parked == {"identity-conflict": 1}
    state = await world.state()
    assert state["bindings"] == [("logo", "bo", "acme")]
    assert [row[0] for row in state["accounts"]] == ["bo"]


async def test_a_parked_fact_binds_nothing(world: World, topics: Topics) -> None:
    ahead = given("logo", account="bo", time=NOON + timedelta(hours=1))
    await world.intake().apply(topics.records([ahead, completed("logo", account="ana")]))
    assert (await world.state())["bindings"] == [("logo", "ana", "acme")]
    assert world.total.parked == {"time-in-future": 1}


async def test_two_intakes_that_bind_one_contract_at_once_agree(world: World, topics: Topics) -> None:
    """Each has its own facts of the same contracts; whoever commits first binds, the other parks."""
    mine = topics.records([completed(f"c{n}", account="ana") for n in range(50)])
    theirs = topics.records([given(f"c{n}", account="bo") for n in range(50)])
    await asyncio.gather(world.intake("one").apply(mine), world.intake("two").apply(theirs))
    state = await world.state()
    accounts = {account for _, account, _ in state["bindings"]}
    assert len(state["bindings"]) == 50
    assert world.total.recorded == 50
    assert world.total.parked == {"identity-conflict": 50}
    assert {row[1] for row in state["contracts"]} == accounts


async def test_two_intakes_that_agree_about_contracts_lose_nothing(world: World, topics: Topics) -> None:
    mine = topics.records([completed(f"c{n}") for n in range(150)])
    theirs = topics.records([given(f"c{n}", time=ONCE + timedelta(days=1)) for n in reversed(range(150))])
    await asyncio.gather(world.intake("one").apply(mine), world.intake("two").apply(theirs))
    assert world.total.recorded == 300
    assert await world.parked() == []
    version = await world.pool.fetchval("SELECT version FROM removal.accounts WHERE account_id = 'ana'")
    assert version == 300


async def test_a_thousand_records_are_taken_in_small_transactions(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([completed(f"c{n}", account=f"a{n % 7}") for n in range(1000)]))
    assert [tally.recorded for tally in world.tallies] == [200] * 5


async def test_the_same_fact_from_two_members_of_a_group_is_recorded_once(world: World, topics: Topics) -> None:
    """A member that lost its partition still holds the batch: the place's lock lets one of them through."""
    records = topics.records(some_facts())
    await asyncio.gather(world.intake().apply(records), world.intake().apply(records))
    assert world.total.recorded == len(records)
    assert await world.parked() == []


class Overtaken(ContractBindings):
    """Somebody else binds `logo` to bo between this batch's look and its own binding, once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._happened = False

    async def bind(self, connection: Connection, wanted: Mapping[str, Binding]) -> None:
        if not self._happened:
            self._happened = True
            async with self._world.pool.acquire() as other:
                await super().bind(other, {"logo": Binding("bo", "acme")})
        await super().bind(connection, wanted)


async def test_a_batch_that_was_overtaken_is_judged_again(world: World, topics: Topics) -> None:
    """The fact that would have bound the contract conflicts now, and the one that conflicted is recorded."""
    intake = world.intake(bindings=Overtaken(world))
    await intake.apply(topics.records([completed("logo", account="ana"), given("logo", account="bo")]))
    assert (world.total.recorded, world.total.parked) == (1, {"identity-conflict": 1})
    state = await world.state()
    assert state["bindings"] == [("logo", "bo", "acme")]
    assert [row[0] for row in state["accounts"]] == ["bo"]


async def test_the_same_facts_on_two_ways_at_once_are_recorded_once(world: World, topics: Topics) -> None:
    """Two groups with places of their own: the uniqueness of (source, id) decides, and the loser looks again."""
    facts = [completed(f"c{n}", id=f"fact-{n}") for n in range(200)]
    mine, theirs = topics.records(facts), topics.records(reversed(facts))
    await asyncio.gather(world.intake("one").apply(mine), world.intake("two").apply(theirs))
    assert (world.total.recorded, world.total.duplicates, world.total.parked) == (200, 200, {})
