"""The same facts in any order, with any repetition, leave the same pages and the same tables."""

import random
from collections.abc import Mapping
from typing import Any

from tests.integration.profile_projection.chronicle import Chronicle
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    Fact,
    account_renamed,
    answered_at_our_door,
    badge_changed,
    client_renamed,
    contract_completed,
    day,
    feedback_edited,
    feedback_given,
    feedback_withdrawn,
    member_changed,
    removal_approved,
    removal_refused,
    removal_reversed,
    report_upheld,
    responded,
    standing_changed,
)

ORDERS = 20
AGENCY: dict[str, Any] = {"freelancer": "A2", "agency": "G1"}

REPLACED = (
    badge_changed(),
    account_renamed(),
    standing_changed(),
    standing_changed("K1", "flagged", at=day(8)),
    member_changed(user="A1", role="none", at=day(7)),
    feedback_edited(score=350, comment="Edited"),
    feedback_withdrawn(at=day(15)),
    responded(text="Late", at=day(19)),
    removal_refused(account="A8"),
)
"""What the other facts of the story leave no trace of."""
STORY: tuple[Fact, ...] = (
    *REPLACED,
    badge_changed(badge="rising_talent", at=day(5)),
    badge_changed("G1", "top_rated_plus", kind="agency"),
    account_renamed(name="Ada L.", at=day(6)),
    account_renamed("G1", "The Guild", kind="agency"),
    client_renamed(),
    client_renamed("K2", "Kim"),
    standing_changed("K9"),
    member_changed(user="A1", at=day(9)),
    member_changed(user="A7"),
    contract_completed(
        client_feedback={"score": 250, "comment": "Embedded", "private_rating": 3},
        talent_feedback={"score": 500, "comment": "Fine"},
    ),
    contract_completed(at=day(70), title="A logo, restated", client_feedback={"score": 100, "comment": "Old news"}),
    feedback_given(score=480, comment="Given anew", at=day(16)),
    responded(text="Early"),
    answered_at_our_door(direction=TALENT_TO_CLIENT),
    removal_approved(scope="jss_only"),
    removal_approved(request="R2"),
    removal_reversed(request="R2"),
    contract_completed("C2", client="K2", completed_at=day(10), client_feedback={"score": 440, "comment": "Good"}),
    removal_approved("C2", client="K2", request="R3"),
    contract_completed("C3", completed_at=day(3), earned=0),
    feedback_given("C3", direction=TALENT_TO_CLIENT, comment="Fair"),
    report_upheld("C3", direction=TALENT_TO_CLIENT),
    feedback_given("C4", comment="Not ended"),
    removal_approved("C4", request="R4"),
    contract_completed("G-1", **AGENCY, client_feedback={"comment": "A team", "score": 500}),
    feedback_withdrawn("G-1", **AGENCY),
    contract_completed("G-2", freelancer="A3", agency="G1", client="K2", completed_at=day(10)),
    feedback_given("G-2", freelancer="A3", agency="G1", client="K2", score=None, comment="A word only"),
    report_upheld("G-2", account="G1", client="K2"),
)
PATHS = (
    *(f"/v1/profiles/{account}" for account in ("A1", "A2", "A3", "A7", "G1")),
    *(f"/v1/profiles/{account}/work-history" for account in ("A1", "A7", "G1")),
    *(f"/v1/clients/{client}/history" for client in ("K1", "K2", "K9")),
    "/v1/profiles?account_id=G1&account_id=A8&account_id=A1",
)


async def told(chronicle: Chronicle, facts: list[Fact], chance: random.Random) -> tuple[str, Mapping[str, Any]]:
    await chronicle.forget()
    await chronicle.deliver(await chronicle.record(facts), chance)
    bodies = {path: await chronicle.body(path) for path in PATHS}
    await chronicle.ask("/v1/profiles/A8", status=404)
    return await chronicle.digest(), bodies


async def test_twenty_orders_with_repetitions_end_alike(chronicle: Chronicle) -> None:
    digest, bodies = await told(chronicle, list(STORY), random.Random(0))
    assert bodies["/v1/profiles/A1"]["star_rating"] == {"average": 4.6, "count": 2, "removed_count": 1}
    assert bodies["/v1/profiles/G1"]["kind"] == "agency"

    for seed in range(1, ORDERS + 1):
        chance = random.Random(seed)
        facts = chance.sample(STORY, len(STORY))
        assert await told(chronicle, facts, chance) == (digest, bodies), f"seed {seed}"


async def test_the_digest_sees_every_fact_that_is_not_replaced(chronicle: Chronicle) -> None:
    await chronicle.fold(await chronicle.record(STORY))
    whole = await chronicle.digest()
    unseen = []
    for nth, left_out in enumerate(STORY):
        await chronicle.forget()
        await chronicle.fold(await chronicle.record([*STORY[:nth], *STORY[nth + 1 :]]))
        if await chronicle.digest() == whole:
            unseen.append(left_out)

    assert unseen == [fact for fact in STORY if fact in REPLACED]


async def test_figures_are_the_sum_over_contracts(chronicle: Chronicle) -> None:
    chance = random.Random(7)
    await chronicle.deliver(await chronicle.record(chance.sample(STORY, len(STORY))), chance)
    differing = await chronicle.pool.fetch(
        """
        SELECT account_id, jobs, score_count, removed_count FROM profile.accounts
        EXCEPT
        SELECT
            account_id, count(*) FILTER (WHERE paid),
            count(*) FILTER (WHERE scored), count(*) FILTER (WHERE scored AND client_shown = 'perk')
        FROM profile.accounts
        LEFT JOIN (
            SELECT *, completed_at IS NOT NULL AND client_score IS NOT NULL AND client_shown <> 'terms' AS scored
            FROM profile.contracts
        ) AS contracts USING (account_id)
        GROUP BY account_id
        """
    )
    assert differing == []
