"""Contracts leave windows with no other event: the scoring day rescores the accounts for which an edge was crossed."""

from datetime import date, timedelta

from tests.integration.jss.world import World
from tests.unit.jss import facts

from event_contracts import JobSuccessScoreRecomputed, ScoringDayOpened
from eventlog.ids import JSS, scoring_day_id


async def next_day(world: World, day: date) -> None:
    """The clock moves, the day opens, and the scores follow."""
    world.move_to(day)
    assert await world.open_day()
    await world.fold()


async def test_a_day_is_opened_once_however_often_it_is_tried(world: World) -> None:
    assert await world.open_day()
    assert not await world.open_day()
    (opened,) = await world.under.reader.by_stream("scoring-days")
    assert isinstance(opened.data, ScoringDayOpened)
    assert (opened.source, opened.id, opened.data.day) == (JSS, scoring_day_id(world.today), world.today)


async def test_a_contract_leaves_each_window_the_day_after(world: World) -> None:
    world.move_to(date(2026, 2, 27))
    await world.open_day()
    last_summer = date(2025, 8, 31)
    await world.tell(
        facts.ended("A", "k1", on=last_summer),
        facts.ended("B", "k2", on=last_summer),
        facts.ended("C", "k3", on=date(2025, 8, 1), score=100),
    )
    assert await world.score() == (100, 6)
    await next_day(world, date(2026, 2, 28))
    assert await world.score() == (100, 6)
    assert len(await world.scores()) == 1
    await next_day(world, date(2026, 3, 1))
    assert await world.score() == (33, 24)
    last = (await world.scores())[-1]
    assert isinstance(last.data, JobSuccessScoreRecomputed)
    assert (last.data.cause.source, last.data.as_of) == (JSS, date(2026, 3, 1))


async def test_a_jump_of_months_crosses_all_edges_between(world: World) -> None:
    await world.open_day()
    await world.tell(*facts.golden())
    assert await world.score() == (74, 24)
    await next_day(world, facts.TODAY + timedelta(days=300))
    assert await world.score() == (100, 12)  # C has left all windows, D stands in 24 months alone
    await next_day(world, facts.TODAY + timedelta(days=800))
    assert await world.score() == (None, None)
    await next_day(world, facts.TODAY + timedelta(days=801))
    assert len(await world.scores()) == 3


async def test_the_first_scoring_day_of_all_finds_what_aged_before_it(world: World) -> None:
    await world.tell(*facts.golden())
    await next_day(world, facts.TODAY + timedelta(days=300))
    assert await world.score() == (100, 12)


async def test_days_without_an_edge_rescore_nobody(world: World) -> None:
    await world.open_day()
    await world.tell(*facts.golden())
    await next_day(world, facts.TODAY + timedelta(days=1))
    assert len(await world.scores()) == 1


async def test_a_contract_that_ended_on_a_later_date_enters_when_that_day_opens(world: World) -> None:
    await world.open_day()
    await world.tell(facts.ended("A", "k1"), facts.ended("B", "k2", on=facts.TODAY + timedelta(days=1)))
    assert await world.score() == (None, None)
    await next_day(world, facts.TODAY + timedelta(days=1))
    assert await world.score() == (100, 24)


async def test_every_partition_keeps_its_own_scoring_day(world: World) -> None:
    await world.open_day()
    accounts = [f"A{nth}" for nth in range(8)]
    for account in accounts:
        await world.tell(
            facts.ended(f"{account}-1", "k1", account=account, days_ago=700),
            facts.ended(f"{account}-2", "k2", account=account, days_ago=700),
        )
    partitions = await world.pool.fetchval("SELECT count(DISTINCT partition) FROM jss.accounts")
    assert partitions > 1
    await next_day(world, facts.TODAY + timedelta(days=60))
    assert [await world.score(account) for account in accounts] == [(None, None)] * 8
