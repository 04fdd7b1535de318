"""What cannot be understood is parked with its bytes and a reason, and everything around it flows."""

from collections.abc import Sequence
from datetime import timedelta

import orjson
from tests.integration.removal.world import NOON, ONCE, Topics, World, badge, completed, given

from event_contracts.instant import format_time
from removal.adapters.parking import headers_of

Headers = Sequence[tuple[str, bytes | None]]
TYPE = b"marketplace.account.badge-changed.v1"
BADGE = orjson.dumps({"account_id": "ana", "account_kind": "freelancer", "badge": "top_rated"})


def headers(**changed: bytes | None) -> list[tuple[str, bytes | None]]:
    attributes: dict[str, bytes | None] = {
        "ce_specversion": b"1.0",
        "ce_id": b"one",
        "ce_source": b"/marketplace",
        "ce_type": TYPE,
        "ce_time": format_time(ONCE).encode(),
        "content-type": b"application/json",
    }
    return list((attributes | changed).items())


def contract(**said: object) -> bytes:
    data = orjson.loads(completed("logo").to_kafka().value)
    return orjson.dumps(data | said)


CONTRACT = b"marketplace.contract.completed.v1"
AHEAD = NOON + timedelta(minutes=5, microseconds=1)
BROKEN: list[tuple[str, str, bytes | None, Headers]] = [
    ("not-json", "", b"{", headers()),
    ("not-json", "", b"\xff\xfe", headers()),
    ("not-cloudevent", "ce_id", BADGE, headers()[:1] + headers()[2:]),
    ("not-cloudevent", "", BADGE, headers(ce_source=None)),
    ("not-cloudevent", "", BADGE, headers(ce_subject=b"\xc3\x28")),
    ("null-value", "", None, headers()),
    ("null-value", "", None, []),
    ("oversized", "", b" " * (256 * 1024) + BADGE, headers()),
    ("oversized", "", b"x" * 1_000_000, [("trace", None), ("blob", bytes(range(256)))]),
    ("unknown-type", "", BADGE, headers(ce_type=b"marketplace.account.vanished.v1")),
    ("unknown-type", "", BADGE, headers(ce_type=b"integrity.scoring-day.opened.v1")),
    ("unknown-version", "", BADGE, headers(ce_type=TYPE.replace(b"v1", b"v2"))),
    ("invalid", "badge", BADGE.replace(b"top_rated", b"best"), headers()),
    ("invalid", "account_id", BADGE.replace(b"ana", b"a b"), headers()),
    ("invalid", "ce_time", BADGE, headers(ce_time=b"yesterday")),
    ("invalid", "ce_id", BADGE, headers(ce_id="ö".encode())),
    ("invalid", "ce_source", BADGE, headers(ce_source=b"")),
    ("invalid", "data", b"[]", headers()),
    ("invalid", "earned.currency", contract(earned={"amount": 1, "currency": "EUR"}), headers(ce_type=CONTRACT)),
    ("invalid", "earned.amount", contract(earned={"amount": -1, "currency": "USD"}), headers(ce_type=CONTRACT)),
    ("invalid", "paid_periods", contract(paid_periods=2**53), headers(ce_type=CONTRACT)),
    ("invalid", "completed_at", contract(completed_at="2000-01-01T00:00:00Z"), headers(ce_type=CONTRACT)),
    ("invalid", "title", contract(title="a\0b"), headers(ce_type=CONTRACT)),
    ("invalid", "title", contract().replace(b"Job logo", b"\\ud800"), headers(ce_type=CONTRACT)),
    ("invalid", "title", contract(title="ü" * 8193), headers(ce_type=CONTRACT)),
    ("time-in-future", "ce_time", BADGE, headers(ce_time=format_time(AHEAD).encode())),
    ("time-in-future", "completed_at", contract(completed_at=format_time(AHEAD)), headers(ce_type=CONTRACT)),
]


async def test_broken_records_are_parked_with_their_bytes_and_the_good_ones_between_them_recorded(
    world: World, topics: Topics
) -> None:
    records = [topics.record(badge("first"))]
    for nth, (_, _, value, broken_headers) in enumerate(BROKEN):
        records.append(topics.raw(value, broken_headers, topic="marketplace.clients", key=b"\x00\xff", partition=3))
        records.append(topics.record(badge(f"good-{nth:02}")))
    await world.intake().apply(records)
    parked = await world.parked()
    assert len(parked) == len(BROKEN)
    for nth, (row, (reason, detail, value, broken_headers)) in enumerate(zip(parked, BROKEN, strict=True)):
        assert row["reason"] == reason, (nth, row["detail"])
        assert detail in row["detail"], nth
        assert (row["key"], row["value"]) == (b"\x00\xff", value), nth
        assert headers_of(row["headers"]) == list(broken_headers), nth
        assert (row["topic"], row["partition"], row["offset"]) == ("marketplace.clients", 3, nth)
        assert row["at"] == NOON
    assert [row[0] for row in (await world.state())["accounts"]] == [
        "first",
        *(f"good-{nth:02}" for nth in range(len(BROKEN))),
    ]


async def test_five_minutes_ahead_is_not_yet_the_future(world: World, topics: Topics) -> None:
    await world.intake().apply([topics.record(badge("ana", time=NOON + timedelta(minutes=5)))])
    assert world.total.recorded == 1


async def test_a_contradicting_account_or_client_is_an_identity_conflict(world: World, topics: Topics) -> None:
    facts = [completed("logo"), given("logo", account="bo"), given("logo", client="other")]
    await world.intake().apply(topics.records(facts))
    parked = await world.parked()
    assert [row["reason"] for row in parked] == ["identity-conflict"] * 2
    assert "account" in parked[0]["detail"]
    assert "client" in parked[1]["detail"]


async def test_reasons_come_in_their_order(world: World, topics: Topics) -> None:
    """A known id with other content is a mismatch before it is invalid, in the future or in conflict."""
    await world.intake().apply([topics.raw(BADGE, headers(), topic="marketplace.accounts")])
    later = format_time(AHEAD).encode()
    await world.intake().apply(
        [
            topics.raw(BADGE.replace(b"top_rated", b"best"), headers(), topic="marketplace.accounts"),
            topics.raw(BADGE, headers(ce_time=later), topic="marketplace.accounts"),
            topics.raw(BADGE, headers(ce_time=b"yesterday"), topic="marketplace.accounts"),
            topics.raw(BADGE.replace(b"best", b"x"), headers(ce_id=b"2", ce_time=later), topic="marketplace.accounts"),
        ]
    )
    assert [row["reason"] for row in await world.parked()] == ["duplicate-mismatch"] * 3 + ["time-in-future"]


async def test_invalid_comes_before_the_future(world: World, topics: Topics) -> None:
    wrong = topics.raw(BADGE.replace(b"top_rated", b"best"), headers(ce_time=format_time(AHEAD).encode()))
    await world.intake().apply([wrong])
    assert [row["reason"] for row in await world.parked()] == ["invalid"]


async def test_what_a_person_wrote_is_in_no_detail(world: World, topics: Topics) -> None:
    secret = "he never pays\0"
    await world.intake().apply([topics.raw(contract(title=secret), headers(ce_type=CONTRACT))])
    (parked,) = await world.parked()
    assert "never" not in parked["detail"]
