"""The consumer stops where it cannot fold; the tick follows the clock; scores are the service's own acts."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
from tests.integration.jss.world import World
from tests.unit.jss import facts

from event_contracts.event import EventData
from jss.adapters.ratings import UnreadableRatingError
from jss.adapters.streams import open_scoring_day
from jss.domain.concern import UnfoldableEventError
from jss.entrypoints.tick import Tick
from servicekit.health import Health
from servicekit.postgres import Connection, in_transaction


class SomethingNew(EventData):
    """An event this version does not know."""

    TYPE: ClassVar[str] = "integrity.something.new.v1"


async def test_an_unknown_event_stops_the_fold_before_anything_is_written(world: World) -> None:
    await world.record([world.fact(one) for one in facts.golden()])
    events = await world.fresh()
    unknown = replace(events[-1], data=SomethingNew(), type=SomethingNew.TYPE)
    with pytest.raises(UnfoldableEventError, match=r"integrity\.something\.new\.v1"):
        await world.apply([*events, unknown])
    assert await world.digest() == {}
    assert await world.scores() == []
    await world.apply(events)
    assert await world.score() == (74, 24)


async def test_rows_and_scores_commit_together(world: World) -> None:
    class TornError(Exception):
        pass

    await world.record([world.fact(one) for one in facts.golden()])
    events = await world.fresh()

    async def unit(connection: Connection) -> None:
        await world.projection.apply(connection, events)
        raise TornError

    with pytest.raises(TornError):
        await in_transaction(world.pool, unit)
    await world.under.sequence()
    assert await world.digest() == {}
    assert await world.scores() == []


async def test_the_tick_opens_the_day_the_clock_lands_on(world: World) -> None:
    health = Health()
    tick = Tick(world.pool, world.under.log, world.under.clock, health)
    assert await health.reasons()
    for _ in range(2):
        await tick.look()
    assert not await health.reasons()
    world.under.clock.time += timedelta(days=90)
    await tick.look()
    await world.under.sequence()
    days = [event.data.to_json()["day"] for event in await world.under.reader.by_stream("scoring-days")]
    assert days == ["2026-06-30", "2026-09-28"]


async def test_two_ticks_at_once_open_a_day_once(world: World) -> None:
    ticks = [Tick(world.pool, world.under.log, world.under.clock, Health()) for _ in range(3)]
    await asyncio.gather(*(tick.look() for tick in ticks))
    await world.under.sequence()
    assert len(await world.under.reader.by_stream("scoring-days")) == 1


async def test_a_day_already_open_in_the_log_is_left_alone(world: World) -> None:
    async def unit(connection: Connection) -> bool:
        return await open_scoring_day(connection, world.under.log, world.under.clock.now())

    assert await in_transaction(world.pool, unit)
    assert not await in_transaction(world.pool, unit)


async def test_a_rating_of_an_erased_account_ends_what_is_said_of_it(world: World) -> None:
    """Its key is destroyed, and the event that says so is still on its way: no wrong score is stated meanwhile."""
    await world.tell(*facts.golden())
    recorded = len(await world.scores())
    await world.record([world.fact(facts.ended("E", "k1", rating=3)), world.fact(facts.erased("A1"))])
    late, *erasure = await world.fresh()
    await world.apply([replace(late, sealed={})])
    await world.under.sequence()
    assert len(await world.scores()) == recorded
    assert await world.pool.fetchval("SELECT count(*) FROM jss.contracts") == 0
    await world.apply(erasure)
    assert await world.pool.fetchval("SELECT version FROM jss.subjects WHERE partition = $1", late.partition) == 1


async def test_a_missing_key_stops_the_fold_instead_of_changing_a_score(world: World) -> None:
    await world.tell(*facts.golden())
    await world.record([world.fact(facts.ended("E", "k1", rating=3))])
    (unreadable,) = await world.fresh()
    with pytest.raises(UnreadableRatingError, match="A1"):
        await world.apply([replace(unreadable, sealed={})])
    assert await world.score() == (74, 24)
    await world.apply([unreadable])
    assert await world.score() == (54, 24)


async def test_the_service_may_not_change_the_log_nor_its_own_history_of_migrations(world: World) -> None:
    for statement in (
        "DELETE FROM log.events",
        "UPDATE log.events SET version = 9",
        "DELETE FROM jss.schema_migrations",
    ):
        with pytest.raises(Exception, match="permission denied"):
            await world.pool.execute(statement)
