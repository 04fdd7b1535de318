"""The statement of reasons that every decision yields (domain §5).

Knows no one to send it to. Invariant: it says nothing that the recorded decision does not hold.
"""

from dataclasses import dataclass
from datetime import datetime

from event_contracts import FeedbackRemovalRefused, Rule, RuleFinding
from removal.domain.state import Approved, Denied, Pending, Request, Reversed, Withdrawn


@dataclass(frozen=True, slots=True)
class Recourse:
    """Something that is left to do: `rel` names it, `href` is its door."""

    rel: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`rule`: the first requirement not met, None where all were. `facts`: every rule with its value."""

    decision: str
    at: datetime
    rule: Rule | None
    facts: tuple[RuleFinding, ...]
    book: str
    regime_from: datetime
    automated: bool
    redress: tuple[Recourse, ...]


def alternatives(contract_id: str) -> tuple[Recourse, ...]:
    """What the seed points to beside removal: respond to the feedback, or report it."""
    feedback = f"/v1/contracts/{contract_id}/feedback/client_to_talent"
    return Recourse("respond", f"{feedback}/response"), Recourse("report", f"{feedback}/reports")


def statement_of(request: Request) -> Statement:
    """What the account is told about its request."""
    asked, evidence = request.asked, request.asked.evidence
    decision, at, automated = _outcome(request)
    granted = decision in {"pending", "approved"}
    return Statement(
        decision=decision,
        at=at,
        rule=None,
        facts=tuple(evidence.rules),
        book=evidence.book,
        regime_from=evidence.regime_from,
        automated=automated,
        redress=() if granted else alternatives(asked.contract_id),
    )


def statement_of_refusal(refused: FeedbackRemovalRefused) -> Statement:
    """What the requester of a refused removal is told. A refusal is always the rules' own."""
    return Statement(
        decision="refused",
        at=refused.submitted_at,
        rule=refused.failed[0] if refused.failed else None,
        facts=tuple(refused.evidence.rules),
        book=refused.evidence.book,
        regime_from=refused.evidence.regime_from,
        automated=True,
        redress=alternatives(refused.contract_id),
    )


def _outcome(request: Request) -> tuple[str, datetime, bool]:
    match request.lifecycle:
        case Pending(asked=asked):
            return "pending", asked.submitted_at, False
        case Approved(decided_at=at, automatic=automatic):
            return "approved", at, automatic
        case Denied(decided_at=at):
            return "denied", at, False
        case Withdrawn(withdrawn_at=at):
            return "withdrawn", at, False
        case Reversed(reversed_at=at):
            return "reversed", at, False
