"""What readers of the past ask of the log: up to a position, at a time, by whom a fact names."""

from datetime import timedelta

from tests.support.log import NOON, LogUnderTest, a_badge, a_draft

from event_contracts import AgencyMemberChanged, FeedbackGiven
from event_contracts.recorded import Recorded

FEEDBACK = {"contract_id": "c1", "client_id": "K1", "direction": "client_to_talent", "score": 500}


def a_member(agency_id: str = "G1", user_id: str = "F1") -> AgencyMemberChanged:
    return AgencyMemberChanged.model_validate(
        {"agency_id": agency_id, "user_id": user_id, "role": "member", "exclusive": True}
    )


def a_feedback(freelancer_id: str = "F1", agency_id: str | None = None, **said: str) -> FeedbackGiven:
    agency = {} if agency_id is None else {"agency_id": agency_id}
    return FeedbackGiven.model_validate(FEEDBACK | {"freelancer_id": freelancer_id} | agency | said)


def positions(events: list[Recorded]) -> list[int]:
    return [event.position for event in events]


async def test_nothing_beyond_the_position_asked_for_is_read(log: LogUnderTest) -> None:
    await log.append(*(a_draft(a_feedback(contract_id=f"c{n % 2}")) for n in range(4)), a_draft(a_badge("F2")))
    await log.sequence()
    reader = log.reader

    assert positions(await reader.by_stream("account/F1", up_to=2)) == [0, 1, 2]
    assert positions(await reader.by_stream("account/F1", 1, 1, up_to=2)) == [1]
    assert positions(await reader.by_client("K1", up_to=2)) == [0, 1, 2]
    assert positions(await reader.by_client("K1", 0, up_to=1)) == [1]
    assert positions(await reader.by_contracts(["c0", "c9"], 0)) == [2]
    assert positions(await reader.by_contracts(["c1", "c0"])) == [0, 1, 2, 3]
    assert positions(await reader.by_streams(["account/F2", "account/F1"], 1)) == [2, 3, 4]


async def test_the_last_event_of_a_stream_at_a_position(log: LogUnderTest) -> None:
    await log.append(a_draft(a_badge("A1")), a_draft(a_badge("A2")), a_draft(a_badge("A1")))
    await log.sequence()
    found = [await log.reader.last_of("account/A1", up_to=position) for position in (0, 1, 2)]

    assert [event and event.position for event in found] == [0, 0, 2]
    assert await log.reader.last_of("account/A2", up_to=0) is None


async def test_whom_a_fact_about_another_account_names(log: LogUnderTest) -> None:
    await log.append(
        a_draft(a_feedback("F1")),  # about F1 itself
        a_draft(a_feedback("F2", "G1")),
        a_draft(a_member(user_id="F1")),
        a_draft(a_member("G2", "F1")),
        a_draft(a_member("F1", "F1")),  # in F1's own stream
    )
    assert not await log.reader.names("F2")  # without a position nobody sees it
    await log.sequence()

    assert positions(await log.reader.memberships_of("F1")) == [2, 3]
    assert positions(await log.reader.memberships_of("F1", up_to=2)) == [2]
    assert await log.reader.memberships_of("F2") == []
    assert [await log.reader.names("F1", up_to=position) for position in (1, 2)] == [False, True]
    assert [await log.reader.names("F2", up_to=position) for position in (0, 1)] == [False, True]
    assert not await log.reader.names("G1")


async def test_users_named_in_another_accounts_stream_are_written_down(log: LogUnderTest) -> None:
    await log.append(
        a_draft(a_feedback("F1")), a_draft(a_feedback("F2", "G1")), a_draft(a_member()), a_draft(a_member("F1", "F1"))
    )
    named = await log.pool.fetch("SELECT user_id, membership FROM log.named_users ORDER BY ingest_seq")
    assert [tuple(row) for row in named] == [("F2", False), ("F1", True)]


async def test_the_last_position_at_a_time(log: LogUnderTest) -> None:
    sequenced = [NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=1), NOON + timedelta(hours=3)]
    for at in sequenced:
        log.clock.time = at
        await log.append(a_draft(a_badge()), a_draft(a_badge()))
        await log.sequence()
    instant = timedelta(microseconds=1)
    asked = [NOON - instant, NOON, NOON + timedelta(hours=1) - instant, NOON + timedelta(hours=1)]

    assert [await log.reader.position_at(time) for time in asked] == [None, 1, 1, 5]
    assert await log.reader.position_at(NOON + timedelta(days=1)) == 7
