"""Decide whether one piece of feedback may be removed.

Owns what follows from the rules. Knows nothing of storage, Kafka or the clock.
Invariant: every request leaves exactly one decision, with every rule's value in it; a refusal is a fact too.
Next: rules.py for the rules, evolve.py for what the facts change.
"""

from datetime import UTC, datetime
from typing import TypeAlias

from event_contracts import (
    FeedbackRemovalApproved,
    FeedbackRemovalRefused,
    FeedbackRemovalRequested,
    Scope,
    ScorePreview,
)
from removal.domain.case import Case
from removal.domain.commands import RequestRemoval
from removal.domain.policy import DecisionMode, PolicyBook
from removal.domain.rules import Question, Ruling, evidence_of, judge

RemovalEvent: TypeAlias = FeedbackRemovalRequested | FeedbackRemovalApproved | FeedbackRemovalRefused

POLICY = "policy"
"""Who decides an automatic approval."""


def decide(case: Case, command: RequestRemoval, book: PolicyBook, mode: DecisionMode) -> list[RemovalEvent]:
    """The facts that follow from the command: a refusal, a request, or a request with its approval."""
    question = _question(case, command)
    ruling = judge(question, book)
    if not ruling.holds or case.contract is None:
        return [_refused(command, question, ruling, book)]
    requested = _requested(command, question, ruling, book, client_id=case.contract.client_id)
    return [requested, _approved(requested)] if mode is DecisionMode.AUTOMATIC else [requested]


def eligibility(
    case: Case, *, scope: Scope | None, preview: ScorePreview | None, submitted_at: datetime, book: PolicyBook
) -> tuple[Ruling, ScorePreview | None]:
    """What a request without acknowledgement would be told, and the preview it would rest on."""
    good = good_preview(preview, case, submitted_at)
    question = Question(case=case, scope=scope, submitted_at=submitted_at, preview=good)
    return judge(question, book), good


def good_preview(preview: ScorePreview | None, case: Case, submitted_at: datetime) -> ScorePreview | None:
    """The preview when it answers for this moment, else None (architecture §1.9).

    It must be of the day of submission, and no fact of the contract may be newer than the account version it rests on.
    """
    if preview is None or case.contract is None or not case.owns_contract:
        return None
    today = submitted_at.astimezone(UTC).date()
    current = case.contract.last_fact_version <= preview.account_version
    return preview if preview.as_of == today and current else None


def _question(case: Case, command: RequestRemoval) -> Question:
    return Question(
        case=case,
        scope=command.scope,
        submitted_at=command.submitted_at,
        acknowledged=command.acknowledge_score_effect,
        preview=good_preview(command.preview, case, command.submitted_at),
    )


def _refused(command: RequestRemoval, question: Question, ruling: Ruling, book: PolicyBook) -> FeedbackRemovalRefused:
    return FeedbackRemovalRefused(
        refusal_id=command.act_id,
        account_id=command.account_id,
        contract_id=command.contract_id,
        scope=command.scope,
        requested_by=command.requested_by,
        channel=command.channel,
        submitted_at=command.submitted_at,
        failed=ruling.failed,
        evidence=evidence_of(ruling, question, book),
    )


def _requested(
    command: RequestRemoval, question: Question, ruling: Ruling, book: PolicyBook, *, client_id: str
) -> FeedbackRemovalRequested:
    return FeedbackRemovalRequested(
        request_id=command.act_id,
        account_id=command.account_id,
        contract_id=command.contract_id,
        client_id=client_id,
        scope=command.scope,
        requested_by=command.requested_by,
        channel=command.channel,
        submitted_at=command.submitted_at,
        acknowledged_score_effect=command.acknowledge_score_effect,
        evidence=evidence_of(ruling, question, book),
    )


def _approved(requested: FeedbackRemovalRequested) -> FeedbackRemovalApproved:
    return FeedbackRemovalApproved(
        request_id=requested.request_id,
        account_id=requested.account_id,
        contract_id=requested.contract_id,
        client_id=requested.client_id,
        scope=requested.scope,
        automatic=True,
        decided_by=POLICY,
        decided_at=requested.submitted_at,
    )
