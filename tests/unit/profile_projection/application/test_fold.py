"""Every kind of event is decided about, and folding twice is folding once."""

from copy import deepcopy
from dataclasses import replace

import pytest
from tests.unit.profile_projection.given import (
    account_renamed,
    badge_changed,
    client_renamed,
    contract_completed,
    feedback_given,
    member_changed,
    recorded,
    removal_approved,
    removal_refused,
    removal_reversed,
    report_upheld,
    score_recomputed,
    standing_changed,
    subject_erased,
)

from event_contracts import REGISTRY, EventData
from profile_projection.application.fold import STEPS, UnfoldableEventError, fold, keys_of
from profile_projection.application.rows import Rows
from profile_projection.domain.state import Figures

STORY = (
    badge_changed(),
    account_renamed(),
    client_renamed(),
    standing_changed(),
    member_changed(user="A1"),
    contract_completed(freelancer="A1", agency="G1", client_feedback={"score": 300, "comment": "Meh"}),
    contract_completed("C2"),
    feedback_given("C2", score=450),
    removal_approved("C2"),
    score_recomputed(cause=8),
    removal_refused(account="A8"),
)


def test_every_known_event_has_a_step() -> None:
    assert set(STEPS) == set(REGISTRY.values())


def test_an_event_nobody_decided_about_stops_the_fold() -> None:
    class Unheard(EventData):
        TYPE = "integrity.unheard-of.v1"

    unknown = replace(badge_changed().recorded(), type=Unheard.TYPE, data=Unheard())

    with pytest.raises(UnfoldableEventError, match="unheard-of"):
        keys_of([unknown])
    with pytest.raises(UnfoldableEventError, match="unheard-of"):
        fold(Rows(), [unknown])


def test_folding_twice_is_folding_once() -> None:
    events = recorded(STORY)
    once = deepcopy(fold(Rows(), events))

    assert fold(fold(Rows(), events), events) == once
    assert fold(Rows(), [*events, *events]) == once


def test_an_event_is_noted_where_a_reader_waits_for_it() -> None:
    rows = fold(Rows(), recorded(STORY))

    assert (rows.accounts["A1"].version, rows.accounts["A1"].position) == (4, 8)  # its name is another stream
    assert rows.accounts["A1"].decisive_position == 8
    assert rows.accounts["A8"].version == 1
    assert not rows.accounts["A8"].account.named
    assert rows.accounts["G1"].decisive_position == -1
    assert rows.names["account", "A1"].version == 1
    assert rows.scores["A1"].cause_position == 8


@pytest.mark.parametrize("decision", [removal_approved(), removal_reversed(), report_upheld()])
def test_a_score_follows_each_decision(decision) -> None:  # type: ignore[no-untyped-def]
    rows = fold(Rows(), [decision.recorded(41)])

    assert rows.accounts["A1"].decisive_position == 41


def test_figures_move_with_the_contracts() -> None:
    rows = fold(Rows(), recorded(STORY))

    assert rows.accounts["A1"].account.figures == Figures(450, 1, 1, 1)
    assert rows.accounts["G1"].account.figures == Figures(300, 1, 0, 1)


def test_who_is_named_elsewhere_is_remembered_beside_the_accounts() -> None:
    rows = fold(Rows(), recorded(STORY))

    assert set(rows.mentions) == {("A1", "G1")}


def test_clients_and_subjects_are_kept_apart_by_partition() -> None:
    rows = fold(
        Rows(),
        [
            standing_changed().recorded(5, partition=0),
            standing_changed().recorded(5, partition=1),
            contract_completed().recorded(7, partition=1),
            subject_erased("K1").recorded(9, partition=0),
        ],
    )

    assert {key: row.position for key, row in rows.clients.items()} == {("K1", 0): 5, ("K1", 1): 7}
    assert set(rows.subjects) == {("K1", 0)}
    assert rows.contracts["A1", "C1"].contract.terms is not None
    assert rows.contracts["A1", "C1"].contract.terms.title is not None
    assert rows.contracts["A1", "C1"].contract.terms.title.ciphertext  # the erasure has not come to its partition


def test_an_erasure_blanks_texts_and_keeps_what_they_were() -> None:
    rows = fold(Rows(), recorded([*STORY, subject_erased("K1")]))

    content = rows.contracts["G1", "C1"].contract.client_feedback.content
    assert content is not None
    assert content.score == 300
    assert content.comment is not None
    assert content.comment.ciphertext is None
    name = rows.names["client", "K1"].text
    assert name is not None
    assert name.ciphertext is None
    assert rows.names["account", "A1"].text is not None
    assert rows.newly_erased == {0: (["K1"], 11)}


def test_an_older_score_changes_nothing() -> None:
    newer = score_recomputed(score=80).recorded(7, version=2)
    older = score_recomputed(score=70).recorded(3, version=1)

    for events in ([newer, older], [older, newer]):
        assert fold(Rows(), events).scores["A1"].score == 80
