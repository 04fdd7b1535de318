"""The seed's table, row by row, in both scopes: what a removal hides, what it leaves, and what it takes out."""

from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
from tests.support.builders import (
    TALENT_TO_CLIENT,
    client_of,
    feedback_edited,
    feedback_given,
    feedback_responded,
    feedback_withdrawn,
    id_of,
)
from tests.support.given import JSON, TOMBSTONE, Doors, Freelancer
from tests.support.sandbox import Sandbox

BOTH: Final = pytest.mark.parametrize("removed", ["jss_only", "jss_and_profile"], indirect=True)
JSS_ONLY: Final = pytest.mark.parametrize("removed", ["jss_only"], indirect=True)
JSS_AND_PROFILE: Final = pytest.mark.parametrize("removed", ["jss_and_profile"], indirect=True)
HARSH: Final = "Never again, 二度と頼みません"
REMOVED: Final = {"state": "removed", "tombstone": TOMBSTONE, "removal_class": "perk"}
VISIBLE: Final = {"state": "visible", "score": 237, "comment": HARSH}


@dataclass(frozen=True, slots=True)
class Removed:
    """One removal: the pages before and after it, and every public answer after it."""

    scope: str
    contract_id: str
    before: JSON
    profile: JSON
    history_before: JSON
    history: JSON
    answers: list[httpx.Response]

    @property
    def work(self) -> JSON:
        """The contract on the account's page."""
        return _of(self.profile["work_history"], self.contract_id)

    @property
    def work_before(self) -> JSON:
        """The same, before the removal."""
        return _of(self.before["work_history"], self.contract_id)

    @property
    def engagement(self) -> JSON:
        """The contract on the client's page."""
        return _of(self.history, self.contract_id)

    @property
    def engagement_before(self) -> JSON:
        """The same, before the removal."""
        return _of(self.history_before, self.contract_id)


@pytest.fixture(scope="module")
async def removed(request: pytest.FixtureRequest, sandbox: Sandbox) -> Removed:
    """The story of one removal in the scope asked for; told once for all tests of that scope."""
    return await _tell(request.param, sandbox)


async def _tell(scope: str, sandbox: Sandbox) -> Removed:
    doors, ada = Doors(sandbox), Freelancer()
    harsh = ada.contract(
        title="A site",
        client_feedback={"score": 237, "private_rating": 2, "comment": HARSH},
        talent_feedback={"score": 500, "comment": "A pleasure"},
    )
    await sandbox.publish(
        ada.badge(),
        harsh,
        *(ada.contract(client_feedback={"score": 500, "comment": "Fine"}) for _ in range(2)),
        feedback_responded(harsh, text="I disagree"),
        feedback_responded(harsh, TALENT_TO_CLIENT, text="You are welcome"),
    )
    contract_id, client_id = id_of(harsh), client_of(harsh)
    before, history_before = await doors.profile(ada.id), await doors.history(client_id)
    await doors.granted(ada.id, contract_id, scope)
    paths = (
        ("profile-projection", f"/v1/profiles/{ada.id}"),
        ("profile-projection", f"/v1/profiles/{ada.id}/work-history"),
        ("profile-projection", f"/v1/profiles?account_id={ada.id}"),
        ("profile-projection", f"/v1/clients/{client_id}/history"),
        ("jss", f"/v1/accounts/{ada.id}/score"),
        ("jss", f"/v1/accounts/{ada.id}/score/history"),
    )
    answers = [await sandbox.get(service, path) for service, path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    return Removed(scope, contract_id, before, answers[0].json(), history_before, answers[3].json(), answers)


@JSS_ONLY
async def test_jss_only_leaves_score_and_comment_visible_on_the_profile(removed: Removed) -> None:
    assert removed.work["client_feedback"] == VISIBLE


@JSS_AND_PROFILE
async def test_jss_and_profile_hides_score_and_comment_and_puts_the_tombstone_in_place(removed: Removed) -> None:
    assert removed.work_before["client_feedback"] == VISIBLE
    assert removed.work["client_feedback"] == REMOVED  # these members and no other: no score, no author, no date


@BOTH
async def test_the_work_history_entry_stays(removed: Removed) -> None:
    unlike: Any = {"client_feedback": removed.work["client_feedback"]}
    assert removed.work == removed.work_before | unlike
    before, after = removed.before["work_history"]["items"], removed.profile["work_history"]["items"]
    assert [work for work in after if work != removed.work] == [work for work in before if work != removed.work_before]


@BOTH
async def test_the_number_of_jobs_counts_it(removed: Removed) -> None:
    assert removed.profile["number_of_jobs"] == removed.before["number_of_jobs"] == 3


@BOTH
async def test_the_whole_outcome_leaves_the_job_success_score(removed: Removed) -> None:
    before, after = removed.before["job_success_score"], removed.profile["job_success_score"]
    assert (before["score"], before["removed_count"]) == (33, 0)  # (250 - 125) / 375
    assert (after["score"], after["removed_count"]) == (100, 1)


@BOTH
async def test_the_star_rating_stays_and_says_what_it_includes(removed: Removed) -> None:
    hidden = 1 if removed.scope == "jss_and_profile" else 0
    assert removed.before["star_rating"] == {"average": 4.1, "count": 3, "removed_count": 0}  # 12.37 / 3
    assert removed.profile["star_rating"] == {"average": 4.1, "count": 3, "removed_count": hidden}


@JSS_ONLY
async def test_jss_only_leaves_the_clients_history_as_it_was(removed: Removed) -> None:
    assert removed.history == removed.history_before
    assert removed.engagement["client_feedback"] == VISIBLE


@JSS_AND_PROFILE
async def test_jss_and_profile_puts_the_tombstone_into_the_clients_history(removed: Removed) -> None:
    assert removed.engagement["client_feedback"] == REMOVED
    assert removed.engagement == removed.engagement_before | {"client_feedback": REMOVED}


@BOTH
async def test_what_the_talent_said_of_the_client_and_the_clients_response_stay(removed: Removed) -> None:
    assert removed.engagement["talent_feedback"] == {"state": "visible", "score": 500, "comment": "A pleasure"}
    assert removed.engagement["client_response"] == "You are welcome"


@BOTH
async def test_the_accounts_own_response_stays(removed: Removed) -> None:
    assert removed.work["response"] == "I disagree"


@JSS_AND_PROFILE
async def test_nothing_of_the_removed_comment_is_in_any_public_answer(removed: Removed) -> None:
    escaped = HARSH.encode("ascii", "backslashreplace").decode()
    for answer in removed.answers:
        for trace in (HARSH, escaped, "Never again", "二度と", "237", "2.37"):
            assert trace not in answer.text, answer.url
        assert HARSH.encode() not in answer.content
        assert all(HARSH not in value for value in answer.headers.values())


async def test_a_removal_outlasts_edits_and_feedback_given_anew(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 237, "comment": HARSH})
    await sandbox.publish(ada.badge(), contract)
    await doors.granted(ada.id, id_of(contract))
    await sandbox.publish(feedback_edited(contract, score=300, comment="Edited and no better"))

    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == REMOVED
    await sandbox.publish(feedback_given(contract, score=100, comment="Given anew", time="2026-01-12T12:00:00Z"))
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == REMOVED
    assert (await doors.engagement(client_of(contract), id_of(contract)))["client_feedback"] == REMOVED


async def test_what_its_author_withdraws_after_a_removal_leaves_the_average(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 237, "comment": HARSH})
    await sandbox.publish(ada.badge(), contract, ada.contract(client_feedback={"score": 500}))
    await doors.granted(ada.id, id_of(contract))
    assert (await doors.profile(ada.id))["star_rating"] == {"average": 3.7, "count": 2, "removed_count": 1}

    await sandbox.publish(feedback_withdrawn(contract))
    authors = REMOVED | {"removal_class": "author"}
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == authors
    profile = await doors.profile(ada.id)
    assert profile["star_rating"] == {"average": 5.0, "count": 1, "removed_count": 0}
    assert profile["job_success_score"]["removed_count"] == 1  # the removal belongs to the slot


async def test_jss_only_can_be_widened_by_a_new_counted_request(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 237, "comment": HARSH})
    await sandbox.publish(ada.badge(), contract)
    await doors.granted(ada.id, id_of(contract), "jss_only")
    answer = await doors.refused(ada.id, id_of(contract), "jss_and_profile")

    rules = {rule["code"]: rule for rule in answer["rules"]}
    assert (rules["ALREADY_REMOVED"]["holds"], rules["ALREADY_REMOVED"]["value"]) == (True, "jss_only")
    assert [code for code, rule in rules.items() if rule["holds"] is False] == ["TOO_SOON", "TOO_FEW_CONTRACTS"]


def _of(page: JSON, contract_id: str) -> JSON:
    found: JSON = next(item for item in page["items"] if item["contract_id"] == contract_id)
    return found
