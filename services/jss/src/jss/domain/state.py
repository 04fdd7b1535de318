"""What jss knows of one contract: its terms, its client feedback's class, and what took the feedback out.

The private rating itself never comes here, only the outcome class it leads to (architecture §1.10).
Invariant: every part is the same whatever the order its facts arrived in (domain §1).
Next: evolve.py folds facts into it, policy.py judges it.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from event_contracts.slot import FeedbackSlot, Stamp


class FeedbackClass(StrEnum):
    """Outcome class of a client feedback; UNSCORED has neither score nor private rating."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the contract ended, by the completed fact with the greatest stamp. Money in US cents, the day in UTC."""

    stamp: Stamp
    ended_on: date
    earned_cents: int
    paid_periods: int


def nothing_said() -> FeedbackSlot[FeedbackClass]:
    """A slot about which no fact is known."""
    return FeedbackSlot()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One contract of an account, ended (`terms` known) or so far only named.

    `approved` and `reversed` hold request ids: the slot is removed while an approved one is not reversed.
    """

    account_id: str
    contract_id: str
    client_id: str
    terms: Terms | None = None
    feedback: FeedbackSlot[FeedbackClass] = field(default_factory=nothing_said)
    approved: frozenset[str] = frozenset()
    reversed: frozenset[str] = frozenset()
    upheld: bool = False

    @property
    def removed(self) -> bool:
        """A removal of either scope is in force (domain §2, §3 Lifecycle)."""
        return bool(self.approved - self.reversed)

    @property
    def counts_as_removed(self) -> bool:
        """One of the account's `removed_count`: ended, its client feedback removed or upheld against (domain §2)."""
        return self.terms is not None and (self.removed or self.upheld)
