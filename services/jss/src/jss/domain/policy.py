"""The numbers of policy jss-v1: weights, outcome classes, and why a contract does not count (domain §6.3-6.5).

Integers only; weights in hundredths, money in cents, public scores in hundredths.
Invariant: what a contract contributes depends on its own winning facts and its client's standing, on nothing else.
Next: day_sum.py adds contributions up, decide.py turns sums into the score.
"""

from dataclasses import dataclass
from datetime import date

from event_contracts import NotCounted
from jss.domain.state import Contract, FeedbackClass, Terms

POLICY = "jss-v1"

_BASE_WEIGHTS = ((250_00, 100), (1_000_00, 125))
_LARGE_WEIGHT = 150
_WEIGHT_PER_PERIOD = 100
_GREATEST_WEIGHT = 800

_POSITIVE_SCORE = 450
_NEUTRAL_SCORE = 400
_POSITIVE_RATING = 9
_NEGATIVE_RATING = 6


def weight_of(earned_cents: int, paid_periods: int) -> int:
    """Weight in hundredths (domain §6.3)."""
    base = next((weight for limit, weight in _BASE_WEIGHTS if earned_cents <= limit), _LARGE_WEIGHT)
    return min(base + _WEIGHT_PER_PERIOD * paid_periods, _GREATEST_WEIGHT)


def class_of(score: int | None, private_rating: int | None) -> FeedbackClass:
    """Outcome class of one client feedback (domain §6.4): score 100-500 in hundredths, private rating 0-10."""
    if score is None:
        return _class_of_rating(private_rating)
    if score < _NEUTRAL_SCORE or (private_rating is not None and private_rating <= _NEGATIVE_RATING):
        return FeedbackClass.NEGATIVE
    if score >= _POSITIVE_SCORE and (private_rating is None or private_rating >= _POSITIVE_RATING):
        return FeedbackClass.POSITIVE
    return FeedbackClass.NEUTRAL


def _class_of_rating(private_rating: int | None) -> FeedbackClass:
    if private_rating is None:
        return FeedbackClass.UNSCORED
    if private_rating >= _POSITIVE_RATING:
        return FeedbackClass.POSITIVE
    return FeedbackClass.NEGATIVE if private_rating <= _NEGATIVE_RATING else FeedbackClass.NEUTRAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one ended contract brings to its account's sums.

    `outcome` is the class it counts with, or would count with; UNSCORED when there is none to count with.
    """

    contract_id: str
    client_id: str
    day: date
    weight: int
    outcome: FeedbackClass
    not_counted: NotCounted | None

    @property
    def counted(self) -> bool:
        """Whether it stands in the sums."""
        return self.not_counted is None

    @property
    def contribution(self) -> int:
        """Its part of P - N, in hundredths; its part of T is its weight when it counts."""
        if not self.counted:
            return 0
        return {FeedbackClass.POSITIVE: self.weight, FeedbackClass.NEGATIVE: -self.weight}.get(self.outcome, 0)


def share_of(contract: Contract, *, client_flagged: bool) -> Share | None:
    """The contract's share; None while it has not ended. `client_flagged`: standing flagged or suspended."""
    if contract.terms is None:
        return None
    outcome = _outcome(contract, contract.terms)
    return Share(
        contract_id=contract.contract_id,
        client_id=contract.client_id,
        day=contract.terms.ended_on,
        weight=weight_of(contract.terms.earned_cents, contract.terms.paid_periods),
        outcome=outcome,
        not_counted=_why_not(contract, contract.terms, outcome, client_flagged),
    )


def _outcome(contract: Contract, terms: Terms) -> FeedbackClass:
    given = contract.feedback.content or FeedbackClass.UNSCORED
    if given is FeedbackClass.UNSCORED and not contract.feedback.withdrawn and terms.paid_periods >= 1:
        return FeedbackClass.POSITIVE  # a long engagement without feedback speaks for itself (domain §6.5)
    return given


def _why_not(contract: Contract, terms: Terms, outcome: FeedbackClass, client_flagged: bool) -> NotCounted | None:
    """The first reason that applies, in the order of domain §6.5."""
    reason = None
    if contract.removed:
        reason = NotCounted.REMOVED
    elif contract.upheld:
        reason = NotCounted.UPHELD_REPORT
    elif contract.feedback.withdrawn:
        reason = NotCounted.WITHDRAWN
    elif client_flagged:
        reason = NotCounted.CLIENT_FLAGGED
    elif outcome is FeedbackClass.UNSCORED:
        reason = NotCounted.NO_FEEDBACK
    elif terms.earned_cents == 0 and outcome is not FeedbackClass.NEGATIVE:
        reason = NotCounted.NOTHING_EARNED
    return reason
