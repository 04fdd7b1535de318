"""Answers to feedback, written at our own door."""

from typing import ClassVar

from event_contracts.event import EventData
from event_contracts.field import Id, Instant
from event_contracts.sealed import Part, TextPart
from event_contracts.vocabulary import Direction


class FeedbackAnswered(EventData):
    """The recipient answered a feedback; `direction` is that of the feedback."""

    TYPE: ClassVar[str] = "integrity.feedback.responded.v1"
    PARTS: ClassVar[tuple[Part, ...]] = (Part("response", under="responded_by"),)

    contract_id: Id
    account_id: Id
    client_id: Id
    direction: Direction
    responded_by: Id
    responded_at: Instant
    response: TextPart = None

    @property
    def stream(self) -> str:
        return f"account/{self.account_id}"
