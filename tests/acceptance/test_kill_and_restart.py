"""`kill -9` of every process while facts and requests flow, database and broker too, changes nothing."""

import asyncio
import secrets
from collections.abc import Sequence

import httpx
from tests.acceptance.test_random_orders import World, bodies, contracts, people
from tests.support.builders import a_badge, a_contract_completed
from tests.support.sandbox import Sandbox, an_id

from event_contracts.publication import Publication

PROCESSES = (
    "removal intake",
    "sequencer",
    "jss consume",
    "profile consume",
    "jss tick",
    "removal http",
    "jss http",
    "profile http",
    "kafka",
    "postgres",
)
KEY = "the-one-request"


async def answer_in_the_end(sandbox: Sandbox, account_id: str, contract_id: str) -> httpx.Response:
    """What a client does that never gives up: the same request with the same key until there is a final answer."""
    body = {
        "account_id": account_id,
        "contract_id": contract_id,
        "scope": "jss_and_profile",
        "acknowledge_score_effect": True,
    }
    for _ in range(600):
        try:
            answer = await sandbox.post(
                "removal", "/v1/removal-requests", sub=account_id, json=body, headers={"Idempotency-Key": KEY}
            )
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code < 500 and answer.json().get("type", "")[-11:] != "in-progress":
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError("no final answer in two minutes")


def an_account_with_a_bad_contract(account_id: str, contract_id: str) -> Sequence[Publication]:
    return (
        a_badge(account_id),
        a_contract_completed(account_id, contract_id=contract_id, client_feedback={"score": 100, "comment": "Bad"}),
    )


async def test_every_process_is_killed_while_facts_and_requests_flow(sandbox: Sandbox) -> None:
    calm, troubled = (World(f"{name}{secrets.token_hex(3)}") for name in ("calm", "kill"))
    for world in (calm, troubled):
        people(world)
        contracts(world)
    await sandbox.publish(*calm.told)
    account_id, contract_id = an_id("account"), an_id("contract")
    await sandbox.publish(*an_account_with_a_bad_contract(account_id, contract_id))

    told = troubled.told
    request: asyncio.Task[httpx.Response] | None = None
    for nth, process in enumerate(PROCESSES):
        share = told[nth * len(told) // len(PROCESSES) : (nth + 1) * len(told) // len(PROCESSES)]
        flow = asyncio.create_task(sandbox.publish(*share, *told[:nth], settle=False))  # some of them once more
        if process == "removal http":
            request = asyncio.create_task(answer_in_the_end(sandbox, account_id, contract_id))
        await sandbox.kill(process, seconds=120)
        await flow
    assert request is not None
    first = await request
    await sandbox.settle()

    assert await bodies(sandbox, troubled.name) == {
        path: body.replace(calm.name, troubled.name) for path, body in (await bodies(sandbox, calm.name)).items()
    }
    assert first.status_code == 201, first.text
    again = await answer_in_the_end(sandbox, account_id, contract_id)
    assert again.json() == first.json()  # one act, however often it was sent
    listed = await sandbox.get("removal", f"/v1/removal-requests?account_id={account_id}", sub=account_id)
    assert [item["request_id"] for item in listed.json()["items"]] == [first.json()["request_id"]]
    profile = (await sandbox.get("profile-projection", f"/v1/profiles/{account_id}")).json()
    assert profile["work_history"]["items"][0]["client_feedback"] == {
        "state": "removed",
        "tombstone": "This feedback has been removed.",
        "removal_class": "perk",
    }
