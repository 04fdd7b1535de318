"""Facts about a contract in any order and any number of times end in the same contract."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.jss.domain.build import stamp, unhurried

from jss.domain.evolve import evolve_all
from jss.domain.facts import ContractFact, Ended, Rated, RemovalApproved, RemovalReversed, ReportUpheld
from jss.domain.policy import share_of
from jss.domain.state import Contract, FeedbackClass, Terms

FRESH = Contract(account_id="A1", contract_id="C1", client_id="k1")
START = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def facts(draw: st.DrawFn) -> ContractFact:
    """Any fact; few times and ids, so that stamps meet. What a fact says follows from its identity."""
    number = draw(st.integers(min_value=0, max_value=9))
    at = stamp(START + timedelta(hours=number // 3), f"e{number}")
    outcomes = [None, *FeedbackClass]
    terms = Terms(stamp=at, ended_on=date(2026, 1, 1 + number), earned_cents=number, paid_periods=number % 2)
    kinds: list[ContractFact] = [
        Ended(terms),
        Rated(at, outcomes[number % len(outcomes)]),
        RemovalApproved(f"r{number % 3}"),
        RemovalReversed(f"r{number % 3}"),
        ReportUpheld(),
    ]
    return draw(st.sampled_from(kinds))


@unhurried
@given(told=st.lists(facts(), max_size=12), rng=st.randoms(use_true_random=False))
def test_any_order_and_repetition_ends_in_the_same_contract(told: list[ContractFact], rng: Random) -> None:
    again = [*told, *rng.choices(told, k=3)] if told else []
    rng.shuffle(again)
    assert evolve_all(FRESH, told) == evolve_all(FRESH, again)


def test_the_terms_with_the_greatest_stamp_hold() -> None:
    older = Ended(Terms(stamp=stamp(START), ended_on=date(2026, 1, 1), earned_cents=1, paid_periods=0))
    newer = Ended(
        Terms(stamp=stamp(START + timedelta(hours=1)), ended_on=date(2026, 1, 2), earned_cents=2, paid_periods=0)
    )
    assert evolve_all(FRESH, [newer, older]).terms == newer.terms


def test_a_removal_outlasts_feedback_given_anew_and_ends_with_its_reversal() -> None:
    ended = Ended(Terms(stamp=stamp(START), ended_on=date(2026, 1, 1), earned_cents=100, paid_periods=0))
    anew = Rated(stamp(START + timedelta(days=9)), FeedbackClass.POSITIVE)
    removed = evolve_all(FRESH, [ended, RemovalApproved("r1"), RemovalApproved("r2"), anew])
    assert removed.removed
    assert evolve_all(removed, [RemovalReversed("r1")]).removed
    assert not evolve_all(removed, [RemovalReversed("r1"), RemovalReversed("r2")]).removed


def test_feedback_before_its_contract_counts_once_the_contract_has_ended() -> None:
    rated = evolve_all(FRESH, [Rated(stamp(START), FeedbackClass.POSITIVE)])
    assert share_of(rated, client_flagged=False) is None
    ended = Ended(Terms(stamp=stamp(START), ended_on=date(2026, 1, 1), earned_cents=100, paid_periods=0))
    share = share_of(evolve_all(rated, [ended]), client_flagged=False)
    assert share is not None
    assert share.counted
