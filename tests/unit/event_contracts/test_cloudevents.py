"""Records in, CloudEvents out, or the reason why not; and the way back."""

import json
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from event_contracts.cloudevents import (
    MAX_RECORD_BYTES,
    CloudEvent,
    UnreadableError,
    read_kafka,
    read_structured,
)

Headers = list[tuple[str, bytes | None]]

BINARY: dict[str, bytes | None] = {
    "ce_specversion": b"1.0",
    "ce_id": b"e-1",
    "ce_source": b"/marketplace",
    "ce_type": b"marketplace.client.renamed.v1",
    "ce_time": b"2026-03-04T09:30:00Z",
    "ce_subject": b"k-1",
    "content-type": b"application/json",
}
STRUCTURED: Headers = [("content-type", b"application/cloudevents+json")]
DOCUMENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "/marketplace",
    "type": "marketplace.client.renamed.v1",
    "time": "2026-03-04T09:30:00Z",
    "subject": "k-1",
    "data": {"client_id": "k-1"},
}
EVENT = CloudEvent(
    id="e-1",
    source="/marketplace",
    type="marketplace.client.renamed.v1",
    time="2026-03-04T09:30:00Z",
    subject="k-1",
    data={"client_id": "k-1"},
)
VALUE = b'{"client_id":"k-1"}'


def headers(**changes: bytes | None) -> Headers:
    """The headers of a good binary record with some changed, by name with `-` as `_` after `ce`."""
    return list({**BINARY, **changes}.items())


def without(name: str) -> Headers:
    return [(header, raw) for header, raw in BINARY.items() if header != name]


def document(**changes: object) -> bytes:
    return json.dumps({**DOCUMENT, **changes}).encode()


def why_unreadable(value: bytes | None, record_headers: Headers) -> str:
    with pytest.raises(UnreadableError) as refused:
        read_kafka(value, record_headers)
    assert refused.value.detail.isascii()
    assert refused.value.detail.isprintable()
    return refused.value.reason


def test_binary_mode_is_read() -> None:
    assert read_kafka(VALUE, headers()) == EVENT


def test_structured_mode_is_read() -> None:
    assert read_kafka(document(), STRUCTURED) == EVENT


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/cloudevents+json; charset=UTF-8",
        b" Application/CloudEvents+JSON;charset=utf-8",
        b"application/cloudevents+json;",
    ],
)
def test_parameters_of_the_content_type_do_not_matter_for_structured_mode(content_type: bytes) -> None:
    assert read_kafka(document(), [("content-type", content_type)]) == EVENT


@pytest.mark.parametrize(
    "content_type", [b"application/json; charset=utf-8", b"APPLICATION/JSON", b"text/json", b"application/vnd.x+json"]
)
def test_any_json_media_type_is_binary_mode(content_type: bytes) -> None:
    assert read_kafka(VALUE, [*without("content-type"), ("content-type", content_type)]) == EVENT


def test_binary_mode_without_a_content_type_is_read_as_json() -> None:
    assert read_kafka(VALUE, without("content-type")) == EVENT


def test_an_event_without_time_or_subject_is_still_an_event() -> None:
    read = read_kafka(VALUE, [pair for pair in headers() if pair[0] not in ("ce_time", "ce_subject")])
    assert (read.time, read.subject) == (None, None)


def test_null_members_of_a_document_are_absent() -> None:
    read = read_kafka(document(time=None, subject=None, datacontenttype=None, data_base64=None), STRUCTURED)
    assert (read.time, read.subject, read.data) == (None, None, DOCUMENT["data"])


def test_extensions_are_kept_and_malformed_ones_ignored() -> None:
    assert read_kafka(VALUE, headers(ce_traceparent=b"00-1")).extensions == {"traceparent": "00-1"}
    read = read_kafka(document(streamversion=3, odd={"not": "allowed"}, **{"Not-A-Name": "x"}), STRUCTURED)
    assert read.extensions == {"streamversion": 3}


@pytest.mark.parametrize("raw", [None, b"\xff\xfe"])
def test_headers_that_are_not_ours_may_hold_anything(raw: bytes | None) -> None:
    assert read_kafka(VALUE, [*headers(), ("x-trace", raw)]) == EVENT


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{",
        b"not json",
        b'{"client_id": "k-1"} trailing',
        b"{'client_id': 'k-1'}",
        b"[NaN]",
        b"[Infinity]",
        b'"\xff"',
        b'\xef\xbb\xbf{"client_id":"k-1"}',
        '{"client_id":"k-1"}'.encode("utf-16"),
        b'["\x00"]',
        b"[" * 100_000,
    ],
    ids=lambda value: repr(value[:20]),
)
@pytest.mark.parametrize("mode", [headers(), STRUCTURED], ids=["binary", "structured"])
def test_bad_json(value: bytes, mode: Headers) -> None:
    assert why_unreadable(value, mode) == "not-json"


@pytest.mark.parametrize("content_type", [b"text/plain", b"application/avro", b"", b"application/jsonlines"])
def test_data_of_another_media_type_is_not_json(content_type: bytes) -> None:
    assert why_unreadable(VALUE, [*without("content-type"), ("content-type", content_type)]) == "not-json"
    assert why_unreadable(document(datacontenttype=content_type.decode()), STRUCTURED) == "not-json"


@pytest.mark.parametrize("name", ["ce_specversion", "ce_id", "ce_source", "ce_type"])
def test_a_missing_attribute(name: str) -> None:
    assert why_unreadable(VALUE, without(name)) == "not-cloudevent"
    left = {member: value for member, value in DOCUMENT.items() if f"ce_{member}" != name}
    assert why_unreadable(json.dumps(left).encode(), STRUCTURED) == "not-cloudevent"


@pytest.mark.parametrize("name", [name for name in BINARY if name.startswith("ce_")] + ["content-type"])
@pytest.mark.parametrize("raw", [None, b"\xff", b"\xed\xa0\x80"], ids=["null", "not-utf-8", "surrogate"])
def test_a_null_or_non_utf_8_header(name: str, raw: bytes | None) -> None:
    assert why_unreadable(VALUE, [*without(name), (name, raw)]) == "not-cloudevent"


@pytest.mark.parametrize("version", [b"0.3", b"1.1", b"", b"1"])
def test_another_specversion(version: bytes) -> None:
    assert why_unreadable(VALUE, headers(ce_specversion=version)) == "not-cloudevent"
    assert why_unreadable(document(specversion=version.decode()), STRUCTURED) == "not-cloudevent"


@pytest.mark.parametrize("member", ["specversion", "id", "source", "type", "time", "subject", "datacontenttype"])
@pytest.mark.parametrize("odd", [7, True, ["e-1"], {"e": 1}], ids=repr)
def test_an_attribute_that_is_no_text(member: str, odd: object) -> None:
    assert why_unreadable(document(**{member: odd}), STRUCTURED) == "not-cloudevent"


def test_a_header_given_twice_with_different_values() -> None:
    assert why_unreadable(VALUE, [*headers(), ("ce_id", b"e-2")]) == "not-cloudevent"
    assert read_kafka(VALUE, [*headers(), ("ce_id", b"e-1")]) == EVENT


@pytest.mark.parametrize("value", [b"[]", b"5", b'"text"', b"null"])
def test_a_document_that_is_no_object(value: bytes) -> None:
    assert why_unreadable(value, STRUCTURED) == "not-cloudevent"


def test_json_without_any_attribute() -> None:
    assert why_unreadable(VALUE, [("content-type", b"application/json")]) == "not-cloudevent"
    assert why_unreadable(VALUE, []) == "not-cloudevent"


def test_other_event_formats_are_not_understood() -> None:
    for content_type in (b"application/cloudevents-batch+json", b"application/cloudevents+avro"):
        assert why_unreadable(document(), [("content-type", content_type)]) == "not-cloudevent"


@pytest.mark.parametrize("encoded", ["%%%", 7], ids=repr)
def test_data_in_broken_base64(encoded: object) -> None:
    assert why_unreadable(document(data_base64=encoded), STRUCTURED) in ("not-cloudevent", "not-json")


def test_a_null_value_says_so_in_every_mode() -> None:
    assert why_unreadable(None, headers()) == "null-value"
    assert why_unreadable(None, STRUCTURED) == "null-value"
    assert why_unreadable(None, []) == "null-value"


def test_the_size_limit_counts_the_whole_record() -> None:
    around = sum(len(name) + len(raw or b"") for name, raw in headers())
    fits = b'"' + b"x" * (MAX_RECORD_BYTES - around - 2) + b'"'
    assert read_kafka(fits, headers()).id == "e-1"
    assert why_unreadable(fits + b" ", headers()) == "oversized"
    with pytest.raises(UnreadableError, match="oversized"):
        read_kafka(fits, headers(), key=b"k")
    assert why_unreadable(b"x" * 2**20, []) == "oversized"


def test_grammatical_json_that_cannot_be_recorded_is_read_so_that_its_field_can_be_named() -> None:
    assert read_kafka(b'{"comment":"\\ud800"}', headers()).data == {"comment": "\ud800"}
    assert read_kafka(b'{"comment":"\\u0000"}', headers()).data == {"comment": "\0"}
    assert read_kafka(b'{"score":123456789012345678901234567890}', headers()).data["score"] > 2**53


@given(st.binary(max_size=200), st.sampled_from([headers(), STRUCTURED, [], [("content-type", b"\xff")]]))
def test_no_bytes_raise_anything_else(value: bytes, record_headers: Headers) -> None:
    with suppress(UnreadableError):
        assert read_kafka(value, record_headers).id


attribute_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | attribute_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)
events = st.builds(
    CloudEvent,
    id=attribute_texts,
    source=attribute_texts,
    type=attribute_texts,
    time=st.none() | attribute_texts,
    subject=st.none() | attribute_texts,
    data=json_values,
    extensions=st.dictionaries(st.sampled_from(["stream", "actor"]), attribute_texts, max_size=2),
)


@given(events)
def test_both_modes_give_back_what_was_written(event: CloudEvent) -> None:
    for record in (event.to_binary(), event.to_structured()):
        assert read_kafka(record.value, list(record.headers)) == event


@given(events)
def test_a_structured_value_alone_gives_the_event_back(event: CloudEvent) -> None:
    assert read_structured(event.to_structured().value) == event


def test_the_key_is_the_subject() -> None:
    assert EVENT.to_binary().key == b"k-1"
    assert CloudEvent(id="e", source="s", type="t").to_structured().key is None


def test_integers_and_booleans_become_header_text() -> None:
    event = CloudEvent(id="e", source="s", type="t", extensions={"streamversion": 3, "last": True})
    written = dict(event.to_binary().headers)
    assert (written["ce_streamversion"], written["ce_last"]) == (b"3", b"true")


def test_broken_data_can_be_written_in_binary_mode_to_try_intake_with() -> None:
    record = CloudEvent(id="e", source="s", type="t", data={"comment": "\ud800"}).to_binary()
    assert read_kafka(record.value, list(record.headers)).data == {"comment": "\ud800"}


def test_a_leaf_keeps_its_bytes() -> None:
    leaf = EVENT.to_structured().value
    assert orjson.loads(leaf)["datacontenttype"] == "application/json"
    assert read_structured(leaf).to_structured().value == leaf
