"""Each rule at its edges: to the microsecond, to the contract, with the value it reports."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.unit.removal.given import (
    AGENCY,
    APRIL,
    FEBRUARY,
    JANUARY,
    MICROSECOND,
    NEW_YEAR,
    a_top_rated_agency,
    a_top_rated_freelancer,
    contract_ended,
    contracts_ended,
    given,
    member,
    preview_of,
    report_upheld,
    request_removal,
)

from event_contracts import AgencyRole, Badge, Rule, RuleFinding, Scope, ScorePreview
from removal.domain.case import Case, PreviousRequest
from removal.domain.decide import eligibility, good_preview
from removal.domain.policy import PERK, RETIRED
from removal.domain.rules import Question, Ruling, harmless, judge
from removal.domain.state import Account, AccountKey, Contract, ContractKey, Feedback, Slot, Terms

EIGHT = [
    Rule.PERK_RETIRED,
    Rule.CONTRACT_UNKNOWN,
    Rule.NOT_YOUR_CONTRACT,
    Rule.CONTRACT_NOT_ENDED,
    Rule.NO_PUBLIC_FEEDBACK,
    Rule.ALREADY_REMOVED,
    Rule.NOT_TOP_RATED,
    Rule.TOO_SOON,
    Rule.TOO_FEW_CONTRACTS,
    Rule.REQUEST_PENDING,
    Rule.SCORE_EFFECT_UNACKNOWLEDGED,
]


def a_contract(**changed: object) -> Contract:
    contract = Contract(
        ContractKey("logo"),
        account_id="ana",
        client_id="acme",
        terms=Slot(value=Terms(completed_at=NEW_YEAR, earned=100)),
        feedback=Slot(value=Feedback(public=True)),
        last_fact_version=5,
    )
    return replace(contract, **changed)  # type: ignore[arg-type]


def a_case(**changed: object) -> Case:
    case = Case(
        account=Account(AccountKey("ana"), badge=Slot(value=Badge.TOP_RATED)),
        role=AgencyRole.NONE,
        contract=a_contract(),
        in_force=None,
        previous=None,
        open_request_id=None,
        completed_since=0,
    )
    return replace(case, **changed)  # type: ignore[arg-type]


def ruling(case: Case, *, at: datetime = JANUARY, scope: Scope | None = Scope.JSS_AND_PROFILE, **asked: Any) -> Ruling:
    question = Question(case=case, scope=scope, submitted_at=at, acknowledged=True)
    return judge(replace(question, **asked), PERK)


def finding(case: Case, rule: Rule, *, at: datetime = JANUARY, **asked: Any) -> dict[str, object]:
    found = ruling(case, at=at, **asked).finding(rule)
    assert found is not None
    return found.to_json()


def test_every_rule_that_applies_is_reported_in_order() -> None:
    assert [found.code for found in ruling(a_case()).findings] == EIGHT


def test_the_rules_about_an_agency_stand_between_badge_and_allowance() -> None:
    story = given(a_top_rated_agency(), member("bo", AgencyRole.ADMIN), contract_ended("logo", account=AGENCY))
    codes = [found.code for found in story.when(request_removal("logo", account=AGENCY, by="bo")).evidence.rules]
    assert codes == [*EIGHT[:7], Rule.AGENCY_ROLE_REQUIRED, *EIGHT[7:]]


def test_a_met_rule_of_the_regime_names_the_book() -> None:
    assert finding(a_case(), Rule.PERK_RETIRED) == {"code": "PERK_RETIRED", "holds": True, "value": "perk"}


class TestRetirement:
    """The perk ends at 2024-09-03T00:00:00Z, not a microsecond before."""

    RETIRED_AT = datetime(2024, 9, 3, tzinfo=UTC)

    def test_the_last_microsecond_before_still_has_the_perk(self) -> None:
        question = Question(case=a_case(), scope=Scope.JSS_ONLY, submitted_at=self.RETIRED_AT - MICROSECOND)
        assert Rule.PERK_RETIRED not in judge(question, RETIRED).failed

    def test_the_first_instant_has_it_no_more(self) -> None:
        question = Question(case=a_case(), scope=Scope.JSS_ONLY, submitted_at=self.RETIRED_AT)
        assert judge(question, RETIRED).findings == (
            RuleFinding(code=Rule.PERK_RETIRED, holds=False, value="retired-2024-09-03"),
        )


class TestTooSoon:
    """Three calendar months, allowed at the equal instant."""

    def at(self, submitted_at: datetime, previous: datetime = JANUARY) -> dict[str, object]:
        case = a_case(previous=PreviousRequest("earlier", previous), completed_since=10)
        return finding(case, Rule.TOO_SOON, at=submitted_at)

    def test_a_microsecond_before_is_too_soon_and_says_until_when(self) -> None:
        assert self.at(APRIL - MICROSECOND) == {
            "code": "TOO_SOON",
            "holds": False,
            "value": "2026-01-15T12:00:00Z",
            "threshold": 3,
            "passes_at": "2026-04-15T12:00:00Z",
        }

    def test_the_equal_instant_is_soon_enough(self) -> None:
        assert self.at(APRIL) == {
            "code": "TOO_SOON",
            "holds": True,
            "value": "2026-01-15T12:00:00Z",
            "threshold": 3,
        }

    @pytest.mark.parametrize(
        ("previous", "passes_at"),
        [
            ("2026-08-31T10:00:00+00:00", "2026-11-30T10:00:00+00:00"),
            ("2025-11-30T00:00:00+00:00", "2026-02-28T00:00:00+00:00"),
            ("2027-11-30T23:59:59.999999+00:00", "2028-02-29T23:59:59.999999+00:00"),
        ],
    )
    def test_months_of_unequal_length(self, previous: str, passes_at: str) -> None:
        before, boundary = datetime.fromisoformat(previous), datetime.fromisoformat(passes_at)
        assert self.at(boundary - MICROSECOND, before)["holds"] is False
        assert self.at(boundary, before)["holds"] is True

    def test_the_first_request_is_never_too_soon(self) -> None:
        assert finding(a_case(), Rule.TOO_SOON) == {"code": "TOO_SOON", "holds": True, "value": None, "threshold": 3}


class TestTooFewContracts:
    """Ten completed contracts strictly after the previous submission, and not after this one."""

    def after(self, *facts: object, at: datetime = APRIL) -> dict[str, object]:
        story = given(a_top_rated_freelancer(), contract_ended("logo"), contract_ended("website"))
        story.when(request_removal("logo", at=JANUARY)).approved()
        story.given(*facts).when(request_removal("website", at=at))  # type: ignore[arg-type]
        found = story._finding(Rule.TOO_FEW_CONTRACTS)
        return found.to_json()

    def test_nine_are_too_few_by_one(self) -> None:
        assert self.after(contracts_ended(9, at=FEBRUARY)) == {
            "code": "TOO_FEW_CONTRACTS",
            "holds": False,
            "value": 9,
            "threshold": 10,
            "contracts_needed": 1,
        }

    def test_none_at_all_are_too_few_by_ten(self) -> None:
        assert self.after()["contracts_needed"] == 10

    @pytest.mark.parametrize("number", [10, 11])
    def test_ten_suffice_and_more_are_not_counted(self, number: int) -> None:
        assert self.after(contracts_ended(number, at=FEBRUARY)) == {
            "code": "TOO_FEW_CONTRACTS",
            "holds": True,
            "value": 10,
            "threshold": 10,
        }

    @pytest.mark.parametrize(
        ("completed_at", "counts"),
        [
            (JANUARY, False),
            (JANUARY + MICROSECOND, True),
            (APRIL, True),
            (APRIL + MICROSECOND, False),
        ],
        ids=["at the previous submission", "just after it", "at this submission", "just after it"],
    )
    def test_the_edges_of_the_period(self, completed_at: datetime, counts: bool) -> None:
        found = self.after(contracts_ended(9, at=FEBRUARY), contract_ended("edge", at=completed_at))
        assert found["value"] == (10 if counts else 9)

    @pytest.mark.parametrize(("earned", "counts"), [(0, False), (1, True)])
    def test_empty_contracts_do_not_unlock_the_perk(self, earned: int, counts: bool) -> None:
        found = self.after(contracts_ended(9, at=FEBRUARY), contract_ended("edge", at=FEBRUARY, earned=earned))
        assert found["holds"] is counts

    def test_other_accounts_contracts_do_not_count(self) -> None:
        found = self.after(contracts_ended(9, at=FEBRUARY), contract_ended("edge", at=FEBRUARY, account=AGENCY))
        assert found["value"] == 9

    def test_a_contract_told_twice_counts_once(self) -> None:
        once = contract_ended("edge", at=FEBRUARY)
        assert self.after(contracts_ended(8, at=FEBRUARY), once, once)["value"] == 9

    def test_the_first_request_needs_none(self) -> None:
        assert finding(a_case(completed_since=0), Rule.TOO_FEW_CONTRACTS) == {
            "code": "TOO_FEW_CONTRACTS",
            "holds": True,
            "value": 0,
            "threshold": 10,
        }


class TestAlreadyRemoved:
    """What is in force, and for whom it leaves room."""

    def test_nothing_in_force_says_nothing(self) -> None:
        assert finding(a_case(), Rule.ALREADY_REMOVED) == {"code": "ALREADY_REMOVED", "holds": True}

    @pytest.mark.parametrize(
        ("in_force", "asked", "holds"),
        [
            (Scope.JSS_ONLY, Scope.JSS_ONLY, False),
            (Scope.JSS_ONLY, Scope.JSS_AND_PROFILE, True),
            (Scope.JSS_AND_PROFILE, Scope.JSS_ONLY, False),
            (Scope.JSS_AND_PROFILE, Scope.JSS_AND_PROFILE, False),
        ],
    )
    def test_the_scope_in_force_is_named(self, in_force: Scope, asked: Scope, holds: bool) -> None:
        found = finding(a_case(in_force=in_force), Rule.ALREADY_REMOVED, scope=asked)
        assert found == {"code": "ALREADY_REMOVED", "holds": holds, "value": in_force.value}

    def test_an_upheld_report_comes_before_any_scope(self) -> None:
        case = a_case(contract=a_contract(upheld=True), in_force=Scope.JSS_ONLY)
        assert finding(case, Rule.ALREADY_REMOVED) == {"code": "ALREADY_REMOVED", "holds": False, "value": "terms"}


@pytest.mark.parametrize("badge", list(Badge))
def test_the_badge_held_and_the_badge_needed_are_told(badge: Badge) -> None:
    case = a_case(account=Account(AccountKey("ana"), badge=Slot(value=badge)))
    assert finding(case, Rule.NOT_TOP_RATED) == {
        "code": "NOT_TOP_RATED",
        "holds": badge in {Badge.TOP_RATED, Badge.TOP_RATED_PLUS},
        "value": badge.value,
        "threshold": "top_rated",
    }


@pytest.mark.parametrize("role", list(AgencyRole))
def test_the_role_held_and_the_role_needed_are_told(role: AgencyRole) -> None:
    case = a_case(account=Account(AccountKey("ana"), is_agency=True), role=role)
    assert finding(case, Rule.AGENCY_ROLE_REQUIRED) == {
        "code": "AGENCY_ROLE_REQUIRED",
        "holds": role in {AgencyRole.OWNER, AgencyRole.BUSINESS_MANAGER, AgencyRole.ADMIN},
        "value": role.value,
        "threshold": "admin",
    }


@pytest.mark.parametrize("pending", [None, "earlier"])
def test_the_open_request_is_named(pending: str | None) -> None:
    found = finding(a_case(open_request_id=pending), Rule.REQUEST_PENDING)
    assert found == {"code": "REQUEST_PENDING", "holds": pending is None, "value": pending}


class TestScoreEffect:
    """The effect must be known to do no harm, or be acknowledged."""

    def test_without_a_preview_nothing_is_stated(self) -> None:
        found = finding(a_case(), Rule.SCORE_EFFECT_UNACKNOWLEDGED, acknowledged=False)
        assert found == {"code": "SCORE_EFFECT_UNACKNOWLEDGED", "holds": False}

    def test_the_preview_and_the_score_now_are_told(self) -> None:
        found = finding(a_case(), Rule.SCORE_EFFECT_UNACKNOWLEDGED, acknowledged=False, preview=preview_of(80, None))
        assert found == {"code": "SCORE_EFFECT_UNACKNOWLEDGED", "holds": False, "value": None, "threshold": 80}

    @pytest.mark.parametrize(
        ("current", "preview", "harm"),
        [(80, 80, False), (80, 81, False), (80, 79, True), (80, None, True), (0, 0, False), (None, None, False)],
    )
    def test_harm_is_falling_or_vanishing(self, current: int | None, preview: int | None, harm: bool) -> None:
        assert harmless(preview_of(current, preview)) is not harm


class TestGoodPreview:
    """A preview answers for its day, and for no fact newer than what it rests on."""

    def of(self, *, version: int = 5, day: datetime = JANUARY) -> ScorePreview:
        return preview_of(80, 90, on=day, version=version)

    def test_of_today_and_of_all_facts_it_is_good(self) -> None:
        assert good_preview(self.of(), a_case(), JANUARY) == self.of()

    @pytest.mark.parametrize("version", [4, 0])
    def test_a_newer_fact_of_the_contract_spoils_it(self, version: int) -> None:
        assert good_preview(self.of(version=version), a_case(), JANUARY) is None

    @pytest.mark.parametrize("days", [-1, 1])
    def test_another_day_spoils_it(self, days: int) -> None:
        assert good_preview(self.of(day=JANUARY + timedelta(days=days)), a_case(), JANUARY) is None

    def test_the_day_is_that_of_utc_and_ends_at_midnight(self) -> None:
        midnight = datetime(2026, 1, 16, tzinfo=UTC)
        assert good_preview(self.of(), a_case(), midnight - MICROSECOND) is not None
        assert good_preview(self.of(), a_case(), midnight) is None

    def test_of_somebody_elses_contract_it_tells_nothing(self) -> None:
        assert good_preview(self.of(), a_case(contract=a_contract(account_id="bo")), JANUARY) is None
        assert good_preview(self.of(), a_case(contract=None), JANUARY) is None

    def test_only_a_good_one_becomes_evidence(self) -> None:
        story = given(a_top_rated_freelancer(), contract_ended("logo"))
        assert story.when(request_removal("logo", preview=self.of(version=1))).evidence.preview is None
        story = given(a_top_rated_freelancer(), contract_ended("logo"))
        assert story.when(request_removal("logo", preview=self.of())).evidence.preview == self.of()

    def test_a_removal_makes_the_preview_of_before_it_a_thing_of_the_past(self) -> None:
        story = given(a_top_rated_freelancer(), contract_ended("logo"))
        story.when(request_removal("logo", scope=Scope.JSS_ONLY))
        case = story.case(request_removal("logo"))
        assert good_preview(self.of(version=3), case, JANUARY) is None
        assert good_preview(self.of(version=4), case, JANUARY) is not None


class TestEligibility:
    """Judged as a request without acknowledgement; without a contract only the account is judged."""

    def test_without_a_contract_only_the_rules_about_the_account(self) -> None:
        found, _ = eligibility(a_case(contract=None), scope=None, preview=None, submitted_at=JANUARY, book=PERK)
        assert [each.code for each in found.findings] == [EIGHT[0], *EIGHT[6:10]]
        assert found.holds

    def test_with_a_contract_the_effect_on_the_score_is_not_acknowledged(self) -> None:
        found, preview = eligibility(
            a_case(), scope=Scope.JSS_ONLY, preview=preview_of(80, 79), submitted_at=JANUARY, book=PERK
        )
        assert found.failed == (Rule.SCORE_EFFECT_UNACKNOWLEDGED,)
        assert preview == preview_of(80, 79)

    def test_null_alone_refuses_nothing(self) -> None:
        found, _ = eligibility(
            a_case(contract=None), scope=Scope.JSS_ONLY, preview=None, submitted_at=JANUARY, book=PERK
        )
        assert found.failed == (Rule.CONTRACT_UNKNOWN,)
        assert [each.holds for each in found.findings].count(None) == 4


def test_the_evidence_holds_all_that_was_judged() -> None:
    story = given(a_top_rated_agency(), member("bo", AgencyRole.OWNER), contract_ended("logo", account=AGENCY))
    story.given(contract_ended("website", account=AGENCY))
    story.when(request_removal("logo", account=AGENCY, by="bo"))
    first = story.evidence
    assert (first.book, first.badge, first.role) == ("perk", Badge.TOP_RATED, AgencyRole.OWNER)
    assert (first.previous_request_id, first.previous_submitted_at, first.completed_since) == (None, None, 2)
    requested = story.events[0].request_id  # type: ignore[union-attr]
    story.given(contract_ended("third", at=FEBRUARY, account=AGENCY))
    second = story.when(request_removal("website", account=AGENCY, by="bo", at=FEBRUARY)).evidence
    assert (second.previous_request_id, second.previous_submitted_at) == (requested, JANUARY)
    assert second.completed_since == 1


def test_of_a_freelancer_no_role_is_told() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo"), report_upheld("logo"))
    assert story.when(request_removal("logo")).evidence.role is None
