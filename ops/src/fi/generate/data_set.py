"""What is asked for: how many accounts and contracts, from which seed, until when, how unevenly they are spread.

Pure. Invariant: equal wishes have equal names, other wishes other names, so ids of two data sets never meet.
Next: stream.py, which makes the facts.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from random import Random
from typing import Final

from event_contracts.instant import format_time

SPAN: Final = timedelta(days=913)  # 30 months: more than the longest window of the score
CONTRACTS_PER_CLIENT: Final = 8


class Skew(StrEnum):
    """How activity is spread over accounts and over clients."""

    UNIFORM = "uniform"
    ZIPF = "zipf"


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """`accounts`: freelancers and agencies together; `until`: when the last contract may have ended, aware."""

    accounts: int
    contracts: int
    seed: int
    until: datetime
    skew: Skew = Skew.ZIPF

    @cached_property
    def name(self) -> str:
        """Six characters that stand in every id of this data set."""
        wish = f"{self.accounts} {self.contracts} {self.seed} {format_time(self.until)} {self.skew}"
        return base64.b32encode(hashlib.sha256(wish.encode()).digest()).decode().lower()[:6]

    @property
    def source(self) -> str:
        """The `ce_source` of its events."""
        return f"/marketplace/generated/{self.name}"

    @cached_property
    def begins(self) -> datetime:
        """When the first contract may have ended."""
        return self.until - SPAN

    @property
    def clients(self) -> int:
        """How many clients the contracts have."""
        return max(3, self.contracts // CONTRACTS_PER_CLIENT) if self.contracts else 0

    def moments(self, count: int, dice: Random) -> Iterator[datetime]:
        """So many moments in order, spread over the data set's time, to the millisecond."""
        for nth in range(count):
            at = self.begins + (nth + dice.random()) * SPAN / count
            yield at.replace(microsecond=at.microsecond // 1000 * 1000)

    def dice(self, *purpose: str | int) -> Random:
        """Chance for one purpose, the same in every run and independent of every other purpose."""
        return Random(f"{self.name}/{'/'.join(map(str, purpose))}")  # noqa: S311 - it must be repeatable
