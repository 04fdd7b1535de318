"""Erasure of a person's texts, and holds that delay it (audit-log, Sealed parts and erasure)."""

from typing import ClassVar

from event_contracts.event import EventData
from event_contracts.field import Id, Instant
from event_contracts.sealed import Part, TextPart


class _SubjectEvent(EventData):
    PARTS: ClassVar[tuple[Part, ...]] = (Part("reason", under="by"),)

    subject_id: Id
    by: Id
    at: Instant
    reason: TextPart = None

    @property
    def stream(self) -> str:
        return f"subject/{self.subject_id}"


class SubjectErased(_SubjectEvent):
    """The subject's key is destroyed: what is sealed under it stays committed and cannot be opened again."""

    TYPE: ClassVar[str] = "integrity.subject.erased.v1"


class SubjectHeld(_SubjectEvent):
    """A legal hold: erasure waits."""

    TYPE: ClassVar[str] = "integrity.subject.held.v1"


class SubjectHoldLifted(_SubjectEvent):
    """The legal hold is over."""

    TYPE: ClassVar[str] = "integrity.subject.hold-lifted.v1"
