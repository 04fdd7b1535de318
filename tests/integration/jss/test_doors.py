"""The score doors: bodies, versions, waiting, who may see what, and what is said of unknown and erased accounts."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests.integration.jss.doors import ScoreDoors, the_doors, token
from tests.integration.jss.world import World
from tests.unit.jss import facts

from servicekit.consistency import ConsistencyToken

A1 = token("A1")
STAFF = token("S1", "removals:read")
STRANGER = token("X1", "reports:decide")


@pytest.fixture
async def doors(world: World) -> AsyncIterator[ScoreDoors]:
    """The doors over the test's world."""
    async with the_doors(world) as some:
        yield some


async def test_the_score_body_is_exactly_what_is_promised(world: World, doors: ScoreDoors) -> None:
    await world.tell(*facts.golden())
    answer = await doors.get("A1/score")
    assert answer.json() == {
        "account_id": "A1",
        "score": 74,
        "window_months": 24,
        "as_of": "2026-06-30",
        "policy": "jss-v1",
        "removed_count": 0,
    }
    assert answer.headers["Log-Position"] == "3"
    await world.tell(facts.upheld("A", "k1"), facts.upheld("D", "k4"))
    answer = await doors.get("A1/score")
    assert answer.json()["removed_count"] == 2
    assert "reason" not in answer.json()


async def test_the_score_of_an_account_nobody_evaluated_is_none_as_of_today(world: World, doors: ScoreDoors) -> None:
    await world.tell(facts.badge("A2"), facts.member("AG", "U1"))
    for account in ("A2", "AG", "U1"):
        answer = await doors.get(f"{account}/score")
        assert answer.status_code == 200
        assert answer.json()["score"] is None
        assert answer.json()["as_of"] == "2026-06-30"
    tag = answer.headers["ETag"]
    world.move_to(facts.TODAY + timedelta(days=1))
    assert (await doors.get("U1/score", If_None_Match=tag)).status_code == 200


async def test_ids_that_no_fact_names_are_not_found(world: World, doors: ScoreDoors) -> None:
    await world.tell(facts.ended("A", "k1"), facts.standing("k1", "good"))
    for path in ("nobody/score", "k1/score", "nobody/score/history", "a%2Fb/score", "é/score"):
        answer = await doors.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert (await doors.get("nobody/score/explanation", STAFF)).status_code == 404
    assert (await doors.get("nobody/score/preview?without_contract=A", STAFF)).status_code == 404


async def test_an_unchanged_score_answers_304_and_a_changed_one_does_not(world: World, doors: ScoreDoors) -> None:
    await world.tell(*facts.golden())
    tag = (await doors.get("A1/score")).headers["ETag"]
    assert (await doors.get("A1/score", If_None_Match=tag)).status_code == 304
    await world.tell(facts.approved("D", "k4"))
    answer = await doors.get("A1/score", If_None_Match=tag)
    assert (answer.status_code, answer.json()["score"]) == (200, 100)


async def test_a_read_with_a_token_waits_for_what_it_names(world: World, doors: ScoreDoors) -> None:
    await world.tell(*facts.golden())
    there = ConsistencyToken({"account/A1": 4, "score/A1": 9, "name/A1": 1}, awaits_score=True).encode()
    assert (await doors.get("A1/score", Consistency_Token=there)).status_code == 200
    ahead = ConsistencyToken({"account/A1": 5}).encode()
    answer = await doors.get("A1/score", Consistency_Token=ahead, Prefer="wait=0")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:feedback-integrity:problem:projection-behind")
    assert answer.headers["Retry-After"]
    await world.tell(facts.badge())
    assert (await doors.get("A1/score", Consistency_Token=ahead, Prefer="wait=0")).status_code == 200
    assert (await doors.get("A1/score", Consistency_Token="nonsense")).status_code == 422


async def test_only_its_own_people_and_staff_see_why(world: World, doors: ScoreDoors) -> None:
    await world.tell(*facts.golden(), facts.ended("G", "k1", account="A1", agency="AG"))
    await world.tell(facts.member("AG", "U1"), facts.member("AG", "U2"))
    await world.tell(facts.member("AG", "U2", "none"))
    for path in ("score/explanation", "score/preview?without_contract=A"):
        assert (await doors.get(f"A1/{path}")).status_code == 401
        for caller in (STRANGER, token("AG"), token("U1")):
            assert (await doors.get(f"A1/{path}", caller)).status_code == 403
        for caller in (A1, STAFF):
            assert (await doors.get(f"A1/{path}", caller)).status_code == 200
    for caller, status in ((token("U1"), 200), (STAFF, 200), (A1, 403), (token("AG"), 403), (token("U2"), 403)):
        assert (await doors.get("AG/score/explanation", caller)).status_code == status
        assert (await doors.get("AG/score/preview?without_contract=G", caller)).status_code == status


async def test_an_explanation_lists_every_contract_of_a_window_with_what_it_brings(
    world: World, doors: ScoreDoors
) -> None:
    await world.tell(
        *facts.golden(), facts.ended("E", "k5", score=None, days_ago=1), facts.ended("old", "k6", days_ago=900)
    )
    body = (await doors.get("A1/score/explanation", A1)).json()
    assert (body["score"], body["window_months"], body["window"]) == (74, 24, 24)
    assert body["not_counted"] == {"NO_FEEDBACK": 1}
    assert body["windows"]["6"] == {"p": 225, "n": 100, "t": 325, "counted": 3, "clients": 2, "score": 38}
    assert body["items"][0] == {
        "contract_id": "E",
        "client_id": "k5",
        "ended_on": "2026-06-29",
        "not_counted": "NO_FEEDBACK",
    }
    assert body["items"][-1] == {
        "contract_id": "C",
        "client_id": "k3",
        "ended_on": "2025-02-15",
        "weight": 450,
        "outcome": "positive",
        "contribution": 450,
    }
    assert [item["contract_id"] for item in body["items"]] == ["E", "A", "B", "D", "C"]
    six = (await doors.get("A1/score/explanation?window=6", A1)).json()
    assert [item["contract_id"] for item in six["items"]] == ["E", "A", "B", "D"]
    assert sum(item.get("contribution", 0) for item in six["items"]) == 125
    assert (await doors.get("A1/score/explanation?window=7", A1)).status_code == 422


async def test_explanations_and_histories_come_in_pages(world: World, doors: ScoreDoors) -> None:
    same_day = [facts.ended(f"C{nth}", f"k{nth}", days_ago=5) for nth in range(5)]
    for one in (*same_day, facts.ended("Z", "k1", days_ago=9)):
        await world.tell(one)
    listed: list[str] = []
    path = "A1/score/explanation?limit=2"
    while path:
        body = (await doors.get(path, A1)).json()
        listed += [item["contract_id"] for item in body["items"]]
        path = f"A1/score/explanation?limit=2&cursor={body['next']}" if "next" in body else ""
    assert listed == ["C0", "C1", "C2", "C3", "C4", "Z"]
    first = (await doors.get("A1/score/history?limit=4")).json()
    second = (await doors.get(f"A1/score/history?limit=4&cursor={first['next']}")).json()
    assert "next" not in second
    scores = [item["score"] for item in first["items"] + second["items"]]
    assert scores == [100, 100, 100, 100, 100, None]
    assert first["items"][0] == {
        "as_of": "2026-06-30",
        "score": 100,
        "window_months": 24,
        "policy": "jss-v1",
        "removed_count": 0,
        "previous": 100,
    }
    for nonsense in ("x", first["next"] + "x"):
        assert (await doors.get(f"A1/score/explanation?cursor={nonsense}", A1)).status_code == 422
    assert (await doors.get(f"A1/score/explanation?cursor={first['next']}", A1)).status_code == 422


@pytest.mark.parametrize("contract_id", ["A", "B", "C", "D", "same", "none"])
async def test_a_preview_is_what_the_removal_then_records(world: World, doors: ScoreDoors, contract_id: str) -> None:
    await world.tell(
        *facts.golden(),
        facts.ended("same", "k4", days_ago=90, cents=100_00, score=420),
        facts.ended("none", "k9", score=None),
    )
    preview = (await doors.get(f"A1/score/preview?without_contract={contract_id}", A1)).json()
    assert (preview["account_version"], preview["as_of"]) == (6, "2026-06-30")
    await world.tell(facts.approved(contract_id, "client"))
    recorded = (await world.scores())[-1].data.to_json()
    assert preview["current"] == recorded["previous"]
    assert preview["preview"] == recorded["score"]
    assert preview.get("reason") == recorded.get("reason")
    assert preview["would_vanish"] is False
    assert (await doors.get("A1/score")).json().get("reason") == recorded.get("reason")


async def test_the_preview_says_when_a_score_would_vanish(world: World, doors: ScoreDoors) -> None:
    contracts = facts.golden()
    await world.tell(contracts[0], contracts[3])
    answer = await doors.get("A1/score/preview?without_contract=D", A1)
    assert answer.json() == {
        "current": 0,
        "preview": None,
        "would_vanish": True,
        "reason": "BELOW_MINIMUM",
        "account_version": 2,
        "as_of": "2026-06-30",
    }


async def test_a_preview_needs_a_contract_of_the_account(world: World, doors: ScoreDoors) -> None:
    await world.tell(facts.ended("A", "k1"), facts.ended("B", "k1", account="A2"), facts.given("F", "k1", score=500))
    for unknown in ("B", "Z", "no%20id", ""):
        assert (await doors.get(f"A1/score/preview?without_contract={unknown}", A1)).status_code == 404
    known = await doors.get("A1/score/preview?without_contract=F", A1)
    assert (known.status_code, known.json()["reason"]) == (200, "BELOW_MINIMUM")
    assert (await doors.get("A1/score/preview", A1)).status_code == 422


async def test_a_member_exclusive_to_an_agency_displays_its_score(world: World, doors: ScoreDoors) -> None:
    own = facts.golden("M")
    await world.tell(
        *own, facts.ended("G1", "k1", account="M", agency="AG"), facts.ended("G2", "k2", account="M", agency="AG")
    )
    assert (await doors.get("M/score")).json()["score"] == 74
    await world.tell(facts.member("AG", "M", exclusive=True))
    body = (await doors.get("M/score")).json()
    assert (body["account_id"], body["score"], body["displayed_from"]) == ("M", 100, "AG")
    explained = (await doors.get("M/score/explanation", token("M"))).json()
    assert (explained["account_id"], explained["score"]) == ("M", 74)
    await world.tell(facts.member("AG2", "M", exclusive=True))
    assert (await doors.get("M/score")).json()["displayed_from"] == "AG2"
    assert (await doors.get("M/score")).json()["score"] is None
    await world.tell(facts.member("AG2", "M", "none", exclusive=True), facts.member("AG", "M", exclusive=False))
    assert (await doors.get("M/score")).json() == {
        "account_id": "M",
        "score": 74,
        "window_months": 24,
        "as_of": "2026-06-30",
        "policy": "jss-v1",
        "removed_count": 0,
    }


async def test_an_erased_account_is_gone_and_stays_gone(world: World, doors: ScoreDoors) -> None:
    await world.tell(*facts.golden(), *facts.golden("A2"), facts.member("AG", "A1", exclusive=True))
    recorded = len(await world.scores())
    await world.tell(facts.erased("A1"))
    for path in ("score", "score/history", "score/explanation", "score/preview?without_contract=A"):
        assert (await doors.get(f"A1/{path}", A1)).status_code == 410
    assert (await doors.get("A2/score")).json()["score"] == 74
    for table in ("contracts", "day_sums", "scores"):
        assert await world.pool.fetchval(f"SELECT count(*) FROM jss.{table} WHERE account_id = 'A1'") == 0
    assert await world.pool.fetchval("SELECT count(*) FROM jss.memberships") == 0
    await world.tell(facts.ended("late", "k1"), facts.approved("A", "k1"), facts.standing("k1", "flagged"))
    assert (await doors.get("A1/score")).status_code == 410
    assert await world.pool.fetchval("SELECT count(*) FROM jss.contracts WHERE account_id = 'A1'") == 0
    assert len(await world.scores()) == recorded
    token_of_erasure = ConsistencyToken({"subject/A1": 1}).encode()
    assert (await doors.get("A2/score", Consistency_Token=token_of_erasure, Prefer="wait=0")).status_code == 200


async def test_erasing_a_client_changes_no_score(world: World, doors: ScoreDoors) -> None:
    await world.tell(*facts.golden(), facts.erased("k4"))
    assert (await doors.get("A1/score")).json()["score"] == 74
    assert (await doors.get("k4/score")).status_code == 404


async def test_ratings_of_one_outcome_class_give_equal_bodies(world: World, doors: ScoreDoors) -> None:
    await world.tell(
        *(facts.ended(f"{a}{n}", f"k{n}", account=a, rating=r) for a, r in (("A", 9), ("B", 10)) for n in "12")
    )
    for path in ("score", "score/history", "score/explanation"):
        one, other = [(await doors.get(f"{account}/{path}", STAFF)).text for account in "AB"]
        assert one == other.replace('"B', '"A')
