"""The golden example of domain §6 through the real log: before a removal, after it, and after its reversal."""

from tests.integration.jss.world import World
from tests.unit.jss import facts

from event_contracts import JobSuccessScoreRecomputed, NotCounted, UnchangedReason
from eventlog.ids import JSS, score_event_id


async def test_removing_the_bad_feedback_raises_the_score(world: World) -> None:
    await world.tell(*facts.golden())
    assert await world.score() == (74, 24)
    await world.tell(facts.approved("D", "k4"))
    assert await world.score() == (100, 24)
    await world.tell(facts.reversed_("D", "k4"))
    assert await world.score() == (74, 24)
    recorded = [event.data for event in await world.scores()]
    assert [one.score for one in recorded if isinstance(one, JobSuccessScoreRecomputed)] == [74, 100, 74]


async def test_what_is_recorded_says_all_the_score_rests_on(world: World) -> None:
    await world.tell(*facts.golden())
    await world.tell(facts.approved("D", "k4"))
    first, second = await world.scores()
    assert isinstance(second.data, JobSuccessScoreRecomputed)
    assert second.data.to_json()["windows"] == {
        "6": {"p": 225, "n": 0, "t": 225, "counted": 2, "clients": 2, "score": 100},
        "12": {"p": 225, "n": 0, "t": 225, "counted": 2, "clients": 2, "score": 100},
        "24": {"p": 675, "n": 0, "t": 675, "counted": 3, "clients": 2, "score": 100},
    }
    assert (second.data.removed_count, second.data.not_counted) == (1, {NotCounted.REMOVED: 1})
    assert (second.data.previous, second.data.reason, second.data.as_of) == (74, None, world.today)
    cause = second.data.cause
    assert second.source == JSS
    assert second.id == score_event_id(cause.source, cause.id, "A1", "jss-v1")
    assert (second.actor, second.policy, second.causation_id) == ("policy:jss-v1", "jss-v1", cause.id)
    assert second.correlation_id == cause.id
    assert (first.version, second.version) == (1, 2)


async def test_of_a_and_d_alone_the_score_vanishes_with_the_removal(world: World) -> None:
    contracts = {contract.contract_id: contract for contract in facts.golden()}
    await world.tell(contracts["A"], contracts["D"])
    assert await world.score() == (0, 24)
    await world.tell(facts.approved("D", "k4"))
    assert await world.score() == (None, None)
    last = (await world.scores())[-1].data
    assert isinstance(last, JobSuccessScoreRecomputed)
    assert last.reason is UnchangedReason.BELOW_MINIMUM


async def test_private_ratings_leave_only_their_outcome_class(world: World) -> None:
    await world.tell(
        facts.ended("A", "k1", rating=9),
        facts.ended("B", "k2", rating=6),
        facts.ended("C", "k3", score=None, rating=10),
    )
    outcomes = await world.pool.fetch("SELECT contract_id, outcome FROM jss.contracts ORDER BY contract_id")
    assert [row["outcome"] for row in outcomes] == ["positive", "negative", "positive"]
    assert await world.score() == (33, 24)


async def test_an_upheld_report_and_a_removal_of_an_uncounted_contract_are_recorded_with_their_reason(
    world: World,
) -> None:
    await world.tell(facts.ended("A", "k1"), facts.ended("B", "k2"), facts.ended("C", "k3", score=None))
    await world.tell(facts.approved("C", "k3"))
    await world.tell(facts.upheld("A", "k1"))
    recorded = [event.data for event in await world.scores()]
    stated = [(one.score, one.reason) for one in recorded if isinstance(one, JobSuccessScoreRecomputed)]
    assert stated == [(100, None), (100, UnchangedReason.NOT_COUNTED), (None, UnchangedReason.BELOW_MINIMUM)]
