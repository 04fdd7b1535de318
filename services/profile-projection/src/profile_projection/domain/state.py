"""The state the public pages are made of, one value per contract and one per account.

Knows nothing of tables, partitions, positions or the clock; texts stay sealed.
Invariant: every field is the join of facts met in any order and any number of times.
Next: evolve.py for how a fact enters, policy.py for what the pages show of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from event_contracts import Badge, Direction, Scope
from event_contracts.slot import FeedbackSlot, Stamp


class Text(NamedTuple):
    """A text somebody wrote, sealed: where it belongs, and its ciphertext until it is erased (then None)."""

    event_id: str
    path: str
    subject_id: str
    ciphertext: bytes | None

    @property
    def blanked(self) -> "Text":
        """The same text after its subject's erasure: known to have been there, readable by nobody."""
        return self._replace(ciphertext=None)


@dataclass(frozen=True, slots=True)
class Review:
    """The public part of a feedback: score in hundredths, comment sealed; neither beside a private rating alone."""

    score: int | None
    comment: Text | None

    @property
    def public(self) -> bool:
        return self.score is not None or self.comment is not None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a contract ended, as last stated: `paid` is net earnings above zero, which makes it a completed one."""

    stamp: Stamp
    completed_at: datetime
    paid: bool
    title: Text | None


@dataclass(frozen=True, slots=True)
class Response:
    """The one public answer to a feedback; `own_door` tells one written over our door from one stated upstream."""

    stamp: Stamp
    own_door: bool
    text: Text | None

    @property
    def precedence(self) -> tuple[datetime, bool, Stamp]:
        """The smallest stands: the earliest, at an equal time our own door's (domain §1)."""
        return (self.stamp.holds_from, not self.own_door, self.stamp)


def _nothing_said() -> FeedbackSlot[Review]:
    return FeedbackSlot()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicContract:
    """A contract as the public pages need it. `terms` is None until it has ended; nothing of it shows before."""

    account_id: str
    contract_id: str
    client_id: str
    terms: Terms | None = None
    client_feedback: FeedbackSlot[Review] = field(default_factory=_nothing_said)
    talent_feedback: FeedbackSlot[Review] = field(default_factory=_nothing_said)
    account_response: Response | None = None
    client_response: Response | None = None
    approved: Mapping[str, Scope] = field(default_factory=dict)
    reversed: frozenset[str] = frozenset()
    upheld: frozenset[Direction] = frozenset()

    @property
    def scope_in_force(self) -> Scope | None:
        """The widest scope of the approved, unreversed requests (domain §3), which outlasts whatever the slot says."""
        scopes = {scope for request_id, scope in self.approved.items() if request_id not in self.reversed}
        if Scope.JSS_AND_PROFILE in scopes:
            return Scope.JSS_AND_PROFILE
        return Scope.JSS_ONLY if scopes else None


class Figures(NamedTuple):
    """What contracts add to their account's figures: sums of hundredths and counts, so that they add and subtract."""

    score_sum: int = 0
    score_count: int = 0
    removed_count: int = 0
    jobs: int = 0

    def plus(self, other: "Figures") -> "Figures":
        return Figures(*(mine + yours for mine, yours in zip(self, other, strict=True)))

    def minus(self, other: "Figures") -> "Figures":
        return Figures(*(mine - yours for mine, yours in zip(self, other, strict=True)))


NO_FIGURES: Final = Figures()


class StatedBadge(NamedTuple):
    """A badge with the stamp that says it; the greatest stamp wins."""

    stamp: Stamp
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAccount:
    """An account as the public pages need it: `named` once a fact names it, `agency` once one says it is one."""

    account_id: str
    named: bool = False
    agency: bool = False
    badge: StatedBadge | None = None
    figures: Figures = NO_FIGURES

    def with_figures(self, figures: Figures) -> "PublicAccount":
        return replace(self, figures=figures)
