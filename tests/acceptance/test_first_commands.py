"""The README's other commands, as a newcomer types them: generate, publish, look, ask for a removal."""

from pathlib import Path

import jwt
import orjson
from tests.acceptance import readme
from tests.support.given import Doors, failed
from tests.support.sandbox import Sandbox, an_id

from event_contracts.instant import parse_time


async def test_generate_publish_and_look(sandbox: Sandbox, doors: Doors, tmp_path: Path) -> None:
    generate, publish, look = readme.commands_with("fi generate").splitlines()
    await readme.run(generate, sandbox, tmp_path)
    lines = [orjson.loads(line) for line in (tmp_path / "market.jsonl").read_bytes().splitlines()]
    assert all(parse_time(line["time"]) <= sandbox.now() for line in lines)
    ended = [line["data"] for line in lines if line["type"] == "marketplace.contract.completed.v1"]
    assert len({data["contract_id"] for data in ended}) == 2000

    said = await readme.run(publish, sandbox, tmp_path)
    assert "recorded" in said
    again = (await readme.run(publish + " --json", sandbox, tmp_path)).splitlines()[-1]
    assert orjson.loads(again) == {"recorded": 0, "duplicates": len(lines), "parked": {}}

    accounts = sorted({data.get("agency_id") or data["freelancer_id"] for data in ended})
    for account_id in accounts[:: len(accounts) // 3]:
        shown = orjson.loads(await readme.run(look.replace("ACCOUNT_ID", account_id), sandbox, tmp_path))
        theirs = [data for data in ended if account_id == (data.get("agency_id") or data["freelancer_id"])]
        assert shown["number_of_jobs"] == len({data["contract_id"] for data in theirs if data["earned"]["amount"] > 0})
        assert shown["job_success_score"] == await doors.score(account_id)


async def test_publish_counts_what_became_of_every_line(sandbox: Sandbox, tmp_path: Path) -> None:
    account_id, id_ = an_id("freelancer"), an_id("event")
    badge = {"account_id": account_id, "account_kind": "freelancer", "badge": "top_rated"}
    of_one = {"type": "marketplace.account.badge-changed.v1", "subject": account_id}  # so they arrive in this order
    good = {"id": id_, "time": "2025-06-01T00:00:00Z", **of_one, "data": badge}
    lines = [
        good,
        good,
        {**good, "data": {**badge, "badge": "none"}},
        {**good, "id": an_id("event"), "data": {**badge, "badge": "gold"}},
        {**good, "id": an_id("event"), "time": "yesterday"},
        {**good, "id": an_id("event"), "type": "marketplace.account.closed.v1", "topic": "marketplace.accounts"},
    ]
    file = tmp_path / "facts.jsonl"
    file.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
    said = await sandbox.fi("publish", str(file), "--wait", "--json")

    assert orjson.loads(said.splitlines()[-1]) == {
        "recorded": 1,
        "duplicates": 1,
        "parked": {"duplicate-mismatch": 1, "invalid": 2, "unknown-type": 1},
    }


async def test_an_unknown_type_without_a_topic_is_wrong_usage(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "facts.jsonl"
    file.write_text('{"id": "x", "time": "2025-06-01T00:00:00Z", "type": "marketplace.account.closed.v1", "data": {}}')
    await sandbox.fi("publish", str(file), code=2)


async def test_a_token_is_printed_alone(sandbox: Sandbox) -> None:
    token = await sandbox.fi("token", "--sub", "ada", "--scope", "removals:read ops:act")
    claims = jwt.decode(token.strip(), options={"verify_signature": False})

    assert len(token.split()) == 1
    assert (claims["sub"], claims["scope"]) == ("ada", "removals:read ops:act")
    headers = {"Authorization": f"Bearer {token.strip()}"}
    assert (await sandbox.get("removal", "/v1/parked", headers=headers)).status_code == 200


async def test_the_removal_of_the_readme_is_refused_with_every_rule(sandbox: Sandbox, tmp_path: Path) -> None:
    answer = orjson.loads(await readme.run(readme.commands_with("/v1/removal-requests"), sandbox, tmp_path))

    assert answer["type"] == "urn:feedback-integrity:problem:removal-refused"
    assert "NOT_TOP_RATED" in failed(answer)
    assert [rule["code"] for rule in answer["rules"]] == [
        "PERK_RETIRED",
        "CONTRACT_UNKNOWN",
        "NOT_YOUR_CONTRACT",
        "CONTRACT_NOT_ENDED",
        "NO_PUBLIC_FEEDBACK",
        "ALREADY_REMOVED",
        "NOT_TOP_RATED",
        "TOO_SOON",
        "TOO_FEW_CONTRACTS",
        "REQUEST_PENDING",
        "SCORE_EFFECT_UNACKNOWLEDGED",
    ]
