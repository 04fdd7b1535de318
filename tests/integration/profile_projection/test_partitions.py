"""Two partitions never meet in a write: neither ever waits for the other, whatever they tell of the same people."""

import asyncio
from collections.abc import Sequence

from tests.integration.profile_projection.chronicle import PARTITIONS, Chronicle
from tests.unit.profile_projection.given import (
    account_renamed,
    badge_changed,
    client_renamed,
    contract_completed,
    feedback_given,
    member_changed,
    removal_approved,
    standing_changed,
    subject_erased,
)

from event_contracts.recorded import Recorded
from eventlog.partition import partition_of
from profile_projection.entrypoints.consumer import ReadModels

HERE, ELSEWHERE, THERE = (
    next(f"A{n}" for n in range(1000) if partition_of(f"A{n}", PARTITIONS) == partition) for partition in range(3)
)


async def folded_by_partition(chronicle: Chronicle, events: Sequence[Recorded]) -> None:
    """Fold each partition's events in a transaction of its own, all of them open until all have folded."""
    all_folded = asyncio.Barrier(PARTITIONS)

    async def fold(partition: int) -> None:
        async with chronicle.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '10s'")
            await ReadModels().apply(connection, [event for event in events if event.partition == partition])
            await all_folded.wait()

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for partition in range(PARTITIONS):
            group.create_task(fold(partition))


async def test_partitions_fold_side_by_side(chronicle: Chronicle) -> None:
    people = (HERE, ELSEWHERE, THERE)
    events = await chronicle.record(
        [
            *(account_renamed(person) for person in people),
            *(badge_changed(person) for person in people),
            *(member_changed(agency, user) for agency in people for user in people if agency != user),
            *(contract_completed(f"C-{person}", freelancer=person) for person in people),
            *(
                contract_completed(
                    f"C-{agency}-{freelancer}",
                    freelancer=freelancer,
                    agency=agency,
                    talent_feedback={"score": 500, "comment": "Fine"},
                )
                for agency in people
                for freelancer in people
                if agency != freelancer
            ),
            *(feedback_given(f"C-{person}", freelancer=person) for person in people),
            *(removal_approved(f"C-{person}", account=person, request=person) for person in people),
            client_renamed(),
            standing_changed(),
            standing_changed(HERE, "flagged"),  # who is a client of others as well
        ]
    )
    for _ in range(2):  # the second time every row is there already
        await folded_by_partition(chronicle, events)
    assert len((await chronicle.body("/v1/clients/K1/history"))["items"]) == 9

    erasures = await chronicle.record([subject_erased("K1"), subject_erased(HERE), subject_erased(ELSEWHERE)])
    for _ in range(2):
        await folded_by_partition(chronicle, erasures)
    history = await chronicle.body("/v1/clients/K1/history")
    states = {item["contract_id"]: item["talent_feedback"]["state"] for item in history["items"]}
    assert states == {
        item["contract_id"]: "none"
        if item["contract_id"].count("-") == 1
        else ("visible" if item["contract_id"].endswith(THERE) else "erased")
        for item in history["items"]
    }
