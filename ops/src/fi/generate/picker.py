"""Pick one of many, evenly or as Zipf's law says.

Pure. Invariant: the same number picks the same one, and a pick costs the logarithm of how many there are.
"""

from array import array
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Final, Generic, TypeVar

from fi.generate.data_set import Skew

ZIPF_EXPONENT: Final = 1.1

T = TypeVar("T")


class Picker:
    """Picks indices below `count`; under Zipf's law the k-th has a share of k^-1.1, so index 0 is the busiest."""

    def __init__(self, count: int, skew: Skew) -> None:
        self._count = count
        ranks = range(1, count + 1) if skew is Skew.ZIPF else ()
        self._sums = array("d", accumulate(rank**-ZIPF_EXPONENT for rank in ranks))

    def pick(self, chance: float) -> int:
        """The index for a number from 0 to below 1."""
        if not self._sums:
            return int(chance * self._count)
        return min(bisect_right(self._sums, chance * self._sums[-1]), self._count - 1)


class Among(Generic[T]):
    """Picks one of a few things, each by its share of the whole."""

    def __init__(self, shares: Mapping[T, float]) -> None:
        self._things = tuple(shares)
        self._sums = tuple(accumulate(shares.values()))

    def pick(self, chance: float) -> T:
        """The thing for a number from 0 to below 1."""
        return self._things[min(bisect_right(self._sums, chance * self._sums[-1]), len(self._things) - 1)]
