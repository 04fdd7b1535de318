"""What waits for a position: the tail of log.events, seen through numbers that may still be uncommitted.

Pure bookkeeping, no I/O. Invariant: a number drawn and not yet seen committed stays watched until no transaction can
commit it any more, so a position is never skipped and no committed event is lost (architecture §4, Sequencer).
Next: sequence.py.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fence:
    """All numbers up to `last_number` were drawn by transactions below `next_transaction`."""

    last_number: int
    next_transaction: int


@dataclass(slots=True)
class Queue:
    """Where scanning stands. `watched`: numbers at or below `scanned_to` that have no position yet."""

    scanned_to: int
    watched: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)
    fence: Fence | None = None

    @property
    def mark(self) -> int:
        """No event at or below it waits for a position, nor ever will."""
        return min(self.watched, default=self.scanned_to + 1) - 1

    def saw(self, numbers: Sequence[int], *, held: Iterable[int]) -> None:
        """A read found these numbers, ascending, of which those held may not have a position yet."""
        if numbers and numbers[-1] > self.scanned_to:
            self.watched.update(range(self.scanned_to + 1, numbers[-1] + 1))
            self.scanned_to = numbers[-1]
        self.held = set(held)
        self.watched.difference_update(set(numbers) - self.held)

    def settled(self, fence: Fence) -> None:
        """Whoever drew a number up to the fence has ended, and a read since then looked: rolled back are the rest."""
        self.watched = {number for number in self.watched if number > fence.last_number or number in self.held}
        if self.fence is fence:
            self.fence = None


class SequencedVersions:
    """The last version with a position, of the streams met lately; others are looked up."""

    def __init__(self, capacity: int = 200_000) -> None:
        self._versions: OrderedDict[str, int] = OrderedDict()
        self._capacity = capacity

    def get(self, stream: str) -> int | None:
        """None: not met lately."""
        return self._versions.get(stream)

    def put(self, stream: str, version: int) -> None:
        """Remember, and forget whoever was met longest ago."""
        self._versions[stream] = version
        self._versions.move_to_end(stream)
        if len(self._versions) > self._capacity:
            self._versions.popitem(last=False)
