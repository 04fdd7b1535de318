"""Positions are contiguous, follow stream order, and lose nothing, whatever writers and leaders do."""

import asyncio
import random
from datetime import timedelta

import asyncpg
import pytest
from tests.support.log import NOON, LogUnderTest, a_badge, a_draft, versions_by_stream

from eventlog.sequence import LostLeaseError, Sequencer, release_lease, take_lease


async def positions(log: LogUnderTest) -> list[tuple[str, int]]:
    """(stream, version) in the order of positions, which must be 0, 1, 2 …"""
    events = [event async for event in log.reader.all()]
    assert [event.position for event in events] == list(range(len(events)))
    return [(event.stream, event.version) for event in events]


async def numbered_before_their_predecessor(log: LogUnderTest) -> int:
    """How many events drew a smaller number than the event before them in their stream."""
    return int(
        await log.pool.fetchval(
            "SELECT count(*) FROM log.events AS event JOIN log.events AS before"
            " ON before.stream = event.stream AND before.version = event.version - 1"
            " WHERE before.ingest_seq > event.ingest_seq"
        )
    )


async def test_32_writers_on_shared_and_separate_streams_with_rollbacks_lose_and_disorder_nothing(
    log: LogUnderTest,
) -> None:
    done = asyncio.Event()
    committed: list[int] = []

    async def write(writer: int) -> None:
        for turn in range(12):
            chosen = random.Random(writer * 100 + turn)
            streams = [f"S{chosen.randrange(4)}", f"W{writer}"]
            drafts = await log.log.seal([a_draft(a_badge(stream)) for stream in streams])
            async with log.pool.acquire() as connection:
                transaction = connection.transaction()
                await transaction.start()
                heads = await log.log.lock(connection, [draft.stream for draft in drafts])
                await log.log.append(connection, heads, drafts, recorded_at=NOON)
                if chosen.random() < 0.2:
                    await asyncio.sleep(chosen.random() * 0.02)
                if chosen.random() < 0.25:
                    await transaction.rollback()
                else:
                    await transaction.commit()
                    committed.append(len(drafts))

    async def sequence() -> None:
        sequencer = await Sequencer.begin(log.pool, log.clock)
        while not done.is_set():
            await sequencer.turn()
            await asyncio.sleep(0.001)

    sequencing = asyncio.create_task(sequence())
    await asyncio.gather(*(write(writer) for writer in range(32)))
    done.set()
    await sequencing
    await log.sequence()
    found = await positions(log)
    assert len(found) == sum(committed)
    assert await log.reader.pending() == 0
    assert await numbered_before_their_predecessor(log) == 0
    for versions in versions_by_stream(found).values():
        assert versions == list(range(1, len(versions) + 1))


async def test_numbering_before_locking_is_what_the_check_above_would_see(log: LogUnderTest) -> None:
    """The rule «lock, then number» broken on purpose: one writer draws its number and only then waits for the head."""
    (hasty,) = await log.log.seal([a_draft(a_badge("A"))])
    async with log.pool.acquire() as connection, connection.transaction():
        number = await connection.fetchval("SELECT nextval('log.ingest_seq')")
        await log.append(a_draft(a_badge("A")))
        heads = await log.log.lock(connection, [hasty.stream])
        version, leaf, leaf_hash = heads.next_leaf(hasty, NOON)
        await connection.execute(
            "INSERT INTO log.events (ingest_seq, stream, version, leaf, leaf_hash) VALUES ($1, $2, $3, $4, $5)",
            *(number, hasty.stream, version, leaf, leaf_hash),
        )
    assert await numbered_before_their_predecessor(log) == 1


async def test_a_slow_commit_below_the_scan_gets_its_position_later(log: LogUnderTest) -> None:
    sequencer = await Sequencer.begin(log.pool, log.clock)
    (slow,) = await log.log.seal([a_draft(a_badge("SLOW"))])
    async with log.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        heads = await log.log.lock(connection, [slow.stream])
        await log.log.append(connection, heads, [slow], recorded_at=NOON)
        await log.append(a_draft(a_badge("FAST")))
        assert [event.stream for event in await sequencer.turn()] == ["account/FAST"]
        for _ in range(3):
            assert await sequencer.turn() == []  # the fence has not passed: its writer is still at work
        await transaction.commit()
    assert [(event.position, event.stream) for event in await sequencer.turn()] == [(1, "account/SLOW")]


async def test_a_new_leader_watches_what_the_old_one_watched(log: LogUnderTest) -> None:
    (slow,) = await log.log.seal([a_draft(a_badge("SLOW"))])
    async with log.pool.acquire() as connection, connection.transaction():
        heads = await log.log.lock(connection, [slow.stream])
        await log.log.append(connection, heads, [slow], recorded_at=NOON)
        await log.append(a_draft(a_badge("FAST")))
        await log.sequence()
        successor = await Sequencer.begin(log.pool, log.clock)
    assert [event.stream for event in await successor.turn()] == ["account/SLOW"]


async def test_rolled_back_numbers_are_let_go_so_that_an_idle_queue_costs_nothing(log: LogUnderTest) -> None:
    (gone,) = await log.log.seal([a_draft(a_badge("GONE"))])
    async with log.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        heads = await log.log.lock(connection, [gone.stream])
        await log.log.append(connection, heads, [gone], recorded_at=NOON)
        await transaction.rollback()
    await log.append(a_draft(a_badge()))
    sequencer = await log.sequence()
    for _ in range(3):
        await sequencer.turn()
    assert sequencer.watched == 0


async def test_a_fenced_leader_gives_no_position_any_more(log: LogUnderTest) -> None:
    old = await Sequencer.begin(log.pool, log.clock)
    new = await Sequencer.begin(log.pool, log.clock)
    await log.append(a_draft(a_badge()))
    with pytest.raises(LostLeaseError):
        await old.turn()
    assert [event.position for event in await new.turn()] == [0]


async def test_two_leaders_at_once_never_give_a_position_twice(log: LogUnderTest) -> None:
    async def lead() -> None:
        for _ in range(15):
            sequencer = await Sequencer.begin(log.pool, log.clock)
            try:
                for _ in range(3):
                    await sequencer.turn()
            except LostLeaseError:
                pass

    async def write() -> None:
        for _ in range(60):
            await log.append(a_draft(a_badge()))

    await asyncio.gather(lead(), lead(), write())
    await log.sequence()
    assert await positions(log) == [("account/A1", version) for version in range(1, 61)]


async def test_the_lease_has_one_holder_until_it_is_given_back(log: LogUnderTest) -> None:
    assert await take_lease(log.pool, "one")
    assert not await take_lease(log.pool, "two")
    assert await take_lease(log.pool, "one")
    await release_lease(log.pool, "one")
    assert await take_lease(log.pool, "two")


async def test_sequenced_time_never_goes_back(log: LogUnderTest) -> None:
    for hours in (2, 0, 3):
        log.clock.time = NOON + timedelta(hours=hours)
        await log.append(a_draft(a_badge()))
        await log.sequence()
    times = [event.sequenced_at - NOON async for event in log.reader.all()]
    assert times == [timedelta(hours=2), timedelta(hours=2), timedelta(hours=3)]


async def test_a_version_without_its_predecessor_is_held_back_while_others_go_on(log: LogUnderTest) -> None:
    """The rule «lock, then number» broken on purpose: the successor's number is drawn and committed first."""
    first, second = await log.log.seal([a_draft(a_badge("A")), a_draft(a_badge("A"))])
    async with log.pool.acquire() as early, log.pool.acquire() as late:
        transaction = early.transaction()
        await transaction.start()
        heads = await log.log.lock(early, ["account/A"])
        await log.log.append(early, heads, [first], recorded_at=NOON)
        version, leaf, leaf_hash = heads.next_leaf(second, NOON)
        await late.execute(
            "INSERT INTO log.events (ingest_seq, stream, version, leaf, leaf_hash)"
            " VALUES (nextval('log.ingest_seq'), $1, $2, $3, $4)",
            *(second.stream, version, leaf, leaf_hash),
        )
        await log.append(a_draft(a_badge("B")))
        sequencer = await Sequencer.begin(log.pool, log.clock)
        assert [event.stream for event in await sequencer.turn()] == ["account/B"]
        assert sequencer.held == 1
        await transaction.commit()
    assert [event.stream for event in await sequencer.turn()] == ["account/A", "account/A"]
    assert sequencer.held == 0
    assert (await positions(log)) == [("account/B", 1), ("account/A", 1), ("account/A", 2)]


async def test_positions_that_do_not_continue_the_log_are_refused_by_the_database(log: LogUnderTest) -> None:
    await log.append(a_draft(a_badge()))
    await log.sequence()
    for position in (0, 2):
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.UniqueViolationError)):
            await log.pool.execute("INSERT INTO log.leaves SELECT $1, 99, leaf_hash FROM log.leaves", position)
