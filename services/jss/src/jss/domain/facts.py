"""What recorded events say about a contract, in the few words the score cares for.

Pure: the private rating comes in opened, and leaves as an outcome class.
Invariant: an event that says nothing about a contract's score still names the contract, so that it is known.
Next: evolve.py folds these facts, application/fold.py finds them in a set of events.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from event_contracts import (
    ContractCompleted,
    Direction,
    FeedbackRemovalApproved,
    FeedbackRemovalReversed,
    FeedbackReportUpheld,
)
from event_contracts.recorded import Recorded
from event_contracts.slot import FeedbackStated, Stamp, feedback_stated
from jss.domain.policy import class_of
from jss.domain.state import FeedbackClass, Terms


@dataclass(frozen=True, slots=True)
class Ended:
    """The contract ended on these terms."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class Rated:
    """The client's feedback as of this stamp; None: withdrawn."""

    stamp: Stamp
    outcome: FeedbackClass | None


@dataclass(frozen=True, slots=True)
class RemovalApproved:
    """A removal request of either scope was approved."""

    request_id: str


@dataclass(frozen=True, slots=True)
class RemovalReversed:
    """An approved removal was reversed."""

    request_id: str


@dataclass(frozen=True, slots=True)
class ReportUpheld:
    """A report about the client's feedback was upheld."""


ContractFact: TypeAlias = Ended | Rated | RemovalApproved | RemovalReversed | ReportUpheld


def facts_of(event: Recorded, ratings: Mapping[str, str]) -> list[ContractFact]:
    """The facts an event states about its contract; `ratings`: its private ratings by path, opened."""
    stated: list[ContractFact] = [
        _rated(feedback)
        for feedback in feedback_stated(event, ratings=ratings)
        if feedback.direction is Direction.CLIENT_TO_TALENT
    ]
    match event.data:
        case ContractCompleted() as completed:
            return [_ended(event.stamp, completed), *stated]
        case FeedbackRemovalApproved(request_id=request_id):
            return [RemovalApproved(request_id)]
        case FeedbackRemovalReversed(request_id=request_id):
            return [RemovalReversed(request_id)]
        case FeedbackReportUpheld(direction=Direction.CLIENT_TO_TALENT):
            return [ReportUpheld()]
        case _:
            return stated


def _ended(stamp: Stamp, completed: ContractCompleted) -> Ended:
    return Ended(
        Terms(
            stamp=stamp,
            ended_on=completed.completed_at.date(),
            earned_cents=completed.earned.amount,
            paid_periods=completed.paid_periods,
        )
    )


def _rated(feedback: FeedbackStated) -> Rated:
    if feedback.content is None:
        return Rated(feedback.stamp, None)
    rating = feedback.content.private_rating
    return Rated(feedback.stamp, class_of(feedback.content.score, rating if isinstance(rating, int) else None))
