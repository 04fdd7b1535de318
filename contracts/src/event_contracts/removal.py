"""What happens to requests to remove a feedback, with the evidence every judgement rests on.

Next: domain §3 for the rules and the life of a request.
"""

from typing import Any, ClassVar

from pydantic import SerializerFunctionWrapHandler, model_serializer

from event_contracts.event import EventData, Wire
from event_contracts.field import Day, Flag, Id, Instant, Integer, JobSuccessScore, Natural
from event_contracts.sealed import Part, TextPart
from event_contracts.vocabulary import AgencyRole, Badge, Channel, Rule, Scope, UnchangedReason


class RuleFinding(Wire):
    """One rule as judged: `holds` null when an earlier failed rule leaves nothing to judge.

    `value` and `threshold` appear on the wire when they were stated, null included.
    """

    code: Rule
    holds: Flag | None
    value: str | Integer | None = None
    threshold: str | Integer | None = None
    passes_at: Instant | None = None
    contracts_needed: Natural | None = None

    @model_serializer(mode="wrap")
    def _with_stated_nulls(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        stated = self.model_fields_set & {"value", "threshold"}
        members = {"holds": self.holds} | {name: getattr(self, name) for name in stated} | written
        return {name: members[name] for name in type(self).model_fields if name in members}


class ScorePreview(Wire):
    """The score today and if the contract were removed, as jss answered; null is no score.

    `account_version` is the account stream's version it rests on, `as_of` the UTC date it is good for.
    """

    current: JobSuccessScore | None
    preview: JobSuccessScore | None
    reason: UnchangedReason | None = None
    account_version: Natural
    as_of: Day

    @model_serializer(mode="wrap")
    def _with_nulls(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return {"current": self.current, "preview": self.preview} | written


class Evidence(Wire):
    """All that a request was judged by, so that it can be judged again from the log alone."""

    book: str
    regime_from: Instant
    rules: tuple[RuleFinding, ...]
    badge: Badge
    role: AgencyRole | None = None
    previous_request_id: Id | None = None
    previous_submitted_at: Instant | None = None
    completed_since: Natural | None = None
    preview: ScorePreview | None = None


class _RemovalEvent(EventData):
    account_id: Id
    contract_id: Id

    @property
    def stream(self) -> str:
        return f"account/{self.account_id}"


class FeedbackRemovalRequested(_RemovalEvent):
    """An eligible request was made."""

    TYPE: ClassVar[str] = "integrity.feedback-removal.requested.v1"

    request_id: Id
    client_id: Id
    scope: Scope
    requested_by: Id
    channel: Channel
    submitted_at: Instant
    acknowledged_score_effect: Flag
    evidence: Evidence


class _Decided(_RemovalEvent):
    """`decided_by` is a user id, or `policy` when automatic; the reason is what a person typed."""

    PARTS: ClassVar[tuple[Part, ...]] = (Part("reason", under="decided_by"),)

    request_id: Id
    client_id: Id
    scope: Scope
    automatic: Flag
    decided_by: Id
    decided_at: Instant
    reason: TextPart = None


class FeedbackRemovalApproved(_Decided):
    """The feedback is removed in this scope."""

    TYPE: ClassVar[str] = "integrity.feedback-removal.approved.v1"


class FeedbackRemovalDenied(_Decided):
    """A person decided against the request."""

    TYPE: ClassVar[str] = "integrity.feedback-removal.denied.v1"


class FeedbackRemovalWithdrawn(_RemovalEvent):
    """The requester took an undecided request back."""

    TYPE: ClassVar[str] = "integrity.feedback-removal.withdrawn.v1"

    request_id: Id
    withdrawn_by: Id
    withdrawn_at: Instant


class FeedbackRemovalRefused(_RemovalEvent):
    """A request broke rules and never became one; `contract_id` is as the requester gave it."""

    TYPE: ClassVar[str] = "integrity.feedback-removal.refused.v1"

    refusal_id: Id
    scope: Scope
    requested_by: Id
    channel: Channel
    submitted_at: Instant
    failed: tuple[Rule, ...]
    evidence: Evidence


class _Reversal(_RemovalEvent):
    PARTS: ClassVar[tuple[Part, ...]] = (Part("reason", under="by"),)

    request_id: Id
    client_id: Id
    scope: Scope
    by: Id
    at: Instant
    reason: TextPart = None


class FeedbackRemovalReversalProposed(_Reversal):
    """The first of two people wants an approved removal undone."""

    TYPE: ClassVar[str] = "integrity.feedback-removal.reversal-proposed.v1"


class FeedbackRemovalReversed(_Reversal):
    """The second person agreed: the removal is undone."""

    TYPE: ClassVar[str] = "integrity.feedback-removal.reversed.v1"
