"""Reports that a feedback breaks the terms, and how they were decided (domain §5)."""

from typing import ClassVar

from event_contracts.event import EventData
from event_contracts.field import Id, Instant
from event_contracts.sealed import Part, TextPart
from event_contracts.vocabulary import Direction, ReportGround


class _ReportEvent(EventData):
    report_id: Id
    contract_id: Id
    account_id: Id
    client_id: Id
    direction: Direction

    @property
    def stream(self) -> str:
        return f"account/{self.account_id}"


class FeedbackReportFiled(_ReportEvent):
    """The recipient reported a feedback."""

    TYPE: ClassVar[str] = "integrity.feedback-report.filed.v1"
    PARTS: ClassVar[tuple[Part, ...]] = (Part("detail", under="reported_by"),)

    ground: ReportGround
    reported_by: Id
    filed_at: Instant
    detail: TextPart = None


class _ReportDecided(_ReportEvent):
    PARTS: ClassVar[tuple[Part, ...]] = (Part("reason", under="decided_by"),)

    decided_by: Id
    decided_at: Instant
    reason: TextPart = None


class FeedbackReportUpheld(_ReportDecided):
    """The feedback breaks the terms: it is hidden on both pages and leaves the score."""

    TYPE: ClassVar[str] = "integrity.feedback-report.upheld.v1"


class FeedbackReportDismissed(_ReportDecided):
    """The feedback stays."""

    TYPE: ClassVar[str] = "integrity.feedback-report.dismissed.v1"
