"""How the log is cut into sets changes which scores are recorded on the way, never the last one; rulings always."""

from collections.abc import Callable

import pytest
from tests.integration.jss.world import World
from tests.unit.jss import facts

from event_contracts import Direction, JobSuccessScoreRecomputed, UnchangedReason
from event_contracts.recorded import Recorded

Cut = Callable[[list[Recorded]], list[list[Recorded]]]


def whole(events: list[Recorded]) -> list[list[Recorded]]:
    """One set."""
    return [events]


def singly(events: list[Recorded]) -> list[list[Recorded]]:
    """One event a set."""
    return [[event] for event in events]


def by_three(events: list[Recorded]) -> list[list[Recorded]]:
    """Three events a set."""
    return [events[first : first + 3] for first in range(0, len(events), 3)]


@pytest.mark.parametrize("cut", [whole, singly, by_three])
async def test_each_ruling_is_recorded_by_itself_with_what_came_before_it_first(world: World, cut: Cut) -> None:
    a, b, c, d = facts.golden()
    happened = [
        a,
        b,
        d,
        facts.approved("D", "k4"),
        c,
        facts.reversed_("D", "k4"),
        facts.upheld("B", "k2"),
        facts.badge(),
    ]
    await world.record([world.fact(one) for one in happened])
    await world.fold(cut)
    recorded = [event.data for event in await world.scores()]
    stated = [
        (one.cause.position, one.previous, one.score) for one in recorded if isinstance(one, JobSuccessScoreRecomputed)
    ]
    rulings = [one for one in stated if one[0] in {3, 5, 6}]
    assert rulings == [(3, 38, 100), (5, 100, 74), (6, 74, 69)]
    assert await world.score() == (69, 24)
    if cut is whole:
        assert [position for position, _, _ in stated] == [2, 3, 4, 5, 6]


async def test_a_set_is_evaluated_once_with_its_last_event_as_cause(world: World) -> None:
    await world.tell(*facts.golden(), facts.badge())
    (only,) = await world.scores()
    assert isinstance(only.data, JobSuccessScoreRecomputed)
    assert (only.data.cause.position, only.data.previous) == (4, None)


async def test_events_that_change_nothing_record_nothing(world: World) -> None:
    await world.tell(*facts.golden())
    await world.tell(facts.badge(), facts.member("AG", "A1"))
    await world.tell(*facts.golden())
    assert len(await world.scores()) == 1


async def test_an_account_without_contracts_in_any_window_has_no_recorded_score(world: World) -> None:
    await world.tell(facts.badge(), facts.given("C9", "k1", score=500), facts.ended("old", "k1", days_ago=900))
    assert await world.scores() == []
    assert await world.score() == (None, None)


async def test_a_report_upheld_against_what_the_freelancer_said_is_recorded_too(world: World) -> None:
    """It leaves the score alone, and whoever waits for the score it causes is not left waiting."""
    await world.tell(*facts.golden())
    await world.tell(facts.upheld("A", "k1", direction=Direction.TALENT_TO_CLIENT))
    _, second = await world.scores()
    assert isinstance(second.data, JobSuccessScoreRecomputed)
    assert (second.data.score, second.data.removed_count, second.data.reason) == (74, 0, UnchangedReason.SAME_RATIO)
