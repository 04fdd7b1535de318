"""Records that must be parked, by what is wrong with them, each with the reason and what the detail must name.

All are about one valid contract's end, so that every difference is the one meant. Next: test_parking.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from tests.support.builders import ENDED, a_contract_completed, feedback_given, feedback_responded
from tests.support.sandbox import an_id

from event_contracts import ProducerRecord, Publication
from event_contracts.instant import format_time

COMPLETED: Final = "marketplace.contract.completed.v1"
CONTRACTS: Final = "marketplace.contracts"
KIB: Final = 1024
Headers = list[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A record, why it is parked, and what the detail says (a field's name, for `invalid`)."""

    record: ProducerRecord
    reason: str
    names: str = ""


def a_record(
    value: bytes | None, *, topic: str = CONTRACTS, without: str = "", also: Headers | None = None, **attributes: str
) -> ProducerRecord:
    """A record in binary mode; `attributes` replace or add to valid CloudEvents attributes."""
    given = {
        "specversion": "1.0",
        "id": an_id("event"),
        "source": "/marketplace",
        "type": COMPLETED,
        "time": format_time(ENDED),
        **attributes,
    }
    headers: Headers = [(f"ce_{name}", text.encode()) for name, text in given.items() if name != without]
    replaced = {name for name, _ in also or ()}
    headers = [(name, text) for name, text in headers if name not in replaced]
    if "content-type" not in replaced:
        headers.append(("content-type", b"application/json"))
    # aiokafka sends null header values, though its annotations know none.
    return ProducerRecord(topic, an_id("key").encode(), value, [*headers, *(also or ())])  # type: ignore[arg-type,list-item]


def a_valid_end(**changed: Any) -> dict[str, Any]:
    """The data of a valid contract's end; `changed` by member name, `...` takes one away."""
    data = {**a_contract_completed(an_id("freelancer"), client_feedback={"score": 480}).event.data, **changed}
    return {name: value for name, value in data.items() if value is not ...}


def of(data: Mapping[str, Any], **attributes: Any) -> ProducerRecord:
    """The record of a contract's end with this data; `attributes` as of `a_record`."""
    return a_record(orjson.dumps(data), **attributes)


def _text_in(escaped: str) -> ProducerRecord:
    """A contract's end whose title is this JSON string, escapes as they stand."""
    value = orjson.dumps(a_valid_end(title="TITLE")).replace(b'"TITLE"', f'"{escaped}"'.encode())
    return a_record(value)


def _feedback(publication: Publication, **changed: Any) -> ProducerRecord:
    """A record about feedback, with members that no builder would let pass."""
    record = publication.to_kafka()
    data = {name: value for name, value in {**publication.event.data, **changed}.items() if value is not ...}
    return record._replace(value=orjson.dumps(data))


def unreadable() -> dict[str, Broken]:
    """What is no CloudEvent of a known kind at all."""
    valid = orjson.dumps(a_valid_end())
    structured: Headers = [("content-type", b"application/cloudevents+json")]
    return {
        "bad JSON": Broken(a_record(b'{"contract_id": '), "not-json"),
        "an empty value": Broken(a_record(b""), "not-json"),
        "bytes that are not UTF-8": Broken(a_record(b'{"title": "\xff\xfe"}'), "not-json"),
        "NaN, which is no JSON": Broken(a_record(valid.replace(b"60000", b"NaN")), "not-json"),
        "a media type that is not JSON": Broken(a_record(valid, also=[("content-type", b"text/plain")]), "not-json"),
        "a null value": Broken(a_record(None), "null-value"),
        "an unknown type": Broken(a_record(valid, type="marketplace.contract.paused.v1"), "unknown-type"),
        "a type of our own": Broken(a_record(valid, type="integrity.scoring-day.opened.v1"), "unknown-type"),
        "an unknown version": Broken(a_record(valid, type="marketplace.contract.completed.v2"), "unknown-version"),
        "no id": Broken(a_record(valid, without="id"), "not-cloudevent", "ce_id"),
        "no specversion": Broken(a_record(valid, without="specversion"), "not-cloudevent", "ce_specversion"),
        "another specversion": Broken(a_record(valid, specversion="0.3"), "not-cloudevent", "specversion"),
        "no headers at all": Broken(ProducerRecord(CONTRACTS, None, valid, []), "not-cloudevent"),
        "a null header": Broken(a_record(valid, also=[("ce_id", None)]), "not-cloudevent", "ce_id"),
        "a header that is not UTF-8": Broken(
            a_record(valid, also=[("ce_source", b"/\xff")]), "not-cloudevent", "ce_source"
        ),
        "structured mode without an object": Broken(a_record(b"[]", also=structured), "not-cloudevent"),
        "structured mode without a type": Broken(
            a_record(b'{"specversion":"1.0","id":"x","source":"/m","data":{}}', also=structured),
            "not-cloudevent",
            "type",
        ),
        "257 KiB": Broken(of(a_valid_end(padding="x" * 257 * KIB)), "oversized"),
        "a value of 1 MiB": Broken(a_record(b'"' + b"x" * (KIB * KIB - 2) + b'"'), "oversized"),
    }


def invalid() -> dict[str, Broken]:
    """What is of a known kind and breaks one of its limits; the detail names the field."""
    contract = a_contract_completed(an_id("freelancer"))
    given = feedback_given(contract, score=400)
    late = format_time(ENDED + timedelta(days=1))
    fields: dict[str, tuple[str, ProducerRecord]] = {
        "a missing field": ("client_id", of(a_valid_end(client_id=...))),
        "null in a required field": ("title", of(a_valid_end(title=None))),
        "a text for a number": ("earned.amount", of(a_valid_end(earned={"amount": "60000", "currency": "USD"}))),
        "true for a number": ("paid_periods", of(a_valid_end(paid_periods=True))),
        "a fraction of a cent": ("earned.amount", of(a_valid_end(earned={"amount": 600.5, "currency": "USD"}))),
        "another currency": ("earned.currency", of(a_valid_end(earned={"amount": 1, "currency": "EUR"}))),
        "negative money": ("earned.amount", of(a_valid_end(earned={"amount": -1, "currency": "USD"}))),
        "negative periods": ("paid_periods", of(a_valid_end(paid_periods=-1))),
        "an integer above 2^53 - 1": ("earned.amount", of(a_valid_end(earned={"amount": 2**53, "currency": "USD"}))),
        "a score above five stars": ("client_feedback.score", of(a_valid_end(client_feedback={"score": 501}))),
        "a score below one star": ("talent_feedback.score", of(a_valid_end(talent_feedback={"score": 99}))),
        "a private rating above ten": (
            "client_feedback.private_rating",
            of(a_valid_end(client_feedback={"private_rating": 11})),
        ),
        "an end before the start": ("completed_at", of(a_valid_end(started_at=late))),
        "a time without an offset": ("completed_at", of(a_valid_end(completed_at="2026-01-05T12:00:00"))),
        "seven fraction digits": ("completed_at", of(a_valid_end(completed_at="2026-01-05T12:00:00.1234567Z"))),
        "no such ending": ("ended_by", of(a_valid_end(ended_by="nobody"))),
        "an id with a slash": ("contract_id", of(a_valid_end(contract_id="con/tract"))),
        "an id of 65 characters": ("freelancer_id", of(a_valid_end(freelancer_id="f" * 65))),
        "an empty agency id": ("agency_id", of(a_valid_end(agency_id=""))),
        "a NUL in a text": ("title", _text_in("NUL \\u0000 inside")),
        "a lone surrogate in a text": ("title", _text_in("half \\ud83d of a face")),
        "a text above 16 KiB": ("title", of(a_valid_end(title="ж" * 8 * KIB + "x"))),
        "a sealed part from outside": ("title", of(a_valid_end(title={"sealed": "AAAA"}))),
        "data that is no object": ("data", a_record(b"[1, 2]")),
        "a ce_id of 129 bytes": ("ce_id", of(a_valid_end(), id="e" * 129)),
        "a ce_source that is not ASCII": ("ce_source", of(a_valid_end(), source="/märkte")),
        "no ce_time": ("ce_time", a_record(orjson.dumps(a_valid_end()), without="time")),
        "a ce_time that is none": ("ce_time", of(a_valid_end(), time="yesterday")),
        "feedback without score, rating and comment": ("score", _feedback(given, score=...)),
        "feedback with an empty comment alone": ("score", _feedback(given, score=..., comment="")),
        "feedback in no direction": ("direction", _feedback(given, direction="sideways")),
        "an empty response": ("text", _feedback(feedback_responded(contract, text="Hm"), text="")),
        "a response of spaces and a NUL": ("text", _feedback(feedback_responded(contract, text="Hm"), text=" \0 ")),
    }
    return {what: Broken(record, "invalid", field) for what, (field, record) in fields.items()}


def too_early(now: datetime) -> dict[str, Broken]:
    """What lies more than five minutes ahead of the intake's clock."""
    ahead = format_time(now.astimezone(UTC) + timedelta(minutes=5, seconds=1))
    return {
        "a ce_time in the future": Broken(of(a_valid_end(), time=ahead), "time-in-future", "ce_time"),
        "an end in the future": Broken(of(a_valid_end(completed_at=ahead)), "time-in-future", "completed_at"),
    }
