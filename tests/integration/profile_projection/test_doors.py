"""The doors' manners: what is unknown, unchanged, too early, too much, or not to be had yet."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter
from tests.integration.profile_projection.chronicle import Chronicle
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    account_renamed,
    badge_changed,
    client_renamed,
    contract_completed,
    day,
    feedback_edited,
    feedback_given,
    member_changed,
    removal_approved,
    removal_refused,
    report_upheld,
    responded,
    score_recomputed,
    standing_changed,
)

from profile_projection.application.ports import After
from profile_projection.entrypoints.document import ClientHistory, Profile, ShortProfiles, WorkHistory
from profile_projection.entrypoints.parameters import cursor_of
from servicekit.consistency import HEADER, ConsistencyToken
from servicekit.page import encode_cursor

PAGES = ("/v1/profiles/A1", "/v1/profiles/A1/work-history", "/v1/clients/K1/history")
ALL = (*PAGES, "/v1/profiles?account_id=A1")


def problem_of(answer: httpx.Response) -> tuple[str, list[str]]:
    """The problem's name and the pointers of its errors."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    return problem["type"].rpartition(":")[2], [error["pointer"] for error in problem.get("errors", [])]


async def test_every_answer_is_what_the_document_promises(chronicle: Chronicle) -> None:
    await chronicle.tell(
        badge_changed(),
        account_renamed(),
        client_renamed(),
        contract_completed(client_feedback={"score": 480, "comment": "Good"}, talent_feedback={"score": 500}),
        responded(),
        responded(direction=TALENT_TO_CLIENT),
        contract_completed("C2", client_feedback={"score": 250}),
        removal_approved("C2"),
        contract_completed("C3"),
        score_recomputed(reason="ROUNDING"),
    )
    promised = {
        "/v1/profiles/A1": Profile,
        "/v1/profiles/A1/work-history?limit=2": WorkHistory,
        "/v1/clients/K1/history?limit=1": ClientHistory,
        "/v1/profiles?account_id=A1": ShortProfiles,
    }
    for path, shape in promised.items():
        TypeAdapter(shape).validate_json((await chronicle.ask(path)).content)


async def test_an_id_that_no_fact_names_is_not_found(chronicle: Chronicle) -> None:
    await chronicle.tell(
        removal_refused(account="A9"), removal_approved(account="A8", client="K8"), score_recomputed("A9"), responded()
    )

    for path in ("/v1/profiles/A9", "/v1/profiles/A8", "/v1/profiles/A8/work-history", "/v1/profiles/K1"):
        assert problem_of(await chronicle.ask(path, status=404)) == ("not-found", [])
    for path in ("/v1/clients/K8/history", "/v1/clients/A1/history", "/v1/clients/%F0%9F%99%82/history"):
        assert problem_of(await chronicle.ask(path, status=404)) == ("not-found", [])


@pytest.mark.parametrize(
    ("fact", "paths"),
    [
        (
            feedback_given(freelancer="F1", agency="G1"),
            ("/v1/profiles/F1", "/v1/profiles/G1", "/v1/clients/K1/history"),
        ),
        (member_changed(agency="G1", user="F1", role="none"), ("/v1/profiles/F1", "/v1/profiles/G1")),
        (account_renamed("F1"), ("/v1/profiles/F1",)),
        (standing_changed("K1"), ("/v1/clients/K1/history",)),
        (client_renamed("K1"), ("/v1/clients/K1/history",)),
    ],
)
async def test_what_names_an_id(chronicle: Chronicle, fact: Any, paths: tuple[str, ...]) -> None:
    await chronicle.tell(fact)

    for path in paths:
        await chronicle.ask(path)


async def test_an_account_that_is_only_named(chronicle: Chronicle) -> None:
    await chronicle.tell(member_changed(agency="G1", user="F1", exclusive=False))

    assert await chronicle.body("/v1/profiles/F1") == {
        "account_id": "F1",
        "kind": "freelancer",
        "display_name": None,
        "badge": "none",
        "job_success_score": {
            "account_id": "F1",
            "score": None,
            "window_months": None,
            "as_of": "2026-06-01",
            "policy": "jss-v1",
            "removed_count": 0,
        },
        "star_rating": {"average": None, "count": 0, "removed_count": 0},
        "number_of_jobs": 0,
        "work_history": {"items": []},
    }


async def test_an_unchanged_page_is_not_opened_again(chronicle: Chronicle) -> None:
    await chronicle.tell(
        contract_completed(client_feedback={"score": 480, "comment": "Good"}), account_renamed(), client_renamed()
    )
    seen = {path: (await chronicle.ask(path)).headers for path in ALL}
    chronicle.texts.batches.clear()

    for path, headers in seen.items():
        again = await chronicle.ask(path, status=304, If_None_Match=headers["ETag"])
        assert again.content == b""
        assert (again.headers["ETag"], again.headers["Log-Position"]) == (headers["ETag"], headers["Log-Position"])
    assert chronicle.texts.batches == []

    await chronicle.tell(feedback_edited(score=300))
    for path, headers in seen.items():
        answer = await chronicle.ask(path, If_None_Match=headers["ETag"])
        assert answer.headers["ETag"] != headers["ETag"]
        assert int(answer.headers["Log-Position"]) == 3


CHANGES: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "a badge": (badge_changed(at=day(5)), ("/v1/profiles/A1", "/v1/profiles?account_id=A1")),
    "a name": (account_renamed(name="Other", at=day(5)), ("/v1/profiles/A1", "/v1/profiles?account_id=A1")),
    "a client's name": (client_renamed(name="Other", at=day(5)), ("/v1/clients/K1/history",)),
    "a membership": (member_changed(), ("/v1/profiles/A1", "/v1/profiles?account_id=A1")),
    "a score": (score_recomputed(), ("/v1/profiles/A1", "/v1/profiles?account_id=A1")),
    "a removal": (removal_approved(), ALL),
    "an upheld report": (report_upheld(direction=TALENT_TO_CLIENT), ("/v1/clients/K1/history",)),
    "a contract of another account": (contract_completed("C5", freelancer="A5"), ("/v1/clients/K1/history",)),
}


@pytest.mark.parametrize(("fact", "paths"), CHANGES.values(), ids=CHANGES)
async def test_a_change_is_a_new_version(chronicle: Chronicle, fact: Any, paths: tuple[str, ...]) -> None:
    await chronicle.tell(contract_completed(client_feedback={"score": 480}), account_renamed(), client_renamed())
    before = {path: await chronicle.ask(path) for path in paths}
    await chronicle.tell(fact)

    for path, seen in before.items():
        answer = await chronicle.ask(path, If_None_Match=seen.headers["ETag"])
        assert answer.content != seen.content
        assert int(answer.headers["Log-Position"]) > int(seen.headers["Log-Position"])


async def test_nothing_says_that_a_private_rating_changed(chronicle: Chronicle) -> None:
    contract = contract_completed(client_feedback={"score": 480, "private_rating": 10})
    await chronicle.tell(contract)
    with_rating = {path: (await chronicle.ask(path)).content for path in ALL}
    await chronicle.forget()
    await chronicle.tell(contract_completed(client_feedback={"score": 480, "private_rating": 9}))

    assert {path: (await chronicle.ask(path)).content for path in ALL} == with_rating


async def test_pages_beyond_a_hundred_with_equal_times(chronicle: Chronicle) -> None:
    ids = [f"{letter}{number}" for number in range(45) for letter in ("Z", "a", "_", "-", "~")]  # byte order, no other
    await chronicle.tell(
        *(contract_completed(id_, completed_at=day(10)) for id_ in ids),
        contract_completed("newest", completed_at=day(10.000001)),
        contract_completed("oldest", completed_at=day(9)),
    )
    expected = ["newest", *sorted(ids, key=str.encode), "oldest"]

    for path in ("/v1/profiles/A1/work-history", "/v1/clients/K1/history"):
        for limit in (100, 7):
            assert await walked(chronicle, f"{path}?limit={limit}") == expected
    profile = await chronicle.body("/v1/profiles/A1")
    history = profile["work_history"]
    assert [work["contract_id"] for work in history["items"]] == expected[:20]
    rest = await walked(chronicle, f"/v1/profiles/A1/work-history?limit=50&cursor={history['next']}")
    assert rest == expected[20:]
    assert profile["number_of_jobs"] == len(expected)


async def walked(chronicle: Chronicle, path: str) -> list[str]:
    """The contracts of all pages of a list."""
    page = await chronicle.body(path)
    found = list(page["items"])
    while "next" in page:
        path = f"{path.partition('&cursor=')[0]}&cursor={page['next']}"
        page = await chronicle.body(path)
        found += page["items"]
    return [item["contract_id"] for item in found]


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("limit=0", ["?limit"]),
        ("limit=101", ["?limit"]),
        ("limit=ten", ["?limit"]),
        ("limit=", ["?limit"]),
        ("limit=-1", ["?limit"]),
        ("limit=%D9%A1", ["?limit"]),
        ("cursor=nonsense", ["?cursor"]),
        ("cursor=", ["?cursor"]),
        (f"cursor={encode_cursor('yesterday', 'C1')}", ["?cursor"]),
        (f"cursor={encode_cursor(7, 'C1')}", ["?cursor"]),
        ("cursor=" + "A" * 2000, ["?cursor"]),
        ("at_time=", ["?at_time"]),
        ("at_time=yesterday", ["?at_time"]),
        ("at_time=2026-01-01T00:00:00", ["?at_time"]),
        ("at_time=2026-06-01T00:00:00.000001Z", ["?at_time"]),  # an instant from now
        ("at_time=2026-01-01T00:00:00Z&at_time=2026-01-02T00:00:00Z", ["?at_time"]),
        ("at_position=", ["?at_position"]),
        ("at_position=-1", ["?at_position"]),
        ("at_position=1.0", ["?at_position"]),
        ("at_position=%D9%A1", ["?at_position"]),
        ("at_position=7", ["?at_position"]),  # this log is empty
        ("at_position=9223372036854775808", ["?at_position"]),
        ("at_position=" + "9" * 5000, ["?at_position"]),
        ("at_position=0&at_position=0", ["?at_position"]),
        ("at_position=7&at_time=now", ["?at_time", "?at_position"]),
    ],
)
async def test_nonsense_and_what_is_not_to_be_had_is_refused_by_name(
    chronicle: Chronicle, query: str, pointers: list[str]
) -> None:
    await chronicle.tell(contract_completed())

    for path in PAGES[1:] if pointers[0] in ("?limit", "?cursor") else PAGES:
        answer = await chronicle.ask(f"{path}?{query}", status=422)
        assert problem_of(answer) == ("invalid", pointers)


async def test_short_profiles_in_the_order_asked(chronicle: Chronicle) -> None:
    await chronicle.tell(
        contract_completed(client_feedback={"score": 480}),
        account_renamed(),
        badge_changed("G1", kind="agency"),
        score_recomputed("G1", 77),
    )
    answer = await chronicle.body("/v1/profiles?account_id=G1&account_id=A9&account_id=A1&account_id=G1")

    assert [(item["account_id"], item["kind"], item["display_name"]) for item in answer["items"]] == [
        ("G1", "agency", None),
        ("A1", "freelancer", "Ada"),
    ]
    for item in answer["items"]:
        whole = dict(await chronicle.body(f"/v1/profiles/{item['account_id']}"))
        del whole["work_history"]
        assert item == whole

    assert (await chronicle.body("/v1/profiles?account_id=nobody")) == {"items": []}
    past = await chronicle.ask("/v1/profiles?account_id=A1&at_position=0", status=422)
    assert problem_of(past) == ("invalid", ["?at_position"])
    for query in ("", "&".join(f"account_id=A{n}" for n in range(101))):
        assert problem_of(await chronicle.ask(f"/v1/profiles?{query}", status=422)) == ("invalid", ["?account_id"])


async def test_a_member_exclusive_to_an_agency_shows_its_score(chronicle: Chronicle) -> None:
    await chronicle.tell(
        contract_completed(client_feedback={"score": 480}),
        score_recomputed("A1", 50),
        score_recomputed("G1", 90, removed_count=2, reason="ROUNDING"),
        score_recomputed("G2", 70),
        member_changed("G1", at=day(3)),
        member_changed("G2", at=day(2)),
        member_changed("G3", at=day(4), exclusive=False),
    )
    profile = await chronicle.body("/v1/profiles/A1")
    assert profile["job_success_score"] == {
        "account_id": "A1",
        "score": 90,
        "window_months": 24,
        "as_of": "2026-01-22",
        "policy": "jss-v1",
        "removed_count": 2,
        "displayed_from": "G1",
        "reason": "ROUNDING",
    }
    assert profile["star_rating"]["count"] == 1  # rating and jobs stay the member's
    assert profile["number_of_jobs"] == 1

    await chronicle.tell(member_changed("G1", role="none", at=day(5)))
    assert (await chronicle.body("/v1/profiles/A1"))["job_success_score"]["displayed_from"] == "G2"
    await chronicle.tell(member_changed("G2", exclusive=False, at=day(6)))
    score = (await chronicle.body("/v1/profiles/A1"))["job_success_score"]
    assert (score["score"], "displayed_from" in score) == (50, False)


async def test_a_read_waits_for_what_its_writer_wrote(chronicle: Chronicle) -> None:
    await chronicle.tell(contract_completed(), badge_changed())
    seen = ConsistencyToken({"account/A1": 2}).encode()
    ahead = ConsistencyToken({"account/A1": 3}).encode()

    for path in ALL:
        await chronicle.ask(path, Consistency_Token=seen)
        behind = await chronicle.ask(path, status=503, Consistency_Token=ahead, Prefer="wait=0")
        assert problem_of(behind) == ("projection-behind", [])
        assert behind.headers["Retry-After"] == "1"
    refused = await chronicle.ask(PAGES[0], status=422, Consistency_Token="made up")
    assert problem_of(refused) == ("invalid", ["header:" + HEADER])


async def test_the_score_doors_wait_for_the_score_too(chronicle: Chronicle) -> None:
    await chronicle.tell(contract_completed(client_feedback={"score": 480}), score_recomputed(cause=0))
    (approved, *_) = await chronicle.tell(removal_approved())
    token = ConsistencyToken({"account/A1": 2}, awaits_score=True).encode()

    for path in ("/v1/profiles/A1", "/v1/profiles?account_id=A1"):
        await chronicle.ask(path, status=503, Consistency_Token=token, Prefer="wait=0")
    for path in ("/v1/profiles/A1/work-history", "/v1/clients/K1/history"):
        await chronicle.ask(path, Consistency_Token=token, Prefer="wait=0")
    await chronicle.tell(score_recomputed(score=None, cause=approved.position))
    for path in ALL:
        await chronicle.ask(path, Consistency_Token=token, Prefer="wait=0")


@pytest.mark.parametrize(
    ("stream", "folded"),
    [
        ("score/A1", True),
        ("name/K1", True),
        ("client/K1", True),
        ("scoring-days", True),
        ("operations/parked", True),
        ("score/A2", False),
        ("name/A2", False),
        ("client/K2", False),
        ("subject/A1", False),
    ],
)
async def test_any_stream_may_be_waited_for(chronicle: Chronicle, stream: str, folded: bool) -> None:
    await chronicle.tell(contract_completed(), score_recomputed(), client_renamed(), standing_changed())
    token = ConsistencyToken({stream: 1}).encode()

    await chronicle.ask(PAGES[0], status=200 if folded else 503, Consistency_Token=token, Prefer="wait=0")


async def test_a_broadcast_event_must_have_come_in_every_partition(chronicle: Chronicle) -> None:
    events = await chronicle.record([standing_changed()])
    token = ConsistencyToken({"client/K1": 1}).encode()
    for nth, event in enumerate(events, start=1):
        await chronicle.fold([event])
        status = 200 if nth == len(events) else 503
        await chronicle.ask("/v1/clients/K1/history", status=status, Consistency_Token=token, Prefer="wait=0")


async def test_a_cursor_is_the_last_contract_given(chronicle: Chronicle) -> None:
    await chronicle.tell(*(contract_completed(f"C{n}", completed_at=day(n)) for n in range(5)))
    page = await chronicle.body(f"/v1/profiles/A1/work-history?cursor={cursor_of(After(day(2), 'C2'))}")

    assert [work["contract_id"] for work in page["items"]] == ["C1", "C0"]


async def test_answers_may_not_live_in_shared_caches(chronicle: Chronicle) -> None:
    await chronicle.tell(contract_completed())

    for path in ALL:
        assert (await chronicle.ask(path)).headers["Cache-Control"] == "private, no-cache"
