"""A removal that is refused: every rule that applies is reported in order, with its value, and the refusal recorded."""

import os
import signal
from datetime import timedelta
from typing import Any, Final

import pytest
from tests.support.builders import feedback_given, feedback_withdrawn, id_of
from tests.support.given import Agency, Doors, Freelancer, failed, good_contracts, rules_of
from tests.support.sandbox import Sandbox, an_id

from event_contracts.instant import parse_time

IN_ORDER: Final = [
    "PERK_RETIRED",
    "CONTRACT_UNKNOWN",
    "NOT_YOUR_CONTRACT",
    "CONTRACT_NOT_ENDED",
    "NO_PUBLIC_FEEDBACK",
    "ALREADY_REMOVED",
    "NOT_TOP_RATED",
    "AGENCY_ROLE_REQUIRED",
    "TOO_SOON",
    "TOO_FEW_CONTRACTS",
    "REQUEST_PENDING",
    "SCORE_EFFECT_UNACKNOWLEDGED",
]
OF_A_FREELANCER: Final = [code for code in IN_ORDER if code != "AGENCY_ROLE_REQUIRED"]
WITHOUT_SCOPE_RULE: Final = [code for code in OF_A_FREELANCER if code != "NO_PUBLIC_FEEDBACK"]


def nulls(answer: dict[str, Any]) -> list[str]:
    """The codes that an earlier failed rule left nothing to judge."""
    return [code for code, finding in rules_of(answer).items() if finding["holds"] is None]


async def test_a_contract_nobody_knows(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    await sandbox.publish(ada.badge())
    answer = await doors.refused(ada.id, an_id("contract"))

    assert [rule["code"] for rule in answer["rules"]] == OF_A_FREELANCER
    assert failed(answer) == ["CONTRACT_UNKNOWN"]
    assert nulls(answer) == [
        "NOT_YOUR_CONTRACT",
        "CONTRACT_NOT_ENDED",
        "NO_PUBLIC_FEEDBACK",
        "ALREADY_REMOVED",
        "SCORE_EFFECT_UNACKNOWLEDGED",
    ]
    assert rules_of(answer)["PERK_RETIRED"] == {"code": "PERK_RETIRED", "holds": True, "value": "perk"}


async def test_somebody_elses_contract(sandbox: Sandbox, doors: Doors) -> None:
    ada, bob = Freelancer(), Freelancer()
    bobs = bob.contract(client_feedback={"score": 200})
    await sandbox.publish(ada.badge(), bobs)
    answer = await doors.refused(ada.id, id_of(bobs))

    assert failed(answer) == ["NOT_YOUR_CONTRACT"]
    assert nulls(answer) == [
        "CONTRACT_NOT_ENDED",
        "NO_PUBLIC_FEEDBACK",
        "ALREADY_REMOVED",
        "SCORE_EFFECT_UNACKNOWLEDGED",
    ]


async def test_a_contract_that_has_not_ended(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract()
    await sandbox.publish(ada.badge(), feedback_given(contract, score=200))
    answer = await doors.refused(ada.id, id_of(contract))

    assert failed(answer) == ["CONTRACT_NOT_ENDED"]
    assert nulls(answer) == ["NO_PUBLIC_FEEDBACK", "ALREADY_REMOVED", "SCORE_EFFECT_UNACKNOWLEDGED"]


@pytest.mark.parametrize("private", [None, {"private_rating": 2}])
async def test_without_public_feedback_the_wider_scope_is_refused_and_the_narrower_tells_nothing(
    sandbox: Sandbox, doors: Doors, private: dict[str, int] | None
) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback=private)
    await sandbox.publish(ada.badge(), contract)

    assert failed(await doors.refused(ada.id, id_of(contract), "jss_and_profile")) == ["NO_PUBLIC_FEEDBACK"]
    narrow = await doors.eligibility(ada.id, contract_id=id_of(contract), scope="jss_only")
    assert narrow["eligible"] is True
    assert [rule["code"] for rule in narrow["rules"]] == WITHOUT_SCOPE_RULE


async def test_withdrawn_feedback_no_longer_stands(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200})
    await sandbox.publish(ada.badge(), contract, feedback_withdrawn(contract))

    assert failed(await doors.refused(ada.id, id_of(contract))) == ["NO_PUBLIC_FEEDBACK"]


@pytest.mark.parametrize("scope", ["jss_only", "jss_and_profile"])
async def test_already_removed_in_this_or_the_wider_scope(sandbox: Sandbox, doors: Doors, scope: str) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200, "comment": "Slow"})
    await sandbox.publish(ada.badge(), contract)
    before = await doors.granted(ada.id, id_of(contract), "jss_and_profile")
    answer = await doors.refused(ada.id, id_of(contract), scope)

    assert failed(answer) == ["ALREADY_REMOVED", "TOO_SOON", "TOO_FEW_CONTRACTS"]
    assert rules_of(answer)["ALREADY_REMOVED"]["value"] == "jss_and_profile"
    assert rules_of(answer)["TOO_SOON"]["value"] == before["submitted_at"]


@pytest.mark.parametrize("badge", [None, "none", "rising_talent"])
async def test_a_badge_below_top_rated(sandbox: Sandbox, doors: Doors, badge: str | None) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200})
    await sandbox.publish(contract, *([ada.badge(badge)] if badge else []))
    answer = await doors.refused(ada.id, id_of(contract))

    assert failed(answer) == ["NOT_TOP_RATED"]
    assert rules_of(answer)["NOT_TOP_RATED"] == {
        "code": "NOT_TOP_RATED",
        "holds": False,
        "value": badge or "none",
        "threshold": "top_rated",
    }


async def test_top_rated_plus_suffices_and_a_lost_badge_does_not(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200})
    await sandbox.publish(contract, ada.badge("top_rated_plus"))
    assert (await doors.eligibility(ada.id, contract_id=id_of(contract)))["eligible"] is True

    await sandbox.publish(ada.badge("none", time="2025-12-31T00:00:00Z"))
    assert failed(await doors.eligibility(ada.id, contract_id=id_of(contract))) == ["NOT_TOP_RATED"]


async def test_a_score_that_would_vanish_must_be_acknowledged(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    bad = ada.contract(client_feedback={"score": 200})
    await sandbox.publish(ada.badge(), bad, ada.contract(client_feedback={"score": 500}))
    assert (await doors.score(ada.id))["score"] == 0
    answer = await doors.refused(ada.id, id_of(bad), acknowledge=False)

    assert failed(answer) == ["SCORE_EFFECT_UNACKNOWLEDGED"]
    assert rules_of(answer)["SCORE_EFFECT_UNACKNOWLEDGED"]["threshold"] == 0
    assert rules_of(answer)["SCORE_EFFECT_UNACKNOWLEDGED"].get("value") is None
    assert (await doors.eligibility(ada.id, contract_id=id_of(bad)))["preview"]["current"] == 0
    await doors.granted(ada.id, id_of(bad), acknowledge=True)
    assert (await doors.score(ada.id))["score"] is None


async def test_a_score_that_would_fall_must_be_acknowledged(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    good, *others = good_contracts(ada, 3)
    await sandbox.publish(ada.badge(), good, *others, ada.contract(client_feedback={"score": 200}))
    answer = await doors.refused(ada.id, id_of(good), acknowledge=False)

    assert failed(answer) == ["SCORE_EFFECT_UNACKNOWLEDGED"]
    rule = rules_of(answer)["SCORE_EFFECT_UNACKNOWLEDGED"]
    assert (rule["threshold"], rule["value"]) == (50, 33)


async def test_a_score_that_would_rise_needs_no_acknowledgement(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    bad = ada.contract(client_feedback={"score": 200})
    await sandbox.publish(ada.badge(), bad, *good_contracts(ada, 3))
    granted = await doors.granted(ada.id, id_of(bad), acknowledge=False)

    preview = granted["evidence"]["preview"]
    assert (preview["current"], preview["preview"]) == (50, 100)
    assert (await doors.score(ada.id))["score"] == 100


async def test_a_score_service_that_does_not_answer_stops_nobody_who_acknowledges(
    sandbox: Sandbox, doors: Doors
) -> None:
    if "jss http" in sandbox.containers:
        pytest.skip("the processes are not ours to stop")
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200})
    await sandbox.publish(ada.badge(), contract, *good_contracts(ada, 2))
    jss = sandbox.pid_of("jss http")
    os.kill(jss, signal.SIGSTOP)
    try:
        refused = await doors.refused(ada.id, id_of(contract), acknowledge=False)
        answer = await doors.request_removal(ada.id, id_of(contract), acknowledge=True)
    finally:
        os.kill(jss, signal.SIGCONT)

    assert failed(refused) == ["SCORE_EFFECT_UNACKNOWLEDGED"]
    assert answer.status_code == 201, answer.text
    assert "preview" not in answer.json()["evidence"]


async def test_several_rules_fail_at_once_and_all_are_told(sandbox: Sandbox, doors: Doors) -> None:
    agency = Agency()
    contract = agency.contract(client_feedback={"private_rating": 3})
    await sandbox.publish(contract, *agency.people())
    answer = await doors.refused(agency.id, id_of(contract), by=agency.member)

    assert [rule["code"] for rule in answer["rules"]] == IN_ORDER
    assert failed(answer) == ["NO_PUBLIC_FEEDBACK", "NOT_TOP_RATED", "AGENCY_ROLE_REQUIRED"]
    assert nulls(answer) == []


async def test_a_refusal_changes_nothing_and_uses_up_nothing(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200, "comment": "Slow"})
    await sandbox.publish(contract)
    before = await doors.profile(ada.id)
    for _ in range(2):
        await doors.refused(ada.id, id_of(contract))
    await sandbox.settle()
    assert await doors.profile(ada.id) == before
    listed = await sandbox.get("removal", f"/v1/removal-requests?account_id={ada.id}", sub=ada.id)
    assert listed.json() == {"items": []}

    await sandbox.publish(ada.badge())
    granted = await doors.granted(ada.id, id_of(contract))
    assert rules_of(granted)["TOO_SOON"].get("value") is None


async def test_a_refusal_has_an_identity_of_its_own(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    await sandbox.publish(ada.badge())
    first, second = [await doors.refused(ada.id, an_id("contract")) for _ in range(2)]

    assert first["refusal_id"] != second["refusal_id"]
    found = await sandbox.get("removal", f"/v1/removal-requests/{first['refusal_id']}", sub=ada.id)
    assert found.status_code == 404  # a refusal never becomes a request


async def test_a_request_names_nobody(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    answer = await doors.refused(ada.id, an_id("contract"))
    assert failed(answer) == ["CONTRACT_UNKNOWN", "NOT_TOP_RATED"]
    await sandbox.settle()

    for service, path in (
        ("profile-projection", f"/v1/profiles/{ada.id}"),
        ("profile-projection", f"/v1/profiles/{ada.id}/work-history"),
        ("jss", f"/v1/accounts/{ada.id}/score"),
    ):
        assert (await sandbox.get(service, path)).status_code == 404, path


async def test_strangers_are_turned_away_before_any_rule(sandbox: Sandbox, doors: Doors) -> None:
    ada, bob, agency = Freelancer(), Freelancer(), Agency()
    contract, theirs = ada.contract(client_feedback={"score": 200}), agency.contract(client_feedback={"score": 200})
    await sandbox.publish(ada.badge(), contract, agency.badge(), theirs, *agency.people())
    granted = await doors.granted(ada.id, id_of(contract))

    for account_id, contract_id in ((ada.id, id_of(contract)), (agency.id, id_of(theirs))):
        answer = await doors.request_removal(account_id, contract_id, by=bob.id)
        assert answer.status_code == 403, answer.text
        assert answer.json()["type"] == "urn:feedback-integrity:problem:forbidden"
        assert "rules" not in answer.json()
        path = f"/v1/accounts/{account_id}/removal-eligibility"
        assert (await sandbox.get("removal", path, sub=bob.id)).status_code == 403
        assert (await sandbox.get("removal", path, sub="staff", scope="removals:read")).status_code == 200
        path = f"/v1/removal-requests?account_id={account_id}"
        assert (await sandbox.get("removal", path, sub=bob.id)).status_code == 403
    path = f"/v1/removal-requests/{granted['request_id']}"
    assert (await sandbox.get("removal", path, sub=bob.id)).status_code == 404
    assert (await sandbox.get("removal", path, sub="staff", scope="removals:read")).status_code == 200


async def test_eligibility_without_a_contract_judges_the_account_alone(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    await sandbox.publish(ada.badge("rising_talent"), *good_contracts(ada, 2))
    answer = await doors.eligibility(ada.id)

    assert [rule["code"] for rule in answer["rules"]] == [
        "PERK_RETIRED",
        "NOT_TOP_RATED",
        "TOO_SOON",
        "TOO_FEW_CONTRACTS",
        "REQUEST_PENDING",
    ]
    assert answer["eligible"] is False
    assert failed(answer) == ["NOT_TOP_RATED"]
    assert "preview" not in answer


async def test_the_request_shows_the_evidence_it_rests_on(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200})
    await sandbox.publish(ada.badge("top_rated_plus"), contract, *good_contracts(ada, 2))
    answer = await doors.request_removal(ada.id, id_of(contract), "jss_only")
    body = answer.json()

    assert answer.headers["Location"] == f"/v1/removal-requests/{body['request_id']}"
    found = await sandbox.get("removal", answer.headers["Location"], sub=ada.id)
    assert found.status_code == 200
    assert found.json() == body
    assert body["submitted_at"] == body["decided_at"]
    assert sandbox.now() - timedelta(seconds=1) < parse_time(body["submitted_at"]) <= sandbox.now()
    expected = {
        "account_id": ada.id,
        "contract_id": id_of(contract),
        "scope": "jss_only",
        "status": "approved",
        "requested_by": ada.id,
        "channel": "api",
    }
    assert expected.items() <= body.items()
    evidence = body["evidence"]
    assert (evidence["book"], evidence["badge"]) == ("perk", "top_rated_plus")
    assert "role" not in evidence
    assert [rule["code"] for rule in evidence["rules"]] == WITHOUT_SCOPE_RULE
    listed = await sandbox.get("removal", f"/v1/removal-requests?account_id={ada.id}&status=approved", sub=ada.id)
    assert listed.json() == {"items": [body]}
