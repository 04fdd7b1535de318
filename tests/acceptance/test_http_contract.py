"""What every door keeps to: problems, tokens of identity and consistency, idempotency, conditions, pages."""

import asyncio
from typing import Any, Final

import httpx
import jwt
import pytest
from tests.support.builders import client_of, id_of
from tests.support.given import Doors, Freelancer, good_contracts
from tests.support.sandbox import Sandbox, an_id

from servicekit.consistency import ConsistencyToken

SERVICES: Final = ("removal", "jss", "profile-projection")
REQUESTS: Final = "/v1/removal-requests"


def is_problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    """The members of a problem, which must be this one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"urn:feedback-integrity:problem:{name}"
    assert document["status"] == status
    assert document["title"]
    return document


def pointers(answer: httpx.Response) -> set[str]:
    """Where an `invalid` problem says the errors are, without the leading # of a fragment."""
    errors = is_problem(answer, 422, "invalid")["errors"]
    assert all(error["message"] for error in errors)
    return {error["pointer"].removeprefix("#") for error in errors}


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("removal", "POST", REQUESTS),
        ("removal", "GET", REQUESTS + "?account_id=ada"),
        ("removal", "GET", REQUESTS + "/some-id"),
        ("removal", "GET", "/v1/accounts/ada/removal-eligibility"),
        ("removal", "GET", "/v1/parked"),
        ("jss", "GET", "/v1/accounts/ada/score/preview?without_contract=c1"),
        ("jss", "GET", "/v1/accounts/ada/score/explanation"),
    ],
)
async def test_who_calls_must_be_known(sandbox: Sandbox, service: str, method: str, path: str) -> None:
    nobody = await sandbox.request(method, service, path)
    is_problem(nobody, 401, "unauthenticated")
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")

    unsigned = jwt.encode({"sub": "ada", "aud": "feedback-integrity", "exp": 4_000_000_000}, "", algorithm="none")
    shared = jwt.encode({"sub": "ada", "exp": 4_000_000_000}, "a secret of thirty-two bytes, say", algorithm="HS256")
    good = sandbox.token("ada")
    tampered = good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB")
    for token in ("nonsense", unsigned, shared, tampered):
        answer = await sandbox.request(method, service, path, headers={"Authorization": f"Bearer {token}"})
        is_problem(answer, 401, "unauthenticated")
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("service", SERVICES)
async def test_an_unknown_path_and_a_wrong_method_are_problems_too(sandbox: Sandbox, service: str) -> None:
    is_problem(await sandbox.get(service, "/v1/nothing-here"), 404, "not-found")
    known = {"removal": REQUESTS, "jss": "/v1/accounts/ada/score", "profile-projection": "/v1/profiles/ada"}[service]
    answer = await sandbox.request("DELETE", service, known)
    is_problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["Allow"]


async def test_what_the_caller_may_not_know_of_is_not_found(sandbox: Sandbox) -> None:
    is_problem(await sandbox.get("removal", f"{REQUESTS}/{an_id('request')}", sub="ada"), 404, "not-found")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"scope": "profile_only"}, "/scope"),
        ({"scope": "JSS_ONLY"}, "/scope"),
        ({"scope": ...}, "/scope"),
        ({"account_id": 7}, "/account_id"),
        ({"account_id": "a/b"}, "/account_id"),
        ({"contract_id": ""}, "/contract_id"),
        ({"contract_id": ...}, "/contract_id"),
        ({"acknowledge_score_effect": "yes"}, "/acknowledge_score_effect"),
    ],
)
async def test_a_wrong_body_names_the_member(sandbox: Sandbox, changed: dict[str, Any], pointer: str) -> None:
    body = {"account_id": "ada", "contract_id": "c1", "scope": "jss_only", **changed}
    body = {name: value for name, value in body.items() if value is not ...}
    answer = await sandbox.post("removal", REQUESTS, sub="ada", json=body)

    assert pointers(answer) == {pointer}


@pytest.mark.parametrize("content", [b"{", b"", b"[]", b'"text"', b"\xff\xfe", b'{"account_id":"a\\u0000"}'])
async def test_a_body_that_is_none_is_invalid(sandbox: Sandbox, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await sandbox.post("removal", REQUESTS, sub="ada", content=content, headers=headers)
    is_problem(answer, 422, "invalid")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=-1", "limit=ten", "cursor=nonsense", "cursor=%00", "cursor="]
)
async def test_nonsense_about_pages_is_invalid_at_every_list(sandbox: Sandbox, doors: Doors, query: str) -> None:
    ada = Freelancer()
    contract = ada.contract()
    await sandbox.publish(contract)
    lists = [
        ("removal", f"{REQUESTS}?account_id={ada.id}&{query}", {"sub": ada.id}),
        ("removal", f"/v1/parked?{query}", {"sub": "operator", "scope": "ops:act"}),
        ("jss", f"/v1/accounts/{ada.id}/score/history?{query}", {}),
        ("jss", f"/v1/accounts/{ada.id}/score/explanation?{query}", {"sub": ada.id}),
        ("profile-projection", f"/v1/profiles/{ada.id}/work-history?{query}", {}),
        ("profile-projection", f"/v1/clients/{client_of(contract)}/history?{query}", {}),
    ]
    name = query.partition("=")[0]
    for service, path, who in lists:
        answer = await sandbox.get(service, path, **who)
        assert answer.status_code == 422, f"{path}: {answer.status_code} {answer.text}"
        assert pointers(answer) == {f"?{name}"}, path


async def test_a_cursor_of_one_list_is_none_of_another(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    await sandbox.publish(*good_contracts(ada, 3))
    cursor = (await doors.work_history(ada.id, limit=1))["next"]
    answer = await sandbox.get("jss", f"/v1/accounts/{ada.id}/score/history", params={"cursor": cursor})

    assert pointers(answer) == {"?cursor"}


@pytest.mark.parametrize("query", ["at_time=2026-01-01T00:00:00Z", "at_position=0"])
async def test_a_question_about_the_past_is_never_answered_with_the_present(sandbox: Sandbox, query: str) -> None:
    ada = Freelancer()
    await sandbox.publish(ada.contract(title="Told now", completed_at=sandbox.now()))
    answer = await sandbox.get("profile-projection", f"/v1/profiles/{ada.id}?{query}")

    assert answer.status_code in {404, 422}
    assert "Told now" not in answer.text


class TestIdempotencyKey:
    """POST with Idempotency-Key: one act, one answer."""

    async def test_the_same_request_gets_the_same_answer_and_acts_once(self, sandbox: Sandbox, doors: Doors) -> None:
        ada = Freelancer()
        contract = ada.contract(client_feedback={"score": 200})
        await sandbox.publish(ada.badge(), contract)
        key = {"Idempotency-Key": an_id("key")}
        first, again = [await doors.request_removal(ada.id, id_of(contract), headers=key) for _ in range(2)]

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        for name in ("Location", "Consistency-Token", "content-type"):
            assert again.headers[name] == first.headers[name]
        assert len(await _requests_of(sandbox, ada.id)) == 1

    async def test_a_refusal_is_final_too(self, sandbox: Sandbox, doors: Doors) -> None:
        ada = Freelancer()
        contract = ada.contract(client_feedback={"score": 200})
        await sandbox.publish(contract)
        key = {"Idempotency-Key": an_id("key")}
        refused = await doors.request_removal(ada.id, id_of(contract), headers=key)
        await sandbox.publish(ada.badge())
        again = await doors.request_removal(ada.id, id_of(contract), headers=key)

        assert (refused.status_code, again.status_code) == (409, 409)
        assert again.content == refused.content
        assert again.headers["content-type"] == "application/problem+json"
        assert (await doors.request_removal(ada.id, id_of(contract))).status_code == 201

    async def test_another_body_under_the_same_key_is_refused(self, sandbox: Sandbox, doors: Doors) -> None:
        ada = Freelancer()
        contract = ada.contract(client_feedback={"score": 200})
        await sandbox.publish(ada.badge(), contract)
        key = {"Idempotency-Key": an_id("key")}
        assert (await doors.request_removal(ada.id, id_of(contract), "jss_only", headers=key)).status_code == 201

        other = await doors.request_removal(ada.id, id_of(contract), "jss_and_profile", headers=key)
        is_problem(other, 422, "idempotency-key-reused")
        assert len(await _requests_of(sandbox, ada.id)) == 1

    async def test_a_key_belongs_to_its_user(self, sandbox: Sandbox, doors: Doors) -> None:
        ada, bob = Freelancer(), Freelancer()
        key = {"Idempotency-Key": an_id("key")}
        for user in (ada, bob):
            contract = user.contract(client_feedback={"score": 200})
            await sandbox.publish(user.badge(), contract)
            answer = await doors.request_removal(user.id, id_of(contract), headers=key)
            assert answer.status_code == 201, answer.text

    async def test_sent_many_times_at_once_it_acts_once(self, sandbox: Sandbox, doors: Doors) -> None:
        ada = Freelancer()
        contract = ada.contract(client_feedback={"score": 200})
        await sandbox.publish(ada.badge(), contract)
        key = {"Idempotency-Key": an_id("key")}
        answers = await asyncio.gather(*(doors.request_removal(ada.id, id_of(contract), headers=key) for _ in range(8)))

        done = [answer for answer in answers if answer.status_code == 201]
        assert len({answer.content for answer in done}) == 1
        for answer in answers:
            if answer not in done:
                is_problem(answer, 409, "in-progress")
        assert len(await _requests_of(sandbox, ada.id)) == 1

    async def test_without_a_key_a_repeat_is_a_new_act(self, sandbox: Sandbox, doors: Doors) -> None:
        ada = Freelancer()
        contract = ada.contract(client_feedback={"score": 200})
        await sandbox.publish(ada.badge(), contract)
        assert (await doors.request_removal(ada.id, id_of(contract))).status_code == 201
        is_problem(await doors.request_removal(ada.id, id_of(contract)), 409, "removal-refused")

    @pytest.mark.parametrize("key", ["", "k" * 129, "key with é"])
    async def test_a_key_that_is_none_is_invalid(self, sandbox: Sandbox, doors: Doors, key: str) -> None:
        headers: Any = {"Idempotency-Key": key.encode()}
        answer = await doors.request_removal("ada", "c1", by="ada", headers=headers)
        is_problem(answer, 422, "invalid")


class TestConsistencyToken:
    """A read that sends back the token of a write sees that write, at every service, without settling."""

    async def test_an_approval_is_seen_at_once_at_all_three_services(self, sandbox: Sandbox, doors: Doors) -> None:
        ada = Freelancer()
        bad = ada.contract(client_feedback={"score": 200, "comment": "Slow"})
        await sandbox.publish(ada.badge(), bad, *good_contracts(ada, 3))
        answer = await doors.request_removal(ada.id, id_of(bad))
        seen = {"Consistency-Token": answer.headers["Consistency-Token"], "Prefer": "wait=10"}
        paths = (
            ("profile-projection", f"/v1/profiles/{ada.id}"),
            ("jss", f"/v1/accounts/{ada.id}/score"),
            ("profile-projection", f"/v1/profiles/{ada.id}/work-history"),
            ("profile-projection", f"/v1/clients/{client_of(bad)}/history"),
            ("removal", f"{REQUESTS}?account_id={ada.id}"),
        )
        reads = [sandbox.get(service, path, sub=ada.id, headers=seen) for service, path in paths]
        profile, score, work, history, requests = await asyncio.gather(*reads)
        answers = (profile, score, work, history, requests)

        assert [each.status_code for each in answers] == [200] * len(paths)
        assert (score.json()["score"], score.json()["removed_count"]) == (100, 1)
        assert profile.json()["job_success_score"] == score.json()
        for body in (profile.json()["work_history"], work.json(), history.json()):
            [item] = [item for item in body["items"] if item["contract_id"] == id_of(bad)]
            assert item["client_feedback"]["state"] == "removed"
        assert [request["status"] for request in requests.json()["items"]] == ["approved"]

    async def test_writes_and_reads_in_turns(self, sandbox: Sandbox, doors: Doors) -> None:
        people = [Freelancer() for _ in range(5)]
        contracts = [ada.contract(client_feedback={"score": 200}) for ada in people]
        await sandbox.publish(*(ada.badge() for ada in people), *contracts)
        for ada, contract in zip(people, contracts, strict=True):
            answer = await doors.request_removal(ada.id, id_of(contract))
            seen = {"Consistency-Token": answer.headers["Consistency-Token"], "Prefer": "wait=10"}
            profile = await sandbox.get("profile-projection", f"/v1/profiles/{ada.id}", headers=seen)
            assert profile.json()["star_rating"]["removed_count"] == 1

    @pytest.mark.parametrize(
        ("service", "path"),
        [
            ("removal", REQUESTS + "?account_id={}"),
            ("jss", "/v1/accounts/{}/score"),
            ("profile-projection", "/v1/profiles/{}"),
            ("profile-projection", "/v1/profiles/{}/work-history"),
        ],
    )
    async def test_a_wait_in_vain_says_so(self, sandbox: Sandbox, service: str, path: str) -> None:
        ada = Freelancer()
        await sandbox.publish(ada.contract())
        far = ConsistencyToken({f"account/{ada.id}": 1_000}).encode()
        headers = {"Consistency-Token": far, "Prefer": "wait=0"}
        answer = await sandbox.get(service, path.format(ada.id), sub=ada.id, headers=headers)

        is_problem(answer, 503, "projection-behind")
        assert int(answer.headers["Retry-After"]) >= 1

    @pytest.mark.parametrize("service", SERVICES)
    async def test_a_token_that_is_none_is_invalid(self, sandbox: Sandbox, service: str) -> None:
        ada = Freelancer()
        await sandbox.publish(ada.contract())
        path = {
            "removal": f"{REQUESTS}?account_id={ada.id}",
            "jss": f"/v1/accounts/{ada.id}/score",
            "profile-projection": f"/v1/profiles/{ada.id}",
        }[service]
        answer = await sandbox.get(service, path, sub=ada.id, headers={"Consistency-Token": "nonsense"})
        is_problem(answer, 422, "invalid")


async def test_a_request_has_a_tag_and_304(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200})
    await sandbox.publish(ada.badge(), contract)
    made = await doors.request_removal(ada.id, id_of(contract))
    for path in (made.headers["Location"], f"{REQUESTS}?account_id={ada.id}"):
        first = await sandbox.get("removal", path, sub=ada.id)
        assert "Log-Position" in first.headers
        again = await sandbox.get("removal", path, sub=ada.id, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = await sandbox.get("removal", path, sub=ada.id, headers={"If-None-Match": '"another"'})
        assert other.status_code == 200


async def test_requests_are_listed_page_by_page_for_staff(sandbox: Sandbox, doors: Doors) -> None:
    people = [Freelancer() for _ in range(3)]
    contracts = [ada.contract(client_feedback={"score": 200}) for ada in people]
    await sandbox.publish(*(ada.badge() for ada in people), *contracts)
    made = [(await doors.request_removal(ada.id, id_of(c))).json() for ada, c in zip(people, contracts, strict=True)]
    staff = {"sub": "staff", "scope": "removals:read"}
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2, "status": "approved"}
    while not {request["request_id"] for request in made} <= set(seen):
        page = (await sandbox.get("removal", REQUESTS, params=query, **staff)).json()
        seen += [request["request_id"] for request in page["items"]]
        query["cursor"] = page.get("next") or pytest.fail("not all requests are listed")

    assert len(set(seen)) == len(seen)
    assert pointers(await sandbox.get("removal", REQUESTS, sub="ada")) == {"?account_id"}
    assert pointers(await sandbox.get("removal", f"{REQUESTS}?status=lost", **staff)) == {"?status"}


@pytest.mark.parametrize("service", SERVICES)
async def test_every_service_describes_itself_and_says_how_it_is(sandbox: Sandbox, service: str) -> None:
    document = (await sandbox.get(service, "/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert any(path.startswith("/v1/") for path in document["paths"])
    for path in ("/livez", "/readyz", "/metrics"):
        answer = await sandbox.get(service, path)
        assert answer.status_code == 200, f"{path}: {answer.text}"


async def _requests_of(sandbox: Sandbox, account_id: str) -> list[dict[str, Any]]:
    answer = await sandbox.get("removal", f"{REQUESTS}?account_id={account_id}", sub=account_id)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
