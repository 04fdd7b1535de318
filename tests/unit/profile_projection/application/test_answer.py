"""The members of the answers."""

from datetime import date

import pytest

from profile_projection.application.answer import feedback, job_success_score, star_rating

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("shown", "score", "comment_event", "comment", "members"),
    [
        ("visible", 480, "e1", "Good", {"state": "visible", "score": 480, "comment": "Good"}),
        ("visible", 480, None, None, {"state": "visible", "score": 480}),
        ("visible", None, "e1", "Good", {"state": "visible", "comment": "Good"}),
        ("visible", 480, "e1", None, {"state": "erased", "score": 480}),
        ("visible", None, "e1", None, {"state": "erased"}),
        ("none", None, None, None, {"state": "none"}),
        *(
            (
                removal_class,
                480,
                "e1",
                "Good",
                {
                    "state": "removed",
                    "tombstone": "This feedback has been removed.",
                    "removal_class": removal_class,
                },
            )
            for removal_class in ("terms", "author", "perk")
        ),
    ],
)
def test_a_feedback_by_its_state(
    shown: str, score: int | None, comment_event: str | None, comment: str | None, members: dict[str, object]
) -> None:
    assert feedback(shown, score, comment_event, comment) == members


NEVER_SCORED = dict.fromkeys(
    ("policy", "score", "window_months", "as_of", "score_removed_count", "displayed_from", "reason")
)


def test_an_account_without_a_recorded_score() -> None:
    assert job_success_score({"account_id": "A1", **NEVER_SCORED}, TODAY) == {
        "account_id": "A1",
        "score": None,
        "window_months": None,
        "as_of": "2026-06-01",
        "policy": "jss-v1",
        "removed_count": 0,
    }


def test_a_member_of_an_agency_without_a_recorded_score() -> None:
    row = {"account_id": "A1", **NEVER_SCORED, "displayed_from": "G1"}

    assert job_success_score(row, TODAY)["displayed_from"] == "G1"


def test_a_score_of_zero_is_shown() -> None:
    row = {
        "account_id": "A1",
        "policy": "jss-v2",
        "score": 0,
        "window_months": 6,
        "as_of": date(2026, 5, 1),
        "score_removed_count": 3,
        "displayed_from": None,
        "reason": "AT_ZERO",
    }

    assert job_success_score(row, TODAY) == {
        "account_id": "A1",
        "score": 0,
        "window_months": 6,
        "as_of": "2026-05-01",
        "policy": "jss-v2",
        "removed_count": 3,
        "reason": "AT_ZERO",
    }


def test_the_golden_examples_rating() -> None:
    row = {"score_sum": 500 + 490 + 480 + 200, "score_count": 4, "removed_count": 1}

    assert star_rating(row) == {"average": 4.2, "count": 4, "removed_count": 1}
