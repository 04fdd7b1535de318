"""Refuse request bodies and queries that would break something further in.

Owns the size limit and the characters no door accepts. Knows nothing of any door's fields.
Invariant: no NUL and no lone surrogate passes (either fails in PostgreSQL or when encoded, and takes others with it).
Next: http.py, which puts it in front of every door.
"""

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from servicekit.problem import Problem, invalid, json_pointer, not_found

MOST_BODY_BYTES: Final = 256 * 1024
_NUL: Final = "a NUL character is not accepted"
_SURROGATE: Final = "a lone surrogate is not accepted"


class BodyGuard:
    """ASGI middleware that reads a body whole, judges it, and hands it on."""

    def __init__(self, app: ASGIApp, *, most_bytes: int = MOST_BODY_BYTES) -> None:
        """Take what is behind it and how many bytes a body may have."""
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 or 422 for what is not accepted, 413 for what is too large; else go on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            _judge_path_and_query(scope)
            body = await self._read(scope, receive)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        if body is None:
            return
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        chunks, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > self._most_bytes:
                raise Problem("too-large", 413, "The body is too large", f"at most {self._most_bytes} bytes")
            chunks.append(chunk)
            if not message.get("more_body", False):
                break
        body = b"".join(chunks)
        if body and _is_json(scope):
            judge_json(body)
        return body


def _replay(body: bytes, receive: Receive) -> Receive:
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again


def _is_json(scope: Scope) -> bool:
    media_type = dict(scope["headers"]).get(b"content-type", b"").partition(b";")[0].strip().lower()
    return bool(media_type == b"application/json" or media_type.endswith(b"+json"))


def _judge_path_and_query(scope: Scope) -> None:
    if "\0" in scope["path"]:
        raise not_found()
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if wrong := [("?" + name.replace("\0", ""), _NUL) for name, value in pairs if "\0" in name + value]:
        raise invalid(wrong)


def judge_json(body: bytes) -> None:
    """Raise Problem 422 ``invalid`` unless the bytes are JSON in UTF-8 without NUL and lone surrogates in its texts."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise invalid(_why_unreadable(body)) from None
    if b"\\u0000" in body:  # the only way a NUL gets through the parser
        wrong = [(pointer, _NUL) for pointer, text in _texts(value) if "\0" in text]
        if wrong:
            raise invalid(wrong)


def _why_unreadable(body: bytes) -> list[tuple[str, str]]:
    """The strict parser does not say where: ask the lenient one, which lets lone surrogates through."""
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return [("#", "is not JSON in UTF-8")]
    found = [(pointer, _SURROGATE) for pointer, text in _texts(value) if any("\ud800" <= c <= "\udfff" for c in text)]
    return [(pointer.encode("utf-8", "replace").decode(), message) for pointer, message in found] or [
        ("#", "is not JSON in UTF-8")
    ]


def _texts(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every text in a JSON value, names of members included, with its pointer."""
    if isinstance(value, str):
        yield json_pointer(steps), value
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*steps, index))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield json_pointer(steps), name
            yield from _texts(each, (*steps, name.replace("\0", "")))
