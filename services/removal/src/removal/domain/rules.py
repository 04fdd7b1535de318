"""Who may request a removal: every rule of domain §3, in its order, each with its value.

Knows no storage and no clock. Invariant: every rule that applies leaves one finding; one that an earlier failed rule
leaves nothing to judge holds null; none is skipped because another failed.
Next: policy.py for the numbers, decide.py for what follows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from event_contracts import Evidence, Rule, RuleFinding, Scope, ScorePreview
from event_contracts.instant import format_time
from removal.domain.calendar import months_after
from removal.domain.case import Case
from removal.domain.policy import PolicyBook, Regime

TERMS = "terms"
"""What ALREADY_REMOVED names when an upheld report took the feedback away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May this feedback be removed? Without a contract `scope` is None, and only the account is judged."""

    case: Case
    scope: Scope | None
    submitted_at: datetime
    acknowledged: bool = False
    preview: ScorePreview | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Every finding, in the order of the rules."""

    findings: tuple[RuleFinding, ...]

    @property
    def failed(self) -> tuple[Rule, ...]:
        """The codes of the requirements that are not met."""
        return tuple(finding.code for finding in self.findings if finding.holds is False)

    @property
    def holds(self) -> bool:
        """A request is refused when any rule is false; null alone refuses nothing."""
        return not self.failed

    def finding(self, rule: Rule) -> RuleFinding | None:
        return next((finding for finding in self.findings if finding.code is rule), None)


def judge(question: Question, book: PolicyBook) -> Ruling:
    """Judge by the regime in force at submission."""
    regime = book.regime_at(question.submitted_at)
    if not regime.perk:
        return Ruling((RuleFinding(code=Rule.PERK_RETIRED, holds=False, value=book.name),))
    perk = RuleFinding(code=Rule.PERK_RETIRED, holds=True, value=book.name)
    return Ruling((perk, *_findings(question, regime)))


def evidence_of(ruling: Ruling, question: Question, book: PolicyBook) -> Evidence:
    """All the decision rests on, so that it can be re-checked from the log alone."""
    case = question.case
    return Evidence(
        book=book.name,
        regime_from=book.regime_at(question.submitted_at).effective_from,
        rules=ruling.findings,
        badge=case.badge,
        role=case.role if case.account.is_agency else None,
        previous_request_id=case.previous.request_id if case.previous else None,
        previous_submitted_at=case.previous.submitted_at if case.previous else None,
        completed_since=case.completed_since,
        preview=question.preview,
    )


def _findings(question: Question, regime: Regime) -> Iterable[RuleFinding]:
    nothing_to_judge = False
    for rule, judgement in _RULES:
        about_contract = rule in _ABOUT_THE_CONTRACT
        if not _applies(rule, question):
            continue
        if about_contract and nothing_to_judge:
            yield RuleFinding(code=rule, holds=None)
            continue
        finding = judgement(question, regime)
        yield finding
        nothing_to_judge |= rule in _LEAVES_NOTHING_TO_JUDGE and finding.holds is False


def _applies(rule: Rule, question: Question) -> bool:
    if rule in _ABOUT_THE_CONTRACT and question.scope is None:
        return False
    if rule is Rule.NO_PUBLIC_FEEDBACK:
        # For JSS_ONLY this rule would tell whether private feedback exists.
        return question.scope is Scope.JSS_AND_PROFILE
    return rule is not Rule.AGENCY_ROLE_REQUIRED or question.case.account.is_agency


def _contract_unknown(question: Question, _: Regime) -> RuleFinding:
    return RuleFinding(code=Rule.CONTRACT_UNKNOWN, holds=question.case.contract is not None)


def _not_your_contract(question: Question, _: Regime) -> RuleFinding:
    return RuleFinding(code=Rule.NOT_YOUR_CONTRACT, holds=question.case.owns_contract)


def _contract_not_ended(question: Question, _: Regime) -> RuleFinding:
    contract = question.case.contract
    return RuleFinding(code=Rule.CONTRACT_NOT_ENDED, holds=contract is not None and contract.ended)


def _no_public_feedback(question: Question, _: Regime) -> RuleFinding:
    contract = question.case.contract
    stands = contract is not None and contract.public_feedback_stands
    return RuleFinding(code=Rule.NO_PUBLIC_FEEDBACK, holds=stands)


def _already_removed(question: Question, _: Regime) -> RuleFinding:
    contract, in_force = question.case.contract, question.case.in_force
    if contract is not None and contract.upheld:
        return RuleFinding(code=Rule.ALREADY_REMOVED, holds=False, value=TERMS)
    if in_force is None:
        return RuleFinding(code=Rule.ALREADY_REMOVED, holds=True)
    widens = in_force is Scope.JSS_ONLY and question.scope is Scope.JSS_AND_PROFILE
    return RuleFinding(code=Rule.ALREADY_REMOVED, holds=widens, value=in_force.value)


def _not_top_rated(question: Question, regime: Regime) -> RuleFinding:
    badge = question.case.badge
    threshold = regime.least_badge.value
    return RuleFinding(code=Rule.NOT_TOP_RATED, holds=badge in regime.badges, value=badge.value, threshold=threshold)


def _agency_role_required(question: Question, regime: Regime) -> RuleFinding:
    role = question.case.role
    return RuleFinding(
        code=Rule.AGENCY_ROLE_REQUIRED,
        holds=role in regime.agency_roles,
        value=role.value,
        threshold=regime.least_role.value,
    )


def _too_soon(question: Question, regime: Regime) -> RuleFinding:
    previous = question.case.previous
    if previous is None:
        return RuleFinding(code=Rule.TOO_SOON, holds=True, value=None, threshold=regime.cooldown_months)
    passes_at = months_after(previous.submitted_at, regime.cooldown_months)
    passed = question.submitted_at >= passes_at
    return RuleFinding(
        code=Rule.TOO_SOON,
        holds=passed,
        value=format_time(previous.submitted_at),
        threshold=regime.cooldown_months,
        passes_at=None if passed else passes_at,
    )


def _too_few_contracts(question: Question, regime: Regime) -> RuleFinding:
    case, wanted = question.case, regime.contracts_between
    enough = case.previous is None or case.completed_since >= wanted
    return RuleFinding(
        code=Rule.TOO_FEW_CONTRACTS,
        holds=enough,
        value=case.completed_since,
        threshold=wanted,
        contracts_needed=None if enough else wanted - case.completed_since,
    )


def _request_pending(question: Question, _: Regime) -> RuleFinding:
    pending = question.case.open_request_id
    return RuleFinding(code=Rule.REQUEST_PENDING, holds=pending is None, value=pending)


def _score_effect_unacknowledged(question: Question, _: Regime) -> RuleFinding:
    preview, code = question.preview, Rule.SCORE_EFFECT_UNACKNOWLEDGED
    if preview is None:  # no answer to be had counts as an effect to acknowledge
        return RuleFinding(code=code, holds=question.acknowledged)
    holds = question.acknowledged or harmless(preview)
    return RuleFinding(code=code, holds=holds, value=preview.preview, threshold=preview.current)


def harmless(preview: ScorePreview) -> bool:
    """The score neither vanishes nor falls."""
    if preview.current is None:
        return True
    return preview.preview is not None and preview.preview >= preview.current


_Judgement = Callable[[Question, Regime], RuleFinding]
_RULES: tuple[tuple[Rule, _Judgement], ...] = (
    (Rule.CONTRACT_UNKNOWN, _contract_unknown),
    (Rule.NOT_YOUR_CONTRACT, _not_your_contract),
    (Rule.CONTRACT_NOT_ENDED, _contract_not_ended),
    (Rule.NO_PUBLIC_FEEDBACK, _no_public_feedback),
    (Rule.ALREADY_REMOVED, _already_removed),
    (Rule.NOT_TOP_RATED, _not_top_rated),
    (Rule.AGENCY_ROLE_REQUIRED, _agency_role_required),
    (Rule.TOO_SOON, _too_soon),
    (Rule.TOO_FEW_CONTRACTS, _too_few_contracts),
    (Rule.REQUEST_PENDING, _request_pending),
    (Rule.SCORE_EFFECT_UNACKNOWLEDGED, _score_effect_unacknowledged),
)
_LEAVES_NOTHING_TO_JUDGE = frozenset({Rule.CONTRACT_UNKNOWN, Rule.NOT_YOUR_CONTRACT, Rule.CONTRACT_NOT_ENDED})
_ABOUT_THE_CONTRACT = _LEAVES_NOTHING_TO_JUDGE | {
    Rule.NO_PUBLIC_FEEDBACK,
    Rule.ALREADY_REMOVED,
    Rule.SCORE_EFFECT_UNACKNOWLEDGED,
}
