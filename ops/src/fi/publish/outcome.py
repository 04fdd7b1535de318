"""What became of a file's events: recorded, duplicates, parked.

Asks the log which ids it knew before and knows after, and the intake what it parked where we sent to.
Invariant: the three add up to the records that were sent.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar

from eventlog.read import LogReader
from fi.error import CommandError
from fi.publish.line import Outgoing
from fi.publish.send import Sent
from removal.adapters.parking import ParkingTable
from servicekit.postgres import Pool

PAGE: Final = 5000
LONGEST_ID: Final = 128
T = TypeVar("T")

Identity = tuple[str, str]
"""Source and id."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of the events that were sent ended how; `parked` by reason."""

    recorded: int
    duplicates: int
    parked: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"recorded": self.recorded, "duplicates": self.duplicates, "parked": dict(self.parked)}


async def unknown_of(reader: LogReader, records: Iterable[Outgoing]) -> set[Identity]:
    """The identities among these that the log does not hold yet."""
    fresh: set[Identity] = set()
    identities = ((record.source, record.id) for record in records)
    for page in pages(filter(_recordable, identities)):
        fresh.update(set(page) - await reader.known(page))
    return fresh


async def outcome_of(pool: Pool, sent: Sent, fresh: set[Identity]) -> Outcome:
    """What became of the records that were sent, `fresh` being what the log did not hold before.

    Raises CommandError when the figures contradict each other, as they do when others send the same events meanwhile.
    """
    reader = LogReader(pool)
    recorded = 0
    for page in pages(fresh):
        recorded += len(await reader.known(page))
    parked = await _parked(pool, sent)
    duplicates = sent.records - recorded - parked.total()
    if duplicates < 0:
        raise CommandError(
            f"{sent.records} events were sent, but {recorded} of them are recorded and {parked.total()} parked:"
            " somebody else sends the same events"
        )
    return Outcome(recorded, duplicates, dict(sorted(parked.items())))


def pages(things: Iterable[T]) -> Iterator[list[T]]:
    """The things in lists of at most 5,000."""
    rest = iter(things)
    while page := list(islice(rest, PAGE)):
        yield page


async def _parked(pool: Pool, sent: Sent) -> Counter[str]:
    table, reasons, after = ParkingTable(), Counter[str](), 0
    while page := await table.page(pool, after=after, limit=PAGE):
        reasons.update(item.reason for item in page if sent.holds(item.topic, item.partition, item.offset))
        after = page[-1].id
    return reasons


def _recordable(identity: Identity) -> bool:
    """Others are refused by the intake whatever the log holds."""
    return all(text.isascii() and len(text) <= LONGEST_ID for text in identity)
