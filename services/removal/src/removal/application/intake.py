"""Marketplace records → log, in batches: one transaction is place, duplicates, bindings, append, state and parking.

Owns the order of steps. Invariant: every record ends recorded, dropped as an exact repetition, or parked, exactly
once; what cannot be written at all fails the batch, which is given again: nothing is ever skipped.
Next: reading.py and domain/admission.py for the judgement of one record.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from event_contracts import ContractFact
from eventlog.draft import Draft, SealedDraft
from eventlog.log import DuplicateEventError, EventLog
from removal.application.ports import BindingLostError, Bindings, InlineState, ParkingLot
from removal.application.reading import Reading, read
from removal.domain.admission import Accepted, Candidate, Duplicate, Identity, Parked, Verdict, judge_all
from servicekit.clock import Clock
from servicekit.places import Places, advanced, partitions_of
from servicekit.postgres import Connection, Pool, in_transaction
from servicekit.record import Record

ACTOR: Final = "service:removal-intake"
MOST_EVENTS: Final = 200
"""Of one transaction, so that a hot stream's head is held a few milliseconds only."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One record on its way: what could be read of it, and its event sealed and ready when it is valid."""

    record: Record
    reading: Reading
    sealed: SealedDraft | None


@dataclass(slots=True)
class Tally:
    """What became of a batch: `parked` by reason."""

    recorded: int = 0
    duplicates: int = 0
    parked: dict[str, int] = field(default_factory=dict)


class Intake:
    """Applies batches of records; given to the consumer."""

    def __init__(
        self,
        *,
        pool: Pool,
        places: Places,
        log: EventLog,
        bindings: Bindings,
        state: InlineState,
        parking: ParkingLot,
        clock: Clock,
        count: Callable[[Tally], None],
    ) -> None:
        self._pool = pool
        self._places = places
        self._log = log
        self._bindings = bindings
        self._state = state
        self._parking = parking
        self._clock = clock
        self._count = count

    async def apply(self, records: Sequence[Record]) -> None:
        """Apply records of any partitions, each partition's in order; those applied before are passed over."""
        remaining = iter(records)
        while chunk := list(islice(remaining, MOST_EVENTS)):
            await self._apply(chunk)
            await asyncio.sleep(0)  # health answers between two transactions

    async def _apply(self, records: Sequence[Record]) -> None:
        items = await self._read(records)

        async def unit(connection: Connection) -> Tally:
            places = await self._places.lock(connection, partitions_of(records))
            fresh = [item for item in items if item.record.offset >= places[_partition(item)].next_offset]
            tally = await self._take_in(connection, fresh)
            await self._places.save(connection, advanced(records, places))
            return tally

        again = (DuplicateEventError, BindingLostError)
        self._count(await in_transaction(self._pool, unit, also_retry=again))

    async def _read(self, records: Sequence[Record]) -> list[_Item]:
        """Everything that needs no lock: parse, validate, digest, seal."""
        readings = [read(record, self._log.digest) for record in records]
        drafts = {nth: _draft(found) for nth, found in enumerate(readings) if _is_valid(found)}
        sealed = dict(zip(drafts, await self._log.seal(list(drafts.values())), strict=True))
        return [
            _Item(record, reading, sealed.get(nth))
            for nth, (record, reading) in enumerate(zip(records, readings, strict=True))
        ]

    async def _take_in(self, connection: Connection, items: Sequence[_Item]) -> Tally:
        now = self._clock.now()
        verdicts = await self._judge(connection, items)
        accepted = [item.sealed for item, verdict in verdicts if isinstance(verdict, Accepted) and item.sealed]
        heads = await self._log.lock(connection, {draft.stream for draft in accepted})
        appended = await self._log.append(connection, heads, accepted, recorded_at=now)
        await self._state(connection, appended)
        parked = [(item.record, verdict) for item, verdict in verdicts if isinstance(verdict, Parked)]
        await self._parking.park(connection, parked, at=now)
        return _tally([verdict for _, verdict in verdicts])

    async def _judge(self, connection: Connection, items: Sequence[_Item]) -> list[tuple[_Item, Verdict]]:
        candidates = [item.reading for item in items if isinstance(item.reading, Candidate)]
        facts = [found.data for found in candidates if isinstance(found.data, ContractFact)]
        verdicts, bound = judge_all(
            candidates,
            known=await self._known(connection, candidates),
            bindings=await self._bindings.of(connection, (fact.contract_id for fact in facts)),
            now=self._clock.now(),
        )
        await self._bindings.bind(connection, bound)
        judged = iter(verdicts)
        return [(item, item.reading if isinstance(item.reading, Parked) else next(judged)) for item in items]

    async def _known(self, connection: Connection, candidates: Sequence[Candidate]) -> Mapping[Identity, bytes | None]:
        identities = sorted({candidate.identity for candidate in candidates})
        return await self._log.known(connection, identities) if identities else {}


def _partition(item: _Item) -> tuple[str, int]:
    return item.record.topic, item.record.partition


def _is_valid(reading: Reading) -> bool:
    return isinstance(reading, Candidate) and reading.data is not None and reading.time is not None


def _draft(reading: Reading) -> Draft:
    if not isinstance(reading, Candidate) or reading.data is None or reading.time is None:
        raise TypeError("only a valid candidate becomes a draft")
    source, id_ = reading.identity
    return Draft(
        source=source,
        id=id_,
        time=reading.time,
        data=reading.data,
        actor=ACTOR,
        correlation_id=id_,
        digest=reading.digest,
    )


def _tally(verdicts: Sequence[Verdict]) -> Tally:
    tally = Tally()
    for verdict in verdicts:
        match verdict:
            case Accepted():
                tally.recorded += 1
            case Duplicate():
                tally.duplicates += 1
            case Parked(reason=reason):
                tally.parked[reason] = tally.parked.get(reason, 0) + 1
    return tally
