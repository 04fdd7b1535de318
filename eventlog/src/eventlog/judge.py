"""Judge a record of our own topic against what a consumer has folded of its partition (architecture §5).

Pure. Invariant: prefixes only: a re-send is passed over, a hole stops, another leaf at a known position stops for good.
Next: consume.py.
"""

from dataclasses import dataclass


class HoleError(Exception):
    """A record whose predecessor in the partition has not been folded; nothing may be applied."""


class OtherLeafError(Exception):
    """The same position with another leaf: the log was rewritten or forked."""


@dataclass(frozen=True, slots=True)
class Folded:
    """The last record folded of a partition; None before the first."""

    position: int | None = None
    leaf_hash: bytes | None = None


def is_new(folded: Folded, *, position: int, after: int | None, leaf_hash: bytes) -> bool:
    """Whether a record continues what is folded; False for one sent again. Raises HoleError, OtherLeafError."""
    last = -1 if folded.position is None else folded.position
    if position == last and leaf_hash != folded.leaf_hash:
        raise OtherLeafError(f"position {position} was folded with another leaf")
    if position <= last:
        return False
    if after is not None and after > last:
        raise HoleError(f"position {position} follows {after}, but {folded.position} was folded last")
    return True
