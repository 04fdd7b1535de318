"""Facts in any order, repeated, and sets cut anywhere: the same scores and the same rows."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

import pytest
from tests.integration.jss.world import Fact, World, a_world
from tests.support.postgres import a_database
from tests.unit.jss import facts

from event_contracts import MARKETPLACE_TYPES, JobSuccessScoreRecomputed
from event_contracts.event import EventData
from event_contracts.recorded import Recorded
from jss.adapters.rows import contract_in
from jss.domain.day_sum import DaySum, sum_of, tally_of
from jss.domain.decide import evaluate, evaluation_in
from jss.domain.policy import share_of

ACCOUNTS = ("A1", "A2", "AG")


def story() -> list[Fact]:
    """Three accounts with all that can happen to a contract, told at distinct times."""
    told = [*_engagements(), *_second_thoughts(), *_around_them()]
    return [
        Fact(f"f{nth:03}", data, facts.AT - timedelta(days=20) + timedelta(minutes=nth))
        for nth, data in enumerate(told)
    ]


def _engagements() -> list[EventData]:
    told: list[EventData] = []
    for account in ("A1", "A2"):
        for nth in range(12):
            contract = f"{account}-{nth}"
            told.append(
                facts.ended(
                    contract,
                    f"k{nth % 5}",
                    account=account,
                    days_ago=(nth * 67) % 760,
                    cents=(nth % 4) * 400_00,
                    periods=nth % 3,
                    score=None if nth % 4 == 3 else 300 + 20 * nth % 200,
                    rating=None if nth % 2 else nth,
                )
            )
    told += [facts.ended(f"AG-{nth}", f"k{nth}", account="A1", agency="AG", days_ago=30 * nth) for nth in range(4)]
    return told


def _second_thoughts() -> list[EventData]:
    return [
        facts.given("A1-3", "k3", score=420, private_rating=8),
        facts.edited("A1-1", "k1", score=100, comment="No."),
        facts.edited("A1-1", "k1", score=500, private_rating=10),
        facts.withdrawn("A1-2", "k2"),
        facts.withdrawn("A2-4", "k4", account="A2"),
        facts.given("A2-4", "k4", account="A2", score=480),
        facts.withdrawn("A2-7", "k2", account="A2"),
        facts.given("A2-0", "k0", account="A2", private_rating=2),
        facts.ended("A1-0", "k0", account="A1", days_ago=3, cents=2_000_00, periods=4, score=None),
    ]


def _around_them() -> list[EventData]:
    return [
        facts.standing("k1", "flagged"),
        facts.standing("k1", "good"),
        facts.standing("k2", "suspended"),
        facts.standing("k3", "good"),
        facts.approved("A1-5", "k0"),
        facts.approved("A2-3", "k3", account="A2", request="R2"),
        facts.approved("A2-3", "k3", account="A2", request="R3"),
        facts.reversed_("A2-3", "k3", account="A2", request="R2"),
        facts.upheld("A2-6", "k1", account="A2"),
        facts.badge("A1"),
        facts.badge("AG", kind="agency"),
        facts.member("AG", "A1", "owner"),
        facts.member("AG", "A1", "admin", exclusive=True),
        facts.member("AG", "U9", "member"),
    ]


def cut_at_random(rng: Random) -> Callable[[list[Recorded]], list[list[Recorded]]]:
    """Cuts sets anywhere; each partition keeps its order, partitions interleave."""

    def cut(events: list[Recorded]) -> list[list[Recorded]]:
        queues: dict[int, list[Recorded]] = {}
        for event in events:
            queues.setdefault(event.partition, []).append(event)
        sets: list[list[Recorded]] = [[]]
        while queues:
            partition = rng.choice(sorted(queues))
            sets[-1].append(queues[partition].pop(0))
            if not queues[partition]:
                del queues[partition]
            if rng.random() < 0.2:
                sets.append([])
        return [one for one in sets if one]

    return cut


async def outcome(world: World) -> tuple[object, ...]:
    """All that must not depend on the order of facts."""
    scores = [await world.score(account) for account in ACCOUNTS]
    return (*scores, await world.digest())


@pytest.fixture
async def expected(world: World) -> tuple[object, ...]:
    """The outcome of the story in its order, told in one go."""
    await world.record(story())
    await world.fold()
    return await outcome(world)


@pytest.mark.parametrize("seed", range(5))
async def test_random_orders_and_cuts_end_in_the_same_scores_and_rows(
    seed: int, expected: tuple[object, ...], postgres_url: str, database_template: str
) -> None:
    rng = Random(seed)
    told = story()
    rng.shuffle(told)
    async with a_database(postgres_url, database_template) as url, a_world(url) as other:
        for part in _parts(told, rng):
            await other.record(part)
            await other.fold(cut_at_random(rng))
        assert await outcome(other) == expected


def _parts(told: Sequence[Fact], rng: Random) -> list[Sequence[Fact]]:
    cuts = sorted(rng.sample(range(1, len(told)), 4))
    return [told[first:last] for first, last in zip([0, *cuts], [*cuts, len(told)], strict=True)]


async def test_facts_told_again_under_other_identities_change_nothing(
    world: World, expected: tuple[object, ...]
) -> None:
    facts_alone = [fact for fact in story() if fact.data.TYPE in MARKETPLACE_TYPES]  # a ruling is always recorded
    again = [Fact(f"{fact.id}-again", fact.data, fact.time, "/another") for fact in facts_alone]
    scores_before = [await world.scores(account) for account in ACCOUNTS]
    await world.record(again)
    await world.fold()
    assert [await world.score(account) for account in ACCOUNTS] == list(expected[:3])
    assert [len(await world.scores(account)) for account in ACCOUNTS] == [len(one) for one in scores_before]


async def test_the_day_sums_are_those_of_the_contracts(world: World, expected: tuple[object, ...]) -> None:
    found = await world.pool.fetch(
        """
        SELECT coalesce(d.account_id, c.account_id) AS account_id, d.counted, c.counted AS really,
               d.first_client, c.first_client AS first_really, d.last_client, c.last_client AS last_really
        FROM jss.day_sums d
        FULL JOIN (
            SELECT account_id, ended_on AS day, count(*) FILTER (WHERE not_counted IS NULL) AS counted,
                   min(client_id) FILTER (WHERE not_counted IS NULL) AS first_client,
                   max(client_id) FILTER (WHERE not_counted IS NULL) AS last_client
            FROM jss.contracts WHERE ended_on IS NOT NULL GROUP BY account_id, ended_on
        ) c USING (account_id, day)
        """
    )
    assert expected
    assert len(found) > 20
    for row in found:
        assert (row["counted"], row["first_client"], row["last_client"]) == (
            row["really"],
            row["first_really"],
            row["last_really"],
        )


async def test_the_recorded_score_is_the_pure_rule_over_the_accounts_contracts(
    world: World, expected: tuple[object, ...]
) -> None:
    assert expected
    for account in ACCOUNTS:
        rows = await world.pool.fetch(
            "SELECT c.*, coalesce(s.standing <> 'good', false) AS client_flagged FROM jss.contracts c "
            "LEFT JOIN jss.client_standings s USING (partition, client_id) WHERE account_id = $1",
            account,
        )
        contracts = [(contract_in(row), row["client_flagged"]) for row in rows]
        days: dict[date, DaySum] = {}
        for contract, flagged in contracts:
            if share := share_of(contract, client_flagged=flagged):
                days[share.day] = days.get(share.day, DaySum()) + sum_of(share)
        removed = sum(contract.counts_as_removed for contract, _ in contracts)
        recorded = (await world.scores(account))[-1].data
        assert isinstance(recorded, JobSuccessScoreRecomputed)
        assert evaluation_in(recorded) == evaluate(tally_of(days, removed, world.today))
