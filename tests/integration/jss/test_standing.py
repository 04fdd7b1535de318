"""A client's standing takes its contracts out of every account's score, and puts them back."""

from tests.integration.jss.world import World
from tests.unit.jss import facts

from event_contracts import JobSuccessScoreRecomputed, NotCounted
from event_contracts.event import EventData
from jss.adapters.streams import StreamedScores
from jss.adapters.tables import PostgresTables
from jss.application.handlers import rescore
from servicekit.postgres import Connection, in_transaction


def three_accounts() -> list[EventData]:
    """Each with the same good client and another who gave a bad feedback, in whatever partition they are."""
    told: list[EventData] = []
    for account in ("A1", "A2", "A3"):
        told += [
            facts.ended(f"{account}-1", "k1", account=account),
            facts.ended(f"{account}-2", "k2", account=account, days_ago=20),
            facts.ended(f"{account}-3", "bad", account=account, score=100, days_ago=20),
        ]
    return told


async def test_flagging_a_client_rescores_all_its_accounts_and_nobody_else(world: World) -> None:
    await world.tell(*three_accounts(), facts.ended("B-1", "k1", account="B"), facts.ended("B-2", "k2", account="B"))
    assert [await world.score(account) for account in ("A1", "A2", "A3", "B")] == [(33, 24)] * 3 + [(100, 24)]
    await world.tell(facts.standing("bad", "flagged"))
    assert [await world.score(account) for account in ("A1", "A2", "A3", "B")] == [(100, 24)] * 4
    last = (await world.scores("A2"))[-1].data
    assert isinstance(last, JobSuccessScoreRecomputed)
    assert last.not_counted == {NotCounted.CLIENT_FLAGGED: 1}
    assert len(await world.scores("B")) == 1
    await world.tell(facts.standing("bad", "good"))
    assert [await world.score(account) for account in ("A1", "A2", "A3", "B")] == [(33, 24)] * 3 + [(100, 24)]


async def test_a_suspension_after_a_flag_turns_nothing(world: World) -> None:
    await world.tell(*three_accounts(), facts.standing("bad", "flagged"))
    before = [len(await world.scores(account)) for account in ("A1", "A2", "A3")]
    await world.tell(facts.standing("bad", "suspended"))
    assert [len(await world.scores(account)) for account in ("A1", "A2", "A3")] == before


async def test_the_standing_with_the_greatest_stamp_holds_whenever_it_arrives(world: World) -> None:
    newer, older = (
        world.fact(facts.standing("bad", value), after_seconds=seconds)
        for value, seconds in (("good", 9), ("flagged", 1))
    )
    await world.record([newer])
    await world.fold()
    await world.record([older])
    await world.fold()
    await world.tell(*three_accounts())
    assert await world.score("A1") == (33, 24)


async def test_a_contract_of_a_client_flagged_long_ago_does_not_count(world: World) -> None:
    await world.tell(facts.standing("bad", "flagged"))
    await world.tell(*three_accounts())
    assert await world.score("A3") == (100, 24)


async def test_a_standing_between_a_contracts_facts_in_one_set_counts_from_its_place_on(world: World) -> None:
    await world.tell(
        facts.ended("1", "k1"),
        facts.ended("2", "bad", score=100),
        facts.standing("bad", "flagged"),
        facts.edited("2", "bad", score=500),
        facts.ended("3", "k3"),
        facts.standing("bad", "good"),
        facts.ended("4", "bad", score=420),
    )
    assert await world.score() == (75, 24)


async def test_a_standing_is_worked_through_in_chunks(world: World) -> None:
    """Chunks smaller than an account: each account is judged once, when its last contract has turned."""
    many = [facts.ended(f"c{nth}", "bad", score=100, days_ago=nth) for nth in range(7)]
    others = [facts.ended(f"o{nth}", "bad", account="A2", score=100, days_ago=nth) for nth in range(3)]
    good = [facts.ended(f"g{nth}", f"k{nth}", account=account) for nth, account in enumerate(("A1", "A1", "A2", "A2"))]
    await world.tell(*many, *others, *good)
    await world.record([world.fact(facts.standing("bad", "flagged"))])
    events = await world.fresh()

    async def unit(connection: Connection) -> None:
        await rescore(
            events,
            tables=PostgresTables(connection, chunk=2),
            ratings=world.projection.ratings,
            score_log=StreamedScores(connection, world.under.log, world.under.clock),
        )

    await in_transaction(world.pool, unit)
    await world.under.sequence()
    assert [await world.score(account) for account in ("A1", "A2")] == [(100, 24)] * 2
    assert [len(await world.scores(account)) for account in ("A1", "A2")] == [2, 2]
    ranges = await world.pool.fetch("SELECT DISTINCT first_client, last_client FROM jss.day_sums WHERE counted = 0")
    assert [tuple(row) for row in ranges] == [(None, None)]
