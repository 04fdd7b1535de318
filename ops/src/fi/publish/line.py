"""The file's format: one event per line (interfaces §4), read without touching its data.

Knows the types that name a topic, nothing else of what events hold: judging them is the intake's work.
Invariant: `data` is sent byte for byte as it stands in the line, even where it is no JSON a strict reader takes.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from event_contracts.registry import TOPIC_OF
from fi.error import UsageError

DEFAULT_SOURCE: Final = "/marketplace"
NAMES: Final = ("topic", "id", "source", "time", "type", "subject", "data")
REQUIRED: Final = ("id", "time", "type", "data")
ABOUT: Final = ("contract_id", "account_id", "agency_id", "client_id")
_DECODER: Final = json.JSONDecoder()
_SPACE: Final = " \t\r\n"


class LineError(UsageError):
    """A line that is none of the format; nothing of the file has been sent. Exit code 2."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number}: {why}")


class Outgoing(NamedTuple):
    """A record about to be sent, and the line it stands in (from 1)."""

    number: int
    topic: str
    source: str
    id: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def read_lines(file: Path) -> Iterator[Outgoing]:
    """The records of a file in the order of its lines; empty lines count but hold none.

    Raises LineError; UsageError when it is no file on a disk, since it is read more than once.
    """
    if not file.is_file():
        raise UsageError(f"{file} is not a file on a disk")
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line := line.strip():
                yield read_line(number, line)


def read_line(number: int, line: bytes) -> Outgoing:
    """The record of one line. Raises LineError."""
    try:
        members = _members(line.decode("utf-8", "surrogateescape"))
    except (ValueError, IndexError, RecursionError) as wrong:
        raise LineError(number, f"is not a JSON object: {wrong}") from None
    if missing := [name for name in REQUIRED if name not in members]:
        raise LineError(number, f"has no {' and no '.join(missing)}")
    texts = {name: _text(number, name, *members[name]) for name in NAMES if name in members and name != "data"}
    topic = texts.get("topic") or TOPIC_OF.get(texts["type"])
    if topic is None:
        raise LineError(number, f"type {texts['type']!a} is not known, so the line must name its topic")
    source, subject = texts.get("source", DEFAULT_SOURCE), texts.get("subject")
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", _bytes(texts["id"])),
        ("ce_source", _bytes(source)),
        ("ce_type", _bytes(texts["type"])),
        ("ce_time", _bytes(texts["time"])),
        ("content-type", b"application/json"),
    ]
    if subject is not None:
        headers.append(("ce_subject", _bytes(subject)))
    data, written = members["data"]
    key = _bytes(subject or _about(data) or texts["id"])
    return Outgoing(number, topic, source, texts["id"], key, _bytes(written), headers)


def _about(data: Any) -> str | None:
    """What the event is about, so that events about one thing stay in the order of the file."""
    if isinstance(data, dict):
        for name in ABOUT:
            if isinstance(about := data.get(name), str):
                return about
    return None


def _members(text: str) -> dict[str, tuple[Any, str]]:
    """The members of an object, each as its value and as its text."""
    if not text.startswith("{"):
        raise ValueError("it does not begin with {")
    members: dict[str, tuple[Any, str]] = {}
    at = _after_space(text, 1)
    while text[at] != "}":
        if members:
            at = _after_space(text, _expect(text, at, ","))
        name, at = _DECODER.raw_decode(text, at)
        if not isinstance(name, str):
            raise ValueError("the name of a member is no text")
        begin = _after_space(text, _expect(text, _after_space(text, at), ":"))
        value, end = _DECODER.raw_decode(text, begin)
        members[name] = value, text[begin:end]
        at = _after_space(text, end)
    if at + 1 != len(text):
        raise ValueError("something follows the object")
    return members


def _after_space(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at


def _expect(text: str, at: int, what: str) -> int:
    if text[at] != what:
        _refuse(text, at, what)
    return at + 1


def _refuse(text: str, at: int, what: str) -> NoReturn:
    raise ValueError(f"{what} expected at character {at + 1}, not {text[at]!a}")


def _text(number: int, name: str, value: Any, written: str) -> str:
    """A member that becomes a header; a time that is no text goes as it is written, for the intake to refuse."""
    if isinstance(value, str):
        return value
    if name == "time":
        return written
    raise LineError(number, f"{name} is not a text")


def _bytes(text: str) -> bytes:
    """The bytes it was read from; of the escape of a lone surrogate those that UTF-8 would have if it had any."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
