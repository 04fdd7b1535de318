"""The seed's table for both scopes, from recorded facts to both pages."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.integration.profile_projection.chronicle import Chronicle
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    account_renamed,
    badge_changed,
    client_renamed,
    contract_completed,
    day,
    feedback_withdrawn,
    removal_approved,
    removal_reversed,
    report_upheld,
    responded,
    score_recomputed,
)

PERK_TOMBSTONE = {"state": "removed", "tombstone": "This feedback has been removed.", "removal_class": "perk"}
HARSH = {"state": "visible", "score": 200, "comment": "Never again"}
KIND = {"state": "visible", "score": 500, "comment": "A pleasure"}

THE_CONTRACT = contract_completed(
    client_feedback={"score": 200, "private_rating": 2, "comment": "Never again"},
    talent_feedback={"score": 500, "comment": "A pleasure"},
)
STORY = (
    badge_changed(),
    account_renamed(),
    client_renamed(),
    THE_CONTRACT,
    contract_completed("C2", client="K2", completed_at=day(9), title="A site", client_feedback={"score": 480}),
    responded(text="I disagree"),
    responded(direction=TALENT_TO_CLIENT, text="You are welcome"),
    score_recomputed(score=0, cause=3),
)


async def pages(chronicle: Chronicle) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The profile of the account and the history of the client."""
    return await chronicle.body("/v1/profiles/A1"), await chronicle.body("/v1/clients/K1/history")


async def test_before_any_removal(chronicle: Chronicle) -> None:
    await chronicle.tell(*STORY)
    profile, history = await pages(chronicle)

    assert profile == {
        "account_id": "A1",
        "kind": "freelancer",
        "display_name": "Ada",
        "badge": "top_rated",
        "job_success_score": {
            "account_id": "A1",
            "score": 0,
            "window_months": 24,
            "as_of": "2026-01-22",
            "policy": "jss-v1",
            "removed_count": 0,
        },
        "star_rating": {"average": 3.4, "count": 2, "removed_count": 0},
        "number_of_jobs": 2,
        "work_history": {
            "items": [
                {
                    "contract_id": "C1",
                    "title": "A logo",
                    "client_id": "K1",
                    "completed_at": "2026-01-11T12:00:00Z",
                    "client_feedback": HARSH,
                    "response": "I disagree",
                },
                {
                    "contract_id": "C2",
                    "title": "A site",
                    "client_id": "K2",
                    "completed_at": "2026-01-10T12:00:00Z",
                    "client_feedback": {"state": "visible", "score": 480},
                },
            ]
        },
    }
    assert history == {
        "client_id": "K1",
        "display_name": "Kay Ltd",
        "items": [
            {
                "contract_id": "C1",
                "title": "A logo",
                "account_id": "A1",
                "completed_at": "2026-01-11T12:00:00Z",
                "client_feedback": HARSH,
                "talent_feedback": KIND,
                "client_response": "You are welcome",
            }
        ],
    }


@pytest.mark.parametrize(
    ("scope", "client_feedback", "hidden"), [("jss_only", HARSH, 0), ("jss_and_profile", PERK_TOMBSTONE, 1)]
)
async def test_a_removal_in_each_scope(
    chronicle: Chronicle, scope: str, client_feedback: Mapping[str, Any], hidden: int
) -> None:
    await chronicle.tell(*STORY)
    profile_before, history_before = await pages(chronicle)
    await chronicle.tell(removal_approved(scope=scope), score_recomputed(score=None, cause=8, removed_count=1))
    profile, history = await pages(chronicle)

    work = profile["work_history"]["items"][0]
    assert work["client_feedback"] == client_feedback
    assert work == profile_before["work_history"]["items"][0] | {"client_feedback": client_feedback}
    assert profile["work_history"]["items"][1:] == profile_before["work_history"]["items"][1:]
    assert profile["number_of_jobs"] == 2
    assert profile["star_rating"] == {"average": 3.4, "count": 2, "removed_count": hidden}
    assert profile["job_success_score"]["score"] is None
    assert profile["job_success_score"]["removed_count"] == 1

    engagement = history["items"][0]
    assert engagement == history_before["items"][0] | {"client_feedback": client_feedback}
    assert engagement["talent_feedback"] == KIND
    assert engagement["client_response"] == "You are welcome"


async def test_a_removed_comment_is_in_no_answer_and_not_even_opened(chronicle: Chronicle) -> None:
    await chronicle.tell(*STORY, removal_approved())
    chronicle.texts.batches.clear()
    answers = [
        await chronicle.ask(path)
        for path in ("/v1/profiles/A1", "/v1/profiles/A1/work-history", "/v1/clients/K1/history")
    ]

    assert all("Never again" not in answer.text and '"score":200' not in answer.text for answer in answers)
    assert all("client_feedback.comment" not in batch for batch in chronicle.texts.batches)
    assert len(chronicle.texts.batches) == len(answers)  # each page's texts in one go


async def test_a_reversal_shows_it_again(chronicle: Chronicle) -> None:
    await chronicle.tell(*STORY)
    before = await pages(chronicle)
    await chronicle.tell(removal_approved(), removal_reversed())

    assert await pages(chronicle) == before


@pytest.mark.parametrize(
    ("facts", "removal_class"),
    [
        ((report_upheld(), removal_approved(), feedback_withdrawn()), "terms"),
        ((removal_approved(), feedback_withdrawn()), "author"),
    ],
)
async def test_upheld_and_withdrawn_leave_the_average(
    chronicle: Chronicle, facts: tuple[Any, ...], removal_class: str
) -> None:
    await chronicle.tell(*STORY, *facts)
    profile, history = await pages(chronicle)

    assert profile["work_history"]["items"][0]["client_feedback"] == PERK_TOMBSTONE | {"removal_class": removal_class}
    assert profile["star_rating"] == {"average": 4.8, "count": 1, "removed_count": 0}
    assert profile["number_of_jobs"] == 2
    assert history["items"][0]["client_feedback"] == PERK_TOMBSTONE | {"removal_class": removal_class}
    assert history["items"][0]["talent_feedback"] == KIND


async def test_a_contract_that_has_not_ended_shows_nothing(chronicle: Chronicle) -> None:
    given = [fact for fact in STORY if fact is not THE_CONTRACT]
    await chronicle.tell(*given, removal_approved())
    profile, history = await pages(chronicle)

    assert [work["contract_id"] for work in profile["work_history"]["items"]] == ["C2"]
    assert profile["star_rating"] == {"average": 4.8, "count": 1, "removed_count": 0}
    assert profile["number_of_jobs"] == 1
    assert history == {"client_id": "K1", "display_name": "Kay Ltd", "items": []}

    await chronicle.tell(THE_CONTRACT)
    profile, _ = await pages(chronicle)
    assert profile["work_history"]["items"][0]["client_feedback"] == PERK_TOMBSTONE


async def test_nothing_earned_is_no_job_but_work(chronicle: Chronicle) -> None:
    await chronicle.tell(contract_completed(earned=0, client_feedback={"score": 300}))
    profile = await chronicle.body("/v1/profiles/A1")

    assert profile["number_of_jobs"] == 0
    assert profile["star_rating"] == {"average": 3.0, "count": 1, "removed_count": 0}
    assert len(profile["work_history"]["items"]) == 1
