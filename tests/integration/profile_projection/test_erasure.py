"""What an erased subject leaves behind: states, scores, and nothing of what it wrote."""

from typing import Any

import pytest
from tests.integration.profile_projection.chronicle import Chronicle
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    Fact,
    account_renamed,
    client_renamed,
    contract_completed,
    day,
    feedback_edited,
    removal_approved,
    responded,
    subject_erased,
)

BOTH_SIDES: dict[str, Any] = {
    "client_feedback": {"score": 300, "comment": "By the client"},
    "talent_feedback": {"score": 500, "comment": "By the talent"},
}
STORY = (
    account_renamed(),
    client_renamed(),
    contract_completed(**BOTH_SIDES),
    responded(text="Answer of the account"),
    responded(direction=TALENT_TO_CLIENT, text="Answer of the client"),
    contract_completed("C2", completed_at=day(9), client_feedback={"score": 400}),
    contract_completed("C3", completed_at=day(8), client_feedback={"score": 200, "comment": "Hidden"}),
    removal_approved("C3"),
    contract_completed("G-1", completed_at=day(7), agency="G1", **BOTH_SIDES),
)
SEALED = (
    ("contracts", "title", "title_event"),
    ("contracts", "client_comment", "client_comment_event"),
    ("contracts", "talent_comment", "talent_comment_event"),
    ("contracts", "response", "response_event"),
    ("contracts", "client_response", "client_response_event"),
    ("names", "display_name", "display_name_event"),
)


async def ciphertexts(chronicle: Chronicle) -> dict[str, int]:
    """How many texts each sealed column still holds."""
    return {
        f"{table}.{column}": await chronicle.pool.fetchval(f"SELECT count({column}) FROM profile.{table}")
        for table, column, _ in SEALED
    }


@pytest.mark.parametrize("split", [None, 0, 4, len(STORY)], ids=["one set", "before", "between", "after"])
async def test_an_erased_client(chronicle: Chronicle, split: int | None) -> None:
    events = await chronicle.record([*STORY, subject_erased("K1")])
    erased = [event for event in events if event.stream == "subject/K1"]
    facts = [event for event in events if event.stream != "subject/K1"]
    parts = [events] if split is None else [facts[:split], erased, facts[split:]]
    for part in parts:
        await chronicle.fold(part)
        await chronicle.fold(part)

    history = await chronicle.body("/v1/clients/K1/history")
    assert history["display_name"] is None
    assert [item["title"] for item in history["items"]] == [None] * 4
    assert [item["client_feedback"] for item in history["items"]] == [
        {"state": "erased", "score": 300},
        {"state": "visible", "score": 400},
        {"state": "removed", "tombstone": "This feedback has been removed.", "removal_class": "perk"},
        {"state": "erased", "score": 300},
    ]
    assert history["items"][0]["talent_feedback"] == {"state": "visible", "score": 500, "comment": "By the talent"}
    assert "client_response" not in history["items"][0]

    profile = await chronicle.body("/v1/profiles/A1")
    assert profile["star_rating"] == {"average": 3.0, "count": 3, "removed_count": 1}
    assert profile["work_history"]["items"][0]["client_feedback"] == {"state": "erased", "score": 300}
    assert profile["work_history"]["items"][0]["response"] == "Answer of the account"
    assert await ciphertexts(chronicle) == {
        "contracts.title": 0,
        "contracts.client_comment": 0,
        "contracts.talent_comment": 2,
        "contracts.response": 1,
        "contracts.client_response": 0,
        "names.display_name": 1,
    }


async def test_an_erased_account(chronicle: Chronicle) -> None:
    await chronicle.tell(*STORY, subject_erased("A1"))

    for path in ("/v1/profiles/A1", "/v1/profiles/A1/work-history"):
        gone = await chronicle.ask(path, status=410)
        assert gone.json()["type"] == "urn:feedback-integrity:problem:gone"
    assert await chronicle.body("/v1/profiles?account_id=A1") == {"items": []}
    history = await chronicle.body("/v1/clients/K1/history")
    assert history["items"][0]["talent_feedback"] == {"state": "erased", "score": 500}
    assert history["items"][3]["talent_feedback"] == {"state": "erased", "score": 500}  # under an agency's contract
    assert history["items"][0]["client_feedback"]["state"] == "visible"
    assert history["items"][0]["client_response"] == "Answer of the client"
    assert (await chronicle.body("/v1/profiles/G1"))["work_history"]["items"][0]["client_feedback"]["score"] == 300
    left = await ciphertexts(chronicle)
    assert (left["contracts.talent_comment"], left["contracts.response"], left["names.display_name"]) == (0, 0, 1)


async def test_two_subjects_of_one_contract_erased_together(chronicle: Chronicle) -> None:
    await chronicle.tell(*STORY)
    await chronicle.tell(subject_erased("K1"), subject_erased("A1"))

    assert set((await ciphertexts(chronicle)).values()) == {0}


@pytest.mark.parametrize("erased", ["K1", "A1"])
async def test_a_reader_learns_of_the_erasure(chronicle: Chronicle, erased: str) -> None:
    await chronicle.tell(*STORY)
    seen = await chronicle.ask("/v1/clients/K1/history")
    await chronicle.tell(subject_erased(erased))
    answer = await chronicle.ask("/v1/clients/K1/history", If_None_Match=seen.headers["ETag"])

    assert int(answer.headers["Log-Position"]) == len(STORY)


async def test_a_destroyed_key_counts_before_the_event_is_folded(chronicle_with_own_keys: Chronicle) -> None:
    chronicle = chronicle_with_own_keys
    await chronicle.tell(*STORY)
    seen = await chronicle.ask("/v1/clients/K1/history")
    await chronicle.destroy_key("K1")

    await chronicle.ask("/v1/clients/K1/history", If_None_Match=seen.headers["ETag"])  # and not 304
    history = await chronicle.body("/v1/clients/K1/history")
    assert history["display_name"] is None
    assert history["items"][0]["client_feedback"] == {"state": "erased", "score": 300}
    assert "client_response" not in history["items"][0]


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (feedback_edited(score=450, comment="Newer"), {"state": "visible", "score": 450}),
        (feedback_edited(score=None, comment="Newer", private_rating=5), {"state": "none"}),
    ],
)
async def test_a_fact_about_an_erased_subject_comes_without_its_texts(
    chronicle_with_own_keys: Chronicle, fact: Fact, shown: dict[str, object]
) -> None:
    chronicle = chronicle_with_own_keys
    await chronicle.tell(*STORY, subject_erased("K1"))
    await chronicle.destroy_key("K1")
    await chronicle.tell(fact)

    history = await chronicle.body("/v1/clients/K1/history")
    assert history["items"][0]["client_feedback"] == shown
