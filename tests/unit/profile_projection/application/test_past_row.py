"""Rows of the past hold what a page of then may show, and no text besides."""

from datetime import datetime

import pytest
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    answered_at_our_door,
    contract_completed,
    day,
    member_changed,
    recorded,
    responded,
)

from profile_projection.application.fold import fold
from profile_projection.application.past_row import displayed_agency, history_row, profile_row
from profile_projection.application.rows import Rows
from profile_projection.domain.hiding import Seen
from profile_projection.domain.policy import Shown
from profile_projection.domain.state import PublicContract

ROWS = fold(
    Rows(),
    recorded(
        [
            contract_completed(
                client_feedback={"score": 300, "comment": "Meh"}, talent_feedback={"score": 500, "comment": "Fine"}
            ),
            responded(text="By the account"),
            answered_at_our_door(direction=TALENT_TO_CLIENT, text="By the client"),
        ]
    ),
)
CONTRACT: PublicContract = ROWS.contracts["A1", "C1"].contract
VISIBLE = Seen(Shown.VISIBLE, None)
TEXTS = ("title", "client_comment", "talent_comment", "response", "client_response")


def texts(client: Seen = VISIBLE, talent: Seen = VISIBLE, **erased: datetime) -> list[bytes | None]:
    row = history_row(CONTRACT, client, talent, erased)
    return [row[name] for name in TEXTS]


def test_what_is_visible_is_there_to_be_opened() -> None:
    assert texts() == [b"A logo", b"Meh", b"Fine", b"By the account", b"By the client"]


def test_no_removed_text_is_in_a_row() -> None:
    removed = Seen(Shown.PERK, day(50))
    row = history_row(CONTRACT, removed, VISIBLE, {})

    assert texts(client=removed) == [b"A logo", None, b"Fine", b"By the account", b"By the client"]
    assert (row["client_score"], row["client_comment_event"], row["client_since"]) == (None, None, day(50))
    assert row["talent_since"] is None


def test_a_response_shows_beside_every_state_but_none() -> None:
    nothing = Seen(Shown.NONE, None)

    assert texts(client=nothing, talent=nothing) == [b"A logo", None, None, None, None]


def test_an_erased_writers_texts_leave_only_that_they_were_there() -> None:
    row = history_row(CONTRACT, VISIBLE, VISIBLE, {"K1": day(60)})

    assert texts(K1=day(60)) == [None, None, b"Fine", b"By the account", None]
    assert (row["client_score"], row["client_since"], row["talent_since"]) == (300, day(60), None)
    assert row["client_comment_event"] is not None


@pytest.mark.parametrize(
    ("memberships", "displayed"),
    [
        ([], None),
        ([member_changed("G1")], "G1"),
        ([member_changed("G1", exclusive=False)], None),
        ([member_changed("G1", role="none")], None),
        ([member_changed("G1", at=day(3)), member_changed("G2", at=day(2))], "G1"),
        ([member_changed("G1"), member_changed("G1", role="none", at=day(2)), member_changed("G2")], "G2"),
        ([member_changed("G1", user="another")], None),
    ],
)
def test_whose_score_a_member_displays(memberships: list[object], displayed: str | None) -> None:
    rows = fold(Rows(), recorded(memberships))  # type: ignore[arg-type]

    assert displayed_agency("A1", rows.memberships) == displayed


def test_an_account_that_only_an_agencys_facts_name() -> None:
    row = profile_row("F1", None, None, None, None)

    assert (row["badge"], row["agency"], row["jobs"], row["score_count"], row["policy"]) == ("none", False, 0, 0, None)
