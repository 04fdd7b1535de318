"""Canonical JSON: the one byte sequence of a value (RFC 8785), for the values that our events allow.

Knows no events. Invariant: equal values give equal bytes, on every machine, for ever; a value for which orjson and
RFC 8785 would differ (floats, keys beyond ASCII, integers beyond 2^53 - 1) is refused.
Next: tests/unit/event_contracts/test_canonical.py pins it against the `rfc8785` package.
"""

import re

import orjson

_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
# Where a member or an item begins, a float shows as digits with a point or an exponent, or (no number) as null.
_MAY_HOLD_A_FLOAT = re.compile(rb"[:,\[](?:-|\d+[.eE]|null)")


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of a JSON value: ASCII keys, integers within ±(2^53 - 1), no floats, no lone surrogates.

    Raises ValueError for anything else.
    """
    try:
        encoded = orjson.dumps(value, option=_OPTIONS)
    except TypeError as refused:
        raise ValueError(f"not a canonical JSON value: {refused}") from refused
    if isinstance(value, float) or not encoded.isascii() or _MAY_HOLD_A_FLOAT.search(encoded):
        _refuse_what_differs(value)
    return encoded


def _refuse_what_differs(value: object) -> None:
    if isinstance(value, float):
        raise ValueError("not a canonical JSON value: floats have no place in events")
    if isinstance(value, dict):
        for key, member in value.items():
            if not key.isascii():
                raise ValueError("not a canonical JSON value: a key beyond ASCII")
            _refuse_what_differs(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _refuse_what_differs(member)
