"""The life of a request over the outside doors: decided by a person, withdrawn, undone by two people."""

from collections.abc import AsyncIterator, Mapping
from typing import Final

import httpx
import pytest
from tests.support.builders import client_of, id_of
from tests.support.given import JSON, Doors, Freelancer, failed, good_contracts
from tests.support.sandbox import Sandbox, a_sandbox

from event_contracts import Publication

AGENT: Final = "agent"
HARSH: Final = {"score": 120, "private_rating": 1, "comment": "Slow and rude"}
PROBLEM: Final = "urn:feedback-integrity:problem:"
SECONDS_TO_WAIT: Final = "wait=10"


async def follow_up(
    sandbox: Sandbox,
    asked: JSON,
    door: str,
    body: JSON | None = None,
    *,
    sub: str,
    scope: str = "",
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Order something of a request; gives whatever the door answers."""
    path = f"/v1/removal-requests/{asked['request_id']}/{door}"
    return await sandbox.post("removal", path, sub=sub, scope=scope, json=body, headers=headers)


async def reverse(sandbox: Sandbox, asked: JSON, *, by: str) -> httpx.Response:
    reason = {"reason": f"{by} has seen a mistake"}
    return await follow_up(sandbox, asked, "reversal", reason, sub=by, scope="removals:reverse")


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix(PROBLEM)


async def shown_for(sandbox: Sandbox, answer: httpx.Response, service: str, path: str) -> JSON:
    """What a door shows to whoever brings the token of this answer, without waiting for anything else."""
    headers = {"Consistency-Token": answer.headers["Consistency-Token"], "Prefer": SECONDS_TO_WAIT}
    shown = await sandbox.get(service, path, headers=headers)
    assert shown.status_code == 200, shown.text
    body: JSON = shown.json()
    return body


async def test_two_people_undo_a_removal_and_everything_shows_and_counts_again(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    harsh = ada.contract(client_feedback=HARSH)
    await sandbox.publish(ada.badge(), harsh, *good_contracts(ada, 3))
    work, engagement = await doors.work(ada.id, id_of(harsh)), await doors.engagement(client_of(harsh), id_of(harsh))
    score = await doors.score(ada.id)
    asked = await doors.granted(ada.id, id_of(harsh))
    assert (await doors.score(ada.id))["score"] == 100

    proposed = await reverse(sandbox, asked, by="first")
    assert (proposed.status_code, proposed.json()["status"]) == (202, "approved")
    assert problem_of(await reverse(sandbox, asked, by="first")) == (409, "second-person-needed")
    assert (await doors.work(ada.id, id_of(harsh)))["client_feedback"]["state"] == "removed"

    reversed_ = await reverse(sandbox, asked, by="second")
    assert (reversed_.status_code, reversed_.json()["status"]) == (200, "reversed")
    assert reversed_.json()["reversal"]["proposed_by"] == "first"
    assert reversed_.json()["reversal"]["reversed_by"] == "second"
    assert await shown_for(sandbox, reversed_, "jss", f"/v1/accounts/{ada.id}/score") == score
    profile = await shown_for(sandbox, reversed_, "profile-projection", f"/v1/profiles/{ada.id}")
    assert profile["job_success_score"] == score
    await sandbox.settle()
    assert await doors.work(ada.id, id_of(harsh)) == work
    assert await doors.engagement(client_of(harsh), id_of(harsh)) == engagement
    assert problem_of(await reverse(sandbox, asked, by="third")) == (409, "already-reversed")
    await doors.granted(ada.id, id_of(harsh))  # a reversed request never counted


async def test_what_the_policy_approved_at_once_is_not_decided_or_withdrawn(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    harsh = ada.contract(client_feedback=HARSH)
    await sandbox.publish(ada.badge(), harsh)
    asked = await doors.granted(ada.id, id_of(harsh))

    assert problem_of(await follow_up(sandbox, asked, "withdrawal", sub=ada.id)) == (409, "already-decided")
    assert problem_of(await follow_up(sandbox, asked, "withdrawal", sub="stranger")) == (404, "not-found")
    denial = await decide(sandbox, asked, "deny", tag="*")
    assert problem_of(denial) == (409, "already-decided")
    assert problem_of(await reverse(sandbox, asked, by=ada.id)) == (403, "own-request")


async def decide(sandbox: Sandbox, asked: JSON, decision: str, *, tag: str | None, by: str = AGENT) -> httpx.Response:
    headers = {"If-Match": tag} if tag else {}
    body = {"decision": decision, "reason": "Checked by hand"}
    return await follow_up(sandbox, asked, "decision", body, sub=by, scope="removals:decide", headers=headers)


@pytest.fixture
async def decided_by_people(sandbox: Sandbox, request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """A system of its own in which people decide; only where systems are started as processes of this machine."""
    if request.config.getoption("--system") != "sandbox":
        pytest.skip("starts a second system of its own: run with --system=sandbox")
    async with a_sandbox(sandbox.home.root.parent / "manual", environment={"FI_DECISION_MODE": "manual"}) as manual:
        yield manual


async def test_where_people_decide_a_request_waits_and_is_withdrawn_denied_or_approved(
    decided_by_people: Sandbox,
) -> None:
    sandbox, doors, ada = decided_by_people, Doors(decided_by_people), Freelancer()
    harsh, other = ada.contract(client_feedback=HARSH), ada.contract(client_feedback=HARSH)
    await sandbox.publish(ada.badge(), harsh, other, *good_contracts(ada, 3))
    before = await doors.score(ada.id)

    withdrawn = await pending(doors, ada, harsh)
    assert failed(await doors.refused(ada.id, id_of(other))) == ["TOO_SOON", "TOO_FEW_CONTRACTS", "REQUEST_PENDING"]
    answer = await follow_up(sandbox, withdrawn.json(), "withdrawal", sub=ada.id)
    assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")

    denied = await pending(doors, ada, harsh)
    tag = denied.headers["ETag"]
    assert problem_of(await decide(sandbox, denied.json(), "approve", tag=tag, by=ada.id)) == (403, "own-request")
    assert problem_of(await decide(sandbox, denied.json(), "deny", tag=None)) == (428, "precondition-required")
    old = withdrawn.headers["ETag"]
    assert problem_of(await decide(sandbox, denied.json(), "deny", tag=old)) == (412, "stale")
    answer = await decide(sandbox, denied.json(), "deny", tag=tag)
    assert (answer.status_code, answer.json()["status"]) == (200, "denied")
    await sandbox.settle()
    assert await doors.score(ada.id) == before
    assert (await doors.work(ada.id, id_of(harsh)))["client_feedback"]["state"] == "visible"

    approved = await pending(doors, ada, harsh)
    await sandbox.publish(ada.badge("none", time=sandbox.now()))  # judged by the facts at submission
    answer = await decide(sandbox, approved.json(), "approve", tag=approved.headers["ETag"])
    assert (answer.status_code, answer.json()["status"]) == (200, "approved")
    assert answer.json()["statement"]["automated"] is False
    shown = await shown_for(sandbox, answer, "jss", f"/v1/accounts/{ada.id}/score")
    assert shown["removed_count"] == before["removed_count"] + 1
    profile = await shown_for(sandbox, answer, "profile-projection", f"/v1/profiles/{ada.id}")
    [work] = [item for item in profile["work_history"]["items"] if item["contract_id"] == id_of(harsh)]
    assert work["client_feedback"]["state"] == "removed"
    tag = answer.headers["ETag"]
    assert problem_of(await decide(sandbox, answer.json(), "deny", tag=tag)) == (409, "already-decided")


async def pending(doors: Doors, ada: Freelancer, contract: Publication) -> httpx.Response:
    """A request that waits for a person."""
    answer = await doors.request_removal(ada.id, id_of(contract))
    assert (answer.status_code, answer.json()["status"]) == (201, "pending"), answer.text
    return answer
