"""Lines go out as they stand, or not at all."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from event_contracts.cloudevents import read_kafka
from fi.publish.line import LineError, Outgoing, read_line, read_lines

COMPLETED = "marketplace.contract.completed.v1"


def a_line(**members: Any) -> bytes:
    event = {"id": "e1", "time": "2026-03-02T09:00:00Z", "type": COMPLETED, "data": {"contract_id": "c1"}}
    return orjson.dumps({name: value for name, value in (event | members).items() if value is not ...})


def header(record: Outgoing, name: str) -> bytes:
    return dict(record.headers)[name]


def test_a_line_becomes_a_cloudevent_in_binary_mode() -> None:
    record = read_line(1, a_line(source="/crm", subject="c1"))
    event = read_kafka(record.value, record.headers, key=record.key)
    assert (event.id, event.source, event.type, event.subject) == ("e1", "/crm", COMPLETED, "c1")
    assert event.time == "2026-03-02T09:00:00Z"
    assert event.data == {"contract_id": "c1"}
    assert (record.topic, record.key, record.source) == ("marketplace.contracts", b"c1", "/crm")


def test_topic_source_and_subject_may_be_left_out() -> None:
    record = read_line(1, a_line())
    assert (record.topic, record.source) == ("marketplace.contracts", "/marketplace")
    assert "ce_subject" not in dict(record.headers)


@pytest.mark.parametrize(
    ("members", "key"),
    [
        ({"subject": "s"}, b"s"),
        ({}, b"c1"),
        ({"data": {"client_id": "k", "account_id": "a"}}, b"a"),
        ({"data": {"contract_id": 5, "client_id": "k"}}, b"k"),
        ({"data": {"other": 1}}, b"e1"),
        ({"data": [1]}, b"e1"),
        ({"subject": "", "data": None}, b"e1"),
    ],
)
def test_events_about_one_thing_share_a_key(members: dict[str, Any], key: bytes) -> None:
    assert read_line(1, a_line(**members)).key == key


@pytest.mark.parametrize(
    "data",
    [
        '{"a" : 1.10,  "b":1e3}',
        "12345678901234567890123",
        '"\\ud800"',
        '{"twice":1,"twice":2}',
        "NaN",
        "null",
        '"Ä\\u00e4 🧵"',
        "[ ]",
    ],
)
def test_data_goes_byte_for_byte_as_it_stands(data: str) -> None:
    line = f'{{ "id":"e1","data": {data} ,"time":"x" , "type":"{COMPLETED}" }}'.encode()
    assert read_line(1, line).value == data.encode()


def test_bytes_that_are_no_utf8_go_as_they_stand() -> None:
    line = a_line(data="@", subject="s@").replace(b"@", b"\xff\xfe")
    record = read_line(1, line)
    assert record.value == b'"\xff\xfe"'
    assert record.key == header(record, "ce_subject") == b"s\xff\xfe"


@pytest.mark.parametrize(
    ("time", "sent"), [("tomorrow", b"tomorrow"), ("", b""), (17, b"17"), (None, b"null"), ({"a": 1}, b'{"a":1}')]
)
def test_time_goes_as_it_stands(time: Any, sent: bytes) -> None:
    assert header(read_line(1, a_line(time=time)), "ce_time") == sent


def test_an_unknown_type_needs_a_topic() -> None:
    assert read_line(1, a_line(type="x.y.v9", topic="marketplace.clients")).topic == "marketplace.clients"
    with pytest.raises(LineError, match=r"line 7: type 'x\.y\.v9' is not known"):
        read_line(7, a_line(type="x.y.v9"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"[1]", "not a JSON object"),
        (b"{", "not a JSON object"),
        (b'{"id":"a"', "not a JSON object"),
        (b'{"id":"a",}', "not a JSON object"),
        (b'{"id" "a"}', "not a JSON object"),
        (b'{1:"a"}', "not a JSON object"),
        (a_line() + b" {}", "something follows"),
        (b"[" * 100_000, "not a JSON object"),
        (b'{"data":' + b"[" * 100_000, "not a JSON object"),
        (a_line(id=...), "has no id"),
        (a_line(data=..., time=...), "has no time and no data"),
        (a_line(id=5), "id is not a text"),
        (a_line(subject=None), "subject is not a text"),
    ],
)
def test_a_line_of_another_format_is_named(line: bytes, why: str) -> None:
    with pytest.raises(LineError, match=f"line 3: .*{why}") as refused:
        read_line(3, line)
    assert refused.value.exit_code == 2


def test_empty_lines_count_but_hold_nothing(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\n" + a_line() + b"\r\n   \n" + a_line(id="e2"))
    assert [(record.number, record.id) for record in read_lines(file)] == [(2, "e1"), (4, "e2")]
