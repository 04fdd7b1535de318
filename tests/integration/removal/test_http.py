"""The doors of removal: bodies, statuses and headers exactly as interfaces.md §3 spells them."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.integration.removal.world import NOON, ONCE, Topics, World, badge, completed, membership

from event_contracts import ScorePreview
from eventlog.read import LogReader
from removal.adapters.parking import ParkingTable
from removal.adapters.requests import RequestTable
from removal.application.handlers import RemovalDesk
from removal.application.lifecycle import LifecycleDesk
from removal.application.queries import RemovalQueries
from removal.domain.policy import PERK, RETIRED, DecisionMode, PolicyBook
from removal.entrypoints.behind import Doors
from removal.entrypoints.http import app_of
from servicekit.auth import TokenVerifier
from servicekit.consistency import ConsistencyToken
from servicekit.health import Health
from servicekit.idempotency import Idempotency
from servicekit.page import encode_cursor
from servicekit.settings import AuthSettings

KEY = ec.generate_private_key(ec.SECP256R1())


class Scores:
    """What jss would answer; None: it does not."""

    def __init__(self) -> None:
        self.preview: ScorePreview | None = None
        self.tokens: list[str] = []

    async def without(self, account_id: str, contract_id: str, *, token: str) -> ScorePreview | None:
        self.tokens.append(token)
        return self.preview


@dataclass
class Service:
    """The application on a world, with somebody to call it."""

    client: httpx.AsyncClient
    scores: Scores
    world: World

    async def post(self, body: dict[str, Any], *, by: str = "ana", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post("/v1/removal-requests", json=body, headers={**bearer(by), **named})

    async def get(self, path: str, *, by: str = "ana", scope: str = "", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers={**bearer(by, scope), **named})


def bearer(user: str, scope: str = "") -> dict[str, str]:
    claims = {"sub": user, "scope": scope, "iss": "issuer", "aud": "audience", "exp": int(time.time()) + 600}
    return {"Authorization": "Bearer " + jwt.encode(claims, KEY, "ES256", headers={"kid": "one"})}


def verifier(folder: Path) -> TokenVerifier:
    public = json.loads(jwt.get_algorithm_by_name("ES256").to_jwk(KEY.public_key()))
    file = folder / "jwks.json"
    file.write_text(json.dumps({"keys": [{**public, "kid": "one"}]}))
    return TokenVerifier.from_settings(
        AuthSettings(auth_jwks=str(file), auth_issuer="issuer", auth_audience="audience")
    )


def service_of(
    world: World,
    folder: Path,
    *,
    book: PolicyBook = PERK,
    mode: DecisionMode = DecisionMode.AUTOMATIC,
    scores: Scores | None = None,
) -> Service:
    scores = scores or Scores()
    requests, idempotency = RequestTable(world.pool, LogReader(world.pool)), Idempotency("removal")
    doors = Doors(
        desk=RemovalDesk(accounts=world.accounts, previews=scores, book=book, mode=mode),
        lifecycle=LifecycleDesk(requests=requests, streams=world.accounts),
        queries=RemovalQueries(accounts=world.accounts, requests=requests, previews=scores, book=book),
        requests=requests,
        parking=ParkingTable(),
        pool=world.pool,
        idempotency=idempotency,
        clock=world.clock,
    )
    app = app_of(doors, version="1", health=Health(), verifier=verifier(folder))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://removal")
    return Service(client, scores, world)


@pytest.fixture
async def service(world: World, topics: Topics, tmp_path: Path) -> AsyncIterator[Service]:
    """Ana is top rated and has ended `logo`, `website` and `quiet`, the last without feedback; others have others."""
    facts = [
        badge(),
        completed("logo"),
        completed("website"),
        completed("quiet", client_feedback=None),
        completed("theirs", account="bo"),
        badge("agency-1"),
        membership("agency-1", "ana", "member"),
        membership("agency-1", "cy", "owner"),
        completed("branding", account="agency-1"),
    ]
    await world.intake().apply(topics.records(facts))
    made = service_of(world, tmp_path)
    async with made.client:
        yield made


def order(contract: str = "logo", **changed: Any) -> dict[str, Any]:
    standard = {
        "account_id": "ana",
        "contract_id": contract,
        "scope": "jss_and_profile",
        "acknowledge_score_effect": True,
    }
    return standard | changed


async def test_a_granted_request_is_answered_with_its_whole_story(service: Service) -> None:
    answer = await service.post(order())
    assert answer.status_code == 201
    body = answer.json()
    assert list(body) == [
        "request_id",
        "account_id",
        "contract_id",
        "client_id",
        "scope",
        "status",
        "requested_by",
        "channel",
        "submitted_at",
        "decided_at",
        "decided_by",
        "evidence",
        "statement",
    ]
    assert (body["status"], body["scope"], body["channel"]) == ("approved", "jss_and_profile", "api")
    assert (body["submitted_at"], body["decided_at"]) == ("2026-01-15T12:00:00Z", "2026-01-15T12:00:00Z")
    assert (body["requested_by"], body["decided_by"], body["client_id"]) == ("ana", "policy", "acme")
    assert answer.headers["Location"] == f"/v1/removal-requests/{body['request_id']}"
    assert body["evidence"]["rules"][0] == {"code": "PERK_RETIRED", "holds": True, "value": "perk"}
    assert body["evidence"]["badge"] == "top_rated"
    assert body["statement"] == {
        "decision": "approved",
        "at": "2026-01-15T12:00:00Z",
        "rule": None,
        "facts": body["evidence"]["rules"],
        "book": "perk",
        "regime_from": "0001-01-01T00:00:00Z",
        "automated": True,
        "redress": [],
    }


async def test_the_token_of_an_approval_names_the_account_and_awaits_the_score(service: Service) -> None:
    token = ConsistencyToken.decode((await service.post(order())).headers["Consistency-Token"])
    assert token == ConsistencyToken({"account/ana": 6}, awaits_score=True)


async def test_a_refusal_is_answered_with_every_rule_and_what_else_can_be_done(service: Service) -> None:
    answer = await service.post(order("quiet"))
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == "urn:feedback-integrity:problem:removal-refused"
    assert [rule["code"] for rule in body["rules"] if rule["holds"] is False] == ["NO_PUBLIC_FEEDBACK"]
    assert "alternatives" not in body
    assert body["statement"]["rule"] == "NO_PUBLIC_FEEDBACK"
    assert [link["rel"] for link in body["statement"]["redress"]] == ["respond", "report"]
    token = ConsistencyToken.decode(answer.headers["Consistency-Token"])
    assert token == ConsistencyToken({"account/ana": 5})
    recorded = (await service.world.recorded())[-1]
    assert recorded.type == "integrity.feedback-removal.refused.v1"
    assert recorded.data.to_json()["refusal_id"] == body["refusal_id"]
    assert recorded.data.to_json()["evidence"]["rules"] == body["rules"]


async def test_a_retired_perk_points_to_responding_and_reporting(world: World, topics: Topics, tmp_path: Path) -> None:
    await world.intake().apply(topics.records([badge(), completed("logo")]))
    retired = service_of(world, tmp_path, book=RETIRED)
    async with retired.client:
        body = (await retired.post(order())).json()
    assert body["rules"] == [{"code": "PERK_RETIRED", "holds": False, "value": "retired-2024-09-03"}]
    assert body["alternatives"] == [
        {"rel": "respond", "href": "/v1/contracts/logo/feedback/client_to_talent/response"},
        {"rel": "report", "href": "/v1/contracts/logo/feedback/client_to_talent/reports"},
    ]


async def test_a_repeated_command_gets_the_same_bytes_again(service: Service) -> None:
    first = await service.post(order(), Idempotency_Key="k")
    again = await service.post(order(), Idempotency_Key="k")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("Location", "Consistency-Token", "ETag"):
        assert again.headers[name] == first.headers[name]
    refused = await service.post(order("website"), Idempotency_Key="other")
    assert refused.status_code == 409
    assert (await service.post(order("website"), Idempotency_Key="other")).content == refused.content


async def test_the_answer_is_found_by_event_id_when_the_key_was_forgotten(service: Service) -> None:
    """What a crash between commit and answer, or seven days, leaves behind: the event, and no kept answer."""
    first = await service.post(order(), Idempotency_Key="k")
    await service.world.pool.execute("DELETE FROM removal.idempotency_keys")
    again = await service.post(order(), Idempotency_Key="k")
    assert (again.status_code, again.json()) == (201, first.json())
    await service.world.pool.execute("DELETE FROM removal.idempotency_keys")
    assert (await service.post(order("website"), Idempotency_Key="k")).json()["type"].endswith("idempotency-key-reused")


async def test_a_key_belongs_to_one_body(service: Service) -> None:
    await service.post(order(), Idempotency_Key="k")
    other = await service.post(order("website"), Idempotency_Key="k")
    assert (other.status_code, other.json()["type"]) == (422, "urn:feedback-integrity:problem:idempotency-key-reused")


async def test_without_a_key_a_repeat_is_a_new_act(service: Service) -> None:
    await service.post(order())
    again = (await service.post(order())).json()
    failed = [rule["code"] for rule in again["rules"] if rule["holds"] is False]
    assert failed == ["ALREADY_REMOVED", "TOO_SOON", "TOO_FEW_CONTRACTS"]


async def test_who_speaks_for_nobody_is_forbidden_and_nothing_is_recorded(service: Service) -> None:
    before = len(await service.world.recorded())
    answer = await service.post(order(), by="eve", Idempotency_Key="k")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:feedback-integrity:problem:forbidden")
    assert (await service.post(order(), by="eve", Idempotency_Key="k")).status_code == 403
    assert len(await service.world.recorded()) == before
    assert service.scores.tokens == []


async def test_without_a_token_nobody_is_answered(service: Service) -> None:
    assert (await service.client.post("/v1/removal-requests", json=order())).status_code == 401
    assert (await service.client.get("/v1/parked")).status_code == 401


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"contract_id": "a b"}, "#/contract_id"),
        ({"scope": "profile_only"}, "#/scope"),
        ({"acknowledge_score_effect": "yes"}, "#/acknowledge_score_effect"),
        ({"account_id": None}, "#/account_id"),
    ],
)
async def test_a_body_that_says_nothing_sensible_is_invalid(
    service: Service, changed: dict[str, Any], pointer: str
) -> None:
    answer = await service.post(order(**changed))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:feedback-integrity:problem:invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_the_callers_own_token_is_passed_on_and_a_harmless_preview_needs_no_acknowledgement(
    service: Service,
) -> None:
    service.scores.preview = ScorePreview(current=80, preview=90, account_version=4, as_of=NOON.date())
    answer = await service.post(order(acknowledge_score_effect=False))
    assert answer.status_code == 201
    assert answer.json()["evidence"]["preview"] == {
        "current": 80,
        "preview": 90,
        "account_version": 4,
        "as_of": "2026-01-15",
    }
    (token,) = service.scores.tokens
    assert jwt.decode(token, KEY.public_key(), ["ES256"], audience="audience")["sub"] == "ana"


@pytest.mark.parametrize(
    "preview",
    [
        None,
        ScorePreview(current=80, preview=79, account_version=9, as_of=NOON.date()),
        ScorePreview(current=80, preview=None, account_version=9, as_of=NOON.date()),
        ScorePreview(current=80, preview=90, account_version=1, as_of=NOON.date()),
        ScorePreview(current=80, preview=90, account_version=9, as_of=(NOON - timedelta(days=1)).date()),
    ],
    ids=["none", "falls", "vanishes", "older than the contract's facts", "of yesterday"],
)
async def test_any_other_preview_must_be_acknowledged(service: Service, preview: ScorePreview | None) -> None:
    service.scores.preview = preview
    refused = await service.post(order(acknowledge_score_effect=False))
    assert [rule["code"] for rule in refused.json()["rules"] if rule["holds"] is False] == [
        "SCORE_EFFECT_UNACKNOWLEDGED"
    ]
    assert (await service.post(order())).status_code == 201


async def test_a_request_is_shown_to_the_account_and_to_staff_and_to_nobody_else(service: Service) -> None:
    made = await service.post(order())
    path = made.headers["Location"]
    shown = await service.get(path)
    assert shown.json() == made.json()
    assert shown.headers["ETag"] == made.headers["ETag"]
    assert (await service.get(path, by="agent", scope="removals:read")).json() == made.json()
    assert (await service.get(path, by="eve")).status_code == 404
    assert (await service.get("/v1/removal-requests/unknown")).status_code == 404


async def test_who_has_a_request_already_is_told_so_in_few_bytes(service: Service) -> None:
    made = await service.post(order())
    unchanged = await service.get(made.headers["Location"], If_None_Match=made.headers["ETag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_reads_tell_how_much_of_the_log_they_hold(service: Service) -> None:
    made = await service.post(order())
    events = await service.world.recorded()
    assert (await service.get(made.headers["Location"])).headers["Log-Position"] == str(len(events) - 1)


async def test_a_read_with_a_token_of_what_never_happened_says_that_it_is_behind(service: Service) -> None:
    token = ConsistencyToken({"account/ana": 1000}).encode()
    made = await service.post(order())
    path = made.headers["Location"]
    behind = await service.get(path, Consistency_Token=token, Prefer="wait=0")
    assert (behind.status_code, behind.json()["type"]) == (503, "urn:feedback-integrity:problem:projection-behind")
    assert behind.headers["Retry-After"]
    assert (await service.get(path, Consistency_Token=made.headers["Consistency-Token"])).status_code == 200
    assert (await service.get(path, Consistency_Token="nonsense")).status_code == 422


async def test_requests_are_listed_newest_first_page_by_page(world: World, topics: Topics, tmp_path: Path) -> None:
    people = [f"p{n}" for n in range(5)]
    facts = [fact for who in people for fact in (badge(who), completed(f"of-{who}", account=who))]
    await world.intake().apply(topics.records(facts))
    service = service_of(world, tmp_path, mode=DecisionMode.MANUAL)
    async with service.client:
        made = []
        for who in people:
            world.clock.time += timedelta(minutes=1)
            made.append((await service.post(order(f"of-{who}", account_id=who), by=who)).json()["request_id"])
        seen, path = [], "/v1/removal-requests?limit=2&status=pending"
        cursor = ""
        while True:
            page = (await service.get(path + cursor, by="agent", scope="removals:read")).json()
            seen += [item["request_id"] for item in page["items"]]
            if "next" not in page:
                break
            cursor = f"&cursor={page['next']}"
        assert seen == made[::-1]
        assert page["items"][0]["status"] == "pending"
        own = (await service.get("/v1/removal-requests?account_id=p1", by="p1")).json()
        assert [item["request_id"] for item in own["items"]] == [made[1]]
        none = (await service.get("/v1/removal-requests?account_id=p1&status=approved", by="p1")).json()
        assert none == {"items": []}


async def test_lists_are_for_those_who_speak_for_the_account(service: Service) -> None:
    assert (await service.get("/v1/removal-requests?account_id=ana", by="eve")).status_code == 403
    assert (await service.get("/v1/removal-requests")).json()["errors"][0]["pointer"] == "?account_id"
    assert (await service.get("/v1/removal-requests?account_id=ana&status=maybe")).status_code == 422
    assert (await service.get("/v1/removal-requests?account_id=ana&cursor=x")).status_code == 422


async def test_eligibility_without_a_contract_judges_the_account_alone(service: Service) -> None:
    body = (await service.get("/v1/accounts/ana/removal-eligibility")).json()
    assert body["eligible"] is True
    assert [rule["code"] for rule in body["rules"]] == [
        "PERK_RETIRED",
        "NOT_TOP_RATED",
        "TOO_SOON",
        "TOO_FEW_CONTRACTS",
        "REQUEST_PENDING",
    ]
    assert body["rules"][2] == {"code": "TOO_SOON", "holds": True, "value": None, "threshold": 3}


async def test_eligibility_tells_when_and_after_how_many_contracts_one_may_ask_again(service: Service) -> None:
    await service.post(order())
    body = (await service.get("/v1/accounts/ana/removal-eligibility")).json()
    assert body["eligible"] is False
    assert body["next_eligible_at"] == "2026-04-15T12:00:00Z"
    assert body["contracts_needed"] == 10


async def test_eligibility_of_a_contract_shows_the_preview_it_rests_on(service: Service) -> None:
    path = "/v1/accounts/ana/removal-eligibility?contract_id=logo&scope=jss_and_profile"
    without = (await service.get(path)).json()
    assert without["eligible"] is False
    assert without["rules"][-1] == {"code": "SCORE_EFFECT_UNACKNOWLEDGED", "holds": False}
    service.scores.preview = ScorePreview(current=None, preview=None, account_version=9, as_of=NOON.date())
    body = (await service.get(path)).json()
    assert body["eligible"] is True
    assert body["preview"] == {"current": None, "preview": None, "account_version": 9, "as_of": "2026-01-15"}
    assert body["rules"][-1] == {
        "code": "SCORE_EFFECT_UNACKNOWLEDGED",
        "holds": True,
        "value": None,
        "threshold": None,
    }


async def test_eligibility_in_an_agency_depends_on_the_askers_role(service: Service) -> None:
    path = "/v1/accounts/agency-1/removal-eligibility?contract_id=branding"
    as_member = (await service.get(path, by="ana")).json()
    role = {"code": "AGENCY_ROLE_REQUIRED", "holds": False, "value": "member", "threshold": "admin"}
    assert role in as_member["rules"]
    as_owner = (await service.get(path, by="cy")).json()
    assert role | {"holds": True, "value": "owner"} in as_owner["rules"]
    assert (await service.get(path, by="eve")).status_code == 403
    assert (await service.get(path, by="agent", scope="removals:read")).status_code == 200


async def test_asking_records_nothing(service: Service) -> None:
    before = len(await service.world.recorded())
    await service.get("/v1/accounts/ana/removal-eligibility?contract_id=logo")
    assert len(await service.world.recorded()) == before


async def test_parked_records_are_listed_for_operators_without_their_bytes(service: Service, topics: Topics) -> None:
    for _ in range(3):
        await service.world.intake().apply([topics.raw(b"{", [("ce_id", b"x")], topic="marketplace.clients")])
    assert (await service.get("/v1/parked")).status_code == 403
    for nonsense in (encode_cursor(-1), encode_cursor(2**63), encode_cursor("1")):
        assert (await service.get(f"/v1/parked?cursor={nonsense}", scope="ops:act")).status_code == 422
    first = (await service.get("/v1/parked?limit=2", scope="ops:act")).json()
    rest = (await service.get(f"/v1/parked?limit=2&cursor={first['next']}", scope="ops:act")).json()
    items = first["items"] + rest["items"]
    assert [item["offset"] for item in items] == [0, 1, 2]
    assert set(items[0]) == {"id", "reason", "detail", "topic", "partition", "offset", "at"}
    assert items[0]["reason"] == "not-json"
    assert "next" not in rest


async def test_a_request_judged_by_people_is_pending(world: World, topics: Topics, tmp_path: Path) -> None:
    await world.intake().apply(topics.records([badge(), completed("logo", time=ONCE)]))
    service = service_of(world, tmp_path, mode=DecisionMode.MANUAL)
    async with service.client:
        answer = await service.post(order())
    body = answer.json()
    assert (answer.status_code, body["status"]) == (201, "pending")
    assert "decided_at" not in body
    assert body["statement"]["automated"] is False
    assert ConsistencyToken.decode(answer.headers["Consistency-Token"]).awaits_score is False
