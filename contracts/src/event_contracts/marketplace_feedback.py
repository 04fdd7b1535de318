"""Facts about feedback outside the contract's end: given, edited, withdrawn, responded to.

Next: domain §1 for how they meet, slot.py where that is written down once.
"""

from typing import Any, ClassVar, Self

from event_contracts.event import InvalidDataError
from event_contracts.field import PublicScore
from event_contracts.marketplace_event import ContractFact
from event_contracts.sealed import CommentPart, Part, RatingPart, TextPart
from event_contracts.vocabulary import Direction


class FeedbackFact(ContractFact):
    """A fact about the feedback of one direction on one contract."""

    TOPIC: ClassVar[str] = "marketplace.feedback"

    direction: Direction

    @property
    def by_client(self) -> bool:
        """Whether the client is the feedback's author."""
        return self.direction is Direction.CLIENT_TO_TALENT

    @property
    def author_id(self) -> str:
        """Who wrote the feedback: the client or the freelancer."""
        return self.client_id if self.by_client else self.freelancer_id

    @property
    def recipient_id(self) -> str:
        """Who it is about, as a person: the freelancer or the client."""
        return self.freelancer_id if self.by_client else self.client_id


class FeedbackContentFact(FeedbackFact):
    """A fact that carries the whole content of a feedback."""

    PARTS: ClassVar[tuple[Part, ...]] = (
        Part("comment", under="author_id"),
        Part("private_rating", under="account_id", always="by_client"),
    )

    score: PublicScore | None = None
    private_rating: RatingPart = None
    comment: CommentPart = None

    @classmethod
    def _without_ignored(cls, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("direction") == Direction.TALENT_TO_CLIENT:  # the rating belongs to client feedback alone
            return {name: value for name, value in data.items() if name != "private_rating"}
        return data

    def _admitted(self) -> Self:
        super()._admitted()
        if self.score is None and self.private_rating is None and self.comment is None:
            rating = "score, private_rating and" if self.by_client else "score and"
            raise InvalidDataError("score", f"is missing: feedback without {rating} comment says nothing")
        return self


class FeedbackGiven(FeedbackContentFact):
    """Feedback was given and revealed to both sides."""

    TYPE: ClassVar[str] = "marketplace.feedback.given.v1"


class FeedbackEdited(FeedbackContentFact):
    """Its author replaced the content of a feedback."""

    TYPE: ClassVar[str] = "marketplace.feedback.edited.v1"


class FeedbackWithdrawn(FeedbackFact):
    """Its author took a feedback back."""

    TYPE: ClassVar[str] = "marketplace.feedback.withdrawn.v1"


class FeedbackResponded(FeedbackFact):
    """The recipient answered a feedback elsewhere than at our own door; `direction` is that of the feedback."""

    TYPE: ClassVar[str] = "marketplace.feedback.responded.v1"
    PARTS: ClassVar[tuple[Part, ...]] = (Part("text", under="recipient_id", required=True),)

    text: TextPart = None

    def _admitted(self) -> Self:
        super()._admitted()
        if self.text == "":
            raise InvalidDataError("text", "is empty")
        return self
