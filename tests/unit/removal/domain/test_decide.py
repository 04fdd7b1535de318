"""Who may have feedback removed: stories about whole requests (domain §3)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.removal.given import (
    AGENCY,
    APRIL,
    FEBRUARY,
    JANUARY,
    MARCH,
    NEW_YEAR,
    a_top_rated_agency,
    a_top_rated_freelancer,
    badge,
    contract_ended,
    contracts_ended,
    feedback_given,
    feedback_withdrawn,
    given,
    member,
    preview_of,
    rating_given,
    report_upheld,
    request_removal,
)

from event_contracts import AgencyRole, Badge, FeedbackRemovalApproved, FeedbackRemovalRequested, Rule, Scope
from event_contracts.canonical import canonical
from removal.domain.policy import RETIRED, PolicyBook, Regime

TEN_MORE = contracts_ended(10, at=FEBRUARY)


def test_a_top_rated_freelancer_has_a_feedback_removed_at_once() -> None:
    given(a_top_rated_freelancer(), contract_ended("logo")).when(request_removal("logo")).approved()


def test_an_automatic_approval_says_so_and_repeats_the_request() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo")).when(request_removal("logo"))
    requested, approved = story.events
    assert isinstance(requested, FeedbackRemovalRequested)
    assert isinstance(approved, FeedbackRemovalApproved)
    assert approved.automatic
    assert approved.decided_by == "policy"
    assert approved.decided_at == JANUARY
    assert (approved.request_id, approved.contract_id, approved.client_id, approved.scope) == (
        requested.request_id,
        "logo",
        "acme",
        Scope.JSS_AND_PROFILE,
    )


def test_in_manual_mode_an_eligible_request_waits_for_a_person() -> None:
    given(a_top_rated_freelancer(), contract_ended("logo")).decided_by_people().when(
        request_removal("logo")
    ).requested()


def test_a_second_request_inside_three_months_is_refused() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website"))
        .when(request_removal("logo", at=JANUARY))
        .approved()
        .when(request_removal("website", at=MARCH))
        .refused(Rule.TOO_SOON, Rule.TOO_FEW_CONTRACTS)
    )


def test_three_months_and_ten_contracts_later_the_next_request_is_granted() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website"))
        .when(request_removal("logo", at=JANUARY))
        .given(TEN_MORE)
        .when(request_removal("website", at=APRIL))
        .approved()
    )


def test_three_months_alone_do_not_suffice() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website"))
        .when(request_removal("logo", at=JANUARY))
        .given(contracts_ended(9, at=FEBRUARY))
        .when(request_removal("website", at=APRIL))
        .refused(Rule.TOO_FEW_CONTRACTS)
    )


def test_ten_contracts_alone_do_not_suffice() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website"))
        .when(request_removal("logo", at=JANUARY))
        .given(TEN_MORE)
        .when(request_removal("website", at=MARCH))
        .refused(Rule.TOO_SOON)
    )


def test_nobody_removes_feedback_of_a_contract_that_no_fact_names() -> None:
    (
        given(a_top_rated_freelancer())
        .when(request_removal("nowhere"))
        .refused(Rule.CONTRACT_UNKNOWN)
        .left_open(
            Rule.NOT_YOUR_CONTRACT,
            Rule.CONTRACT_NOT_ENDED,
            Rule.NO_PUBLIC_FEEDBACK,
            Rule.ALREADY_REMOVED,
            Rule.SCORE_EFFECT_UNACKNOWLEDGED,
        )
    )


def test_somebody_elses_contract_tells_nothing_but_that_it_is_not_yours() -> None:
    (
        given(a_top_rated_freelancer(), a_top_rated_agency(), contract_ended("logo", account=AGENCY))
        .when(request_removal("logo"))
        .refused(Rule.NOT_YOUR_CONTRACT)
        .left_open(
            Rule.CONTRACT_NOT_ENDED, Rule.NO_PUBLIC_FEEDBACK, Rule.ALREADY_REMOVED, Rule.SCORE_EFFECT_UNACKNOWLEDGED
        )
    )


def test_a_running_contract_has_nothing_to_remove_yet() -> None:
    (
        given(a_top_rated_freelancer(), feedback_given("logo", at=NEW_YEAR))
        .when(request_removal("logo"))
        .refused(Rule.CONTRACT_NOT_ENDED)
        .left_open(Rule.NO_PUBLIC_FEEDBACK, Rule.ALREADY_REMOVED, Rule.SCORE_EFFECT_UNACKNOWLEDGED)
    )


def test_an_ended_contract_need_not_have_earned_anything() -> None:
    given(a_top_rated_freelancer(), contract_ended("logo", earned=0)).when(request_removal("logo")).approved()


def test_without_public_feedback_there_is_nothing_to_hide() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo", score=None))
        .when(request_removal("logo"))
        .refused(Rule.NO_PUBLIC_FEEDBACK)
    )


def test_a_private_rating_alone_is_nothing_to_hide() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo", score=None), rating_given("logo", at=JANUARY))
        .when(request_removal("logo"))
        .refused(Rule.NO_PUBLIC_FEEDBACK)
    )


def test_a_comment_alone_can_be_hidden() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo", score=None, comment="Late."))
        .when(request_removal("logo"))
        .approved()
    )


def test_withdrawn_feedback_no_longer_stands() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"), feedback_withdrawn("logo", at=JANUARY))
        .when(request_removal("logo"))
        .refused(Rule.NO_PUBLIC_FEEDBACK)
    )


def test_for_the_score_alone_it_is_never_told_whether_feedback_exists() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo", score=None))
    story.when(request_removal("logo", scope=Scope.JSS_ONLY)).approved()
    assert Rule.NO_PUBLIC_FEEDBACK not in [found.code for found in story.evidence.rules]


@pytest.mark.parametrize("scope", list(Scope))
def test_what_is_removed_in_this_scope_cannot_be_removed_again(scope: Scope) -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"))
        .when(request_removal("logo", scope=scope))
        .given(TEN_MORE)
        .when(request_removal("logo", scope=scope, at=APRIL))
        .refused(Rule.ALREADY_REMOVED)
    )


def test_a_removal_can_be_widened_as_a_new_counted_request() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo"))
    story.when(request_removal("logo", scope=Scope.JSS_ONLY)).approved()
    story.when(request_removal("logo", at=JANUARY + timedelta(days=1))).refused(Rule.TOO_SOON, Rule.TOO_FEW_CONTRACTS)
    story.given(TEN_MORE).when(request_removal("logo", at=APRIL)).approved()


def test_a_removal_cannot_be_narrowed() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"))
        .when(request_removal("logo"))
        .given(TEN_MORE)
        .when(request_removal("logo", scope=Scope.JSS_ONLY, at=APRIL))
        .refused(Rule.ALREADY_REMOVED)
    )


def test_what_an_upheld_report_took_away_cannot_be_removed() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"), report_upheld("logo"))
        .when(request_removal("logo"))
        .refused(Rule.ALREADY_REMOVED)
    )


def test_a_report_against_the_freelancers_own_feedback_changes_nothing_here() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"), report_upheld("logo", direction="talent_to_client"))
        .when(request_removal("logo"))
        .approved()
    )


@pytest.mark.parametrize("held", [Badge.NONE, Badge.RISING_TALENT])
def test_lesser_badges_do_not_suffice(held: Badge) -> None:
    given(badge(held), contract_ended("logo")).when(request_removal("logo")).refused(Rule.NOT_TOP_RATED)


def test_a_badge_never_stated_does_not_suffice() -> None:
    given(contract_ended("logo")).when(request_removal("logo")).refused(Rule.NOT_TOP_RATED)


def test_top_rated_plus_suffices() -> None:
    given(badge(Badge.TOP_RATED_PLUS), contract_ended("logo")).when(request_removal("logo")).approved()


def test_an_agencys_contract_needs_the_agencys_badge() -> None:
    (
        given(
            a_top_rated_freelancer(),
            badge(Badge.NONE, account=AGENCY),
            member("ana", AgencyRole.OWNER),
            contract_ended("logo", account=AGENCY),
        )
        .when(request_removal("logo", account=AGENCY))
        .refused(Rule.NOT_TOP_RATED)
    )


@pytest.mark.parametrize("role", [AgencyRole.OWNER, AgencyRole.BUSINESS_MANAGER, AgencyRole.ADMIN])
def test_those_who_run_an_agency_may_ask(role: AgencyRole) -> None:
    (
        given(a_top_rated_agency(), member("bo", role), contract_ended("logo", account=AGENCY))
        .when(request_removal("logo", account=AGENCY, by="bo"))
        .approved()
    )


def test_a_mere_member_of_an_agency_may_not_ask() -> None:
    (
        given(a_top_rated_agency(), member("bo", AgencyRole.MEMBER), contract_ended("logo", account=AGENCY))
        .when(request_removal("logo", account=AGENCY, by="bo"))
        .refused(Rule.AGENCY_ROLE_REQUIRED)
    )


def test_freelancer_and_agency_have_separate_allowances() -> None:
    (
        given(
            a_top_rated_freelancer(),
            a_top_rated_agency(),
            member("ana", AgencyRole.OWNER),
            contract_ended("logo"),
            contract_ended("website", account=AGENCY),
        )
        .when(request_removal("logo"))
        .approved()
        .when(request_removal("website", account=AGENCY, at=JANUARY + timedelta(seconds=1)))
        .approved()
    )


def test_one_open_request_at_a_time() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website"))
        .decided_by_people()
        .when(request_removal("logo"))
        .given(TEN_MORE)
        .when(request_removal("website", at=APRIL))
        .refused(Rule.REQUEST_PENDING)
    )


def test_a_denied_request_never_counted() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"))
        .decided_by_people()
        .when(request_removal("logo"))
        .denied(at=FEBRUARY)
        .when(request_removal("logo", at=FEBRUARY))
        .requested()
    )


def test_a_withdrawn_request_never_counted() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"))
        .decided_by_people()
        .when(request_removal("logo"))
        .withdrawn(at=FEBRUARY)
        .when(request_removal("logo", at=FEBRUARY))
        .requested()
    )


def test_a_reversed_removal_never_counted_and_is_no_longer_in_force() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"))
        .when(request_removal("logo"))
        .approved()
        .reversed(at=FEBRUARY)
        .when(request_removal("logo", at=FEBRUARY))
        .approved()
    )


def test_a_refusal_never_counted() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"))
        .when(request_removal("nowhere"))
        .refused(Rule.CONTRACT_UNKNOWN)
        .when(request_removal("logo", at=JANUARY + timedelta(seconds=1)))
        .approved()
    )


def test_an_approval_that_is_reversed_leaves_the_narrower_one_in_force() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo"))
    story.when(request_removal("logo", scope=Scope.JSS_ONLY)).given(TEN_MORE)
    story.when(request_removal("logo", at=APRIL)).approved().reversed(at=APRIL)
    assert story.case(request_removal("logo")).in_force is Scope.JSS_ONLY


def test_an_effect_on_the_score_must_be_acknowledged_when_nobody_can_tell_it() -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"))
        .when(request_removal("logo", acknowledged=False))
        .refused(Rule.SCORE_EFFECT_UNACKNOWLEDGED)
    )


@pytest.mark.parametrize(("current", "preview"), [(90, 89), (90, None)], ids=["falls", "vanishes"])
def test_a_worse_score_must_be_acknowledged(current: int, preview: int | None) -> None:
    foreseen = preview_of(current, preview)
    story = given(a_top_rated_freelancer(), contract_ended("logo"))
    story.when(request_removal("logo", acknowledged=False, preview=foreseen)).refused(Rule.SCORE_EFFECT_UNACKNOWLEDGED)
    story.when(request_removal("logo", acknowledged=True, preview=foreseen)).approved()


@pytest.mark.parametrize(("current", "preview"), [(90, 90), (90, 100), (None, None)])
def test_a_score_that_gets_no_worse_needs_no_acknowledgement(current: int | None, preview: int | None) -> None:
    (
        given(a_top_rated_freelancer(), contract_ended("logo"))
        .when(request_removal("logo", acknowledged=False, preview=preview_of(current, preview)))
        .approved()
    )


def test_every_failed_rule_is_told_at_once_in_the_order_of_the_rules() -> None:
    (
        given(badge(Badge.TOP_RATED), contract_ended("logo"))
        .decided_by_people()
        .when(request_removal("logo"))
        .given(badge(Badge.NONE, at=FEBRUARY))
        .when(request_removal("nowhere", at=MARCH, acknowledged=False))
        .refused(Rule.CONTRACT_UNKNOWN, Rule.NOT_TOP_RATED, Rule.TOO_SOON, Rule.TOO_FEW_CONTRACTS, Rule.REQUEST_PENDING)
    )


def test_a_retired_perk_is_the_only_thing_told() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo")).under(RETIRED)
    story.when(request_removal("nowhere")).refused(Rule.PERK_RETIRED)
    assert len(story.evidence.rules) == 1
    assert story.evidence.book == "retired-2024-09-03"


def test_a_regime_of_ones_own_judges_by_its_own_numbers() -> None:
    strict = Regime(effective_from=NEW_YEAR, perk=True, badges=frozenset({Badge.TOP_RATED_PLUS}), contracts_between=1)
    lenient = replace(strict, badges=frozenset(Badge), cooldown_months=0, contracts_between=0, effective_from=FEBRUARY)
    book = PolicyBook("of-ones-own", (strict, lenient))
    story = given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website")).under(book)
    story.when(request_removal("logo", at=JANUARY)).refused(Rule.NOT_TOP_RATED)
    story.when(request_removal("logo", at=FEBRUARY)).approved()
    story.when(request_removal("website", at=FEBRUARY)).approved()


def test_the_largest_refusal_there_can_be_fits_into_a_leaf() -> None:
    """A leaf stays under 4 KiB: the longest ids, every rule with every value, the longest name of a book."""
    long = "x" * 64
    regime = Regime(effective_from=NEW_YEAR, perk=True, contracts_between=100_000)
    story = given(member(long, AgencyRole.BUSINESS_MANAGER), contract_ended(long, account=AGENCY))
    story.under(PolicyBook("b" * 64, (regime,))).decided_by_people()
    story.given(badge(Badge.TOP_RATED_PLUS, account=AGENCY))
    asked = replace(request_removal(long, account=AGENCY, by=long, preview=preview_of(100, 100)), act_id=long)
    story.when(asked).requested().given(badge(Badge.RISING_TALENT, account=AGENCY, at=FEBRUARY))
    story.when(replace(asked, submitted_at=JANUARY + timedelta(microseconds=123457), act_id="y" * 64))
    (refused,) = story.events
    assert len(refused.evidence.rules) == 12  # type: ignore[union-attr]
    assert len(canonical(refused.to_json())) < 4096 - 1000  # the envelope's attributes stay under 1,000 bytes
