"""Fold a set of events, one or a hundred thousand, into the rows they touch.

`keys_of` says what to load, `fold` changes it in memory; both are pure but for the rows given to `fold`.
Invariant: folding twice is folding once; a type that nobody decided about stops the fold, never passes unseen.
Next: steps.py for what each kind of event touches, handlers.py for load, fold, save.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
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
from profile_projection.application import steps
from profile_projection.application.rows import Keys, Rows

STEPS: Final[Mapping[type[EventData], steps.Step]] = MappingProxyType(
    {
        ContractCompleted: steps.CONTRACT,
        FeedbackGiven: steps.CONTRACT,
        FeedbackEdited: steps.CONTRACT,
        FeedbackWithdrawn: steps.CONTRACT,
        FeedbackResponded: steps.CONTRACT,
        FeedbackAnswered: steps.CONTRACT,
        FeedbackRemovalApproved: steps.DECISION,
        FeedbackRemovalReversed: steps.DECISION,
        FeedbackReportUpheld: steps.DECISION,
        FeedbackRemovalRequested: steps.ACCOUNT,  # no page shows it; that it was folded is noted for who waits for it
        FeedbackRemovalDenied: steps.ACCOUNT,
        FeedbackRemovalWithdrawn: steps.ACCOUNT,
        FeedbackRemovalRefused: steps.ACCOUNT,
        FeedbackRemovalReversalProposed: steps.ACCOUNT,
        FeedbackReportFiled: steps.ACCOUNT,
        FeedbackReportDismissed: steps.ACCOUNT,
        BadgeChanged: steps.ACCOUNT,
        AgencyMemberChanged: steps.MEMBERSHIP,
        AccountRenamed: steps.ACCOUNT_NAME,
        ClientRenamed: steps.CLIENT_NAME,
        ClientStandingChanged: steps.STANDING,
        JobSuccessScoreRecomputed: steps.SCORE,
        SubjectErased: steps.ERASURE,
        SubjectHeld: steps.HOLD,
        SubjectHoldLifted: steps.HOLD,
        ScoringDayOpened: steps.OF_NOBODY,
        ParkedRecordRetried: steps.OF_NOBODY,
        ParkedRecordSkipped: steps.OF_NOBODY,
        LogKeyRotated: steps.OF_NOBODY,
    }
)


class UnfoldableEventError(Exception):
    """An event of a type this projection knows nothing of: nothing may be folded past it."""


def keys_of(events: Sequence[Recorded]) -> Keys:
    """The rows these events need. Raises UnfoldableEventError."""
    keys = Keys()
    for recorded in events:
        _step_for(recorded).keys(keys, recorded, recorded.data)
    return keys


def fold(rows: Rows, events: Sequence[Recorded]) -> Rows:
    """The rows after these events, each partition's in log order; `rows` is changed and returned."""
    for recorded in events:
        _step_for(recorded).fold(rows, recorded, recorded.data)
    steps.blank_erased(rows)
    return rows


def _step_for(recorded: Recorded) -> steps.Step:
    step = STEPS.get(type(recorded.data))
    if step is None:
        raise UnfoldableEventError(f"{recorded.type} at position {recorded.position}")
    return step
