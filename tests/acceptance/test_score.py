"""The Job Success Score over the doors: the golden example, reasons for no change, previews, and days going by."""

from datetime import datetime, timedelta
from typing import Final

import pytest
from tests.support.builders import a_standing, client_of, feedback_edited, feedback_withdrawn, id_of
from tests.support.given import JSON, Doors, Freelancer, good_contracts
from tests.support.sandbox import Sandbox

from event_contracts import Publication
from fi.dev.clock import later

LONG_AGO: Final = timedelta(days=500)
"""Inside 24 months only."""


def golden(account: Freelancer, now: datetime) -> dict[str, Publication]:
    """Contracts A to D of domain §6."""
    recent = now - timedelta(days=20)
    return {
        "A": account.contract(completed_at=recent, earned=20_000, client_feedback={"score": 500}),
        "B": account.contract(completed_at=recent, earned=60_000, client_feedback={"score": 490}),
        "C": account.contract(
            completed_at=now - LONG_AGO, earned=300_000, paid_periods=3, client_feedback={"score": 480}
        ),
        "D": account.contract(
            completed_at=recent, earned=10_000, client_feedback={"score": 200, "comment": "Not what I asked for"}
        ),
    }


async def test_the_golden_example(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contracts = golden(ada, sandbox.now())
    await sandbox.publish(ada.badge(), *contracts.values())
    before, today = await doors.score(ada.id), f"{sandbox.now():%Y-%m-%d}"
    assert before == {
        "account_id": ada.id,
        "score": 74,
        "window_months": 24,
        "as_of": today,
        "policy": "jss-v1",
        "removed_count": 0,
    }
    assert (await doors.profile(ada.id))["star_rating"] == {"average": 4.2, "count": 4, "removed_count": 0}
    explained = await _explanation(sandbox, ada.id)
    assert explained["windows"]["24"]["score"] == 74
    assert (explained["windows"]["24"]["p"], explained["windows"]["24"]["n"], explained["windows"]["24"]["t"]) == (
        675,
        100,
        775,
    )
    assert explained["windows"]["6"]["score"] == 38

    preview = await doors.preview(ada.id, id_of(contracts["D"]))
    assert (preview["current"], preview["preview"], preview["would_vanish"]) == (74, 100, False)
    await doors.granted(ada.id, id_of(contracts["D"]))
    assert await doors.score(ada.id) == before | {"score": 100, "removed_count": 1}
    profile = await doors.profile(ada.id)
    assert profile["star_rating"] == {"average": 4.2, "count": 4, "removed_count": 1}
    assert profile["job_success_score"] == await doors.score(ada.id)


async def test_with_two_contracts_alone_the_score_vanishes(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contracts = golden(ada, sandbox.now())
    await sandbox.publish(ada.badge(), contracts["A"], contracts["D"])
    assert (await doors.score(ada.id))["score"] == 0
    preview = await doors.preview(ada.id, id_of(contracts["D"]))
    assert (preview["current"], preview["preview"], preview["would_vanish"]) == (0, None, True)

    await doors.granted(ada.id, id_of(contracts["D"]))
    after = await doors.score(ada.id)
    assert (after["score"], after["window_months"], after["removed_count"]) == (None, None, 1)
    [latest, previous, *_] = await doors.score_history(ada.id)
    assert (latest["score"], latest["previous"], previous["score"]) == (None, 0, 0)


async def test_two_clients_are_needed(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    first = ada.contract(client_feedback={"score": 500})
    await sandbox.publish(first, ada.contract(client_id=client_of(first), client_feedback={"score": 500}))
    assert (await doors.score(ada.id))["score"] is None

    await sandbox.publish(ada.contract(client_feedback={"score": 430}))
    assert (await doors.score(ada.id))["score"] == 67


async def test_a_flagged_clients_contracts_count_no_longer_until_it_is_good_again(
    sandbox: Sandbox, doors: Doors
) -> None:
    ada = Freelancer()
    bad = ada.contract(client_feedback={"score": 100})
    await sandbox.publish(bad, *good_contracts(ada, 3))
    assert (await doors.score(ada.id))["score"] == 50

    await sandbox.publish(a_standing(client_of(bad), "flagged"))
    assert (await doors.score(ada.id))["score"] == 100
    assert (await doors.work(ada.id, id_of(bad)))["client_feedback"]["state"] == "visible"
    await sandbox.publish(a_standing(client_of(bad), "good", time="2025-02-01T00:00:00Z"))
    assert (await doors.score(ada.id))["score"] == 50


async def test_edits_and_withdrawals_score_anew(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    bad = ada.contract(client_feedback={"score": 100})
    await sandbox.publish(bad, *good_contracts(ada, 3))
    await sandbox.publish(feedback_edited(bad, score=420))
    assert (await doors.score(ada.id))["score"] == 75

    await sandbox.publish(feedback_withdrawn(bad))
    assert (await doors.score(ada.id))["score"] == 100
    assert [one["score"] for one in await doors.score_history(ada.id)][:3] == [100, 75, 50]


async def test_what_was_said_in_private_decides_and_shows_nowhere(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    kind = ada.contract(client_feedback={"score": 500, "private_rating": 3, "comment": "Lovely"})
    await sandbox.publish(kind, *good_contracts(ada, 3))

    assert (await doors.score(ada.id))["score"] == 50
    explained = await _explanation(sandbox, ada.id)
    [item] = [each for each in explained["items"] if each["contract_id"] == id_of(kind)]
    assert item["outcome"] == "negative"
    assert "rating" not in str(explained["items"])


@pytest.mark.parametrize(
    ("reason", "scores", "removed"),
    [
        ("BELOW_MINIMUM", [200], 200),
        ("AT_ZERO", [200, 200, 200, 500], 200),
        ("SAME_RATIO", [500, 500, 500], 500),
        ("NOT_COUNTED", [500, 500, None], None),
    ],
)
async def test_a_removal_that_leaves_the_score_says_why(
    sandbox: Sandbox, doors: Doors, reason: str, scores: list[int | None], removed: int | None
) -> None:
    ada = Freelancer()
    contracts = [
        ada.contract(client_feedback=None if score is None else {"score": score, "comment": "As it is"})
        for score in scores
    ]
    await sandbox.publish(ada.badge(), *contracts)
    contract_id = id_of(contracts[scores.index(removed)])
    before = await doors.score(ada.id)
    preview = await doors.preview(ada.id, contract_id)
    granted = await doors.granted(ada.id, contract_id, "jss_only")
    after = await doors.score(ada.id)

    assert after["score"] == before["score"]
    assert after["reason"] == preview["reason"] == granted["evidence"]["preview"]["reason"] == reason
    assert (await doors.profile(ada.id))["job_success_score"] == after


async def test_a_removal_outside_the_window_shown_says_so(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    old = ada.contract(completed_at=sandbox.now() - LONG_AGO, client_feedback={"score": 200})
    await sandbox.publish(ada.badge(), old, *good_contracts(ada, 3, completed_at=sandbox.now() - timedelta(days=9)))
    before = await doors.score(ada.id)
    assert (before["score"], before["window_months"]) == (100, 12)  # of windows that tie, the longest
    assert (await doors.preview(ada.id, id_of(old)))["reason"] == "OUTSIDE_BEST_WINDOW"

    await doors.granted(ada.id, id_of(old))
    after = await doors.score(ada.id)
    assert after == before | {"window_months": 24, "removed_count": 1, "reason": "OUTSIDE_BEST_WINDOW"}


async def test_a_removal_after_which_another_window_shows_the_same_says_so(sandbox: Sandbox, doors: Doors) -> None:
    ada, now = Freelancer(), sandbox.now()
    old = [ada.contract(completed_at=now - LONG_AGO, client_feedback={"score": score}) for score in (500, 420)]
    recent = [ada.contract(completed_at=now, client_feedback={"score": score}) for score in (500, 420)]
    await sandbox.publish(ada.badge(), *old, *recent)
    assert (await doors.score(ada.id))["window_months"] == 24  # all windows say 50

    await doors.granted(ada.id, id_of(old[0]), "jss_only")
    after = await doors.score(ada.id)
    assert (after["score"], after["window_months"], after["reason"]) == (50, 12, "OTHER_WINDOW_BEST")


async def test_a_removal_lost_in_rounding_says_so(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    heavy = [ada.contract(earned=200_000, paid_periods=7, client_feedback={"score": 500}) for _ in range(8)]
    light = [ada.contract(earned=20_000, client_feedback={"score": score}) for score in (500, 420)]
    await sandbox.publish(ada.badge(), *heavy, *light)
    assert (await doors.score(ada.id))["score"] == 98  # 6500 of 6600

    await doors.granted(ada.id, id_of(light[0]), "jss_only")
    assert ((await doors.score(ada.id))["score"], (await doors.score(ada.id))["reason"]) == (
        98,
        "ROUNDING",
    )  # 6400 of 6500


@pytest.mark.parametrize(
    ("earned", "periods", "weight"),
    [(25_000, 0, 100), (25_001, 0, 125), (100_000, 0, 125), (100_001, 0, 150), (20_000, 3, 400), (300_000, 9, 800)],
)
async def test_the_explanation_tells_every_weight(
    sandbox: Sandbox, doors: Doors, earned: int, periods: int, weight: int
) -> None:
    ada = Freelancer()
    contract = ada.contract(earned=earned, paid_periods=periods, client_feedback={"score": 300})
    await sandbox.publish(contract)
    [item] = (await _explanation(sandbox, ada.id))["items"]

    assert (item["contract_id"], item["weight"]) == (id_of(contract), weight)
    assert (item["outcome"], item["contribution"]) == ("negative", -weight)


async def test_the_explanation_tells_why_a_contract_does_not_count(sandbox: Sandbox, doors: Doors) -> None:
    ada, now = Freelancer(), sandbox.now()
    flagged = ada.contract(completed_at=now, client_feedback={"score": 100})
    removed = ada.contract(completed_at=now, client_feedback={"score": 100})
    withdrawn = ada.contract(completed_at=now - timedelta(days=5), client_feedback={"score": 100})
    silent = ada.contract(completed_at=now)
    paid = ada.contract(completed_at=now, paid_periods=1)
    unpaid = ada.contract(completed_at=now, earned=0, client_feedback={"score": 450})
    unpaid_but_bad = ada.contract(completed_at=now, earned=0, client_feedback={"score": 100})
    commented = ada.contract(completed_at=now, client_feedback={"comment": "A bare comment does not score"})
    expected = {
        id_of(flagged): "CLIENT_FLAGGED",
        id_of(removed): "REMOVED",
        id_of(withdrawn): "WITHDRAWN",
        id_of(silent): "NO_FEEDBACK",
        id_of(paid): "positive",
        id_of(unpaid): "NOTHING_EARNED",
        id_of(unpaid_but_bad): "negative",
        id_of(commented): "NO_FEEDBACK",
    }
    await sandbox.publish(
        a_standing(client_of(flagged), "suspended"),  # known before any of its contracts
        *(ada.badge(), flagged, removed, withdrawn, silent, paid, unpaid, unpaid_but_bad, commented),
        feedback_withdrawn(withdrawn),
    )
    await doors.granted(ada.id, id_of(removed), "jss_only")
    explained = await _explanation(sandbox, ada.id)

    told = {item["contract_id"]: item.get("not_counted") or item["outcome"] for item in explained["items"]}
    assert told == expected
    reasons = ["REMOVED", "WITHDRAWN", "CLIENT_FLAGGED", "NO_FEEDBACK", "NO_FEEDBACK", "NOTHING_EARNED"]
    assert explained["not_counted"] == {reason: reasons.count(reason) for reason in set(reasons)}
    assert explained["windows"]["24"] == {"p": 225, "n": 100, "t": 325, "counted": 2, "clients": 2, "score": 38}


async def test_explanation_and_history_are_read_page_by_page(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contracts = good_contracts(ada, 5)
    for contract in contracts:
        await sandbox.publish(contract)
    whole = {
        "explanation?window=24&": [item["contract_id"] for item in (await _explanation(sandbox, ada.id))["items"]],
        "history?": [item["as_of"] for item in await doors.score_history(ada.id)],
    }
    assert sorted(whole["explanation?window=24&"]) == sorted(id_of(contract) for contract in contracts)
    for door, expected in whole.items():
        seen: list[JSON] = []
        path = f"/v1/accounts/{ada.id}/score/{door}limit=1"
        page = (await sandbox.get("jss", path, sub=ada.id)).json()
        while True:
            seen += page["items"]
            if "next" not in page:
                break
            page = (await sandbox.get("jss", f"{path}&cursor={page['next']}", sub=ada.id)).json()
            assert len(page["items"]) == 1
        assert [item.get("contract_id") or item["as_of"] for item in seen] == expected
    assert seen == await doors.score_history(ada.id)


async def test_an_account_without_contracts_has_a_score_of_null_today(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    await sandbox.publish(ada.badge())
    shown = await doors.score(ada.id)

    assert shown == {
        "account_id": ada.id,
        "score": None,
        "window_months": None,
        "as_of": f"{sandbox.now():%Y-%m-%d}",
        "policy": "jss-v1",
        "removed_count": 0,
    }
    assert (await doors.profile(ada.id))["job_success_score"] == shown


async def test_the_preview_equals_what_the_removal_brings(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    recent = sandbox.now() - timedelta(days=30)
    contracts = [
        ada.contract(completed_at=recent, earned=20_000, client_feedback={"score": 500, "private_rating": 10}),
        ada.contract(completed_at=recent, earned=90_000, paid_periods=2),
        ada.contract(completed_at=recent - timedelta(days=200), client_feedback={"score": 410}),
        ada.contract(completed_at=recent - LONG_AGO, earned=500_000, paid_periods=9, client_feedback={"score": 130}),
        ada.contract(completed_at=recent, earned=0, client_feedback={"private_rating": 1}),
    ]
    await sandbox.publish(ada.badge(), *contracts)
    previews = {id_of(contract): await doors.preview(ada.id, id_of(contract)) for contract in contracts}
    chosen = id_of(contracts[3])
    current = (await doors.score(ada.id))["score"]
    assert {preview["current"] for preview in previews.values()} == {current}

    await doors.granted(ada.id, chosen, "jss_only")
    assert (await doors.score(ada.id))["score"] == previews[chosen]["preview"]


async def test_a_preview_needs_the_accounts_own_contract_and_person(sandbox: Sandbox, doors: Doors) -> None:
    ada, bob = Freelancer(), Freelancer()
    adas, bobs = ada.contract(), bob.contract()
    await sandbox.publish(adas, bobs)
    path = f"/v1/accounts/{ada.id}/score/preview"

    async def ask(contract_id: str, **who: str) -> int:
        return (await sandbox.get("jss", path, params={"without_contract": contract_id}, **who)).status_code

    assert await ask(id_of(adas), sub=ada.id) == 200
    assert await ask(id_of(adas), sub="staff", scope="removals:read") == 200
    assert await ask(id_of(bobs), sub=ada.id) == 404
    assert await ask("nobodys-contract", sub=ada.id) == 404
    assert await ask(id_of(adas), sub=bob.id) == 403
    assert (await sandbox.get("jss", path, params={"without_contract": id_of(adas)})).status_code == 401


async def test_contracts_age_out_of_the_windows_with_no_event_but_the_day(sandbox: Sandbox, doors: Doors) -> None:
    ada, now = Freelancer(), sandbox.now()
    bad = ada.contract(completed_at=now - LONG_AGO, earned=20_000, client_feedback={"score": 200})
    recent = [
        ada.contract(completed_at=now, earned=20_000, client_feedback={"score": score}) for score in (500, 500, 430)
    ]
    await sandbox.publish(bad, *recent)
    assert (await doors.score(ada.id))["score"] == 67  # 6 and 12 months: 200 / 300
    assert (await doors.score(ada.id))["window_months"] == 12

    last_day_in = later(now, "6mo")
    await doors.clock_at(last_day_in)
    explained = await _explanation(sandbox, ada.id)
    assert explained["windows"]["6"]["counted"] == 3  # on the very day six months on it is still in
    recorded = len(await doors.score_history(ada.id))

    now = await sandbox.advance("1d")
    explained = await _explanation(sandbox, ada.id)
    assert (explained["windows"]["6"]["counted"], explained["windows"]["6"]["score"]) == (0, None)
    assert explained["windows"]["12"]["score"] == 67
    [latest, *_] = history = await doors.score_history(ada.id)
    assert len(history) == recorded + 1  # the windows changed, so the day is recorded, though the score did not
    assert (latest["as_of"], latest["score"]) == (f"{now:%Y-%m-%d}", 67)
    assert (await doors.profile(ada.id))["job_success_score"] == await doors.score(ada.id)


async def _explanation(sandbox: Sandbox, account_id: str) -> JSON:
    answer = await sandbox.get("jss", f"/v1/accounts/{account_id}/score/explanation?window=24", sub=account_id)
    assert answer.status_code == 200, answer.text
    body: JSON = answer.json()
    return body
