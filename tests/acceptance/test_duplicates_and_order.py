"""The same facts twice, re-spelled, late and in any order: what the pages show does not depend on it."""

from dataclasses import replace
from datetime import timedelta

from tests.support.builders import (
    ENDED,
    TALENT_TO_CLIENT,
    a_client_name,
    a_standing,
    an_account_name,
    client_of,
    feedback_edited,
    feedback_given,
    feedback_responded,
    feedback_withdrawn,
    id_of,
)
from tests.support.given import JSON, TOMBSTONE, Doors, Freelancer, good_contracts
from tests.support.sandbox import Sandbox, an_id

from event_contracts import Publication
from event_contracts.instant import parse_time

AUTHORS = {"state": "removed", "tombstone": TOMBSTONE, "removal_class": "author"}


def restated(contract: Publication, *, days: int, **changed: object) -> Publication:
    """The contract's end told again some days later, as a new event with other members."""
    event = contract.event
    time = parse_time(event.time or "") + timedelta(days=days)
    data = {**event.data, **changed}
    return replace(contract, event=replace(event, id=an_id("event"), time=f"{time:%Y-%m-%dT%H:%M:%SZ}", data=data))


async def pages(doors: Doors, account_id: str, client_id: str) -> list[JSON]:
    """Everything the public sees of both."""
    return [
        await doors.profile(account_id),
        await doors.history(client_id),
        await doors.score(account_id),
        {"scores": await doors.score_history(account_id)},
    ]


async def test_the_same_event_twice_changes_nothing(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 490, "private_rating": 9, "comment": "Fine"})
    response = feedback_responded(contract)
    await sandbox.publish(contract, contract, ada.badge(), response, *good_contracts(ada, 2))
    before = await pages(doors, ada.id, client_of(contract))
    size = (await sandbox.settle()).size
    await sandbox.publish(response, contract, contract, response)

    assert await pages(doors, ada.id, client_of(contract)) == before
    assert (await sandbox.settle()).size == size  # an exact duplicate is not recorded
    ours = [item for item in await doors.parked() if id_of(contract) in item["detail"]]
    assert ours == []


async def test_the_same_event_spelled_otherwise_is_the_same_event(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 490, "comment": "Fine"})
    await sandbox.publish(contract, ada.contract(client_feedback={"score": 500}))
    before = await pages(doors, ada.id, client_of(contract))
    parked, size = len(await doors.parked()), (await sandbox.settle()).size

    event = contract.event
    other_zone = replace(event, time="2026-01-05T13:00:00.000+01:00")
    reordered = replace(event, data=dict(reversed(event.data.items())))
    more_headers = replace(event, extensions={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    spellings = [replace(contract, event=each) for each in (other_zone, reordered, more_headers)]
    structured = event.to_structured()
    await sandbox.publish(*spellings, settle=False)
    await sandbox.producer.send(contract.topic, **structured._asdict())
    await sandbox.settle()

    assert await pages(doors, ada.id, client_of(contract)) == before
    assert (len(await doors.parked()), (await sandbox.settle()).size) == (parked, size)


async def test_facts_about_a_contract_may_come_before_it_and_in_any_order(sandbox: Sandbox, doors: Doors) -> None:
    ada, bob = Freelancer(), Freelancer()

    def story(account: Freelancer, suffix: str) -> list[Publication]:
        client_id = f"client-{suffix}"
        contract = account.contract(
            client_id=client_id, contract_id=f"contract-{suffix}", client_feedback={"score": 300, "comment": "So so"}
        )
        return [
            account.badge("rising_talent"),
            account.badge("top_rated", time="2025-06-01T00:00:00Z"),
            an_account_name(account.id, "First name"),
            an_account_name(account.id, "Last name", time="2025-06-01T00:00:00Z"),
            a_client_name(client_id, "First client name"),
            a_client_name(client_id, "Last client name", time="2025-06-01T00:00:00Z"),
            a_standing(client_id, "flagged"),
            a_standing(client_id, "good", time="2025-06-01T00:00:00Z"),
            contract,
            feedback_edited(contract, score=440, comment="Better on second thought"),
            feedback_given(contract, TALENT_TO_CLIENT, score=500, comment="Kind"),
            feedback_withdrawn(contract, TALENT_TO_CLIENT),
            feedback_responded(contract, text="The first answer stands"),
            feedback_responded(contract, text="A second answer does not", time=ENDED + timedelta(days=2)),
            account.contract(
                contract_id=f"other-{suffix}", client_id=f"second-{suffix}", client_feedback={"score": 500}
            ),
        ]

    one, other = an_id("a"), an_id("b")
    for fact in story(ada, one):
        await sandbox.publish(fact, settle=False)
    await sandbox.publish(*reversed(story(bob, other)))

    def without_names(bodies: list[JSON], account: Freelancer, suffix: str) -> str:
        return str(bodies).replace(account.id, "ACCOUNT").replace(suffix, "SUFFIX")

    adas = without_names((await pages(doors, ada.id, f"client-{one}"))[:3], ada, one)
    bobs = without_names((await pages(doors, bob.id, f"client-{other}"))[:3], bob, other)
    assert adas == bobs
    work = await doors.work(ada.id, f"contract-{one}")
    assert work["client_feedback"] == {"state": "visible", "score": 440, "comment": "Better on second thought"}
    assert work["response"] == "The first answer stands"
    engagement = await doors.engagement(f"client-{one}", f"contract-{one}")
    assert engagement["talent_feedback"] == AUTHORS
    assert (await doors.profile(ada.id))["badge"] == "top_rated"
    assert (await doors.score(ada.id))["score"] == 50  # positive and neutral: 100 * 125 / 250


async def test_a_restated_contract_never_overrides_a_later_edit(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200, "comment": "Slow"})
    await sandbox.publish(contract, feedback_edited(contract, score=480, comment="It was worth the wait"))
    again = restated(contract, days=5, title="A logo, revised", earned={"amount": 0, "currency": "USD"})
    await sandbox.publish(again)

    work = await doors.work(ada.id, id_of(contract))
    assert work["title"] == "A logo, revised"  # the terms are a slot of their own, and the later one wins
    assert work["client_feedback"] == {"state": "visible", "score": 480, "comment": "It was worth the wait"}
    assert (await doors.profile(ada.id))["number_of_jobs"] == 0
    older = restated(contract, days=-1, title="An older title")
    await sandbox.publish(older)
    assert (await doors.work(ada.id, id_of(contract)))["title"] == "A logo, revised"


async def test_a_restated_contract_never_brings_back_what_was_withdrawn(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200, "comment": "Slow"})
    await sandbox.publish(contract, feedback_withdrawn(contract), restated(contract, days=6))
    work = await doors.work(ada.id, id_of(contract))

    assert work["client_feedback"] == AUTHORS
    assert (await doors.engagement(client_of(contract), id_of(contract)))["client_feedback"] == AUTHORS
    assert (await doors.profile(ada.id))["star_rating"] == {"average": None, "count": 0, "removed_count": 0}


async def test_a_withdrawal_that_arrives_first_still_withdraws(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 200, "comment": "Slow"})
    await sandbox.publish(feedback_withdrawn(contract))
    await sandbox.publish(contract)
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == AUTHORS

    await sandbox.publish(feedback_given(contract, score=450, time=ENDED + timedelta(days=4)))
    shown = {"state": "visible", "score": 450}
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == shown  # filled again by something later


async def test_withdrawing_what_was_never_given_removes_nothing(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract()
    await sandbox.publish(contract, feedback_withdrawn(contract))
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == {"state": "none"}

    private = ada.contract(client_feedback={"private_rating": 2})
    await sandbox.publish(private, feedback_withdrawn(private))  # it never was public: nothing to put a tombstone on
    assert (await doors.work(ada.id, id_of(private)))["client_feedback"] == {"state": "none"}


async def test_embedded_feedback_left_empty_says_nothing(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"comment": ""}, talent_feedback={})
    await sandbox.publish(contract, feedback_given(contract, score=430, time=ENDED - timedelta(days=1)))

    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == {"state": "visible", "score": 430}
    engagement = await doors.engagement(client_of(contract), id_of(contract))
    assert engagement["talent_feedback"] == {"state": "none"}


async def test_at_equal_times_the_greater_stamp_wins_in_either_order(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contracts = [ada.contract(), ada.contract()]
    low, high = sorted(an_id("event") for _ in range(2))
    for contract, ids in zip(contracts, ((low, high), (high, low)), strict=True):
        scores = {low: 100, high: 400}
        facts = [feedback_given(contract, id=f"{id_}-{id_of(contract)}", score=scores[id_]) for id_ in ids]
        await sandbox.publish(contract, *facts)

    for contract in contracts:
        assert (await doors.work(ada.id, id_of(contract)))["client_feedback"]["score"] == 400


async def test_the_same_id_from_two_sources_is_two_events(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract()
    id_ = an_id("event")
    await sandbox.publish(
        contract,
        feedback_given(contract, score=300, id=id_, source="/marketplace/a"),
        feedback_edited(contract, score=410, id=id_, source="/marketplace/b"),
    )

    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == {"state": "visible", "score": 410}
