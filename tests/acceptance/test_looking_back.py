"""Looking back over the public doors: as it was then, but for what is hidden now."""

from typing import Any

import pytest
from tests.support.builders import an_account_name, client_of, feedback_edited, feedback_responded, id_of
from tests.support.given import JSON, TOMBSTONE, Doors, Freelancer
from tests.support.sandbox import Sandbox

from event_contracts.instant import format_time

SERVICE = "profile-projection"
HARSH = "Would not hire again"


async def answered(sandbox: Sandbox, path: str, **query: Any) -> tuple[JSON, int]:
    """An answer and the position it rests on."""
    answer = await sandbox.get(SERVICE, path, params=query)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
    body: JSON = answer.json()
    return body, int(answer.headers["Log-Position"])


def hide(items: list[JSON], contract_id: str, since: str) -> None:
    """Put what a page of the past shows of a removed feedback into items that were taken down before."""
    (item,) = [item for item in items if item["contract_id"] == contract_id]
    item["client_feedback"] = {
        "state": "removed",
        "tombstone": TOMBSTONE,
        "removal_class": "perk",
        "since": since,
    }


async def test_the_past_is_as_it_was_but_for_what_is_removed_by_now(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    harsh = ada.contract(client_feedback={"score": 237, "private_rating": 2, "comment": HARSH})
    good = [ada.contract(client_feedback={"score": 500, "comment": "Fine"}) for _ in range(2)]
    await sandbox.publish(ada.badge(), an_account_name(ada.id, "Ada"), harsh, *good, feedback_responded(harsh))
    profile_path, client_path = f"/v1/profiles/{ada.id}", f"/v1/clients/{client_of(harsh)}/history"
    pages = (profile_path, f"{profile_path}/work-history", client_path)
    then = sandbox.now()
    before = {path: await answered(sandbox, path) for path in pages}
    for path, (body, position) in before.items():
        assert await answered(sandbox, path, at_position=position) == (body, position)

    await sandbox.advance("1h")
    removed_at = format_time(sandbox.now())
    await doors.granted(ada.id, id_of(harsh))
    await sandbox.advance("1h")
    await sandbox.publish(
        an_account_name(ada.id, "Ada L.", time=removed_at),
        ada.contract(client_feedback={"score": 100}),
        feedback_edited(good[0], score=300),
    )

    for path, (body, position) in before.items():
        hide(body["work_history"]["items"] if path == profile_path else body["items"], id_of(harsh), removed_at)
        assert (await answered(sandbox, path, at_position=position))[0] == body
        at_time, found = await answered(sandbox, path, at_time=format_time(then))
        assert at_time == body
        assert found >= position
        raw = await sandbox.get(SERVICE, path, params={"at_position": position})
        assert HARSH not in raw.text
        assert "237" not in raw.text
        seen = {"If-None-Match": raw.headers["ETag"]}
        again = await sandbox.get(SERVICE, path, params={"at_position": position}, headers=seen)
        assert (again.status_code, again.content) == (304, b"")

    now = await doors.profile(ada.id)
    assert (now["display_name"], now["number_of_jobs"]) == ("Ada L.", 4)
    was = (await answered(sandbox, profile_path, at_time=format_time(then)))[0]
    assert (was["display_name"], was["number_of_jobs"], was["job_success_score"]["score"]) == ("Ada", 3, 33)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"at_time": "2020-01-01T00:00:00Z"}, 404),  # before the log began
        ({"at_time": "2999-01-01T00:00:00Z"}, 422),
        ({"at_time": "yesterday"}, 422),
        ({"at_position": "999999999"}, 422),
        ({"at_position": "-1"}, 422),
        ({"at_position": "0", "at_time": "2026-01-15T12:00:00Z"}, 422),
    ],
)
async def test_what_cannot_be_looked_back_at_is_refused(sandbox: Sandbox, query: dict[str, str], status: int) -> None:
    ada = Freelancer()
    contract = ada.contract()
    await sandbox.publish(contract)
    for path in (f"/v1/profiles/{ada.id}", f"/v1/clients/{client_of(contract)}/history"):
        answer = await sandbox.get(SERVICE, path, params=query)
        assert answer.status_code == status, answer.text
        if status == 422:
            assert [error["pointer"] for error in answer.json()["errors"]] == [
                f"?{name}" for name in sorted(query, reverse=True)
            ]
