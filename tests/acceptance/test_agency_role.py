"""An agency's contracts: who may ask for a removal, whose badge counts, whose score an exclusive member displays."""

import pytest
from tests.support.builders import a_member, id_of
from tests.support.given import Agency, Doors, Freelancer, failed, good_contracts, rules_of
from tests.support.sandbox import Sandbox, an_id


@pytest.mark.parametrize("role", ["owner", "business_manager", "admin"])
async def test_owner_business_manager_and_admin_may_ask(sandbox: Sandbox, doors: Doors, role: str) -> None:
    agency = Agency()
    contract = agency.contract(client_feedback={"score": 200, "comment": "Slow"})
    await sandbox.publish(contract, agency.badge(), *agency.people())
    granted = await doors.granted(agency.id, id_of(contract), by=getattr(agency, role))

    assert granted["evidence"]["role"] == role
    assert rules_of(granted)["AGENCY_ROLE_REQUIRED"]["value"] == role
    assert (await doors.work(agency.id, id_of(contract)))["client_feedback"]["state"] == "removed"


async def test_a_member_is_told_which_role_it_takes(sandbox: Sandbox, doors: Doors) -> None:
    agency = Agency()
    contract = agency.contract(client_feedback={"score": 200})
    await sandbox.publish(contract, agency.badge(), *agency.people())
    answer = await doors.refused(agency.id, id_of(contract), by=agency.member)

    assert failed(answer) == ["AGENCY_ROLE_REQUIRED"]
    assert rules_of(answer)["AGENCY_ROLE_REQUIRED"] == {
        "code": "AGENCY_ROLE_REQUIRED",
        "holds": False,
        "value": "member",
        "threshold": "admin",
    }


async def test_whoever_has_no_role_left_is_a_stranger(sandbox: Sandbox, doors: Doors) -> None:
    agency, elsewhere = Agency(), Agency()
    contract = agency.contract(client_feedback={"score": 200})
    await sandbox.publish(contract, agency.badge(), *agency.people(), *elsewhere.people())
    await sandbox.publish(a_member(agency.id, agency.owner, "none", time=sandbox.now()))

    for by in (agency.owner, elsewhere.owner):
        answer = await doors.request_removal(agency.id, id_of(contract), by=by)
        assert answer.status_code == 403, answer.text


async def test_the_freelancer_who_did_the_work_does_not_own_an_agencys_contract(sandbox: Sandbox, doors: Doors) -> None:
    agency = Agency()
    contract = agency.contract(client_feedback={"score": 200})
    await sandbox.publish(contract, agency.badge(), Freelancer(agency.member).badge(), *agency.people())

    assert failed(await doors.refused(agency.member, id_of(contract))) == ["NOT_YOUR_CONTRACT"]


@pytest.mark.parametrize(
    ("agencys", "personal", "not_met"),
    [("rising_talent", "top_rated_plus", ["NOT_TOP_RATED"]), ("top_rated", "none", [])],
)
async def test_the_agencys_badge_counts_and_a_personal_one_never_helps(
    sandbox: Sandbox, doors: Doors, agencys: str, personal: str, not_met: list[str]
) -> None:
    agency = Agency()
    contract = agency.contract(client_feedback={"score": 200})
    everybody = (agency.owner, agency.member)
    badges = [Freelancer(person).badge(personal) for person in everybody]
    await sandbox.publish(contract, agency.badge(agencys), *badges, *agency.people())
    answer = await doors.eligibility(agency.id, by=agency.owner, contract_id=id_of(contract))

    assert failed(answer) == not_met
    assert rules_of(answer)["NOT_TOP_RATED"]["value"] == agencys


async def test_an_agencys_contract_counts_for_the_agency_alone(sandbox: Sandbox, doors: Doors) -> None:
    agency = Agency()
    await sandbox.publish(*agency.people(), *good_contracts(agency, 2))
    profile, members = await doors.profile(agency.id), await doors.profile(agency.member)

    assert (profile["kind"], profile["number_of_jobs"]) == ("agency", 2)
    assert profile["job_success_score"]["score"] == 100
    assert (members["kind"], members["number_of_jobs"]) == ("freelancer", 0)
    assert members["work_history"] == {"items": []}
    assert members["job_success_score"]["score"] is None
    assert "displayed_from" not in members["job_success_score"]


async def test_an_exclusive_member_displays_the_agencys_score_at_both_doors(sandbox: Sandbox, doors: Doors) -> None:
    agency, mia = Agency(), Freelancer()
    await sandbox.publish(
        *good_contracts(mia, 2),
        mia.contract(client_feedback={"score": 440}),
        *good_contracts(agency, 3),
        agency.contract(client_feedback={"score": 200}),
        a_member(agency.id, mia.id, "member", exclusive=True),
    )
    agencys, shown, profile = await doors.score(agency.id), await doors.score(mia.id), await doors.profile(mia.id)

    assert agencys["score"] == 50
    assert shown == agencys | {"account_id": mia.id, "displayed_from": agency.id}
    assert profile["job_success_score"] == shown
    assert profile["star_rating"] == {"average": 4.8, "count": 3, "removed_count": 0}  # the member's own
    assert profile["number_of_jobs"] == 3
    [recorded, *_] = await doors.score_history(mia.id)
    assert recorded["score"] == 67  # the member's own goes on being recorded


async def test_a_removal_at_the_agency_shows_at_its_exclusive_members(sandbox: Sandbox, doors: Doors) -> None:
    agency, mia = Agency(), Freelancer()
    bad = agency.contract(client_feedback={"score": 200})
    exclusive = a_member(agency.id, mia.id, "member", exclusive=True)
    await sandbox.publish(bad, *good_contracts(agency, 3), agency.badge(), *agency.people(), exclusive)
    paths = (("jss", f"/v1/accounts/{mia.id}/score"), ("profile-projection", f"/v1/profiles/{mia.id}"))
    tags = [(await sandbox.get(service, path)).headers["ETag"] for service, path in paths]
    await doors.granted(agency.id, id_of(bad), by=agency.owner)

    score, profile = [
        await sandbox.get(service, path, headers={"If-None-Match": tag})
        for (service, path), tag in zip(paths, tags, strict=True)
    ]
    assert (score.status_code, profile.status_code) == (200, 200)
    assert (score.json()["score"], score.json()["removed_count"]) == (100, 1)
    assert profile.json()["job_success_score"] == score.json()


async def test_of_several_exclusive_memberships_the_one_stated_last_shows(sandbox: Sandbox, doors: Doors) -> None:
    first, second, mia = Agency(), Agency(), Freelancer()
    later = a_member(second.id, mia.id, "member", exclusive=True, time="2025-06-01T00:00:00Z")
    earlier = a_member(first.id, mia.id, "member", exclusive=True, time="2025-05-01T00:00:00Z")
    await sandbox.publish(later, earlier, *good_contracts(second, 2))  # stated last is not the one that arrived last
    assert (await doors.score(mia.id))["displayed_from"] == second.id
    assert (await doors.score(mia.id))["score"] == 100

    await sandbox.publish(a_member(second.id, mia.id, "none", time="2025-07-01T00:00:00Z"))
    assert (await doors.score(mia.id))["displayed_from"] == first.id
    assert (await doors.profile(mia.id))["job_success_score"] == await doors.score(mia.id)

    await sandbox.publish(a_member(first.id, mia.id, "member", time="2025-07-01T00:00:00Z"))  # no longer exclusive
    assert "displayed_from" not in await doors.score(mia.id)
    assert (await doors.profile(mia.id))["job_success_score"] == await doors.score(mia.id)


async def test_an_account_is_an_agency_as_soon_as_a_fact_says_so(sandbox: Sandbox, doors: Doors) -> None:
    agency = Agency()
    await sandbox.publish(Freelancer(agency.id).badge())
    assert (await doors.profile(agency.id))["kind"] == "freelancer"
    contract = agency.contract(client_feedback={"score": 200})
    await sandbox.publish(contract)

    assert (await doors.profile(agency.id))["kind"] == "agency"
    assert (await doors.request_removal(agency.id, id_of(contract))).status_code == 403  # an agency's id is nobody's


async def test_a_role_in_an_agency_without_contracts_makes_it_known(sandbox: Sandbox, doors: Doors) -> None:
    agency_id, user_id = an_id("agency"), an_id("user")
    await sandbox.publish(a_member(agency_id, user_id, "owner"))

    assert (await doors.profile(agency_id))["kind"] == "agency"
    assert (await doors.profile(user_id))["kind"] == "freelancer"
    assert failed(await doors.eligibility(agency_id, by=user_id)) == ["NOT_TOP_RATED"]
