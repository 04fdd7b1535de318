"""The doors of a request's life on a real database: decision, withdrawal, reversal (interfaces §3)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.removal.test_http import Service, bearer, order, service_of
from tests.integration.removal.world import NOON, Topics, World, badge, completed, membership

from event_contracts import Recorded
from eventlog.open import SealedText
from removal.domain.policy import DecisionMode
from servicekit.consistency import ConsistencyToken

PROBLEM = "urn:feedback-integrity:problem:"
DECIDER, REVERSER = "removals:decide", "removals:reverse"


class Requester:
    """Somebody's request at its doors."""

    def __init__(self, service: Service, made: httpx.Response) -> None:
        assert made.status_code == 201, made.text
        self.service = service
        self.path = made.headers["Location"]
        self.tag = made.headers["ETag"]

    async def decide(self, decision: str = "approve", *, by: str = "agent", **headers: str) -> httpx.Response:
        body = {"decision": decision, "reason": "Checked by hand"}
        return await self.post("decision", body, by=by, scope=DECIDER, **headers)

    async def withdraw(self, *, by: str = "ana", scope: str = "", **headers: str) -> httpx.Response:
        return await self.post("withdrawal", None, by=by, scope=scope, **headers)

    async def reverse(self, *, by: str, scope: str = REVERSER, **headers: str) -> httpx.Response:
        return await self.post("reversal", {"reason": f"{by} has seen a mistake"}, by=by, scope=scope, **headers)

    async def post(self, door: str, body: Any, *, by: str, scope: str = "", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {} if body is None else {"json": body}
        return await self.service.client.post(f"{self.path}/{door}", headers={**bearer(by, scope), **named}, **sent)

    async def shown(self) -> httpx.Response:
        return await self.service.get(self.path, by="staff", scope="removals:read")


@pytest.fixture
async def service(
    world: World, topics: Topics, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Service]:
    """People decide. Ana is top rated; of `agency-1` cy is the owner, di and ed are admins."""
    facts = [
        badge(),
        completed("logo"),
        completed("website"),
        badge("agency-1"),
        membership("agency-1", "cy", "owner"),
        membership("agency-1", "di", "admin"),
        membership("agency-1", "ed", "admin"),
        completed("branding", account="agency-1"),
    ]
    await world.intake().apply(topics.records(facts))
    made = service_of(world, tmp_path, mode=getattr(request, "param", DecisionMode.MANUAL))
    async with made.client:
        yield made
        await tables_hold_what_the_doors_show(made)


automatic = pytest.mark.parametrize("service", [DecisionMode.AUTOMATIC], indirect=True, ids=["automatic"])


async def tables_hold_what_the_doors_show(service: Service) -> None:
    """Whatever happened, the list and each request agree."""
    listed = await service.get("/v1/removal-requests", by="staff", scope="removals:read")
    for item in listed.json()["items"]:
        path = f"/v1/removal-requests/{item['request_id']}"
        assert (await service.get(path, by="staff", scope="removals:read")).json() == item


async def asked(service: Service, contract: str = "logo") -> Requester:
    return Requester(service, await service.post(order(contract)))


async def asked_by_di(service: Service) -> Requester:
    return Requester(service, await service.post(order("branding", account_id="agency-1"), by="di"))


def token_of(answer: httpx.Response) -> ConsistencyToken:
    return ConsistencyToken.decode(answer.headers["Consistency-Token"])


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix(PROBLEM)


async def opened_reason(world: World, event: Recorded) -> str | None:
    """The reason as the log lets it be read, from a leaf that does not hold it."""
    [(path, ciphertext)] = event.sealed.items()
    assert path == "reason"
    subject = event.data.to_json().get("by") or event.data.to_json()["decided_by"]
    part = SealedText(event_id=event.id, path=path, subject_id=subject, ciphertext=ciphertext)
    return (await world.opener.open([part]))[0]


class TestWithdrawal:
    async def test_the_requester_takes_it_back(self, service: Service) -> None:
        life = await asked(service)
        service.world.clock.time += timedelta(hours=1)
        answer = await life.withdraw()
        body = answer.json()
        assert (answer.status_code, body["status"]) == (200, "withdrawn")
        assert (body["statement"]["decision"], body["statement"]["at"]) == ("withdrawn", "2026-01-15T13:00:00Z")
        assert body["statement"]["automated"] is False
        shown = await life.shown()
        assert (shown.json(), shown.headers["ETag"]) == (body, answer.headers["ETag"])
        assert answer.headers["ETag"] != life.tag
        assert token_of(answer) == ConsistencyToken({"account/ana": 5})

    async def test_it_is_recorded_with_who_did_it_and_why_it_could_be(self, service: Service) -> None:
        life = await asked(service)
        request_id = (await life.withdraw()).json()["request_id"]
        last = (await service.world.recorded())[-1]
        assert (last.type, last.actor) == ("integrity.feedback-removal.withdrawn.v1", "ana")
        assert last.data.to_json() == {
            "request_id": request_id,
            "account_id": "ana",
            "contract_id": "logo",
            "withdrawn_by": "ana",
            "withdrawn_at": "2026-01-15T12:00:00Z",
        }
        assert (last.correlation_id, last.stream, last.version) == (request_id, "account/ana", 5)

    async def test_the_allowance_is_free_again(self, service: Service) -> None:
        life = await asked(service)
        refused = (await service.post(order("website"))).json()
        failing = [rule["code"] for rule in refused["rules"] if rule["holds"] is False]
        assert failing == ["TOO_SOON", "TOO_FEW_CONTRACTS", "REQUEST_PENDING"]
        await life.withdraw()
        assert (await service.post(order("website"))).status_code == 201

    async def test_once_only(self, service: Service) -> None:
        life = await asked(service)
        await life.withdraw()
        assert problem_of(await life.withdraw()) == (409, "already-decided")

    async def test_in_an_agency_the_requester_or_an_owner(self, service: Service) -> None:
        assert problem_of(await (await asked_by_di(service)).withdraw(by="ed")) == (403, "forbidden")
        listed = await service.get("/v1/removal-requests?account_id=agency-1&status=pending", by="di")
        assert len(listed.json()["items"]) == 1
        path = f"/v1/removal-requests/{listed.json()['items'][0]['request_id']}/withdrawal"
        assert (await service.client.post(path, headers=bearer("cy"))).json()["status"] == "withdrawn"
        assert (await (await asked_by_di(service)).withdraw(by="di")).status_code == 200

    async def test_whoever_has_left_the_agency_no_longer_knows_of_it(self, service: Service, topics: Topics) -> None:
        life = await asked_by_di(service)
        await service.world.intake("later").apply(topics.records([membership("agency-1", "di", "none", time=NOON)]))
        assert problem_of(await life.withdraw(by="di")) == (404, "not-found")
        assert (await service.get(life.path, by="di")).status_code == 404
        assert (await life.withdraw(by="cy")).json()["status"] == "withdrawn"

    async def test_strangers_do_not_learn_of_it_and_staff_may_not_do_it(self, service: Service) -> None:
        life = await asked(service)
        assert problem_of(await life.withdraw(by="eve")) == (404, "not-found")
        assert problem_of(await life.withdraw(by="agent", scope="removals:read")) == (403, "forbidden")
        assert (await life.shown()).json()["status"] == "pending"
        nobody = await service.client.post("/v1/removal-requests/none/withdrawal", headers=bearer("ana"))
        assert problem_of(nobody) == (404, "not-found")
        assert (await service.client.post(f"{life.path}/withdrawal")).status_code == 401

    async def test_a_repeated_withdrawal_gets_the_same_bytes(self, service: Service) -> None:
        life = await asked(service)
        first = await life.withdraw(Idempotency_Key="k")
        again = await life.withdraw(Idempotency_Key="k")
        assert (again.status_code, again.content) == (200, first.content)
        assert again.headers["Consistency-Token"] == first.headers["Consistency-Token"]
        await service.world.pool.execute("DELETE FROM removal.idempotency_keys")
        found = await life.withdraw(Idempotency_Key="k")
        assert (found.status_code, found.content) == (200, first.content)
        await service.world.pool.execute("DELETE FROM removal.idempotency_keys")
        other = await (await asked(service, "website")).withdraw(Idempotency_Key="k")
        assert problem_of(other) == (422, "idempotency-key-reused")


@automatic
class TestReversal:
    async def test_two_people_undo_a_removal(self, service: Service) -> None:
        life = await asked(service)
        first = await life.reverse(by="one")
        assert (first.status_code, first.json()["status"]) == (202, "approved")
        assert first.json()["reversal"] == {"proposed_by": "one", "proposed_at": "2026-01-15T12:00:00Z"}
        assert first.json() == (await life.shown()).json()
        assert token_of(first) == ConsistencyToken({"account/ana": 6})
        service.world.clock.time += timedelta(hours=1)
        second = await life.reverse(by="two")
        assert (second.status_code, second.json()["status"]) == (200, "reversed")
        assert second.json()["reversal"] == {
            "proposed_by": "one",
            "proposed_at": "2026-01-15T12:00:00Z",
            "reversed_by": "two",
            "reversed_at": "2026-01-15T13:00:00Z",
        }
        assert second.json()["statement"]["decision"] == "reversed"
        assert second.json()["decided_by"] == "policy"
        assert second.json() == (await life.shown()).json()
        assert token_of(second) == ConsistencyToken({"account/ana": 7}, awaits_score=True)

    async def test_the_reasons_are_sealed_under_whoever_gave_them(self, service: Service) -> None:
        life = await asked(service)
        await life.reverse(by="one")
        await life.reverse(by="two")
        proposed, reversed_ = (await service.world.recorded())[-2:]
        assert proposed.type == "integrity.feedback-removal.reversal-proposed.v1"
        assert reversed_.type == "integrity.feedback-removal.reversed.v1"
        for event, by in ((proposed, "one"), (reversed_, "two")):
            assert event.actor == by
            assert b"mistake" not in event.leaf
            assert await opened_reason(service.world, event) == f"{by} has seen a mistake"

    async def test_one_person_is_not_two(self, service: Service) -> None:
        life = await asked(service)
        await life.reverse(by="one")
        assert problem_of(await life.reverse(by="one")) == (409, "second-person-needed")
        assert (await life.shown()).json()["status"] == "approved"

    async def test_a_repeated_proposal_is_not_a_second_person(self, service: Service) -> None:
        life = await asked(service)
        first = await life.reverse(by="one", Idempotency_Key="k")
        again = await life.reverse(by="one", Idempotency_Key="k")
        assert (again.status_code, again.content) == (202, first.content)
        await service.world.pool.execute("DELETE FROM removal.idempotency_keys")
        assert (await life.reverse(by="one", Idempotency_Key="k")).status_code == 202
        assert (await life.reverse(by="two", Idempotency_Key="k")).status_code == 200

    async def test_of_two_people_at_once_one_is_the_first(self, service: Service) -> None:
        life = await asked(service)
        both = await asyncio.gather(life.reverse(by="one"), life.reverse(by="two"))
        assert sorted(answer.status_code for answer in both) == [200, 202]
        assert (await life.shown()).json()["status"] == "reversed"

    async def test_once_only_and_the_perk_is_free_again(self, service: Service) -> None:
        life = await asked(service)
        await life.reverse(by="one")
        await life.reverse(by="two")
        assert problem_of(await life.reverse(by="three")) == (409, "already-reversed")
        assert (await service.post(order())).status_code == 201

    async def test_only_with_the_scope_and_never_by_the_requester(self, service: Service) -> None:
        life = await asked(service)
        assert problem_of(await life.reverse(by="one", scope="removals:read removals:decide")) == (403, "forbidden")
        assert problem_of(await life.reverse(by="ana")) == (403, "own-request")
        unknown = await service.client.post(
            "/v1/removal-requests/none/reversal", json={"reason": "x"}, headers=bearer("one", REVERSER)
        )
        assert problem_of(unknown) == (404, "not-found")

    @pytest.mark.parametrize(
        "said", [{}, {"reason": None}, {"reason": " "}, {"reason": "a\0b"}, {"reason": "é" * 9000}]
    )
    async def test_a_reason_is_needed(self, service: Service, said: dict[str, Any]) -> None:
        life = await asked(service)
        answer = await life.post("reversal", said, by="one", scope=REVERSER)
        assert problem_of(answer) == (422, "invalid")
        assert [error["pointer"] for error in answer.json()["errors"]] == ["#/reason"]

    @pytest.mark.parametrize("narrower_goes", [True, False], ids=["the narrower", "the wider"])
    async def test_of_two_widened_requests(self, service: Service, topics: Topics, narrower_goes: bool) -> None:
        narrower = Requester(service, await service.post(order(scope="jss_only")))
        service.world.clock.time += timedelta(days=100)
        ended = [completed(f"later-{n}", completed_at=NOON + timedelta(days=n)) for n in range(1, 11)]
        await service.world.intake("later").apply(topics.records(ended))
        wider = await asked(service)
        life = narrower if narrower_goes else wider
        await life.reverse(by="one")
        assert (await life.reverse(by="two")).json()["status"] == "reversed"
        path = "/v1/accounts/ana/removal-eligibility?contract_id=logo&scope=jss_and_profile"
        rules = {rule["code"]: rule for rule in (await service.get(path)).json()["rules"]}
        in_force = "jss_and_profile" if narrower_goes else "jss_only"
        assert rules["ALREADY_REMOVED"] == {
            "code": "ALREADY_REMOVED",
            "holds": not narrower_goes,
            "value": in_force,
        }


class TestDecision:
    async def test_an_agent_approves(self, service: Service) -> None:
        life = await asked(service)
        service.world.clock.time += timedelta(hours=1)
        answer = await life.decide(If_Match=life.tag)
        body = answer.json()
        assert (answer.status_code, body["status"], body["decided_by"]) == (200, "approved", "agent")
        assert body["decided_at"] == "2026-01-15T13:00:00Z"
        assert (body["statement"]["decision"], body["statement"]["automated"]) == ("approved", False)
        assert body == (await life.shown()).json()
        assert token_of(answer) == ConsistencyToken({"account/ana": 5}, awaits_score=True)

    async def test_an_agent_denies(self, service: Service) -> None:
        life = await asked(service)
        answer = await life.decide("deny", If_Match=life.tag)
        body = answer.json()
        assert (answer.status_code, body["status"], body["decided_by"]) == (200, "denied", "agent")
        assert [link["rel"] for link in body["statement"]["redress"]] == ["respond", "report"]
        assert token_of(answer) == ConsistencyToken({"account/ana": 5})
        assert (await service.post(order())).status_code == 201

    @pytest.mark.parametrize("decision", ["approve", "deny"])
    async def test_the_reason_is_sealed_and_the_book_is_named(self, service: Service, decision: str) -> None:
        life = await asked(service)
        await life.decide(decision, If_Match=life.tag)
        last = (await service.world.recorded())[-1]
        assert last.actor == "agent"
        assert b"Checked by hand" not in last.leaf
        assert b'"policy":"perk"' in last.leaf
        assert last.data.to_json()["automatic"] is False
        assert await opened_reason(service.world, last) == "Checked by hand"

    async def test_it_is_judged_by_the_facts_at_submission(self, service: Service, topics: Topics) -> None:
        life = await asked(service)
        lost = badge(badge="none", time=NOON)
        await service.world.intake("later").apply(topics.records([lost]))
        assert (await life.decide(If_Match=life.tag)).json()["status"] == "approved"

    async def test_nobody_decides_their_own(self, service: Service) -> None:
        life = await asked(service)
        assert problem_of(await life.decide(by="ana", If_Match=life.tag)) == (403, "own-request")
        assert (await life.shown()).json()["status"] == "pending"

    async def test_only_on_what_one_has_seen(self, service: Service) -> None:
        life = await asked(service)
        assert problem_of(await life.decide()) == (428, "precondition-required")
        assert problem_of(await life.decide(If_Match='"other"')) == (412, "stale")
        assert (await life.shown()).json()["status"] == "pending"

    async def test_once_only(self, service: Service) -> None:
        life = await asked(service)
        decided = await life.decide(If_Match=life.tag)
        assert problem_of(await life.decide("deny", If_Match=life.tag)) == (412, "stale")
        assert problem_of(await life.decide("deny", If_Match=decided.headers["ETag"])) == (409, "already-decided")
        assert problem_of(await life.withdraw()) == (409, "already-decided")

    async def test_at_once_with_a_withdrawal_one_of_both_happens(self, service: Service) -> None:
        life = await asked(service)
        both = await asyncio.gather(life.decide(If_Match=life.tag), life.withdraw())
        assert [answer.status_code for answer in both] in ([200, 409], [412, 200])

    async def test_only_with_the_scope_and_only_of_what_there_is(self, service: Service) -> None:
        life = await asked(service)
        body = {"decision": "approve", "reason": "x"}
        answer = await life.post("decision", body, by="one", scope="removals:read", If_Match=life.tag)
        assert problem_of(answer) == (403, "forbidden")
        unknown = await service.client.post(
            "/v1/removal-requests/none/decision", json=body, headers={**bearer("one", DECIDER), "If-Match": "*"}
        )
        assert problem_of(unknown) == (404, "not-found")

    @pytest.mark.parametrize(("said", "pointer"), [({"decision": "maybe"}, "decision"), ({"reason": ""}, "reason")])
    async def test_nonsense_is_invalid(self, service: Service, said: dict[str, str], pointer: str) -> None:
        life = await asked(service)
        body = {"decision": "approve", "reason": "x"} | said
        answer = await life.post("decision", body, by="agent", scope=DECIDER, If_Match=life.tag)
        assert problem_of(answer) == (422, "invalid")
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"#/{pointer}"]

    async def test_a_repeated_decision_gets_the_same_bytes(self, service: Service) -> None:
        life = await asked(service)
        first = await life.decide(If_Match=life.tag, Idempotency_Key="k")
        again = await life.decide(If_Match=life.tag, Idempotency_Key="k")
        assert (again.status_code, again.content) == (200, first.content)
        await service.world.pool.execute("DELETE FROM removal.idempotency_keys")
        found = await life.decide(If_Match=life.tag, Idempotency_Key="k")
        assert (found.status_code, found.content) == (200, first.content)
        await service.world.pool.execute("DELETE FROM removal.idempotency_keys")
        other = await life.decide("deny", If_Match=life.tag, Idempotency_Key="k")
        assert problem_of(other) == (422, "idempotency-key-reused")

    async def test_what_an_agent_approved_two_others_undo(self, service: Service) -> None:
        life = await asked(service)
        assert problem_of(await life.reverse(by="one")) == (409, "nothing-to-reverse")
        await life.decide(If_Match=life.tag)
        assert (await life.reverse(by="one")).status_code == 202
        assert (await life.reverse(by="agent")).json()["status"] == "reversed"
