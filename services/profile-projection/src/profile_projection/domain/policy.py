"""What the public pages show of a contract, and what it adds to its account's figures.

Knows nothing of storage or HTTP. Every answer follows from one state value alone.
Invariant: a perk removal changes what is shown, never the star rating or the number of jobs.
Next: domain §2 for the table these functions spell out, evolve.py for how the state came about.
"""

from enum import StrEnum
from typing import Final

from event_contracts import Direction, Scope
from event_contracts.slot import FeedbackSlot
from profile_projection.domain.state import Figures, PublicContract, Review

TOMBSTONE: Final = "This feedback has been removed."


class Shown(StrEnum):
    """What a page shows of a feedback: why it is removed (on the wire `removal_class`), that it is visible, or none."""

    TERMS = "terms"
    AUTHOR = "author"
    PERK = "perk"
    VISIBLE = "visible"
    NONE = "none"


REMOVED: Final = frozenset({Shown.TERMS, Shown.AUTHOR, Shown.PERK})


def client_feedback_shown(contract: PublicContract) -> Shown:
    """The first that applies: upheld report, withdrawn by its author, perk removal, visible, none (domain §2)."""
    hidden = contract.scope_in_force is Scope.JSS_AND_PROFILE
    upheld = Direction.CLIENT_TO_TALENT in contract.upheld
    return _shown(contract.client_feedback, upheld=upheld, hidden=hidden)


def talent_feedback_shown(contract: PublicContract) -> Shown:
    """As for client feedback, but nothing the account asks for ever hides what it said about the client."""
    return _shown(contract.talent_feedback, upheld=Direction.TALENT_TO_CLIENT in contract.upheld, hidden=False)


def _shown(slot: FeedbackSlot[Review], *, upheld: bool, hidden: bool) -> Shown:
    if upheld:
        return Shown.TERMS
    if slot.withdrawn_public:
        return Shown.AUTHOR
    if hidden:
        return Shown.PERK
    return Shown.VISIBLE if slot.content is not None and slot.content.public else Shown.NONE


def figures_of(contract: PublicContract) -> Figures:
    """What one contract adds to the star rating and the number of jobs: nothing until it has ended (domain §1, §2)."""
    if contract.terms is None:
        return Figures()
    jobs = int(contract.terms.paid)
    content = contract.client_feedback.content
    if content is None or content.score is None or Direction.CLIENT_TO_TALENT in contract.upheld:
        return Figures(jobs=jobs)
    removed = int(client_feedback_shown(contract) is Shown.PERK)
    return Figures(score_sum=content.score, score_count=1, removed_count=removed, jobs=jobs)


def average_in_tenths(score_sum: int, score_count: int) -> int | None:
    """The mean of scores given in hundredths, in tenths, rounded half up; None without a score (domain §2)."""
    if score_count == 0:
        return None
    return (score_sum + 5 * score_count) // (10 * score_count)
