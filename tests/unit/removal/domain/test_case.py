"""The case of a request: who speaks for an account, and what is taken out of its facts."""

from datetime import timedelta

import pytest
from tests.unit.removal.given import (
    AGENCY,
    ANA,
    FEBRUARY,
    JANUARY,
    Story,
    a_top_rated_agency,
    a_top_rated_freelancer,
    badge,
    contract_ended,
    given,
    member,
    request_removal,
)

from event_contracts import AgencyRole, Badge, Scope
from removal.domain.case import Case, PreviousRequest, widest


def of(story: Story, *, account: str = ANA, by: str = ANA, contract: str = "logo") -> Case:
    return story.case(request_removal(contract, account=account, by=by))


def test_a_freelancer_speaks_for_the_own_account_and_for_no_other() -> None:
    story = given(a_top_rated_freelancer())
    assert of(story).spoken_for_by(ANA)
    assert not of(story, by="eve").spoken_for_by("eve")


def test_an_account_that_no_fact_names_is_spoken_for_by_its_own_person() -> None:
    assert of(given(), account="new", by="new").spoken_for_by("new")
    assert not of(given(), account="new").spoken_for_by(ANA)


@pytest.mark.parametrize("role", list(AgencyRole))
def test_any_role_speaks_for_an_agency(role: AgencyRole) -> None:
    story = given(a_top_rated_agency(), member("bo", role))
    assert of(story, account=AGENCY, by="bo").spoken_for_by("bo") is (role is not AgencyRole.NONE)


def test_an_agencys_id_is_nobodys() -> None:
    assert not of(given(a_top_rated_agency()), account=AGENCY, by=AGENCY).spoken_for_by(AGENCY)


def test_a_role_elsewhere_does_not_count() -> None:
    story = given(a_top_rated_freelancer(), a_top_rated_agency(), member("bo", AgencyRole.OWNER))
    assert not of(story, account=ANA, by="bo").spoken_for_by("bo")


def test_a_badge_never_stated_is_none() -> None:
    assert of(given()).badge is Badge.NONE
    assert of(given(badge(Badge.RISING_TALENT))).badge is Badge.RISING_TALENT


def test_the_previous_request_is_the_newest_counted_one() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website")).decided_by_people()
    assert of(story).previous is None
    first = request_removal("logo")
    story.when(first).denied(at=JANUARY)
    assert of(story).previous is None
    second = request_removal("website", at=FEBRUARY)
    story.when(second)
    assert of(story).previous == PreviousRequest(second.act_id, FEBRUARY)
    assert of(story).open_request_id == second.act_id


def test_when_the_newest_no_longer_counts_the_one_before_it_does() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo"))
    first = request_removal("logo", scope=Scope.JSS_ONLY)
    story.when(first).given(
        [contract_ended(f"c{n}", at=JANUARY + timedelta(days=1)) for n in range(10)],
    )
    story.when(request_removal("logo", at=JANUARY + timedelta(days=100))).approved()
    story.reversed(at=JANUARY + timedelta(days=101))
    assert of(story).previous == PreviousRequest(first.act_id, JANUARY)


def test_requests_of_others_are_not_the_accounts_own() -> None:
    story = given(a_top_rated_agency(), member(ANA, AgencyRole.OWNER), contract_ended("logo", account=AGENCY))
    story.decided_by_people().when(request_removal("logo", account=AGENCY)).requested()
    own = of(story, account=ANA)
    assert (own.previous, own.open_request_id, own.completed_since) == (None, None, 0)


def test_only_approved_requests_about_the_contract_are_in_force() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website"))
    story.when(request_removal("logo")).approved()
    assert of(story, contract="logo").in_force is Scope.JSS_AND_PROFILE
    assert of(story, contract="website").in_force is None
    waiting = given(a_top_rated_freelancer(), contract_ended("logo")).decided_by_people()
    assert of(waiting.when(request_removal("logo"))).in_force is None


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        ([], None),
        ([Scope.JSS_ONLY], Scope.JSS_ONLY),
        ([Scope.JSS_AND_PROFILE], Scope.JSS_AND_PROFILE),
        ([Scope.JSS_ONLY, Scope.JSS_AND_PROFILE], Scope.JSS_AND_PROFILE),
    ],
)
def test_the_widest_scope_is_in_force(scopes: list[Scope], expected: Scope | None) -> None:
    assert widest(scopes) is expected


def test_whose_contract_it_is() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("theirs", account=AGENCY))
    assert of(story, contract="logo").owns_contract
    assert not of(story, contract="theirs").owns_contract
    assert not of(story, contract="unknown").owns_contract
