"""Which recorded events concern the score, by type.

Invariant: every known type stands in exactly one group, so a type nobody thought of is in none, and whoever folds
stops at it instead of stating a score that may be wrong (architecture §5).
Next: account.py and facts.py for what the events say.
"""

from typing import Final

from event_contracts import (
    AccountRenamed,
    AgencyMemberChanged,
    BadgeChanged,
    ClientRenamed,
    ClientStandingChanged,
    ContractCompleted,
    EventData,
    FeedbackAnswered,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalRefused,
    FeedbackRemovalRequested,
    FeedbackRemovalReversalProposed,
    FeedbackRemovalReversed,
    FeedbackRemovalWithdrawn,
    FeedbackReportDismissed,
    FeedbackReportFiled,
    FeedbackReportUpheld,
    FeedbackResponded,
    FeedbackWithdrawn,
    JobSuccessScoreRecomputed,
    LogKeyRotated,
    ParkedRecordRetried,
    ParkedRecordSkipped,
    ScoringDayOpened,
    SubjectErased,
    SubjectHeld,
    SubjectHoldLifted,
)
from event_contracts.recorded import Recorded

ABOUT_A_CONTRACT: Final[tuple[type[EventData], ...]] = (
    ContractCompleted,
    FeedbackGiven,
    FeedbackEdited,
    FeedbackWithdrawn,
    FeedbackResponded,
)
"""Marketplace facts that name a contract, and with it its account and client."""

RULINGS: Final[tuple[type[EventData], ...]] = (FeedbackRemovalApproved, FeedbackRemovalReversed, FeedbackReportUpheld)
"""Each evaluated by itself and always recorded (domain §6.8)."""

CAUSES: Final[tuple[type[EventData], ...]] = (
    *ABOUT_A_CONTRACT,
    *RULINGS,
    BadgeChanged,
    AgencyMemberChanged,
    FeedbackRemovalRequested,
    FeedbackRemovalDenied,
    FeedbackRemovalWithdrawn,
    FeedbackRemovalRefused,
    FeedbackRemovalReversalProposed,
    FeedbackAnswered,
    FeedbackReportFiled,
    FeedbackReportDismissed,
)
"""Every event of an account causes an evaluation (domain §6.1)."""

NAMES: Final[tuple[type[EventData], ...]] = (AccountRenamed,)
"""Names an account without touching its score."""

BROADCAST: Final[tuple[type[EventData], ...]] = (
    ClientStandingChanged,
    ScoringDayOpened,
    SubjectErased,
    SubjectHeld,
    SubjectHoldLifted,
)
"""Come once in every partition."""

PASSED_OVER: Final[tuple[type[EventData], ...]] = (
    JobSuccessScoreRecomputed,
    ClientRenamed,
    ParkedRecordRetried,
    ParkedRecordSkipped,
    LogKeyRotated,
)
"""Known, and nothing to the score."""


class UnfoldableEventError(Exception):
    """An event of a type that no group holds: folding past it could state a wrong score."""


def require_known(event: Recorded) -> None:
    """Raise UnfoldableEventError for an event of a type this version does not know."""
    if not isinstance(event.data, (*CAUSES, *NAMES, *BROADCAST, *PASSED_OVER)):
        raise UnfoldableEventError(f"{event.type} at position {event.position} of the log")
