"""The score of an account: the golden example, minima, rounding, best window, and what is recorded of it."""

from datetime import date, timedelta

import pytest
from tests.unit.jss.domain.build import TODAY, a_contract, evaluation, golden

from event_contracts import JobSuccessScoreRecomputed, NotCounted, ScoreCause, UnchangedReason
from jss.domain.day_sum import Sums
from jss.domain.decide import Cause, Evaluation, Ruling, Window, decide, evaluation_in, unchanged_reason, window_of
from jss.domain.policy import Share, share_of
from jss.domain.state import Contract

CAUSE = Cause(source="/marketplace", id="e9", position=41, as_of=TODAY)


def share(contract: Contract) -> Share | None:
    """What the contract brings."""
    return share_of(contract, client_flagged=False)


def reason(before: list[Contract], after: list[Contract], contract: Contract) -> UnchangedReason | None:
    """The reason given when `contract` is taken out."""
    return unchanged_reason(evaluation(*before), evaluation(*after), share(contract), TODAY)


def test_the_golden_example() -> None:
    contracts = golden()
    before = evaluation(*contracts.values())
    assert (before.score, before.window_months) == (74, 24)
    shown = before.windows[24]
    assert (shown.positive, shown.negative, shown.total, shown.counted, shown.clients) == (675, 100, 775, 4, 2)
    assert (before.windows[6].positive, before.windows[6].negative, before.windows[6].total) == (225, 100, 325)
    assert before.windows[6].score == 38
    without_d = evaluation(*(contracts | {"D": a_contract("D", score=200, removed=True)}).values())
    assert (without_d.score, without_d.removed_count) == (100, 1)
    assert without_d.not_counted == {NotCounted.REMOVED: 1}


def test_of_the_golden_example_a_and_d_alone_make_zero_and_a_alone_nothing() -> None:
    contracts = golden()
    assert evaluation(contracts["A"], contracts["D"]).score == 0
    assert evaluation(contracts["A"]).score is None
    assert evaluation(contracts["A"]).window_months is None


def test_two_contracts_and_two_clients_are_the_least() -> None:
    one, other = a_contract(client="x"), a_contract(client="x")
    assert evaluation(one, other).score is None
    assert evaluation(one, other).windows[6].clients == 1
    assert evaluation(one, a_contract(client="y")).score == 100
    assert evaluation().windows[6].clients == 0


@pytest.mark.parametrize(
    ("positive", "negative", "total", "score"),
    [(1, 0, 200, 1), (199, 0, 200, 100), (1, 0, 201, 0), (125, 0, 1000, 13), (124, 0, 1000, 12), (100, 300, 400, 0)],
)
def test_half_a_point_is_rounded_up(positive: int, negative: int, total: int, score: int) -> None:
    sums = Sums(positive=positive, negative=negative, total=total, counted=2, first_client="a", last_client="b")
    assert window_of(sums).score == score


def test_equal_windows_show_the_longest_and_a_higher_shorter_one_wins() -> None:
    assert evaluation(a_contract(), a_contract()).window_months == 24
    recent_good = [a_contract(), a_contract(), a_contract(days_ago=400, score=100)]
    assert (evaluation(*recent_good).score, evaluation(*recent_good).window_months) == (100, 12)
    aged = evaluation(a_contract(days_ago=250), a_contract(days_ago=251), a_contract(days_ago=400, score=100))
    assert (aged.score, aged.window_months) == (100, 12)


def test_not_counted_reasons_are_those_of_the_longest_window() -> None:
    found = evaluation(a_contract(score=None, days_ago=700), a_contract(score=None, days_ago=760))
    assert found.not_counted == {NotCounted.NO_FEEDBACK: 1}


def test_removed_contracts_of_any_age_are_in_the_removed_count() -> None:
    assert evaluation(a_contract(removed=True, days_ago=3000), a_contract(upheld=True)).removed_count == 2


def test_a_contract_that_ends_after_the_day_does_not_stand_yet() -> None:
    tomorrow = a_contract(ended_on=TODAY + timedelta(days=1))
    assert evaluation(a_contract(), tomorrow).score is None
    assert evaluation(a_contract(), tomorrow, as_of=TODAY + timedelta(days=1)).score == 100


def test_nothing_is_recorded_while_only_the_day_and_the_cause_differ() -> None:
    same = [a_contract(client="x"), a_contract(client="y")]
    later = TODAY + timedelta(days=1)
    assert evaluation(*same) == evaluation(*same, as_of=later)
    assert decide("A1", evaluation(*same), evaluation(*same, as_of=later), CAUSE) is None
    assert decide("A1", Evaluation(), evaluation(), CAUSE) is None


def test_a_changed_sum_is_recorded_though_the_score_is_the_same() -> None:
    before, after = evaluation(a_contract(), a_contract()), evaluation(a_contract(), a_contract(), a_contract())
    recorded = decide("A1", before, after, CAUSE)
    assert recorded is not None
    assert (recorded.score, recorded.previous, recorded.reason) == (100, 100, None)
    assert recorded.cause == ScoreCause(source="/marketplace", id="e9", position=41)
    assert recorded.as_of == TODAY


def test_a_ruling_is_always_recorded() -> None:
    recorded = decide("A1", Evaluation(), Evaluation(), CAUSE, Ruling(share=None))
    assert recorded is not None
    assert recorded.reason is UnchangedReason.BELOW_MINIMUM


def test_what_is_recorded_reads_back_as_the_evaluation_it_states() -> None:
    after = evaluation(*golden().values(), a_contract(score=None))
    recorded = decide("A1", Evaluation(), after, CAUSE)
    assert recorded is not None
    assert evaluation_in(recorded) == after
    assert evaluation_in(JobSuccessScoreRecomputed.model_validate(recorded.to_json())) == after


class TestWhyAScoreStayed:
    """The reasons in their order (domain §6.8)."""

    def test_below_the_minimum_before_and_after(self) -> None:
        alone = a_contract()
        assert reason([alone], [], alone) is UnchangedReason.BELOW_MINIMUM

    def test_a_score_that_vanished_is_below_the_minimum(self) -> None:
        one, other = a_contract(), a_contract()
        assert reason([one, other], [one], other) is UnchangedReason.BELOW_MINIMUM

    def test_the_contract_did_not_count(self) -> None:
        counted = [a_contract(), a_contract()]
        for idle in (a_contract(score=None), a_contract(days_ago=800)):
            assert reason([*counted, idle], counted, idle) is UnchangedReason.NOT_COUNTED

    def test_the_contract_was_outside_the_window_shown(self) -> None:
        counted = [a_contract(), a_contract()]
        old = a_contract(days_ago=400, score=100)
        assert evaluation(*counted, old).window_months == 12
        assert reason([*counted, old], counted, old) is UnchangedReason.OUTSIDE_BEST_WINDOW

    def test_another_window_is_shown_with_the_same_score(self) -> None:
        recent, older = [a_contract(), a_contract()], [a_contract(days_ago=400, score=420)]
        removed = a_contract(score=200, days_ago=300)
        before = Evaluation(windows={6: Window(score=80), 12: Window(score=80), 24: Window(score=70)})
        after = Evaluation(windows={6: Window(score=80), 12: Window(score=79), 24: Window(score=70)})
        assert unchanged_reason(before, after, share(removed), TODAY) is UnchangedReason.OTHER_WINDOW_BEST
        assert reason([*recent, *older, removed], [*recent, *older], removed) is UnchangedReason.OUTSIDE_BEST_WINDOW

    def test_both_are_zero(self) -> None:
        bad = [a_contract(score=100), a_contract(score=100)]
        neutral = a_contract(score=420)
        assert reason([*bad, neutral], bad, neutral) is UnchangedReason.AT_ZERO

    def test_the_ratio_is_equal(self) -> None:
        good = [a_contract(), a_contract(), a_contract()]
        assert reason(good, good[:2], good[2]) is UnchangedReason.SAME_RATIO

    def test_the_difference_is_lost_in_rounding(self) -> None:
        many = [a_contract(paid_periods=7) for _ in range(60)] + [a_contract(score=420)]
        assert reason(many, many[1:], many[0]) is UnchangedReason.ROUNDING

    def test_a_changed_score_carries_no_reason(self) -> None:
        contracts = golden()
        others = [contracts[name] for name in "ABC"]
        assert reason(list(contracts.values()), others, contracts["D"]) is None

    def test_a_reversal_that_brings_a_score_back_carries_no_reason(self) -> None:
        one, other = a_contract(), a_contract()
        assert unchanged_reason(evaluation(one), evaluation(one, other), share(other), TODAY) is None


def test_scores_are_judged_on_the_day_they_are_asked_for() -> None:
    ended = date(2025, 8, 31)
    older = a_contract(ended_on=date(2025, 3, 1), score=100)
    contracts = [a_contract(ended_on=ended), a_contract(ended_on=ended), older]
    assert evaluation(*contracts, as_of=date(2026, 2, 28)).windows[6].counted == 2
    assert evaluation(*contracts, as_of=date(2026, 3, 1)).windows[6].counted == 0
    assert evaluation(*contracts, as_of=date(2026, 3, 1)).windows[12].counted == 3
    assert evaluation(*contracts, as_of=date(2026, 3, 2)).windows[12].counted == 2
