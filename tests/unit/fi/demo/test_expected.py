"""Reading off the pages what a removal changed."""

from typing import Any

import pytest

from fi.demo.expected import CHANGES, TOMBSTONE, changes, failed_of, item_of

VISIBLE = {"state": "visible", "score": 200, "comment": "late"}
REMOVED = {"state": "removed", "tombstone": TOMBSTONE, "removal_class": "perk"}


def a_profile(feedback: dict[str, Any], *, removed: int, average: float = 4.2, jobs: int = 4) -> dict[str, Any]:
    entry = {"contract_id": "c", "client_feedback": feedback, "response": "sorry"}
    return {
        "job_success_score": {"removed_count": removed},
        "star_rating": {"average": average},
        "number_of_jobs": jobs,
        "work_history": {"items": [entry]},
    }


def a_history(feedback: dict[str, Any]) -> dict[str, Any]:
    row = {"contract_id": "c", "client_feedback": feedback, "talent_feedback": VISIBLE, "client_response": "so it was"}
    return {"items": [row]}


@pytest.mark.parametrize(("scope", "feedback"), [("jss_only", VISIBLE), ("jss_and_profile", REMOVED)])
def test_pages_as_the_seed_wants_them_give_its_table(scope: str, feedback: dict[str, Any]) -> None:
    before, after = a_profile(VISIBLE, removed=0), a_profile(feedback, removed=1)
    assert changes(before, after, a_history(feedback), "c") == CHANGES[scope]


@pytest.mark.parametrize(
    "after",
    [
        a_profile(REMOVED, removed=0),
        a_profile(REMOVED, removed=1, average=5.0),
        a_profile(REMOVED, removed=1, jobs=3),
        a_profile(REMOVED | {"score": 200}, removed=1),
        a_profile(REMOVED | {"removal_class": "terms"}, removed=1),
    ],
)
def test_any_other_page_gives_another_table(after: dict[str, Any]) -> None:
    assert changes(a_profile(VISIBLE, removed=0), after, a_history(REMOVED), "c") != CHANGES["jss_and_profile"]


def test_a_missing_row_is_seen() -> None:
    empty = a_profile(VISIBLE, removed=1) | {"work_history": {"items": []}}
    found = changes(a_profile(VISIBLE, removed=0), empty, {"items": []}, "c")
    assert found["work history entry"] == "missing"
    assert found["client's history: the client's answer"] == "missing"
    assert item_of({"items": []}, "c") == {}


def test_failed_rules_are_those_that_do_not_hold() -> None:
    rules = [{"code": "A", "holds": True}, {"code": "B", "holds": False}, {"code": "C", "holds": None}]
    assert failed_of({"rules": rules}) == failed_of({"evidence": {"rules": rules}}) == ["B"]
