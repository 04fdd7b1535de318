"""What one contract brings: weight, outcome class, and the first reason that keeps it from counting."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.unit.jss.domain.build import a_contract, stamp

from event_contracts import NotCounted
from jss.domain.policy import class_of, share_of, weight_of
from jss.domain.state import Contract, FeedbackClass, nothing_said

POSITIVE, NEUTRAL, NEGATIVE, UNSCORED = FeedbackClass


@pytest.mark.parametrize(
    ("cents", "periods", "weight"),
    [
        (0, 0, 100),
        (250_00, 0, 100),
        (250_01, 0, 125),
        (1_000_00, 0, 125),
        (1_000_01, 0, 150),
        (100_00, 1, 200),
        (3_000_00, 3, 450),
        (3_000_00, 6, 750),
        (3_000_00, 7, 800),
        (100_00, 7, 800),
        (3_000_00, 2**40, 800),
    ],
)
def test_weight_grows_with_earnings_and_paid_periods_up_to_eight(cents: int, periods: int, weight: int) -> None:
    assert weight_of(cents, periods) == weight


@pytest.mark.parametrize(
    ("score", "rating", "outcome"),
    [
        (500, None, POSITIVE),
        (450, None, POSITIVE),
        (450, 9, POSITIVE),
        (450, 8, NEUTRAL),
        (450, 7, NEUTRAL),
        (450, 6, NEGATIVE),
        (449, None, NEUTRAL),
        (449, 10, NEUTRAL),
        (400, 7, NEUTRAL),
        (400, 6, NEGATIVE),
        (399, None, NEGATIVE),
        (399, 10, NEGATIVE),
        (100, None, NEGATIVE),
        (None, 10, POSITIVE),
        (None, 9, POSITIVE),
        (None, 8, NEUTRAL),
        (None, 7, NEUTRAL),
        (None, 6, NEGATIVE),
        (None, 0, NEGATIVE),
        (None, None, UNSCORED),
    ],
)
def test_outcome_of_score_and_private_rating(score: int | None, rating: int | None, outcome: FeedbackClass) -> None:
    assert class_of(score, rating) is outcome


def why(contract: Contract, *, flagged: bool = False) -> NotCounted | None:
    """Why the contract does not count."""
    share = share_of(contract, client_flagged=flagged)
    assert share is not None
    return share.not_counted


def withdrawn(contract: Contract) -> Contract:
    """The contract after its client withdrew the feedback."""
    return replace(
        contract, feedback=contract.feedback.meet(stamp(datetime(2026, 2, 2, tzinfo=UTC)), None, public=False)
    )


def test_the_first_reason_of_all_that_apply_is_given() -> None:
    silent = a_contract(score=None, earned_cents=0)
    upheld = replace(silent, upheld=True)
    assert why(withdrawn(replace(upheld, approved=frozenset({"r"}))), flagged=True) is NotCounted.REMOVED
    assert why(withdrawn(upheld), flagged=True) is NotCounted.UPHELD_REPORT
    assert why(withdrawn(silent), flagged=True) is NotCounted.WITHDRAWN
    assert why(silent, flagged=True) is NotCounted.CLIENT_FLAGGED
    assert why(silent) is NotCounted.NO_FEEDBACK
    assert why(a_contract(earned_cents=0)) is NotCounted.NOTHING_EARNED
    assert why(a_contract()) is None


def test_a_withdrawal_counts_only_after_earlier_content() -> None:
    never_given = replace(a_contract(), feedback=nothing_said().meet(stamp(), None, public=False))
    assert why(never_given) is NotCounted.NO_FEEDBACK
    assert why(withdrawn(a_contract(score=None))) is NotCounted.WITHDRAWN  # a bare comment is content too


def test_a_paid_period_without_feedback_is_a_positive_outcome() -> None:
    share = share_of(a_contract(score=None, paid_periods=1), client_flagged=False)
    assert share is not None
    assert (share.outcome, share.counted, share.contribution) == (POSITIVE, True, 200)
    assert why(withdrawn(a_contract(paid_periods=1))) is NotCounted.WITHDRAWN


def test_nothing_earned_counts_only_when_negative() -> None:
    assert why(a_contract(earned_cents=0, score=420)) is NotCounted.NOTHING_EARNED
    assert why(a_contract(earned_cents=0, score=None, paid_periods=1)) is NotCounted.NOTHING_EARNED
    share = share_of(a_contract(earned_cents=0, score=100), client_flagged=False)
    assert share is not None
    assert (share.counted, share.contribution) == (True, -100)


def test_a_contract_that_has_not_ended_brings_nothing() -> None:
    assert share_of(replace(a_contract(), terms=None), client_flagged=False) is None


def test_a_reversed_removal_lets_the_contract_count_again() -> None:
    removed = a_contract(removed=True)
    assert why(replace(removed, reversed=frozenset({"another"}))) is NotCounted.REMOVED
    assert why(replace(removed, reversed=frozenset({"request"}))) is None
