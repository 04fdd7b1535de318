"""A contract ends; the account's profile and the client's history show it, whatever way the feedback came."""

from datetime import timedelta

import pytest
from tests.support.builders import (
    ENDED,
    TALENT_TO_CLIENT,
    a_client_name,
    an_account_name,
    client_of,
    feedback_edited,
    feedback_given,
    feedback_responded,
    id_of,
)
from tests.support.given import Doors, Freelancer, good_contracts
from tests.support.sandbox import Sandbox, an_id

SCRIPTS = (
    "Отлично · ممتاز · 素晴らしい · નમસ્તે · Ωζ\u0302 · e\u0301 · 👩🏽\u200d💻✨ · \u202eright to left\u202c · "
    "<b>&amp;</b> \"'\\"
)


async def test_embedded_feedback_is_on_both_pages(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(
        title="Logo — ロゴ",
        client_feedback={"score": 490, "private_rating": 10, "comment": SCRIPTS},
        talent_feedback={"score": 500, "comment": "Paid at once 💶"},
    )
    client_id = client_of(contract)
    await sandbox.publish(
        contract,
        ada.badge(),
        an_account_name(ada.id, "Ада Лавлейс"),
        a_client_name(client_id, "Acme 株式会社"),
        feedback_responded(contract, text="Gern wieder 🙂"),
        feedback_responded(contract, TALENT_TO_CLIENT, text="De nada"),
    )
    shown = {"state": "visible", "score": 490, "comment": SCRIPTS}
    work = {
        "contract_id": id_of(contract),
        "title": "Logo — ロゴ",
        "client_id": client_id,
        "completed_at": "2026-01-05T12:00:00Z",
        "client_feedback": shown,
        "response": "Gern wieder 🙂",
    }
    profile = await doors.profile(ada.id)

    assert profile == {
        "account_id": ada.id,
        "kind": "freelancer",
        "display_name": "Ада Лавлейс",
        "badge": "top_rated",
        "job_success_score": await doors.score(ada.id),
        "star_rating": {"average": 4.9, "count": 1, "removed_count": 0},
        "number_of_jobs": 1,
        "work_history": {"items": [work]},
    }
    assert profile["job_success_score"]["score"] is None  # one contract is below the minimum
    assert await doors.work_history(ada.id) == {"items": [work]}
    assert await doors.history(client_id) == {
        "client_id": client_id,
        "display_name": "Acme 株式会社",
        "items": [
            {
                "contract_id": id_of(contract),
                "title": "Logo — ロゴ",
                "account_id": ada.id,
                "completed_at": "2026-01-05T12:00:00Z",
                "client_feedback": shown,
                "talent_feedback": {"state": "visible", "score": 500, "comment": "Paid at once 💶"},
                "client_response": "De nada",
            }
        ],
    }


async def test_feedback_given_on_its_own_waits_for_its_contract(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract()
    await sandbox.publish(
        feedback_given(contract, score=480, comment="Before the contract", time=ENDED - timedelta(days=1)),
        feedback_given(contract, TALENT_TO_CLIENT, score=300, time=ENDED - timedelta(days=1)),
    )
    before = await doors.profile(ada.id)
    assert before["work_history"] == {"items": []}
    assert before["star_rating"] == {"average": None, "count": 0, "removed_count": 0}
    assert before["number_of_jobs"] == 0
    assert (await doors.history(client_of(contract)))["items"] == []

    await sandbox.publish(contract)
    engagement = await doors.engagement(client_of(contract), id_of(contract))
    assert engagement["client_feedback"] == {"state": "visible", "score": 480, "comment": "Before the contract"}
    assert engagement["talent_feedback"] == {"state": "visible", "score": 300}
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == engagement["client_feedback"]
    assert (await doors.profile(ada.id))["star_rating"] == {"average": 4.8, "count": 1, "removed_count": 0}


async def test_feedback_given_after_the_contract_and_edited(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract()
    await sandbox.publish(contract)
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == {"state": "none"}

    await sandbox.publish(feedback_given(contract, score=250, private_rating=3, comment="Late"))
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == {
        "state": "visible",
        "score": 250,
        "comment": "Late",
    }
    await sandbox.publish(feedback_edited(contract, comment="A comment alone"))
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == {
        "state": "visible",
        "comment": "A comment alone",
    }
    assert (await doors.profile(ada.id))["star_rating"] == {"average": None, "count": 0, "removed_count": 0}


async def test_a_private_rating_shows_at_no_door(sandbox: Sandbox, doors: Doors) -> None:
    people = [Freelancer() for _ in range(3)]
    bodies: list[list[str]] = []
    for ada, rating in zip(people, (None, 9, 10), strict=True):  # one outcome class: positive
        contract = ada.contract(
            contract_id=f"first-{ada.id}",
            client_id=f"client-{ada.id}",
            client_feedback={"score": 500, "private_rating": rating},
        )
        alone = None if rating is None else {"private_rating": rating}
        other = ada.contract(contract_id=f"alone-{ada.id}", client_feedback=alone)
        await sandbox.publish(ada.badge(), contract, other, *good_contracts(ada, 2))
        assert (await doors.work(ada.id, id_of(other)))["client_feedback"] == {"state": "none"}
        narrow = {"contract_id": id_of(contract), "scope": "jss_only"}
        paths: tuple[tuple[str, str, dict[str, str]], ...] = (
            ("profile-projection", f"/v1/clients/client-{ada.id}/history", {}),
            ("jss", f"/v1/accounts/{ada.id}/score/preview", {"without_contract": id_of(contract)}),
            ("removal", f"/v1/accounts/{ada.id}/removal-eligibility", narrow),
        )
        answers = [await sandbox.get(service, path, params=query, sub=ada.id) for service, path, query in paths]
        assert [answer.status_code for answer in answers] == [200] * len(paths)
        bodies.append([answer.text.replace(ada.id, "A") for answer in answers])
    without, nine, ten = bodies
    assert nine == ten
    assert without[0] == nine[0]  # what the score makes of it differs, since it counts; what is public does not


async def test_a_response_shows_beside_feedback_and_never_alone(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract()
    answers = (feedback_responded(contract), feedback_responded(contract, TALENT_TO_CLIENT))
    await sandbox.publish(contract, *answers)
    assert "response" not in await doors.work(ada.id, id_of(contract))
    assert "client_response" not in await doors.engagement(client_of(contract), id_of(contract))

    await sandbox.publish(feedback_given(contract, score=300), feedback_given(contract, TALENT_TO_CLIENT, score=300))
    assert (await doors.work(ada.id, id_of(contract)))["response"] == "Thank you"
    assert (await doors.engagement(client_of(contract), id_of(contract)))["client_response"] == "Thank you"


@pytest.mark.parametrize(
    ("scores", "average"),
    [([425], 4.3), ([405], 4.1), ([445], 4.5), ([495], 5.0), ([100], 1.0), ([434, 435, 436], 4.4), ([100, 449], 2.7)],
)
async def test_the_star_rating_is_rounded_half_up(
    sandbox: Sandbox, doors: Doors, scores: list[int], average: float
) -> None:
    ada = Freelancer()
    await sandbox.publish(*(ada.contract(client_feedback={"score": score}) for score in scores))

    assert (await doors.profile(ada.id))["star_rating"]["average"] == average


async def test_texts_of_the_greatest_length_and_ids_of_every_character(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer(an_id("A.b_c:d~e"))
    long = "ж" * 8 * 1024  # 16 KiB of UTF-8
    contract = ada.contract(
        contract_id=an_id("c.o_n:t~r"), client_id=an_id("k.l_i:e~n"), title=long, client_feedback={"comment": long}
    )
    await sandbox.publish(contract, feedback_responded(contract, text=long))
    work = await doors.work(ada.id, id_of(contract))

    assert (work["title"], work["response"]) == (long, long)
    assert work["client_feedback"] == {"state": "visible", "comment": long}
    assert (await doors.engagement(client_of(contract), id_of(contract)))["title"] == long


async def test_nothing_earned_is_work_but_no_job(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(earned=0, client_feedback={"score": 400})
    await sandbox.publish(contract)
    profile = await doors.profile(ada.id)

    assert profile["number_of_jobs"] == 0
    assert profile["star_rating"]["count"] == 1
    assert [work["contract_id"] for work in profile["work_history"]["items"]] == [id_of(contract)]


async def test_a_reader_who_has_the_page_gets_304_until_something_changes(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 500})
    await sandbox.publish(contract)
    paths = [
        ("profile-projection", f"/v1/profiles/{ada.id}"),
        ("profile-projection", f"/v1/profiles/{ada.id}/work-history"),
        ("profile-projection", f"/v1/clients/{client_of(contract)}/history"),
        ("jss", f"/v1/accounts/{ada.id}/score"),
    ]
    first = {path: await sandbox.get(service, path) for service, path in paths}
    for service, path in paths:
        seen = {"If-None-Match": first[path].headers["ETag"]}
        again = await sandbox.get(service, path, headers=seen)
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["ETag"] == first[path].headers["ETag"]
        assert int(again.headers["Log-Position"]) == int(first[path].headers["Log-Position"])

    await sandbox.publish(feedback_edited(contract, score=450), ada.contract(client_feedback={"score": 500}))
    for service, path in paths:
        now = await sandbox.get(service, path, headers={"If-None-Match": first[path].headers["ETag"]})
        assert now.status_code == 200, path
        assert now.headers["ETag"] != first[path].headers["ETag"]
        assert int(now.headers["Log-Position"]) > int(first[path].headers["Log-Position"])


async def test_a_new_name_changes_the_pages_that_show_it(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 500})
    await sandbox.publish(contract)
    assert (await doors.profile(ada.id))["display_name"] is None
    pages = {
        "profile": f"/v1/profiles/{ada.id}",
        "work": f"/v1/profiles/{ada.id}/work-history",
        "history": f"/v1/clients/{client_of(contract)}/history",
    }
    tags = {name: (await sandbox.get("profile-projection", path)).headers["ETag"] for name, path in pages.items()}

    async def changed() -> set[str]:
        seen = {name: {"If-None-Match": tag} for name, tag in tags.items()}
        answers = {n: await sandbox.get("profile-projection", path, headers=seen[n]) for n, path in pages.items()}
        return {name for name, answer in answers.items() if answer.status_code == 200}

    await sandbox.publish(a_client_name(client_of(contract), "Acme"))
    assert await changed() == {"history"}
    await sandbox.publish(an_account_name(ada.id, "Ada"))
    assert await changed() >= {"history", "profile"}
    assert (await doors.profile(ada.id))["display_name"] == "Ada"


async def test_neither_position_nor_version_is_in_a_body(sandbox: Sandbox) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 500})
    await sandbox.publish(contract)
    for service, path in (
        ("profile-projection", f"/v1/profiles/{ada.id}"),
        ("profile-projection", f"/v1/clients/{client_of(contract)}/history"),
        ("jss", f"/v1/accounts/{ada.id}/score"),
    ):
        answer = await sandbox.get(service, path)
        assert "position" not in answer.text
        assert "version" not in answer.text


async def test_histories_are_read_page_by_page_newest_end_first(sandbox: Sandbox, doors: Doors) -> None:
    ada, client_id = Freelancer(), an_id("client")
    tied = sorted(an_id("contract") for _ in range(3))
    contracts = [ada.contract(client_id=client_id, contract_id=id_) for id_ in tied]
    contracts += [ada.contract(client_id=client_id, completed_at=ENDED - timedelta(days=day)) for day in range(1, 5)]
    await sandbox.publish(*reversed(contracts))
    expected = [id_of(contract) for contract in contracts]

    for read in (doors.work_history, doors.history):
        owner = ada.id if read == doors.work_history else client_id
        seen: list[str] = []
        page = await read(owner, limit=2)
        while True:
            assert len(page["items"]) == (2 if "next" in page else 1)
            seen += [item["contract_id"] for item in page["items"]]
            if "next" not in page:
                break
            page = await read(owner, limit=2, cursor=page["next"])
        assert seen == expected


async def test_a_profile_shows_the_first_page_and_leads_on(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contracts = [ada.contract(completed_at=ENDED - timedelta(hours=hour)) for hour in range(23)]
    await sandbox.publish(*contracts)
    shown = (await doors.profile(ada.id))["work_history"]
    rest = await doors.work_history(ada.id, cursor=shown["next"])

    assert "next" not in rest
    assert [work["contract_id"] for work in shown["items"] + rest["items"]] == [id_of(each) for each in contracts]


async def test_several_short_profiles_in_one_answer(sandbox: Sandbox, doors: Doors) -> None:
    ada, bob = Freelancer(), Freelancer()
    await sandbox.publish(ada.contract(client_feedback={"score": 420}), bob.badge("rising_talent"))
    query = {"account_id": [bob.id, an_id("nobody"), ada.id]}
    answer = await sandbox.get("profile-projection", "/v1/profiles", params=query)

    assert answer.status_code == 200
    shown = answer.json()["items"]
    assert [profile["account_id"] for profile in shown] == [bob.id, ada.id]
    for profile in shown:
        whole = await doors.profile(profile["account_id"])
        assert profile == {name: value for name, value in whole.items() if name != "work_history"}


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("profile-projection", "/v1/profiles/{}"),
        ("profile-projection", "/v1/profiles/{}/work-history"),
        ("profile-projection", "/v1/clients/{}/history"),
        ("jss", "/v1/accounts/{}/score"),
        ("jss", "/v1/accounts/{}/score/history"),
    ],
)
async def test_an_id_that_no_fact_names_is_not_found(sandbox: Sandbox, service: str, path: str) -> None:
    answer = await sandbox.get(service, path.format(an_id("nobody")))

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:feedback-integrity:problem:not-found"
