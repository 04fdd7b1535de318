"""JSON as strangers write it: read all that the grammar allows, write all that was read.

Wider than canonical.py on purpose: a lone surrogate or an integer beyond 2^53 is grammatical, and so must be refused
later by naming its field, not here. Next: cloudevents.py.
"""

import json
from typing import Any, NoReturn

import orjson


class NotJsonError(ValueError):
    """The bytes are no JSON text in UTF-8."""


def json_value(text: bytes) -> Any:
    """The value of a JSON text; integers beyond 64 bits come as floats. Raises NotJsonError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _by_the_grammar(text)


def json_bytes(value: Any) -> bytes:
    """A JSON text of a value that `json_value` may have given; members stay in their order."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def _by_the_grammar(text: bytes) -> Any:
    """What orjson refuses though it is JSON: escapes of lone surrogates, exponents out of range."""
    try:
        return json.loads(text.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise NotJsonError("the value is not UTF-8") from None
    except ValueError as refused:
        raise NotJsonError("the value is not JSON") from refused
    except RecursionError:
        raise NotJsonError("the value is nested too deeply") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
