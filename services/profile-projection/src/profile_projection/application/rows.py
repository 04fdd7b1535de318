"""What the fold keeps beside the pure state: partition, position, version of each row, and the keys to load them by.

Knows nothing of SQL. One dataclass per table, one mapping per table in Rows.
Invariant: every row belongs to one partition of the log, or has the partition in its key.
Next: fold.py, which changes them; ports.py for who loads and saves them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from event_contracts import AgencyRole
from event_contracts.slot import Stamp
from profile_projection.domain.state import PublicAccount, PublicContract, Text

ContractKey: TypeAlias = tuple[str, str]
"""(account id, contract id)"""
MembershipKey: TypeAlias = tuple[str, str]
"""(agency id, user id)"""
MentionKey: TypeAlias = tuple[str, str]
"""(user id, agency id)"""
NameKey: TypeAlias = tuple[Literal["account", "client"], str]
PartKey: TypeAlias = tuple[str, int]
"""(client or subject id, partition)"""


class ContractRow(NamedTuple):
    contract: PublicContract
    partition: int


class AccountRow(NamedTuple):
    """`version` of the account's stream; `decisive_position`: of its last event that must change a score, else -1."""

    account: PublicAccount
    version: int = 0
    position: int = -1
    decisive_position: int = -1


class MembershipRow(NamedTuple):
    stamp: Stamp
    role: AgencyRole
    exclusive: bool
    position: int


class NameRow(NamedTuple):
    stamp: Stamp
    text: Text | None
    partition: int
    version: int
    position: int


class ClientRow(NamedTuple):
    named: bool = False
    version: int = 0
    position: int = -1


class ScoreRow(NamedTuple):
    policy: str
    as_of: date
    score: int | None
    window_months: int | None
    removed_count: int
    reason: str | None
    cause_position: int
    version: int
    position: int


class SubjectRow(NamedTuple):
    erased: bool
    version: int
    position: int


@dataclass(slots=True)
class Keys:
    """Which rows a set of events needs before it can be folded."""

    contracts: set[ContractKey] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    memberships: set[MembershipKey] = field(default_factory=set)
    names: set[NameKey] = field(default_factory=set)
    subjects: set[PartKey] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Rows:
    """The rows a set of events touches. Clients, scores, subjects and mentions merge in place and are not loaded."""

    contracts: dict[ContractKey, ContractRow] = field(default_factory=dict)
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    memberships: dict[MembershipKey, MembershipRow] = field(default_factory=dict)
    names: dict[NameKey, NameRow] = field(default_factory=dict)
    erased: set[PartKey] = field(default_factory=set)
    mentions: dict[MentionKey, int] = field(default_factory=dict)
    clients: dict[PartKey, ClientRow] = field(default_factory=dict)
    scores: dict[str, ScoreRow] = field(default_factory=dict)
    subjects: dict[PartKey, SubjectRow] = field(default_factory=dict)

    @property
    def newly_erased(self) -> Mapping[int, tuple[list[str], int]]:
        """By partition: the subjects these events erase, and the position of the last of them."""
        found: dict[int, tuple[list[str], int]] = {}
        for (subject_id, partition), row in sorted(self.subjects.items()):
            if row.erased:
                subjects, position = found.get(partition, ([], -1))
                found[partition] = ([*subjects, subject_id], max(position, row.position))
        return found
