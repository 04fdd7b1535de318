"""What removal remembers of the facts, as small rows that a fact touches one or two of.

Rows, not one object per account: a decision or an intake batch then loads and writes only what it touches, in an
account of any size. Knows nothing of storage.
Invariant: a row is a pure fold of the facts that touch it; within a slot the greatest stamp wins (domain §1).
Next: evolve.py for the fold, case.py for what a decision looks at.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from event_contracts import AgencyRole, Badge, Channel, Evidence, Scope
from event_contracts.slot import Stamp

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slot(Generic[T]):
    """What the marketplace last said about one thing; None when nothing was said or it was taken back."""

    stamp: Stamp | None = None
    value: T | None = None

    def meet(self, stamp: Stamp, value: T | None) -> "Slot[T]":
        """The later of two statements by stamp, whatever the order they arrive in."""
        return self if self.stamp is not None and self.stamp >= stamp else Slot(stamp, value)


@dataclass(frozen=True, slots=True)
class AccountKey:
    account_id: str


@dataclass(frozen=True, slots=True)
class MemberKey:
    agency_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class ContractKey:
    contract_id: str


@dataclass(frozen=True, slots=True)
class RequestKey:
    request_id: str


Key: TypeAlias = AccountKey | MemberKey | ContractKey | RequestKey


@dataclass(frozen=True, slots=True)
class Account:
    """`version`: of the newest event of the account's stream that is folded in here."""

    key: AccountKey
    is_agency: bool = False
    badge: Slot[Badge] = Slot()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """One person's role in one agency."""

    key: MemberKey
    role: Slot[AgencyRole] = Slot()


@dataclass(frozen=True, slots=True)
class Terms:
    """What an ended contract brought. `earned`: US cents, net."""

    completed_at: datetime
    earned: int

    @property
    def completed(self) -> bool:
        """Empty contracts do not unlock the perk (domain §1)."""
        return self.earned > 0


@dataclass(frozen=True, slots=True)
class Feedback:
    """All a removal needs to know of a client feedback's content."""

    public: bool


@dataclass(frozen=True, slots=True)
class Contract:
    """`last_fact_version`: account stream version of the last fact that can move what it does to the score."""

    key: ContractKey
    account_id: str
    client_id: str
    terms: Slot[Terms] = Slot()
    feedback: Slot[Feedback] = Slot()
    upheld: bool = False
    last_fact_version: int = 0

    @property
    def ended(self) -> bool:
        return self.terms.value is not None

    @property
    def public_feedback_stands(self) -> bool:
        return self.feedback.value is not None and self.feedback.value.public


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A removal request as it was submitted."""

    request_id: str
    account_id: str
    contract_id: str
    client_id: str
    scope: Scope
    requested_by: str
    channel: Channel
    submitted_at: datetime
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Pending:
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The first of the two people a reversal needs."""

    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """`proposal`: a reversal that waits for its second person; the approval is in force meanwhile."""

    asked: Asked
    decided_by: str
    decided_at: datetime
    automatic: bool
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    asked: Asked
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    asked: Asked
    withdrawn_by: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversed:
    approval: Approved
    reversed_by: str
    reversed_at: datetime

    @property
    def asked(self) -> Asked:
        return self.approval.asked


Lifecycle: TypeAlias = Pending | Approved | Denied | Withdrawn | Reversed


@dataclass(frozen=True, slots=True)
class Request:
    """`version`: account stream version of the newest event about this request."""

    key: RequestKey
    lifecycle: Lifecycle
    version: int

    @property
    def asked(self) -> Asked:
        return self.lifecycle.asked

    @property
    def counted(self) -> bool:
        """Pending and approved requests use up the allowance; the others never did (domain §3)."""
        return isinstance(self.lifecycle, Pending | Approved)


Row: TypeAlias = Account | Member | Contract | Request
