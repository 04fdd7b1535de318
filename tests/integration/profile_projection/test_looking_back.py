"""Answers about the past: as it was then, but for what is hidden or erased by now."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter
from tests.integration.profile_projection.telling import BEGINNING, Body, Telling, asked_at
from tests.integration.profile_projection.test_doors import problem_of, walked
from tests.integration.profile_projection.test_erasure import BOTH_SIDES
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    Fact,
    account_renamed,
    badge_changed,
    client_renamed,
    contract_completed,
    day,
    feedback_edited,
    feedback_given,
    feedback_withdrawn,
    member_changed,
    removal_approved,
    removal_refused,
    removal_reversed,
    report_upheld,
    responded,
    score_recomputed,
    subject_erased,
)

from event_contracts.instant import format_time
from profile_projection.entrypoints.document import ClientHistory, Profile, WorkHistory

PROFILE, WORK, CLIENT = "/v1/profiles/A1", "/v1/profiles/A1/work-history", "/v1/clients/K1/history"
PAGES = (PROFILE, WORK, CLIENT)
VISIBLE = {"state": "visible", "score": 250, "comment": "Harsh"}
SAID: dict[str, Any] = {"client_feedback": {"score": 250, "comment": "Harsh"}}


def removed(why: str, since: str) -> Body:
    return {"state": "removed", "tombstone": "This feedback has been removed.", "removal_class": why, "since": since}


async def client_feedback(telling: Telling, position: int) -> Body:
    """The one client feedback as all three pages show it."""
    shown = []
    for path in PAGES:
        body = await telling.body(path, position)
        items = body["work_history"]["items"] if path == PROFILE else body["items"]
        shown.append(items[0]["client_feedback"])
    assert shown == shown[:1] * len(PAGES)
    return dict(shown[0])


# ---------------------------------------------------------------- hidden


async def test_what_is_removed_now_is_removed_at_every_position(telling: Telling) -> None:
    shown = await telling.tell(contract_completed(**SAID))
    answered = await telling.tell(responded())
    assert await client_feedback(telling, shown) == VISIBLE
    hidden = await telling.tell(removal_approved())
    later = await telling.tell(badge_changed())

    for position in (shown, answered, hidden, later):
        assert await client_feedback(telling, position) == removed("perk", telling.at(hidden))
        for path in PAGES:
            assert "Harsh" not in (await telling.chronicle.ask(asked_at(path, position))).text
    before, after = [await telling.body(PROFILE, position) for position in (answered, hidden)]
    assert before["star_rating"] == {"average": 2.5, "count": 1, "removed_count": 0}  # as it was then
    assert after["star_rating"] == {"average": 2.5, "count": 1, "removed_count": 1}
    assert before["work_history"]["items"][0]["response"] == "Thank you"


async def test_after_a_reversal_the_past_shows_what_it_showed(telling: Telling) -> None:
    shown = await telling.tell(contract_completed(**SAID))
    hidden = await telling.tell(removal_approved())
    reversed_ = await telling.tell(removal_reversed())
    assert await client_feedback(telling, shown) == VISIBLE
    assert await client_feedback(telling, hidden) == removed("perk", telling.at(hidden))
    assert await client_feedback(telling, reversed_) == VISIBLE

    again = await telling.tell(removal_approved(request="R2"))
    for position in (shown, reversed_):
        assert await client_feedback(telling, position) == removed("perk", telling.at(again))
    assert await client_feedback(telling, hidden) == removed("perk", telling.at(hidden))


async def test_what_is_hidden_twice_has_been_hidden_since_the_first_time(telling: Telling) -> None:
    shown = await telling.tell(contract_completed(**SAID))
    hidden = await telling.tell(removal_approved())
    upheld = await telling.tell(report_upheld())

    assert await client_feedback(telling, shown) == removed("terms", telling.at(hidden))
    assert await client_feedback(telling, hidden) == removed("perk", telling.at(hidden))
    assert await client_feedback(telling, upheld) == removed("terms", telling.at(hidden))


@pytest.mark.parametrize(
    ("hiding", "why"), [(report_upheld(), "terms"), (feedback_withdrawn(), "author"), (removal_approved(), "perk")]
)
async def test_every_class_hides(telling: Telling, hiding: Fact, why: str) -> None:
    await telling.tell(contract_completed(**SAID))
    hidden = await telling.tell(hiding)

    assert await client_feedback(telling, 0) == removed(why, telling.at(hidden))


@pytest.mark.parametrize(
    "hiding", [report_upheld(direction=TALENT_TO_CLIENT), feedback_withdrawn(direction=TALENT_TO_CLIENT)]
)
async def test_what_the_talent_said_is_hidden_too(telling: Telling, hiding: Fact) -> None:
    await telling.tell(contract_completed(**BOTH_SIDES), responded(direction=TALENT_TO_CLIENT))
    hidden = await telling.tell(hiding)
    (item,) = (await telling.body(CLIENT, 1))["items"]

    assert item["talent_feedback"]["state"] == "removed"
    assert item["talent_feedback"]["since"] == telling.at(hidden)
    assert item["client_feedback"]["state"] == "visible"
    assert item["client_response"] == "Thank you"


async def test_a_removal_from_the_score_alone_hides_nothing(telling: Telling) -> None:
    await telling.tell(contract_completed(**SAID), removal_approved(scope="jss_only"))

    assert [await client_feedback(telling, position) for position in (0, 1)] == [VISIBLE] * 2


async def test_an_edit_replaces_and_hides_nothing(telling: Telling) -> None:
    await telling.tell(contract_completed(**SAID), feedback_edited(score=400, comment="Mellower"))

    assert await client_feedback(telling, 0) == VISIBLE
    assert await client_feedback(telling, 1) == {"state": "visible", "score": 400, "comment": "Mellower"}


async def test_what_was_not_there_then_is_not_removed_then(telling: Telling) -> None:
    await telling.tell(contract_completed(), feedback_given(), removal_approved())

    assert await client_feedback(telling, 0) == {"state": "none"}


# ---------------------------------------------------------------- erased


async def test_an_erased_clients_texts_are_gone_at_every_position(telling: Telling) -> None:
    told = await telling.tell(
        client_renamed(),
        contract_completed(**BOTH_SIDES),
        responded(),
        responded(direction=TALENT_TO_CLIENT),
        contract_completed("C2", completed_at=day(9), **SAID),
        removal_approved("C2"),
    )
    erased = await telling.tell(subject_erased("K1"))

    async def hold() -> None:
        history = await telling.body(CLIENT, told)
        assert history["display_name"] is None
        first, second = history["items"]
        assert first["client_feedback"] == {"state": "erased", "score": 300, "since": telling.at(erased)}
        assert first["talent_feedback"] == {"state": "visible", "score": 500, "comment": "By the talent"}
        assert second["client_feedback"] == removed("perk", telling.at(told))
        assert (first["title"], second["title"], "client_response" in first) == (None, None, False)
        (work, _) = (await telling.body(WORK, told))["items"]
        assert work["client_feedback"] == first["client_feedback"]
        assert work["response"] == "Thank you"

    await hold()  # as soon as the log says so
    await telling.chronicle.destroy_key("K1")
    await hold()
    await telling.chronicle.owner.execute("DELETE FROM log.sealed_parts WHERE 'K1' = ANY (subjects)")
    history = await telling.body(CLIENT, told)
    assert history["items"][0]["client_feedback"] == {"state": "erased", "score": 300, "since": telling.at(erased)}


async def test_a_key_destroyed_ahead_of_its_event_hides_at_once(telling: Telling) -> None:
    await telling.tell(contract_completed(**SAID))
    seen = await telling.chronicle.ask(asked_at(CLIENT, 0))
    await telling.chronicle.destroy_key("K1")

    answer = await telling.chronicle.ask(asked_at(CLIENT, 0), If_None_Match=seen.headers["ETag"])
    assert answer.json()["items"][0]["client_feedback"] == {"state": "erased", "score": 250}


async def test_an_erased_account_has_no_past(telling: Telling) -> None:
    await telling.tell(client_renamed())
    named = await telling.tell(account_renamed(), contract_completed(**BOTH_SIDES))
    erased = await telling.tell(subject_erased("A1"))

    for path in (PROFILE, WORK):
        assert problem_of(await telling.chronicle.ask(asked_at(path, 0), status=404))[0] == "not-found"
        for position in (named, erased):
            assert problem_of(await telling.chronicle.ask(asked_at(path, position), status=410))[0] == "gone"
    (item,) = (await telling.body(CLIENT, named))["items"]
    assert item["talent_feedback"] == {"state": "erased", "score": 500, "since": telling.at(erased)}
    assert item["client_feedback"]["state"] == "visible"


async def test_an_erased_account_that_wrote_nothing_is_gone_too(telling: Telling) -> None:
    await telling.tell(contract_completed(**SAID), subject_erased("A1"))

    for path in (PROFILE, WORK):
        await telling.chronicle.ask(asked_at(path, 0), status=410)


# ---------------------------------------------------------------- moments and names


async def test_a_time_means_the_last_position_sequenced_by_then(telling: Telling) -> None:
    await telling.tell(account_renamed(), client_renamed(), contract_completed(**SAID), badge_changed())
    between = timedelta(seconds=30)

    for path in PAGES:
        for position in (2, 3):
            expected = await telling.chronicle.ask(asked_at(path, position))
            assert expected.headers["Log-Position"] == str(position)
            for time in (telling.times[position], telling.times[position] + between):
                if time <= telling.log.clock.time:
                    answer = await telling.chronicle.ask(f"{path}?at_time={format_time(time)}")
                    assert (answer.content, answer.headers) == (expected.content, expected.headers)
        await telling.chronicle.ask(f"{path}?at_time={format_time(BEGINNING)}", status=404)  # before the log began
        future = format_time(telling.log.clock.time + timedelta(microseconds=1))
        answer = await telling.chronicle.ask(f"{path}?at_time={future}", status=422)
        assert problem_of(answer) == ("invalid", ["?at_time"])
        answer = await telling.chronicle.ask(asked_at(path, 4), status=422)
        assert problem_of(answer) == ("invalid", ["?at_position"])


async def test_nobody_is_known_before_a_fact_names_them(telling: Telling) -> None:
    await telling.tell(
        removal_refused(account="F1"),
        feedback_given("G-1", freelancer="F1", agency="G1", client="K7"),
        member_changed("G2", "F2"),
        account_renamed("F3"),
        client_renamed("K8"),
    )
    named = {
        "/v1/profiles/F1": 1,
        "/v1/profiles/G1": 1,
        "/v1/profiles/F1/work-history": 1,
        "/v1/clients/K7/history": 1,
        "/v1/profiles/F2": 2,
        "/v1/profiles/F3": 3,
        "/v1/profiles/F3/work-history": 3,
        "/v1/clients/K8/history": 4,
    }
    for path, first in named.items():
        for position in range(5):
            await telling.chronicle.ask(asked_at(path, position), status=200 if position >= first else 404)
    await telling.chronicle.ask(asked_at("/v1/profiles/K8", 4), status=404)
    await telling.chronicle.ask(asked_at("/v1/clients/F1/history", 4), status=404)


async def test_the_score_displayed_then(telling: Telling) -> None:
    none = await telling.tell(contract_completed(**SAID))
    own = await telling.tell(score_recomputed("A1", 50))
    agencys = await telling.tell(score_recomputed("G1", 90), member_changed("G1"))
    newer = await telling.tell(score_recomputed("G1", 80), score_recomputed("A1", 40))
    left = await telling.tell(member_changed("G1", role="none", at=day(5)))

    scores = [
        (await telling.body(PROFILE, position))["job_success_score"] for position in (none, own, agencys, newer, left)
    ]
    assert [score["score"] for score in scores] == [None, 50, 90, 80, 40]
    assert [score.get("displayed_from") for score in scores] == [None, None, "G1", "G1", None]
    assert scores[0]["as_of"] == telling.times[none].date().isoformat()


# ---------------------------------------------------------------- pages and versions


async def test_pages_of_the_past_hold_what_had_ended_then(telling: Telling) -> None:
    ids = [f"C{number}" for number in range(25)]
    facts = [contract_completed(id_, completed_at=day(10 + number // 3)) for number, id_ in enumerate(ids)]
    then = await telling.tell(*facts)
    await telling.tell(contract_completed("later", completed_at=day(15)), contract_completed("last"))
    ended = sorted(ids, key=lambda id_: (-(int(id_[1:]) // 3), id_))

    for path in (WORK, CLIENT):
        assert await walked(telling.chronicle, f"{path}?at_position={then}&limit=7") == ended
        at_time = f"{path}?at_time={telling.at(then)}&limit=25"
        assert await walked(telling.chronicle, at_time) == ended
    history = (await telling.body(PROFILE, then))["work_history"]
    assert [work["contract_id"] for work in history["items"]] == ended[:20]
    rest = await telling.body(f"{WORK}?cursor={history['next']}", then)
    assert [work["contract_id"] for work in rest["items"]] == ended[20:]
    assert "next" not in rest


async def test_an_answer_about_the_past_is_good_until_something_in_it_is_hidden(telling: Telling) -> None:
    await telling.tell(account_renamed(), client_renamed(), contract_completed(**SAID))
    seen = {path: await telling.chronicle.ask(asked_at(path, 2)) for path in PAGES}
    await telling.tell(badge_changed(), account_renamed(name="Other", at=day(9)), contract_completed("C2"))
    await telling.tell(feedback_edited(score=100), removal_approved(scope="jss_only"))
    telling.chronicle.texts.batches.clear()
    for path, answer in seen.items():
        again = await telling.chronicle.ask(asked_at(path, 2), status=304, If_None_Match=answer.headers["ETag"])
        assert again.headers["Log-Position"] == "2"
        assert again.headers["Cache-Control"] == "private, no-cache"
    assert telling.chronicle.texts.batches == []

    await telling.tell(removal_approved(request="R2"))
    for path, answer in seen.items():
        await telling.chronicle.ask(asked_at(path, 2), If_None_Match=answer.headers["ETag"])
    assert len({answer.headers["ETag"] for answer in seen.values()}) == len(PAGES)


async def test_each_position_and_the_erasure_of_a_writer_is_a_version(telling: Telling) -> None:
    await telling.tell(client_renamed(), contract_completed(), badge_changed())
    first, second = [await telling.chronicle.ask(asked_at(CLIENT, position)) for position in (1, 2)]
    assert first.content == second.content
    assert first.headers["ETag"] != second.headers["ETag"]

    await telling.tell(subject_erased("K1"))  # its key is still there
    answer = await telling.chronicle.ask(asked_at(CLIENT, 1), If_None_Match=first.headers["ETag"])
    assert answer.json()["display_name"] is None


async def test_every_answer_is_what_the_document_promises(telling: Telling) -> None:
    then = await telling.tell(
        account_renamed(),
        client_renamed(),
        contract_completed(**BOTH_SIDES),
        responded(),
        responded(direction=TALENT_TO_CLIENT),
        contract_completed("C2", **SAID),
        contract_completed("C3", client="K3", client_feedback={"comment": "Fine"}),
        score_recomputed(),
    )
    await telling.tell(removal_approved("C2"), report_upheld(direction=TALENT_TO_CLIENT), subject_erased("K3"))
    for path, shape in ((PROFILE, Profile), (f"{WORK}?limit=2", WorkHistory), (f"{CLIENT}?limit=1", ClientHistory)):
        TypeAdapter(shape).validate_json((await telling.chronicle.ask(asked_at(path, then))).content)
