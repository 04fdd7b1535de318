"""Two partitions never meet in a write: scores of one are folded while those of the others are still in the making."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from tests.integration.jss.world import PARTITIONS, World
from tests.unit.jss import facts

from event_contracts import AgencyMemberChanged, AgencyRole
from event_contracts.recorded import Recorded
from eventlog.partition import partition_of

HERE, ELSEWHERE, THERE = (
    next(f"A{n}" for n in range(1000) if partition_of(f"A{n}", PARTITIONS) == partition) for partition in range(3)
)


async def folded_by_partition(world: World, events: Sequence[Recorded]) -> None:
    """Fold each partition's events in a transaction of its own, all of them open until all have folded."""
    all_folded = asyncio.Barrier(PARTITIONS)

    async def fold(partition: int) -> None:
        async with world.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '10s'")
            await world.projection.apply(connection, [event for event in events if event.partition == partition])
            await all_folded.wait()

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for partition in range(PARTITIONS):
            group.create_task(fold(partition))
    await world.under.sequence()


async def test_partitions_score_side_by_side_what_they_share(world: World) -> None:
    people = (HERE, ELSEWHERE, THERE)
    assert await world.open_day()
    shared = [
        fact
        for person in people
        for fact in (
            facts.ended(f"{person}-1", "k1", account=person),
            facts.ended(f"{person}-2", "k2", account=person, score=100),
            AgencyMemberChanged(agency_id=person, user_id="bo", role=AgencyRole.OWNER, exclusive=False),
        )
    ]
    await world.record([world.fact(fact) for fact in [*shared, facts.standing("k2", "flagged")]])
    await folded_by_partition(world, await world.fresh())
    assert [await world.score(person) for person in people] == [(None, None)] * 3

    await world.record([world.fact(facts.standing("k2", "good"))])
    world.move_to(world.today + timedelta(days=400))
    assert await world.open_day()
    await folded_by_partition(world, [event for event in await world.fresh() if not event.stream.startswith("score/")])
    assert [await world.score(person) for person in people] == [(0, 24)] * 3
