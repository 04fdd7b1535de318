"""What makes two facts with one (source, id) the same fact: type, instant and data as JSON values (domain §1).

Order of members, spelling of the time and other headers do not count. The digest is keyed, since a plain hash of
a short private text could be guessed from a dump.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

import orjson

DIGEST_SIZE = 16


def content_digest(key: bytes, *, type_: str, time: datetime, data: Any) -> bytes:
    """Keyed BLAKE2b-128 over the canonical form of the content. `data`: any parsed JSON value."""
    comparable = _comparable(data)
    try:
        content = orjson.dumps([type_, time, comparable], option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a lone surrogate or an integer beyond 64 bits, which a field that we ignore may hold
        content = json.dumps([type_, time.isoformat(), comparable], sort_keys=True).encode()
    return hashlib.blake2b(content, digest_size=DIGEST_SIZE, key=key, person=b"fi/content").digest()


def _comparable(value: Any) -> Any:
    """5.0 and 5 are one JSON number; everything else compares as it stands."""
    match value:
        case float() if value.is_integer() and abs(value) < 2**63:
            return int(value)
        case dict():
            return {name: _comparable(member) for name, member in value.items()}
        case list():
            return [_comparable(member) for member in value]
        case _:
            return value
