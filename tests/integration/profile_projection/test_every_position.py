"""The answer about a position is what the live door said right after it, but for what is hidden by now."""

import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from tests.integration.profile_projection.telling import Body, Telling, asked_at
from tests.integration.profile_projection.test_orders import PATHS, STORY
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    day,
    feedback_withdrawn,
    removal_reversed,
    report_upheld,
    score_recomputed,
)

from event_contracts import FeedbackRemovalApproved, FeedbackReportUpheld, FeedbackWithdrawn
from event_contracts.instant import parse_time

FACTS = (
    *STORY,
    removal_reversed(request="R4"),
    report_upheld("C2", client="K2"),
    feedback_withdrawn(direction=TALENT_TO_CLIENT, at=day(90)),
    *(score_recomputed(account, score) for account in ("A1", "G1") for score in (None, 60, 90)),
)
HIDING = (FeedbackRemovalApproved, FeedbackReportUpheld, FeedbackWithdrawn)
"""Told rather late, so that there is something to hide."""
PAGES = tuple(path for path in PATHS if "?" not in path)
Key = tuple[str, str]
"""(contract id, side)"""
Answers = dict[str, Body | None]
"""By page; None: not found."""


def feedbacks(body: Body | None) -> dict[Key, dict[str, Any]]:
    """Every feedback on a page, to be changed in place."""
    if body is None:
        return {}
    items = body["work_history"]["items"] if "work_history" in body else body["items"]
    return {
        (item["contract_id"], side): item[side]
        for item in items
        for side in ("client_feedback", "talent_feedback")
        if side in item
    }


async def answers(telling: Telling, position: int | None = None) -> Answers:
    found: Answers = {}
    for path in PAGES:
        answer = await telling.chronicle.door.get(path if position is None else asked_at(path, position))
        assert answer.status_code in (200, 404), answer.text
        found[path] = answer.json() if answer.status_code == 200 else None
    return found


def first_hidden(live: list[Answers], path: str, key: Key, upto: int) -> tuple[int, bool]:
    """The first position of those up to one at which the page has shown it as removed without a break, and whether the
    position before showed it otherwise: else it may have been hidden before it could be seen."""
    position = upto
    while position > 0 and feedbacks(live[position - 1][path]).get(key, {}).get("state") == "removed":
        position -= 1
    return position, position > 0 and key in feedbacks(live[position - 1][path])


def checked(telling: Telling, live: list[Answers], position: int, path: str, seen: Body | None) -> Iterator[str]:
    """Holds an answer about a position against the live ones; gives what happened to each feedback."""
    expected, dated = deepcopy(live[position][path]), feedbacks(seen)
    for key, shown in feedbacks(expected).items():
        last = feedbacks(live[-1][path])[key]
        hidden_since = None
        if shown["state"] == "removed":
            hidden_since = first_hidden(live, path, key, position)
            yield "removed then"
        elif shown["state"] == "visible" and last["state"] == "removed":
            hidden_since = first_hidden(live, path, key, len(live) - 1)
            shown.clear()
            shown.update(last)
            yield "hidden since"
        else:
            yield shown["state"]
        if hidden_since is not None:
            first, exact = hidden_since
            said = dated[key].pop("since")
            assert said == telling.at(first) or (not exact and parse_time(said) < telling.times[first])
    assert seen == expected, f"{path} at {position}"


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_past_is_what_was_answered_then(telling: Telling, seed: int) -> None:
    chance = random.Random(seed)
    live: list[Answers] = []
    for fact in sorted(FACTS, key=lambda fact: chance.random() + isinstance(fact.data, HIDING) / 2):
        await telling.tell(fact)
        live.append(await answers(telling))

    happened: list[str] = []
    for position in range(len(live)):
        for path, seen in (await answers(telling, position)).items():
            happened += checked(telling, live, position, path, seen)
    assert set(happened) == {"removed then", "hidden since", "visible", "none"}
    assert await answers(telling, len(live) - 1) != live[-1]  # what is hidden says since when
