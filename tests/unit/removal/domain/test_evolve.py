"""What facts change: any order of arrival and any repetition ends in the same rows; nothing ever raises."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given as supposing
from hypothesis import settings
from hypothesis import strategies as st
from tests.unit.removal.given import (
    AGENCY,
    ANA,
    FEBRUARY,
    JANUARY,
    MARCH,
    NEW_YEAR,
    Told,
    a_top_rated_freelancer,
    badge,
    contract_ended,
    feedback_edited,
    feedback_given,
    feedback_withdrawn,
    given,
    member,
    rating_given,
    report_upheld,
    request_removal,
    told,
)

from event_contracts import (
    AccountRenamed,
    AgencyRole,
    Badge,
    Direction,
    FeedbackAnswered,
    FeedbackGiven,
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalReversalProposed,
    FeedbackRemovalReversed,
    FeedbackRemovalWithdrawn,
    FeedbackReportDismissed,
    FeedbackReportFiled,
    FeedbackResponded,
    Stamp,
)
from removal.domain.evolve import AccountEvent, Fact, fold
from removal.domain.state import (
    Account,
    AccountKey,
    Approved,
    Contract,
    ContractKey,
    Feedback,
    Key,
    Member,
    MemberKey,
    Request,
    Row,
)

IDS = {"contract_id": "logo", "account_id": ANA, "client_id": "acme"}


def rows_of(facts: Sequence[Told]) -> dict[Key, Row]:
    return given(facts).rows


def contract_of(*facts: Told) -> Contract:
    row = rows_of(facts)[ContractKey("logo")]
    assert isinstance(row, Contract)
    return row


def timeless(rows: dict[Key, Row]) -> dict[Key, Row]:
    """The rows without versions, which follow the order of arrival."""
    unversioned: dict[Key, Row] = {}
    for key, row in rows.items():
        match row:
            case Account():
                unversioned[key] = replace(row, version=0)
            case Contract():
                unversioned[key] = replace(row, last_fact_version=0)
            case _:
                unversioned[key] = row
    return unversioned


CONTENTIOUS = [
    contract_ended("logo", at=NEW_YEAR, score=200),
    contract_ended("logo", at=NEW_YEAR, score=100, earned=1, told_at=FEBRUARY),
    feedback_given("logo", at=JANUARY, score=400),
    feedback_edited("logo", at=FEBRUARY, comment="Better."),
    feedback_withdrawn("logo", at=MARCH),
    badge(Badge.TOP_RATED, at=JANUARY, source_id="a"),
    badge(Badge.NONE, at=JANUARY, source_id="b"),
    member("bo", AgencyRole.OWNER, at=JANUARY),
    member("bo", AgencyRole.NONE, at=FEBRUARY),
]


@settings(max_examples=200, deadline=None)
@supposing(st.lists(st.sampled_from(CONTENTIOUS), max_size=20), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_ends_in_the_same_rows(facts: list[Told], shuffler: object) -> None:
    shuffled = [*facts, *facts]
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert timeless(rows_of(shuffled)) == timeless(rows_of(facts))


def test_within_one_slot_the_greatest_stamp_wins_in_every_order() -> None:
    facts = CONTENTIOUS[:5]
    ends = [timeless(rows_of(order)) for order in permutations(facts)]
    assert all(end == ends[0] for end in ends)
    contract = ends[0][ContractKey("logo")]
    assert isinstance(contract, Contract)
    assert contract.ended
    assert not contract.public_feedback_stands
    assert contract.terms.value is not None
    assert contract.terms.value.earned == 1


def test_a_restated_contract_never_overrides_a_later_edit_or_withdrawal() -> None:
    restated = contract_ended("logo", at=NEW_YEAR, score=100, told_at=MARCH)
    assert not contract_of(
        contract_ended("logo"), feedback_withdrawn("logo", at=JANUARY), restated
    ).public_feedback_stands


def test_embedded_feedback_holds_from_the_contracts_end() -> None:
    """Given before the end, told after it: the embedded one is the later."""
    contract = contract_of(contract_ended("logo", at=FEBRUARY, score=100), rating_given("logo", at=JANUARY))
    assert contract.public_feedback_stands


def test_at_an_equal_time_the_stamps_of_the_carrying_events_decide() -> None:
    embedded = replace(contract_ended("logo", at=JANUARY, score=100), source_id="b")
    earlier, later = (replace(rating_given("logo", at=JANUARY), source_id=name) for name in ("a", "c"))
    assert contract_of(embedded, earlier).public_feedback_stands
    assert not contract_of(embedded, later).public_feedback_stands


def test_embedded_feedback_that_says_nothing_changes_nothing() -> None:
    assert contract_of(
        feedback_given("logo", at=NEW_YEAR - timedelta(days=1)), contract_ended("logo", score=None)
    ).public_feedback_stands


def test_withdrawn_feedback_can_be_given_anew() -> None:
    assert contract_of(
        contract_ended("logo"), feedback_withdrawn("logo", at=JANUARY), feedback_given("logo", at=FEBRUARY)
    ).public_feedback_stands


def test_what_the_freelancer_said_of_the_client_is_no_feedback_to_remove() -> None:
    said = FeedbackGiven.model_validate(
        {
            "contract_id": "logo",
            "freelancer_id": ANA,
            "client_id": "acme",
            "direction": "talent_to_client",
            "score": 100,
        }
    )
    contract = contract_of(told(said))
    assert contract.feedback.stamp is None
    assert contract.last_fact_version == 0


def test_a_response_names_a_contract_and_says_nothing_else_here() -> None:
    answer = FeedbackResponded.model_validate(
        {
            "contract_id": "logo",
            "freelancer_id": ANA,
            "client_id": "acme",
            "direction": "client_to_talent",
            "text": "Thank you.",
        }
    )
    assert contract_of(told(answer)) == Contract(ContractKey("logo"), ANA, "acme")


class TestAgencies:
    """An account is an agency when a recorded fact says so, and never ceases to be one."""

    @pytest.mark.parametrize(
        "fact",
        [
            badge(Badge.NONE, account=AGENCY),
            member("bo", AgencyRole.NONE),
            contract_ended("logo", account=AGENCY),
            told(AccountRenamed(account_id=AGENCY, account_kind="agency", display_name="Studio")),
        ],
        ids=["badge", "membership", "contract", "name"],
    )
    def test_any_fact_may_say_so(self, fact: Told) -> None:
        account = rows_of([fact])[AccountKey(AGENCY)]
        assert isinstance(account, Account)
        assert account.is_agency

    def test_a_freelancers_facts_do_not(self) -> None:
        renamed = told(AccountRenamed(account_id=ANA, account_kind="freelancer", display_name="Ana"))
        account = rows_of([a_top_rated_freelancer(), contract_ended("logo"), renamed])[AccountKey(ANA)]
        assert isinstance(account, Account)
        assert not account.is_agency

    def test_a_name_is_of_another_stream_whose_versions_do_not_count(self) -> None:
        account = rows_of([told(AccountRenamed(account_id=ANA, account_kind="agency", display_name="x"))])[
            AccountKey(ANA)
        ]
        assert isinstance(account, Account)
        assert account.version == 0

    def test_a_role_left_is_no_role(self) -> None:
        row = rows_of([member("bo", AgencyRole.NONE, at=FEBRUARY), member("bo", AgencyRole.OWNER, at=JANUARY)])
        left = row[MemberKey(AGENCY, "bo")]
        assert isinstance(left, Member)
        assert left.role.value is None


class TestVersions:
    """Which facts make a preview old: those that can move what the contract does to the score."""

    def test_the_account_counts_every_event_of_its_stream(self) -> None:
        story = given(a_top_rated_freelancer(), contract_ended("logo")).when(request_removal("logo"))
        account = story.rows[AccountKey(ANA)]
        assert isinstance(account, Account)
        assert account.version == 4

    @pytest.mark.parametrize(
        ("fact", "moves"),
        [
            (contract_ended("logo", told_at=FEBRUARY), True),
            (feedback_given("logo", at=FEBRUARY), True),
            (feedback_edited("logo", at=NEW_YEAR - timedelta(days=9), score=100), True),
            (feedback_withdrawn("logo", at=FEBRUARY), True),
            (report_upheld("logo"), True),
            (report_upheld("logo", direction="talent_to_client"), False),
            (badge(Badge.NONE, at=FEBRUARY), False),
            (contract_ended("website"), False),
        ],
    )
    def test_a_fact_moves_the_contract_or_not(self, fact: Told, moves: bool) -> None:
        contract = contract_of(contract_ended("logo"), fact)
        assert contract.last_fact_version == (2 if moves else 1)


NEVER_ASKED = {**IDS, "request_id": "nobody-asked", "scope": "jss_only"}
DECIDED = {**NEVER_ASKED, "automatic": False, "decided_by": "agent", "decided_at": JANUARY}
ACTED = {**NEVER_ASKED, "by": "agent", "at": JANUARY}
REPORTED = {**IDS, "report_id": "r", "direction": "client_to_talent"}
STRAY: list[AccountEvent] = [
    FeedbackRemovalApproved.model_validate(DECIDED),
    FeedbackRemovalDenied.model_validate(DECIDED),
    FeedbackRemovalWithdrawn.model_validate({**NEVER_ASKED, "withdrawn_by": ANA, "withdrawn_at": JANUARY}),
    FeedbackRemovalReversalProposed.model_validate(ACTED),
    FeedbackRemovalReversed.model_validate(ACTED),
    FeedbackReportFiled.model_validate({**REPORTED, "ground": "ABUSE", "reported_by": ANA, "filed_at": JANUARY}),
    FeedbackReportDismissed.model_validate({**REPORTED, "decided_by": "m", "decided_at": JANUARY}),
    FeedbackAnswered.model_validate(
        {**IDS, "direction": Direction.CLIENT_TO_TALENT, "responded_by": ANA, "responded_at": JANUARY}
    ),
    report_upheld("logo").data,
]


@pytest.mark.parametrize("event", STRAY, ids=lambda event: type(event).__name__)
def test_a_fact_about_what_never_was_changes_nothing_but_the_version(event: AccountEvent) -> None:
    rows = fold({}, [Fact(event, Stamp(JANUARY, JANUARY, "x", "y"), 7)])
    assert rows == {AccountKey(ANA): Account(AccountKey(ANA), version=7)}


class TestLifecycle:
    """requested → approved | denied | withdrawn, approved → reversed; what does not fit changes nothing."""

    def request(self, *events: AccountEvent) -> Request:
        story = given(a_top_rated_freelancer(), contract_ended("logo")).decided_by_people()
        asked = story.when(request_removal("logo")).events[0]
        renamed = [event.model_copy(update={"request_id": asked.request_id}) for event in events]  # type: ignore[union-attr]
        story.given(*(told(event, JANUARY) for event in renamed))
        (row,) = (row for row in story.rows.values() if isinstance(row, Request))
        return row

    approved, denied, withdrawn, proposed, undone = STRAY[:5]

    @pytest.mark.parametrize(
        ("events", "status", "counted"),
        [
            ((), "Pending", True),
            ((approved,), "Approved", True),
            ((denied,), "Denied", False),
            ((withdrawn,), "Withdrawn", False),
            ((approved, proposed), "Approved", True),
            ((approved, proposed, undone), "Reversed", False),
            ((denied, approved), "Denied", False),
            ((withdrawn, approved), "Withdrawn", False),
            ((approved, denied), "Approved", True),
            ((approved, withdrawn), "Approved", True),
            ((undone,), "Pending", True),
            ((proposed,), "Pending", True),
            ((approved, undone, approved), "Reversed", False),
        ],
    )
    def test_the_way_of_a_request(self, events: tuple[AccountEvent, ...], status: str, counted: bool) -> None:
        request = self.request(*events)
        assert type(request.lifecycle).__name__ == status
        assert request.counted is counted

    def test_a_reversal_proposed_waits_for_the_second_person(self) -> None:
        lifecycle = self.request(self.approved, self.proposed).lifecycle
        assert isinstance(lifecycle, Approved)
        assert lifecycle.proposal is not None
        assert (lifecycle.proposal.proposed_by, lifecycle.proposal.proposed_at) == ("agent", JANUARY)

    def test_what_changes_nothing_leaves_the_version(self) -> None:
        assert self.request(self.denied).version == self.request(self.denied, self.approved).version


def test_feedback_is_remembered_as_public_or_not_and_never_as_what_it_said() -> None:
    assert contract_of(
        feedback_given("logo", at=JANUARY, score=None, comment="He never paid.")
    ).feedback.value == Feedback(public=True)
