"""Notice a consumer that has work and does not move.

Owns the judgement, from positions and log ends. Knows neither Kafka nor why it stands still.
Invariant: never barks at a consumer without lag, nor at one that is applying or retrying a batch.
Next: consumer.py, which ends the process when it barks.
"""

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

P = TypeVar("P")

# A partition may wait while others move (their buffers are read in turn), but not for ever.
_WHILE_OTHERS_MOVE: Final = 5


class StalledError(Exception):
    """Partitions have records, and the consumer has not moved for too long."""


class Watchdog(Generic[P]):
    """Remembers when each partition last moved."""

    def __init__(self, seconds: float) -> None:
        """Take how long a consumer with lag may stand still."""
        self._seconds = seconds
        self._moved: dict[P, tuple[int, float]] = {}
        self._any_moved = 0.0

    def excuse(self, now: float) -> None:
        """Forget what was seen: the consumer was busy, failing for a known reason, or given other partitions."""
        self._moved.clear()
        self._any_moved = now

    def look(self, now: float, positions: Mapping[P, int], ends: Mapping[P, int]) -> None:
        """Compare with what was seen before, at monotonic time ``now`` in seconds. Raises StalledError."""
        for partition in self._moved.keys() - positions.keys():
            del self._moved[partition]
        for partition, position in positions.items():
            before, _ = self._moved.get(partition, (None, now))
            if before != position or position >= ends.get(partition, 0):
                self._moved[partition] = (position, now)
                self._any_moved = now if before != position else self._any_moved
        stuck = [partition for partition in positions if self._is_stuck(partition, now)]
        if stuck:
            raise StalledError(f"no progress although there are records: {', '.join(map(str, stuck))}")

    def _is_stuck(self, partition: P, now: float) -> bool:
        still = now - self._moved[partition][1]
        patience = self._seconds if now - self._any_moved > self._seconds else self._seconds * _WHILE_OTHERS_MOVE
        return still > patience
