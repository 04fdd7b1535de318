"""What is appended is a chain of finished leaves per stream; a (source, id) enters once."""

import hashlib
import json

import pytest
from tests.support.log import NOON, LogUnderTest, a_badge, a_draft

from event_contracts import ContractCompleted
from eventlog.leaf import FIRST_PREV, LeafTooLargeError
from eventlog.log import DuplicateEventError
from eventlog.open import SealedText

CONTRACT = {
    "contract_id": "c1", "freelancer_id": "F1", "client_id": "K1", "title": "Logo",
    "started_at": "2025-11-01T00:00:00Z",
    "completed_at": "2026-01-10T00:00:00Z", "ended_by": "client", "earned": {"amount": 50000, "currency": "USD"},
    "paid_periods": 0, "client_feedback": {"score": 500, "comment": "Wunderbar ✨"},
    "talent_feedback": {"score": 480, "comment": "Pays at once"},
}  # fmt: skip


async def test_a_leaf_is_chained_to_its_predecessor_and_hashed_as_it_is_stored(log: LogUnderTest) -> None:
    first, second = await log.append(a_draft(a_badge(badge="none")), a_draft(a_badge()))
    (third,) = await log.append(a_draft(a_badge(badge="rising_talent")))
    await log.sequence()
    events = await log.reader.by_stream("account/A1")
    leaves = [json.loads(event.leaf) for event in events]
    assert [leaf["streamversion"] for leaf in leaves] == [1, 2, 3]
    assert [leaf["prev"] for leaf in leaves] == [FIRST_PREV.hex(), first.leaf_hash.hex(), second.leaf_hash.hex()]
    assert hashlib.sha256(b"\0" + events[2].leaf).digest() == third.leaf_hash
    assert len({leaf["nonce"] for leaf in leaves}) == 3
    assert [event.position for event in events] == [0, 1, 2]


async def test_personal_text_is_nowhere_but_in_ciphertext_and_opens_with_the_subjects_key(log: LogUnderTest) -> None:
    (appended,) = await log.append(a_draft(ContractCompleted.model_validate(CONTRACT), id_="e1"))
    await log.sequence()
    event = await log.reader.by_id("/marketplace", "e1")
    assert event is not None
    assert event.data == appended.data
    assert b"Wunderbar" not in event.leaf
    assert set(event.sealed) == {
        "title", "client_feedback.comment", "client_feedback.private_rating", "talent_feedback.comment",
    }  # fmt: skip
    subjects = {
        "title": "K1",
        "client_feedback.comment": "K1",
        "client_feedback.private_rating": "F1",
        "talent_feedback.comment": "F1",
    }
    opened = await log.opener.open(
        [
            SealedText(event_id="e1", path=path, subject_id=subjects[path], ciphertext=event.sealed[path])
            for path in subjects
        ]
    )
    assert opened == ["Logo", "Wunderbar ✨", "", "Pays at once"]  # an absent rating is sealed as the empty text


async def test_an_erased_subjects_text_is_recorded_as_absent(log: LogUnderTest) -> None:
    await log.pool.execute("INSERT INTO keys.subject_keys (subject_id, destroyed_at) VALUES ('K1', now())")
    (appended,) = await log.append(a_draft(ContractCompleted.model_validate(CONTRACT)))
    assert isinstance(appended.data, ContractCompleted)
    assert appended.data.title is None
    assert set(appended.sealed) == {"client_feedback.private_rating", "talent_feedback.comment"}


async def test_a_source_and_id_enter_once_and_can_be_asked_for(log: LogUnderTest) -> None:
    await log.append(a_draft(a_badge(), id_="b1", digest=b"0123456789abcdef"))
    with pytest.raises(DuplicateEventError):
        await log.append(a_draft(a_badge("A2"), id_="b1"))
    async with log.pool.acquire() as connection:
        known = await log.log.known(connection, [("/marketplace", "b1"), ("/marketplace", "b2"), ("/other", "b1")])
        assert known == {("/marketplace", "b1"): b"0123456789abcdef"}
        found = await log.log.find(connection, "/marketplace", "b1")
        assert found is not None
        assert (found.stream, found.version, found.time) == ("account/A1", 1, NOON)
        assert await log.log.find(connection, "/marketplace", "b2") is None


async def test_what_could_not_leave_the_log_does_not_enter_it(log: LogUnderTest) -> None:
    draft = a_draft(a_badge())
    object.__setattr__(draft, "correlation_id", "x" * 4096)
    with pytest.raises(LeafTooLargeError):
        await log.append(draft)
    assert await log.reader.pending() == 0


async def test_the_log_is_read_by_contract_client_account_and_position(log: LogUnderTest) -> None:
    await log.append(a_draft(a_badge("F1")))
    await log.append(a_draft(ContractCompleted.model_validate(CONTRACT)))
    assert await log.reader.by_contract("c1") == []  # committed, but without a position nobody sees it
    assert await log.reader.pending() == 2
    await log.sequence()
    assert await log.reader.pending() == 0
    assert (await log.reader.size()).size == 2
    assert [event.position for event in await log.reader.by_contract("c1")] == [1]
    assert [event.position for event in await log.reader.by_client("K1")] == [1]
    assert [event.position for event in await log.reader.by_account("F1")] == [0, 1]
    assert [event.position for event in await log.reader.by_account("F1", after_position=0)] == [1]
    assert [event.position async for event in log.reader.all(page=1)] == [0, 1]
