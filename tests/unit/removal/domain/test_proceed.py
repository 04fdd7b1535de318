"""How a request goes on: stories about decisions, withdrawals and reversals (domain §3)."""

from collections.abc import Callable

import pytest
from tests.unit.removal.given import (
    AGENCY,
    ANA,
    APRIL,
    FEBRUARY,
    JANUARY,
    Story,
    a_top_rated_agency,
    a_top_rated_freelancer,
    badge,
    contract_ended,
    contracts_ended,
    given,
    member,
    request_removal,
)
from tests.unit.removal.life import Life, the_request_of

from event_contracts import (
    AgencyRole,
    Badge,
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalReversalProposed,
    FeedbackRemovalReversed,
    FeedbackRemovalWithdrawn,
    Scope,
)
from removal.domain.proceed import Objection
from removal.domain.state import Approved, Denied, Pending, Reversed, Withdrawn


def facts() -> Story:
    return given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website"))


def a_pending_request() -> Life:
    return the_request_of(facts().decided_by_people().when(request_removal("logo", at=JANUARY)))


def an_approved_request(scope: Scope = Scope.JSS_AND_PROFILE) -> Life:
    return the_request_of(facts().when(request_removal("logo", at=JANUARY, scope=scope)))


def an_agencys_pending_request() -> Life:
    people = [member("admin", AgencyRole.ADMIN), member("boss", AgencyRole.OWNER), member("other", AgencyRole.ADMIN)]
    story = given(a_top_rated_agency(), people, contract_ended("logo", account=AGENCY)).decided_by_people()
    return the_request_of(story.when(request_removal("logo", by="admin", account=AGENCY)))


class TestDecision:
    def test_an_agent_approves_what_waits(self) -> None:
        life = a_pending_request().approved_by("agent").then(FeedbackRemovalApproved).is_now(Approved)
        assert life.event == FeedbackRemovalApproved(
            request_id=life.request_id,
            account_id=ANA,
            contract_id="logo",
            client_id="acme",
            scope=Scope.JSS_AND_PROFILE,
            automatic=False,
            decided_by="agent",
            decided_at=FEBRUARY,
            reason="agent says so",
        )
        assert life.scope_in_force is Scope.JSS_AND_PROFILE

    def test_an_agent_denies_what_waits(self) -> None:
        life = a_pending_request().denied_by("agent").then(FeedbackRemovalDenied).is_now(Denied)
        assert life.event.reason == "agent says so"  # type: ignore[union-attr]
        assert life.scope_in_force is None

    def test_nobody_decides_their_own_request(self) -> None:
        a_pending_request().approved_by(ANA).then(Objection.OWN_REQUEST).is_now(Pending)
        a_pending_request().denied_by(ANA).then(Objection.OWN_REQUEST).is_now(Pending)

    def test_it_is_judged_by_the_facts_at_submission(self) -> None:
        life = a_pending_request()
        life.story.given(badge(Badge.NONE, at=FEBRUARY))
        life.approved_by("agent", at=APRIL).then(FeedbackRemovalApproved)

    def test_a_denied_request_does_not_use_up_the_allowance(self) -> None:
        life = a_pending_request().denied_by("agent")
        life.story.when(request_removal("website", at=FEBRUARY)).requested()


class TestWithdrawal:
    def test_the_requester_takes_a_request_back(self) -> None:
        life = a_pending_request().withdrawn_by(ANA).then(FeedbackRemovalWithdrawn).is_now(Withdrawn)
        assert life.event == FeedbackRemovalWithdrawn(
            request_id=life.request_id,
            account_id=ANA,
            contract_id="logo",
            withdrawn_by=ANA,
            withdrawn_at=FEBRUARY,
        )

    def test_a_withdrawn_request_does_not_use_up_the_allowance(self) -> None:
        life = a_pending_request().withdrawn_by(ANA)
        life.story.when(request_removal("website", at=FEBRUARY)).requested()

    @pytest.mark.parametrize(
        ("who", "outcome"),
        [
            ("admin", FeedbackRemovalWithdrawn),
            ("boss", FeedbackRemovalWithdrawn),
            ("other", Objection.FORBIDDEN),
            ("agent", Objection.FORBIDDEN),
        ],
    )
    def test_in_an_agency_the_requester_or_an_owner_may(self, who: str, outcome: type | Objection) -> None:
        an_agencys_pending_request().withdrawn_by(who).then(outcome)


class TestReversal:
    def test_the_first_person_proposes_and_the_removal_stands(self) -> None:
        life = an_approved_request().reversed_by("first").then(FeedbackRemovalReversalProposed).is_now(Approved)
        assert life.scope_in_force is Scope.JSS_AND_PROFILE

    def test_the_second_person_makes_it_so(self) -> None:
        life = an_approved_request().reversed_by("first").reversed_by("second", at=APRIL)
        life.then(FeedbackRemovalReversed).is_now(Reversed)
        assert life.event == FeedbackRemovalReversed(
            request_id=life.request_id,
            account_id=ANA,
            contract_id="logo",
            client_id="acme",
            scope=Scope.JSS_AND_PROFILE,
            by="second",
            at=APRIL,
            reason="second says so",
        )
        assert life.scope_in_force is None

    def test_the_same_person_is_no_second_one(self) -> None:
        life = an_approved_request().reversed_by("first").reversed_by("first")
        life.then(Objection.SECOND_PERSON_NEEDED).is_now(Approved)

    def test_an_approval_is_final_for_the_requester(self) -> None:
        an_approved_request().reversed_by(ANA).then(Objection.OWN_REQUEST)
        an_approved_request().reversed_by("first").reversed_by(ANA).then(Objection.OWN_REQUEST).is_now(Approved)

    def test_what_was_reversed_is_not_reversed_again(self) -> None:
        life = an_approved_request().reversed_by("first").reversed_by("second")
        life.reversed_by("third").then(Objection.ALREADY_REVERSED)

    def test_a_reversed_request_does_not_use_up_the_allowance(self) -> None:
        life = an_approved_request().reversed_by("first").reversed_by("second")
        life.story.when(request_removal("logo", at=FEBRUARY)).approved()

    @pytest.mark.parametrize("reversed_one", ["narrower", "wider"])
    def test_of_two_widened_requests_the_other_stays_in_force(self, reversed_one: str) -> None:
        narrower = an_approved_request(Scope.JSS_ONLY)
        story = narrower.story.given(contracts_ended(10, at=FEBRUARY)).when(request_removal("logo", at=APRIL))
        wider = the_request_of(story.approved())
        life = narrower if reversed_one == "narrower" else wider
        life.reversed_by("first", at=APRIL).reversed_by("second", at=APRIL).then(FeedbackRemovalReversed)
        assert life.scope_in_force is (Scope.JSS_AND_PROFILE if reversed_one == "narrower" else Scope.JSS_ONLY)


@pytest.mark.parametrize(
    "ended",
    [
        an_approved_request,
        lambda: a_pending_request().approved_by("agent"),
        lambda: a_pending_request().denied_by("agent"),
        lambda: a_pending_request().withdrawn_by(ANA),
        lambda: an_approved_request().reversed_by("first").reversed_by("second"),
    ],
    ids=["approved by policy", "approved", "denied", "withdrawn", "reversed"],
)
def test_what_was_decided_is_neither_decided_nor_withdrawn_again(ended: Callable[[], Life]) -> None:
    before = ended().request.lifecycle
    for life in (ended().approved_by("other"), ended().denied_by("other"), ended().withdrawn_by(ANA)):
        life.then(Objection.ALREADY_DECIDED)
        assert life.request.lifecycle == before


@pytest.mark.parametrize(
    "never_approved",
    [
        a_pending_request,
        lambda: a_pending_request().denied_by("agent"),
        lambda: a_pending_request().withdrawn_by(ANA),
    ],
    ids=["pending", "denied", "withdrawn"],
)
def test_only_an_approved_removal_can_be_reversed(never_approved: Callable[[], Life]) -> None:
    never_approved().reversed_by("first").then(Objection.NOTHING_TO_REVERSE)
