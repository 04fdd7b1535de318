"""CloudEvents 1.0 over Kafka, binary and structured mode, both directions (interfaces §1).

Knows no kind of event: `data` is any JSON value. Invariant: whatever bytes arrive, reading ends in a CloudEvent or in
an UnreadableError that says why; nothing else is raised, and no message repeats what a person may have written.
Next: json_text.py for the JSON of strangers, admission.py for what an event must hold to enter.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from event_contracts.canonical import canonical
from event_contracts.json_text import NotJsonError, json_bytes, json_value

MAX_RECORD_BYTES: Final = 256 * 1024
SPECVERSION: Final = "1.0"
STRUCTURED: Final = "application/cloudevents+json"
JSON: Final = "application/json"

UnreadableReason: TypeAlias = Literal["not-json", "not-cloudevent", "null-value", "oversized"]
_REQUIRED: Final = ("specversion", "id", "source", "type")
_OPTIONAL: Final = ("time", "subject")
_OF_THE_ENVELOPE: Final = frozenset((*_REQUIRED, *_OPTIONAL, "datacontenttype", "data", "data_base64"))
_ATTRIBUTE_NAME: Final = re.compile(r"[a-z0-9]+", re.ASCII)
_NOT_JSON_MEDIA: Final = "the data's media type is not JSON"
_JSON_MEDIA: Final = re.compile(r"[\w.+-]+/(?:[\w.+-]+\+)?json", re.ASCII)


class UnreadableError(ValueError):
    """A record that is no CloudEvent with JSON data; `reason` as in the dead letters' `dlq-reason`."""

    def __init__(self, reason: UnreadableReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: UnreadableReason = reason
        self.detail = detail


class KafkaRecord(NamedTuple):
    """What a producer sends, but for the topic."""

    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudEvent:
    """One event as it stands on a topic; `time` as its producer spelled it, None when absent; `data` any JSON value."""

    id: str
    source: str
    type: str
    time: str | None = None
    subject: str | None = None
    data: Any = None
    extensions: Mapping[str, str | int] = field(default_factory=dict)

    def to_binary(self) -> KafkaRecord:
        """Attributes as headers, the data as value; the key is the subject."""
        attributes = {**self._attributes(), **self.extensions}
        headers = [(f"ce_{name}", _header_text(value).encode()) for name, value in attributes.items()]
        return KafkaRecord(self._key(), json_bytes(self.data), [*headers, ("content-type", JSON.encode())])

    def to_structured(self) -> KafkaRecord:
        """The whole event as one canonical JSON document. Raises ValueError when it has no canonical form."""
        members = {**self._attributes(), **self.extensions, "datacontenttype": JSON, "data": self.data}
        return KafkaRecord(self._key(), canonical(members), [("content-type", STRUCTURED.encode())])

    def _attributes(self) -> dict[str, str]:
        attributes = {"specversion": SPECVERSION, "id": self.id, "source": self.source, "type": self.type}
        optional = {"time": self.time, "subject": self.subject}
        return attributes | {name: value for name, value in optional.items() if value is not None}

    def _key(self) -> bytes | None:
        return None if self.subject is None else self.subject.encode()


def read_kafka(
    value: bytes | None, headers: Iterable[tuple[str, bytes | None]], *, key: bytes | None = None
) -> CloudEvent:
    """The event in a record, its mode told by `content-type` (parameters do not matter). Raises UnreadableError.

    A record without any `ce_` header whose JSON is a CloudEvent is read as structured too: the CNCF's SDK for Python
    labels those with the data's media type.
    """
    if value is None:
        raise UnreadableError("null-value", "the record has no value")
    headers = list(headers)
    if _size(key, value, headers) > MAX_RECORD_BYTES:
        raise UnreadableError("oversized", f"the record is larger than {MAX_RECORD_BYTES} bytes")
    media_type = _media_type(headers)
    if media_type == STRUCTURED:
        return read_structured(value)
    if media_type is not None and media_type.startswith("application/cloudevents"):
        raise UnreadableError("not-cloudevent", f"of the event formats only {STRUCTURED} is understood")
    if media_type is not None and not _is_json(media_type):
        raise UnreadableError("not-json", _NOT_JSON_MEDIA)
    data = _json(value)
    attributes = _header_attributes(headers)
    if not attributes and isinstance(data, dict) and "specversion" in data:
        return _from_document(data)
    return _event(attributes, data, where="header ce_")


def read_structured(value: bytes) -> CloudEvent:
    """The event in a structured-mode document, such as a leaf of the log. Raises UnreadableError."""
    document = _json(value)
    if not isinstance(document, dict):
        raise UnreadableError("not-cloudevent", "the document is not an object")
    return _from_document(document)


def _from_document(document: Mapping[str, Any]) -> CloudEvent:
    members = {name: value for name, value in document.items() if value is not None}  # null is absence
    media_type = members.get("datacontenttype", JSON)
    if not isinstance(media_type, str):
        raise UnreadableError("not-cloudevent", "datacontenttype is not a text")
    data = members.get("data")
    if not _is_json(media_type):
        raise UnreadableError("not-json", _NOT_JSON_MEDIA)
    if "data_base64" in members:
        data = _json(_from_base64(members["data_base64"]))
    return _event(members, data, where="")


def _event(attributes: Mapping[str, Any], data: Any, *, where: str) -> CloudEvent:
    for name in _REQUIRED:
        if name not in attributes:
            raise UnreadableError("not-cloudevent", f"{where}{name} is missing")
    for name in (*_REQUIRED, *_OPTIONAL):
        if not isinstance(attributes.get(name), str | None):
            raise UnreadableError("not-cloudevent", f"{where}{name} is not a text")
    if attributes["specversion"] != SPECVERSION:
        raise UnreadableError("not-cloudevent", f"{where}specversion is not {SPECVERSION}")
    return CloudEvent(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        time=attributes.get("time"),
        subject=attributes.get("subject"),
        data=data,
        extensions={
            name: value
            for name, value in attributes.items()
            if name not in _OF_THE_ENVELOPE and isinstance(value, str | int) and _ATTRIBUTE_NAME.fullmatch(name)
        },
    )


def _header_attributes(headers: Sequence[tuple[str, bytes | None]]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for name, raw in headers:
        if not name.startswith("ce_"):
            continue
        text = _text(name, raw)
        if attributes.setdefault(name[3:], text) != text:
            raise UnreadableError("not-cloudevent", f"header {name!a} is given twice")
    return attributes


def _text(name: str, raw: bytes | None) -> str:
    """Text of a header that CloudEvents gives a meaning; other headers are not ours to judge."""
    if raw is None:
        raise UnreadableError("not-cloudevent", f"header {name!a} is null")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise UnreadableError("not-cloudevent", f"header {name!a} is not UTF-8") from None


def _media_type(headers: Sequence[tuple[str, bytes | None]]) -> str | None:
    for name, raw in headers:
        if name.lower() == "content-type":
            return _bare(_text(name, raw))
    return None


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _is_json(content_type: str) -> bool:
    return _JSON_MEDIA.fullmatch(_bare(content_type)) is not None


def _json(value: bytes) -> Any:
    try:
        return json_value(value)
    except NotJsonError as refused:
        raise UnreadableError("not-json", str(refused)) from refused


def _from_base64(encoded: object) -> bytes:
    try:
        return b64decode(encoded, validate=True) if isinstance(encoded, str) else b""
    except (Base64Error, ValueError):
        raise UnreadableError("not-cloudevent", "data_base64 is not base64") from None


def _header_text(value: str | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _size(key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes | None]]) -> int:
    return len(key or b"") + len(value) + sum(len(name.encode()) + len(raw or b"") for name, raw in headers)
