"""Facts about contracts: how an engagement ended, with the feedback both sides had given by then.

Next: domain §1 for what embedded feedback means, slot.py for how it meets later feedback.
"""

from datetime import datetime
from typing import ClassVar, Literal, Self

from event_contracts.event import InvalidDataError, Wire
from event_contracts.field import Instant, Natural, PublicScore
from event_contracts.marketplace_event import ContractFact
from event_contracts.sealed import CommentPart, Part, RatingPart, TextPart
from event_contracts.vocabulary import EndedBy


class Money(Wire):
    """An amount in integer minor units, so US cents."""

    amount: Natural
    currency: Literal["USD"]


class ClientFeedback(Wire):
    """What the client said of the account; empty, it says nothing but is recorded with its sealed empty rating."""

    score: PublicScore | None = None
    private_rating: RatingPart = None
    comment: CommentPart = None


class TalentFeedback(Wire):
    """What the freelancer or agency said of the client."""

    score: PublicScore | None = None
    comment: CommentPart = None


class ContractCompleted(ContractFact):
    """A contract has ended."""

    TYPE: ClassVar[str] = "marketplace.contract.completed.v1"
    TOPIC: ClassVar[str] = "marketplace.contracts"
    PARTS: ClassVar[tuple[Part, ...]] = (
        Part("title", under="client_id", required=True),
        Part("client_feedback.comment", under="client_id"),
        Part("client_feedback.private_rating", under="account_id", always="has_client_feedback"),
        Part("talent_feedback.comment", under="freelancer_id"),
    )

    title: TextPart = None
    started_at: Instant
    completed_at: Instant
    ended_by: EndedBy
    earned: Money
    paid_periods: Natural
    client_feedback: ClientFeedback | None = None
    talent_feedback: TalentFeedback | None = None

    @property
    def has_client_feedback(self) -> bool:
        """Whether a private rating must be sealed, absent or not, so that nothing shows which."""
        return self.client_feedback is not None

    def _admitted(self) -> Self:
        super()._admitted()
        if self.completed_at < self.started_at:
            raise InvalidDataError("completed_at", "is before started_at")
        talent = self.talent_feedback
        if talent is None or talent.score is not None:
            return self
        if talent.comment is not None:
            raise InvalidDataError("talent_feedback.score", "is missing")
        return self.model_copy(update={"talent_feedback": None})  # left without score and comment it says nothing

    def _happened_at(self) -> datetime:
        return self.completed_at
