"""Turn small JSON values into url-safe text that callers are not meant to read, and back.

Owns the encoding. Knows nothing of what is in it, and promises no secrecy.
Invariant: what is decoded was canonical, so one value has one text.
Next: page.py for cursors, consistency.py for tokens.
"""

import base64
from typing import Any

import orjson


def encode(value: Any) -> str:
    """Return the base64url text, without padding, of the value's JSON."""
    return base64.urlsafe_b64encode(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).rstrip(b"=").decode()


def decode(text: str) -> Any:
    """Return the value. Raises ValueError for a text that ``encode`` does not make."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        value = orjson.loads(raw)
    except (ValueError, UnicodeEncodeError) as broken:
        raise ValueError("not a text of ours") from broken
    if encode(value) != text:
        raise ValueError("not a text of ours")
    return value
