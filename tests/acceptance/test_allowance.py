"""One removal every three months and ten contracts: refused, nearly there, granted, as the test clock moves."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.support.builders import id_of
from tests.support.given import Agency, Doors, Freelancer, failed, good_contracts, rules_of
from tests.support.sandbox import Sandbox

from event_contracts.instant import format_time, parse_time
from fi.dev.clock import later

TEN = 10


async def test_three_months_and_ten_contracts_later_the_next_request_is_granted(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    first, second = ada.contract(client_feedback={"score": 200}), ada.contract(client_feedback={"score": 220})
    early = sandbox.now()
    at_the_instant = ada.contract(completed_at=early)
    await sandbox.publish(ada.badge(), first, second, at_the_instant)
    assert rules_of(await doors.eligibility(ada.id))["TOO_SOON"]["holds"] is True

    granted = await doors.granted(ada.id, id_of(first))
    passes_at = format_time(later(early, "3mo"))
    refusal = await doors.refused(ada.id, id_of(second))
    assert failed(refusal) == ["TOO_SOON", "TOO_FEW_CONTRACTS"]
    assert rules_of(refusal)["TOO_SOON"] == {
        "code": "TOO_SOON",
        "holds": False,
        "value": granted["submitted_at"],
        "threshold": 3,
        "passes_at": passes_at,
    }
    # A contract that ended at the very instant of the first request is not after it.
    assert rules_of(refusal)["TOO_FEW_CONTRACTS"] == {
        "code": "TOO_FEW_CONTRACTS",
        "holds": False,
        "value": 0,
        "threshold": TEN,
        "contracts_needed": TEN,
    }

    passing = parse_time(passes_at)
    nearly = await doors.clock_at(passing - timedelta(seconds=1))
    await sandbox.publish(
        *good_contracts(ada, 8, completed_at=nearly - timedelta(days=1)),
        ada.contract(completed_at=nearly, client_feedback=None),
        ada.contract(completed_at=nearly, earned=0, client_feedback={"score": 500}),  # empty contracts unlock nothing
        ada.contract(completed_at=nearly + timedelta(minutes=5)),  # nor does what has not ended at submission
    )
    found = await doors.eligibility(ada.id, contract_id=id_of(second))
    assert found["eligible"] is False
    assert failed(found)[:2] == ["TOO_SOON", "TOO_FEW_CONTRACTS"]
    assert (found["next_eligible_at"], found["contracts_needed"]) == (passes_at, 1)
    assert rules_of(found)["TOO_FEW_CONTRACTS"]["value"] == 9

    now = await doors.clock_at(passing)
    found = await doors.eligibility(ada.id, contract_id=id_of(second))
    assert failed(found) == ["TOO_FEW_CONTRACTS"]
    assert found["contracts_needed"] == 1
    assert "next_eligible_at" not in found

    await sandbox.publish(ada.contract(completed_at=now))  # at the instant of submission counts
    again = await doors.granted(ada.id, id_of(second))
    assert again["evidence"]["previous_request_id"] == granted["request_id"]
    assert again["evidence"]["completed_since"] == TEN
    assert rules_of(again)["TOO_FEW_CONTRACTS"]["value"] == TEN
    profile = await doors.profile(ada.id)
    assert profile["star_rating"]["removed_count"] == 2
    assert profile["job_success_score"]["removed_count"] == 2


async def test_three_months_from_a_months_last_day_end_on_a_last_day(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200})
    await sandbox.publish(ada.badge(), contract)
    submitted, passes_at = _next_clamped(sandbox.now())
    await doors.clock_at(submitted)
    await doors.granted(ada.id, id_of(contract))
    answer = await doors.eligibility(ada.id)

    assert answer["next_eligible_at"] == format_time(passes_at)
    assert rules_of(answer)["TOO_SOON"]["passes_at"] == format_time(passes_at)


async def test_of_requests_made_at_once_one_is_granted(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contracts = [ada.contract(client_feedback={"score": 200}) for _ in range(6)]
    await sandbox.publish(ada.badge(), *contracts)
    answers = await asyncio.gather(*(doors.request_removal(ada.id, id_of(contract)) for contract in contracts))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    for answer in answers:
        if answer.status_code == 409:
            assert failed(answer.json()) == ["TOO_SOON", "TOO_FEW_CONTRACTS"]
    await sandbox.settle()
    assert (await doors.profile(ada.id))["star_rating"]["removed_count"] == 1


async def test_freelancer_and_agency_have_separate_allowances(sandbox: Sandbox, doors: Doors) -> None:
    agency = Agency()
    member = Freelancer(agency.member)
    own, agencys = member.contract(client_feedback={"score": 200}), agency.contract(client_feedback={"score": 200})
    await sandbox.publish(member.badge(), agency.badge(), own, agencys, *agency.people())
    await doors.granted(member.id, id_of(own))

    assert (await doors.eligibility(agency.id, by=agency.owner, contract_id=id_of(agencys)))["eligible"] is True
    await doors.granted(agency.id, id_of(agencys), by=agency.owner)
    for account_id, by in ((member.id, member.id), (agency.id, agency.owner)):
        assert failed(await doors.eligibility(account_id, by=by)) == ["TOO_SOON", "TOO_FEW_CONTRACTS"]


def _next_clamped(now: datetime) -> tuple[datetime, datetime]:
    """The next last day of a month from which three months on there is no such day, and the day that is meant."""
    clamped = {(1, 31): (4, 30), (3, 31): (6, 30), (8, 31): (11, 30)}
    found = [
        (datetime(year, *day, 12, tzinfo=UTC), datetime(year, *end, 12, tzinfo=UTC))
        for year in (now.year, now.year + 1)
        for day, end in clamped.items()
    ]
    return next(pair for pair in found if pair[0] > now)
