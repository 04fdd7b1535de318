"""Facts meet in any order and any number of times; the state is the same."""

from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    Fact,
    account_renamed,
    answered_at_our_door,
    badge_changed,
    client_renamed,
    contract_completed,
    day,
    feedback_edited,
    feedback_given,
    feedback_withdrawn,
    member_changed,
    recorded,
    removal_approved,
    removal_refused,
    removal_reversed,
    report_upheld,
    responded,
    score_recomputed,
    standing_changed,
    subject_erased,
)

from event_contracts import Badge
from profile_projection.domain.evolve import evolve_account, evolve_contract
from profile_projection.domain.state import PublicAccount, PublicContract

STORY = (
    contract_completed(client_feedback={"score": 300, "comment": "Meh"}, talent_feedback={"score": 500}),
    contract_completed(at=day(40), title="A better title", earned=0),
    feedback_edited(score=350, comment="Better"),
    feedback_withdrawn(),
    feedback_given(score=None, private_rating=7, at=day(16)),
    feedback_withdrawn(direction=TALENT_TO_CLIENT),
    responded(text="first"),
    responded(text="second", at=day(15)),
    answered_at_our_door(text="same instant, our door"),
    answered_at_our_door(direction=TALENT_TO_CLIENT),
    removal_approved(scope="jss_only"),
    removal_approved(request="R2"),
    removal_reversed(request="R2"),
    report_upheld(direction=TALENT_TO_CLIENT),
)


def contract_after(facts: list[Fact] | tuple[Fact, ...]) -> PublicContract:
    unknown = PublicContract(account_id="A1", contract_id="C1", client_id="K1")
    return reduce(evolve_contract, recorded(facts), unknown)


def account_after(*facts: Fact, account_id: str = "A1") -> PublicAccount:
    return reduce(evolve_account, recorded(facts), PublicAccount(account_id=account_id))


@settings(max_examples=200, deadline=None)
@given(st.permutations(STORY), st.lists(st.sampled_from(STORY), max_size=6))
def test_any_order_and_repetition_ends_in_one_state(facts: list[Fact], again: list[Fact]) -> None:
    assert contract_after([*facts, *again]) == contract_after(STORY)


def test_the_earliest_response_stands_and_ours_at_an_equal_time() -> None:
    response = contract_after(STORY).account_response

    assert response is not None
    assert response.text is not None
    assert response.text.ciphertext == b"same instant, our door"


def test_terms_of_the_greatest_stamp_win_by_bytes_of_the_id() -> None:
    facts = [contract_completed(title=title).named(id_) for id_, title in (("Z", "upper"), ("a", "lower"), ("Y", "y"))]

    for order in permutations(facts):
        terms = contract_after(order).terms
        assert terms is not None
        assert terms.title is not None
        assert terms.title.ciphertext == b"lower"


def test_texts_belong_to_whoever_wrote_them() -> None:
    contract = contract_after(
        [
            contract_completed(
                freelancer="F1",
                agency="A1",
                client_feedback={"comment": "by the client"},
                talent_feedback={"score": 400, "comment": "by the freelancer"},
            ),
            responded(freelancer="F1", agency="A1"),
            answered_at_our_door(direction=TALENT_TO_CLIENT),
        ]
    )
    assert contract.terms is not None
    assert contract.client_feedback.content is not None
    assert contract.talent_feedback.content is not None
    assert contract.account_response is not None
    assert contract.client_response is not None
    texts = (
        contract.terms.title,
        contract.client_feedback.content.comment,
        contract.talent_feedback.content.comment,
        contract.account_response.text,
        contract.client_response.text,
    )

    assert [(text.subject_id, text.path) for text in texts if text is not None] == [
        ("K1", "title"),
        ("K1", "client_feedback.comment"),
        ("F1", "talent_feedback.comment"),
        ("F1", "text"),
        ("K1", "response"),
    ]


def test_a_fact_of_another_kind_changes_nothing() -> None:
    before = contract_after(STORY)

    for fact in (badge_changed(), subject_erased(), score_recomputed(), standing_changed(), removal_refused()):
        assert evolve_contract(before, fact.recorded()) is before


def test_the_badge_last_stated_wins_whatever_came_last() -> None:
    early, late = badge_changed(badge="top_rated"), badge_changed(badge="rising_talent", at=day(5))

    for facts in ((early, late), (late, early), (late, early, late, early)):
        stated = account_after(*facts).badge
        assert stated is not None
        assert stated.badge is Badge.RISING_TALENT


@pytest.mark.parametrize(
    ("fact", "account_id", "named", "agency"),
    [
        (contract_completed(), "A1", True, False),
        (contract_completed(freelancer="F1", agency="A1"), "A1", True, True),
        (feedback_given(freelancer="F1", agency="A1"), "A1", True, True),
        (badge_changed(), "A1", True, False),
        (badge_changed(kind="agency"), "A1", True, True),
        (member_changed(agency="A1", user="F1"), "A1", True, True),
        (account_renamed(kind="agency"), "A1", True, True),
        (client_renamed(client="A1"), "A1", False, False),
        (removal_refused(account="A1"), "A1", False, False),
        (removal_approved(), "A1", False, False),
        (score_recomputed(), "A1", False, False),
        (subject_erased("A1"), "A1", False, False),
    ],
)
def test_what_names_an_account_and_makes_it_an_agency(fact: Fact, account_id: str, named: bool, agency: bool) -> None:
    account = account_after(fact, account_id=account_id)

    assert (account.named, account.agency) == (named, agency)


def test_an_account_stays_an_agency_once_a_fact_says_so() -> None:
    assert account_after(badge_changed(kind="agency"), badge_changed(kind="freelancer", at=day(9))).agency
