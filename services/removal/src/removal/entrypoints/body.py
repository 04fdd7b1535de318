"""Bodies of the doors, exactly as interfaces.md §3 spells them; the OpenAPI document is made from them.

Invariant: one model per body; what is absent is left out, what is null is meant.
Next: http.py for the doors.
"""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, Field, SerializerFunctionWrapHandler, StrictBool, model_serializer

from event_contracts import (
    Channel,
    Evidence,
    FeedbackRemovalRefused,
    RequestStatus,
    Rule,
    RuleFinding,
    Scope,
    ScorePreview,
)
from event_contracts.event import Wire
from event_contracts.field import Id, Instant
from event_contracts.sealed import readable_text
from removal.application.queries import Eligibility
from removal.domain import statement
from removal.domain.commands import Decision
from removal.domain.state import Approved, Denied, Lifecycle, Pending, Request, Reversed


class RemovalOrder(BaseModel):
    """A request for removal, as it is posted."""

    account_id: Id
    contract_id: Id
    scope: Scope
    acknowledge_score_effect: Annotated[
        StrictBool, Field(description="the score may fall or vanish, and the caller knows")
    ] = False


def _typed(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return readable_text(text)


Reason = Annotated[str, AfterValidator(_typed), Field(description="what a person typed; at most 16 KiB of UTF-8")]


class DecisionOrder(BaseModel):
    """What a support agent decides, and why."""

    decision: Decision
    reason: Reason


class ReversalOrder(BaseModel):
    """Why an approved removal is to be undone."""

    reason: Reason


class Link(Wire):
    """Something that can be done instead."""

    rel: str
    href: str


class Statement(Wire):
    """Why it was decided so; `rule` is the first requirement that was not met, null where all were."""

    decision: str
    at: Instant
    rule: Rule | None
    facts: tuple[RuleFinding, ...]
    book: str
    regime_from: Instant
    automated: bool
    redress: tuple[Link, ...]

    @model_serializer(mode="wrap")
    def _with_null_rule(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return {name: written.get(name) for name in type(self).model_fields}

    @classmethod
    def of(cls, stated: statement.Statement) -> Self:
        return cls(
            decision=stated.decision,
            at=stated.at,
            rule=stated.rule,
            facts=stated.facts,
            book=stated.book,
            regime_from=stated.regime_from,
            automated=stated.automated,
            redress=links(stated.redress),
        )


class Reversal(Wire):
    """How far a reversal is; it needs two people."""

    proposed_by: str
    proposed_at: Instant
    reversed_by: str | None = None
    reversed_at: Instant | None = None


class RemovalRequest(Wire):
    """A request as it stands."""

    request_id: Id
    account_id: Id
    contract_id: Id
    client_id: Id
    scope: Scope
    status: RequestStatus
    requested_by: str
    channel: Channel
    submitted_at: Instant
    decided_at: Instant | None = None
    decided_by: str | None = None
    reversal: Reversal | None = None
    evidence: Evidence
    statement: Statement

    @classmethod
    def of(cls, request: Request) -> Self:
        asked, decision = request.asked, _decision(request.lifecycle)
        return cls(
            request_id=asked.request_id,
            account_id=asked.account_id,
            contract_id=asked.contract_id,
            client_id=asked.client_id,
            scope=asked.scope,
            status=status_of(request.lifecycle),
            requested_by=asked.requested_by,
            channel=asked.channel,
            submitted_at=asked.submitted_at,
            decided_at=decision.decided_at if decision else None,
            decided_by=decision.decided_by if decision else None,
            reversal=_reversal(request.lifecycle),
            evidence=asked.evidence,
            statement=Statement.of(statement.statement_of(request)),
        )


class EligibilityAnswer(Wire):
    """What a request without acknowledgement would be told now."""

    eligible: bool
    rules: tuple[RuleFinding, ...]
    next_eligible_at: Instant | None = None
    contracts_needed: int | None = None
    preview: ScorePreview | None = None

    @classmethod
    def of(cls, found: Eligibility) -> Self:
        soon, few = found.ruling.finding(Rule.TOO_SOON), found.ruling.finding(Rule.TOO_FEW_CONTRACTS)
        return cls(
            eligible=found.ruling.holds,
            rules=found.ruling.findings,
            next_eligible_at=soon.passes_at if soon else None,
            contracts_needed=few.contracts_needed if few else None,
            preview=found.preview,
        )


class ParkedRecord(Wire):
    """A record that was not understood; its bytes stay where they are."""

    id: str
    reason: str
    detail: str
    topic: str
    partition: int
    offset: int
    at: Instant


def refusal_members(refused: FeedbackRemovalRefused) -> dict[str, Any]:
    """The members that `removal-refused` has beside those of every problem."""
    stated = Statement.of(statement.statement_of_refusal(refused))
    members: dict[str, Any] = {
        "refusal_id": refused.refusal_id,
        "rules": refused.evidence.to_json()["rules"],
        "statement": stated.to_json(),
    }
    if Rule.PERK_RETIRED in refused.failed:
        members["alternatives"] = [link.to_json() for link in links(statement.alternatives(refused.contract_id))]
    return members


def links(recourses: tuple[statement.Recourse, ...]) -> tuple[Link, ...]:
    return tuple(Link(rel=recourse.rel, href=recourse.href) for recourse in recourses)


def status_of(lifecycle: Lifecycle) -> RequestStatus:
    match lifecycle:
        case Pending():
            return RequestStatus.PENDING
        case Approved():
            return RequestStatus.APPROVED
        case Denied():
            return RequestStatus.DENIED
        case Reversed():
            return RequestStatus.REVERSED
        case _:
            return RequestStatus.WITHDRAWN


def _decision(lifecycle: Lifecycle) -> Approved | Denied | None:
    match lifecycle:
        case Approved() | Denied():
            return lifecycle
        case Reversed(approval=approval):
            return approval
        case _:
            return None


def _reversal(lifecycle: Lifecycle) -> Reversal | None:
    match lifecycle:
        case Approved(proposal=proposal) if proposal is not None:
            return Reversal(proposed_by=proposal.proposed_by, proposed_at=proposal.proposed_at)
        case Reversed(approval=approval, reversed_by=by, reversed_at=at):
            first = approval.proposal
            return Reversal(
                proposed_by=first.proposed_by if first else by,
                proposed_at=first.proposed_at if first else at,
                reversed_by=by,
                reversed_at=at,
            )
        case _:
            return None
