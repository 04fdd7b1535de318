import asyncio
from datetime import UTC, datetime

import pytest
from aiokafka import ConsumerRecord

from servicekit.places import Place, Places, advanced, partitions_of, unread
from servicekit.postgres import Connection, Pool, in_transaction
from servicekit.record import Record

PLACES = Places("kit", "readers")


def some_records(first: int, count: int) -> list[Record]:
    return [ConsumerRecord("t", 0, offset, 0, 0, None, b"x", None, 0, 1, ()) for offset in range(first, first + count)]


async def apply(pool: Pool, records: list[Record]) -> int:
    """What every consumer does with a batch: lock, drop what is passed, count, save. Returns how many were new."""

    async def unit(connection: Connection) -> int:
        places = await PLACES.lock(connection, partitions_of(records))
        fresh = unread(records, places)
        await connection.execute("INSERT INTO kit.seen SELECT unnest($1::bigint[])", [each.offset for each in fresh])
        await PLACES.save(connection, advanced(fresh, places))
        return len(fresh)

    return await in_transaction(pool, unit)


@pytest.fixture
async def seen(pool: Pool) -> Pool:
    """A pool on a database that keeps the offsets applied, each at most once."""
    await pool.execute("CREATE TABLE kit.seen (n bigint PRIMARY KEY)")
    return pool


async def test_a_partition_never_read_has_no_place_until_it_is_locked(pool: Pool) -> None:
    assert await PLACES.load(pool, [("t", 0)]) == {}
    async with pool.acquire() as connection, connection.transaction():
        assert await PLACES.lock(connection, [("t", 1), ("t", 0)]) == {
            ("t", 0): Place("t", 0), ("t", 1): Place("t", 1)
        }  # fmt: skip


async def test_a_place_is_kept_whole_and_for_its_group_alone(pool: Pool) -> None:
    place = Place("t", 0, 8, position=41, leaf_hash=b"\x01" * 32, sequenced_at=datetime(2024, 3, 1, tzinfo=UTC))
    async with pool.acquire() as connection, connection.transaction():
        await PLACES.lock(connection, [place.key])
        await PLACES.save(connection, [place])
    assert await PLACES.load(pool, [("t", 0), ("t", 1)]) == {place.key: place}
    assert await Places("kit", "others").load(pool, [("t", 0)]) == {}


async def test_a_batch_given_twice_is_applied_once(seen: Pool) -> None:
    assert await apply(seen, some_records(0, 10)) == 10
    assert await apply(seen, some_records(0, 10)) == 0
    assert await apply(seen, some_records(5, 10)) == 5


async def test_a_member_that_lost_its_partition_finds_its_records_passed(seen: Pool) -> None:
    """The zombie read its batch before the rebalance and applies it after the new owner began."""
    zombie_has_locked, owner_waits = asyncio.Event(), asyncio.Event()

    async def zombie(connection: Connection) -> int:
        await owner_waits.wait()
        places = await PLACES.lock(connection, [("t", 0)])
        zombie_has_locked.set()
        return len(unread(some_records(0, 10), places))

    async def owner(connection: Connection) -> None:
        places = await PLACES.lock(connection, [("t", 0)])
        owner_waits.set()
        await asyncio.sleep(0.2)
        assert not zombie_has_locked.is_set()
        await PLACES.save(connection, advanced(some_records(0, 12), places))

    passed, _ = await asyncio.gather(in_transaction(seen, zombie), in_transaction(seen, owner))
    assert passed == 0


async def test_members_that_meet_on_the_same_partitions_apply_each_record_once(seen: Pool) -> None:
    batches = [some_records(first, 20) for first in range(0, 100, 10)]
    for offset_round in range(3):
        # From one place on, several members at once try the same stretch; the primary key of `seen` catches a repeat.
        stretch = batches[offset_round * 3 : offset_round * 3 + 3]
        for batch in stretch:
            await asyncio.gather(*(apply(seen, batch) for _ in range(5)))
    (count, last) = await seen.fetchrow("SELECT count(*), max(n) FROM kit.seen") or (0, 0)
    assert (count, last) == (100, 99)


async def test_places_locked_in_any_order_do_not_deadlock(pool: Pool) -> None:
    keys = [("t", number) for number in range(8)]

    async def unit(connection: Connection) -> None:
        await PLACES.lock(connection, keys)

    async def backwards(connection: Connection) -> None:
        await PLACES.lock(connection, reversed(keys))

    await asyncio.gather(*(in_transaction(pool, each) for _ in range(20) for each in (unit, backwards)))
    assert len(await PLACES.load(pool, keys)) == 8
