"""What recorded facts about feedback mean, whatever order they arrive in (domain §1).

A slot is (contract, direction). Pure; the services differ only in what they keep as content.
Invariant: `meet` is commutative, associative and idempotent, so every order and repetition ends in the same slot.
Next: `feedback_stated` for what a reader that opens no private ratings takes an event to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from event_contracts.event import EventData
from event_contracts.marketplace_contract import ClientFeedback, ContractCompleted, TalentFeedback
from event_contracts.marketplace_feedback import FeedbackContentFact, FeedbackWithdrawn
from event_contracts.sealed import Sealed
from event_contracts.stamp import Stamp
from event_contracts.vocabulary import Direction

__all__ = [
    "FeedbackContent",
    "FeedbackSlot",
    "FeedbackStated",
    "Stamp",
    "StampedFact",
    "feedback_stated",
    "rating_of",
    "rating_path",
]

C = TypeVar("C")


class StampedFact(Protocol):
    """A fact with its stamp: `Recorded`, or an event that its writer has just appended and that has no position yet."""

    @property
    def data(self) -> EventData: ...

    @property
    def stamp(self) -> Stamp: ...


@dataclass(frozen=True, slots=True)
class FeedbackContent:
    """What a feedback says; the rating is opened (an integer), sealed, or known to be absent."""

    score: int | None = None
    private_rating: int | Sealed | None = None
    comment: str | Sealed | None = None

    @property
    def public(self) -> bool:
        """It has a public score or a comment (domain §1)."""
        return self.score is not None or self.comment is not None

    @property
    def empty(self) -> bool:
        """It says nothing to this reader: not public, and no rating that the reader has opened."""
        return not self.public and not isinstance(self.private_rating, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackStated:
    """What one fact says about one slot; `content` None: its author withdrew it."""

    contract_id: str
    account_id: str
    client_id: str
    direction: Direction
    stamp: Stamp
    content: FeedbackContent | None


@dataclass(frozen=True, slots=True)
class FeedbackSlot(Generic[C]):
    """The winning fact of a slot, and the earliest stamps of any content and of any public content in it."""

    stamp: Stamp | None = None
    content: C | None = None
    first_content: Stamp | None = None
    first_public: Stamp | None = None

    def meet(self, stamp: Stamp, content: C | None, *, public: bool) -> "FeedbackSlot[C]":
        """The slot after one more fact; `content` None: withdrawn, and then `public` says nothing."""
        wins = self.stamp is None or stamp > self.stamp
        filled = content is not None
        return FeedbackSlot(
            stamp=stamp if wins else self.stamp,
            content=content if wins else self.content,
            first_content=_earliest(self.first_content, stamp if filled else None),
            first_public=_earliest(self.first_public, stamp if filled and public else None),
        )

    @property
    def withdrawn(self) -> bool:
        """Its author withdrew it, some earlier-stamped content having been there (domain §6.5)."""
        return self._emptied_after(self.first_content)

    @property
    def withdrawn_public(self) -> bool:
        """Its author withdrew it, some earlier-stamped content having been public (domain §2)."""
        return self._emptied_after(self.first_public)

    def _emptied_after(self, first: Stamp | None) -> bool:
        return self.stamp is not None and self.content is None and first is not None and first < self.stamp


def _earliest(one: Stamp | None, other: Stamp | None) -> Stamp | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def feedback_stated(recorded: StampedFact, *, ratings: Mapping[str, str] | None = None) -> tuple[FeedbackStated, ...]:
    """What a recorded fact says about feedback: nothing, one slot, or both slots of a contract's end.

    `ratings`: the opened private ratings by path ("" when absent), from a reader that opens them; a path left out
    could not be opened and counts as absent. Without it ratings stay sealed.

    A recorded event never shows whether a rating is there. So feedback embedded in a contract's end without score and
    comment is a rating alone or nothing at all. To a reader without ratings it says nothing, and pages follow public
    facts alone; to one with them (jss) it says something exactly when a rating is in it. `given` and `edited` are never
    empty on their way in, so they always speak. Hence `first_public` never depends on a rating, `first_content` may.
    """
    match recorded.data:
        case ContractCompleted() as completed:
            return _embedded(recorded, completed, ratings)
        case FeedbackContentFact() as fact:
            rating = _rating(fact.private_rating, "private_rating", ratings)
            return (_stated(recorded, fact, fact.direction, FeedbackContent(fact.score, rating, fact.comment)),)
        case FeedbackWithdrawn() as fact:
            return (_stated(recorded, fact, fact.direction, None),)
        case _:
            return ()


_EMBEDDED_RATING: Final = "client_feedback.private_rating"


def rating_path(data: EventData) -> str | None:
    """Where the sealed private rating of client feedback stands in an event; None when it carries none."""
    match data:
        case ContractCompleted(client_feedback=ClientFeedback(private_rating=Sealed())):
            return _EMBEDDED_RATING
        case FeedbackContentFact(direction=Direction.CLIENT_TO_TALENT, private_rating=Sealed()):
            return "private_rating"
        case _:
            return None


def rating_of(text: str) -> int | None:
    """The private rating an opened part holds; None: the empty text, no rating."""
    return int(text) if text else None


def _rating(value: int | Sealed | None, path: str, ratings: Mapping[str, str] | None) -> int | Sealed | None:
    if ratings is None or not isinstance(value, Sealed):
        return value
    return rating_of(ratings.get(path, ""))


def _embedded(
    recorded: StampedFact, completed: ContractCompleted, ratings: Mapping[str, str] | None
) -> tuple[FeedbackStated, ...]:
    contents = (
        (Direction.CLIENT_TO_TALENT, _client_content(completed.client_feedback, ratings)),
        (Direction.TALENT_TO_CLIENT, _talent_content(completed.talent_feedback)),
    )
    return tuple(
        _stated(recorded, completed, direction, content) for direction, content in contents if not content.empty
    )


def _client_content(feedback: ClientFeedback | None, ratings: Mapping[str, str] | None) -> FeedbackContent:
    if feedback is None:
        return FeedbackContent()
    rating = _rating(feedback.private_rating, _EMBEDDED_RATING, ratings)
    return FeedbackContent(feedback.score, rating, feedback.comment)


def _talent_content(feedback: TalentFeedback | None) -> FeedbackContent:
    return FeedbackContent() if feedback is None else FeedbackContent(feedback.score, None, feedback.comment)


def _stated(
    recorded: StampedFact,
    fact: ContractCompleted | FeedbackContentFact | FeedbackWithdrawn,
    direction: Direction,
    content: FeedbackContent | None,
) -> FeedbackStated:
    stamp = recorded.stamp
    if isinstance(fact, ContractCompleted):
        stamp = stamp._replace(holds_from=fact.completed_at)
    return FeedbackStated(
        contract_id=fact.contract_id,
        account_id=fact.account_id,
        client_id=fact.client_id,
        direction=direction,
        stamp=stamp,
        content=content,
    )
