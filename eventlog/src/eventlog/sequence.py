"""Give committed events their positions: contiguous, in stream order, for ever.

One turn is one transaction: statement 1 locks the log's head where the epoch is mine, statement 2 reads the queue on
a fresh snapshot. Knows nothing of Kafka. Invariant: a version gets a position only after its predecessor.
Next: queue.py for the bookkeeping, publish.py for what follows.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from asyncpg import Record

from eventlog.queue import Fence, Queue, SequencedVersions
from eventlog.sequenced import Sequenced, sequenced
from servicekit.clock import Clock
from servicekit.postgres import Connection, Pool
from servicekit.sqlfile import statements

_SQL = statements(__package__)
_TURN = 2000
_PARTITION_EVERY = 1 << 20
LEASE = timedelta(seconds=5)

log = structlog.get_logger(__name__)


class LostLeaseError(Exception):
    """Another sequencer leads now; nothing of this one's may be written any more."""


async def take_lease(pool: Pool, holder: str) -> bool:
    """Take or renew the lease; False while another holds it."""
    return await pool.fetchval(_SQL["take_lease"], holder, LEASE) is not None


async def release_lease(pool: Pool, holder: str) -> None:
    """Let a standby lead at once."""
    await pool.execute(_SQL["release_lease"], holder)


class Sequencer:
    """A leader's state, good for one epoch. Make it with `begin` while holding the lease."""

    def __init__(self, pool: Pool, clock: Clock, *, epoch: int, published: int, queue: Queue) -> None:
        self._pool = pool
        self._clock = clock
        self._queue = queue
        self._versions = SequencedVersions()
        self._prepared_to = 0
        self.epoch = epoch
        self.published = published

    @classmethod
    async def begin(cls, pool: Pool, clock: Clock) -> "Sequencer":
        """Fence the previous leader and take over what it was watching."""
        (row,) = await pool.fetch(_SQL["begin_epoch"])
        mark = row["queue_mark"]
        async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            scanned_to = await connection.fetchval(_SQL["read_highest_sequenced"], mark)
            watched = {found["number"] for found in await connection.fetch(_SQL["find_unsequenced"], mark)}
        return cls(
            pool,
            clock,
            epoch=row["epoch"],
            published=row["published"],
            queue=Queue(scanned_to=scanned_to, watched=watched),
        )

    @property
    def held(self) -> int:
        """Committed events that are held back because their predecessor has no position: an alarm when not 0."""
        return len(self._queue.held)

    @property
    def watched(self) -> int:
        """Numbers drawn whose transactions may still commit, or whose events are held."""
        return len(self._queue.watched)

    async def turn(self) -> list[Sequenced]:
        """Sequence what is committed, at most some thousands. Raises LostLeaseError."""
        over = await self._fence_passed()
        if over is None and not await self._pool.fetchval(_SQL["queue_stirs"], self._queue.scanned_to, self._waiting()):
            return []
        async with self._pool.acquire() as connection:
            async with connection.transaction():
                head = await connection.fetchrow(_SQL["lock_log_head"], self.epoch)
                if head is None:
                    raise LostLeaseError(f"epoch {self.epoch} is over")
                rows = await connection.fetch(
                    _SQL["read_queue"], self._queue.scanned_to, list(self._queue.watched), _TURN
                )
                ready, held = await self._in_stream_order(connection, rows)
                at = max(head["sequenced_at"], self._clock.now())
                events = [sequenced(row, position, at) for position, row in enumerate(ready, start=head["size"])]
                if events:
                    await self._write(connection, ready, events)
            self._after(rows, ready, held, over)
            await self._prepare_partitions(connection)
        return events

    async def note_published(self) -> None:
        """Write down how far publication has come, now that no turn is about to."""
        await self._pool.execute(_SQL["note_published"], self.published, self.epoch)

    def _waiting(self) -> list[int]:
        return list(self._queue.watched - self._queue.held)

    async def _fence_passed(self) -> Fence | None:
        """The fence, once every transaction that could still commit a number below it has ended."""
        queue = self._queue
        if not queue.watched - queue.held:
            return None
        if queue.fence is None:
            last_number = await self._pool.fetchval(_SQL["read_last_number"])
            (transactions,) = await self._pool.fetch(_SQL["read_transactions"])
            queue.fence = Fence(last_number, transactions["next"])
            return None
        (transactions,) = await self._pool.fetch(_SQL["read_transactions"])
        return queue.fence if transactions["oldest"] >= queue.fence.next_transaction else None

    async def _in_stream_order(
        self, connection: Connection, rows: Sequence[Record]
    ) -> tuple[list[Record], list[Record]]:
        """(ready, held): an event is ready when its predecessor has a position or is ready before it."""
        unknown = {row["stream"]: row["version"] for row in reversed(rows) if self._versions.get(row["stream"]) is None}
        later = {stream: version - 1 for stream, version in unknown.items() if version > 1}
        found = await connection.fetch(_SQL["find_predecessors"], list(later), list(later.values())) if later else []
        last = dict.fromkeys(unknown, 0) | {row["stream"]: later[row["stream"]] for row in found}
        ready: list[Record] = []
        held: list[Record] = []
        for row in rows:
            stream = row["stream"]
            before = last[stream] if stream in last else self._versions.get(stream)
            if row["version"] == (before or 0) + 1:
                last[stream] = row["version"]
                ready.append(row)
            else:
                held.append(row)
        return ready, held

    async def _write(self, connection: Connection, ready: Sequence[Record], events: Sequence[Sequenced]) -> None:
        first, at = events[0].position, events[0].sequenced_at
        numbers, hashes = [row["ingest_seq"] for row in ready], [event.leaf_hash for event in events]
        await connection.execute(_SQL["add_leaves"], first, numbers, hashes)
        await connection.execute(_SQL["add_batch"], first, len(events), at, self.epoch)
        await connection.execute(_SQL["advance_head"], first + len(events), at, self._queue.mark, self.published)

    def _after(
        self, rows: Sequence[Record], ready: Sequence[Record], held: Sequence[Record], over: Fence | None
    ) -> None:
        self._queue.saw([row["ingest_seq"] for row in rows], held=[row["ingest_seq"] for row in held])
        if over is not None:
            self._queue.settled(over)
        for row in ready:
            self._versions.put(row["stream"], row["version"])
        for row in held:
            log.error("event held back: its predecessor has no position", stream=row["stream"], version=row["version"])

    async def _prepare_partitions(self, connection: Connection) -> None:
        if self._queue.scanned_to >= self._prepared_to:
            await connection.execute(_SQL["add_partitions"], self._queue.scanned_to)
            self._prepared_to = self._queue.scanned_to + _PARTITION_EVERY
