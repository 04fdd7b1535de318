"""The stamp of a fact: within a slot the greatest wins, never the one that arrived last (domain §1).

Next: slot.py for the slots whose meaning is shared.
"""

from datetime import datetime
from typing import NamedTuple


class Stamp(NamedTuple):
    """Compares as a tuple; ids and sources are ASCII, so text order is byte order.

    `holds_from` is `time` but for feedback embedded in a contract's end, which holds from `completed_at`.
    """

    holds_from: datetime
    time: datetime
    id: str
    source: str
