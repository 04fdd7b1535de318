"""Facts told one by one over a real log and folded at once, each a minute after the one before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.integration.profile_projection.chronicle import PARTITIONS, Chronicle, a_chronicle
from tests.support.log import LogUnderTest, a_log
from tests.unit.profile_projection.given import Fact, day

from event_contracts.instant import format_time
from eventlog.draft import Draft
from eventlog.partition import partitions_of

BEGINNING = day(100)
"""When the first fact is sequenced: after all that the facts tell of."""
Body = dict[str, Any]


@dataclass
class Telling:
    """A log, the doors over it, and the sequenced time of each position."""

    log: LogUnderTest
    chronicle: Chronicle
    times: list[datetime] = field(default_factory=list)

    async def tell(self, *facts: Fact) -> int:
        """Record, sequence and fold facts; gives the position of the last."""
        for fact in facts:
            self.log.clock.time += timedelta(minutes=1)
            await self.log.append(_draft(fact))
            await self.log.sequence()
            (event,) = await self.log.reader.by_position(len(self.times))
            self.times.append(event.sequenced_at)
            await self.chronicle.fold(
                [replace(event, partition=number) for number in partitions_of(event.stream, PARTITIONS)]
            )
        return len(self.times) - 1

    def at(self, position: int) -> str:
        """The sequenced time of a position, as answers spell it."""
        return format_time(self.times[position])

    async def body(self, path: str, position: int | None = None) -> Body:
        """An answer, as of a position where one is given."""
        return dict(await self.chronicle.body(path if position is None else asked_at(path, position)))


def asked_at(path: str, position: int) -> str:
    """The same question about a position."""
    return f"{path}{'&' if '?' in path else '?'}at_position={position}"


def _draft(fact: Fact) -> Draft:
    return Draft(
        source=fact.source,
        id=fact.id,
        time=fact.time,
        data=fact.data,
        actor="service:test",
        correlation_id=fact.id,
    )


@asynccontextmanager
async def a_telling(database: str) -> AsyncIterator[Telling]:
    """Nothing told yet, on a database of its own."""
    async with a_log(database, connections=4) as log:
        log.clock.time = BEGINNING
        async with a_chronicle(database, log.clock) as chronicle:
            yield Telling(log, chronicle)
