"""Answer conditional requests: ETag, If-None-Match, If-Match.

Owns the tag's text and the comparisons of RFC 9110. Knows nothing of what versions mean.
Invariant: a tag is made from versions only, never from content, so it can be compared before anything is opened.
Next: problem.py for 412 and 428.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

import orjson
from fastapi import Response

from servicekit.problem import Problem

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_TAG_BYTES: Final = 12


def etag(*parts: str | int | None) -> str:
    """Return a strong entity tag, quotes included, that differs whenever a part does."""
    digest = hashlib.sha256(orjson.dumps(parts)).digest()[:_TAG_BYTES]
    return f'"{digest.hex()}"'


def _tags(header: str) -> Iterable[str]:
    return _TAG.findall(header)


def matches(if_none_match: str | None, tag: str) -> bool:
    """Tell whether the reader already has this version, so that 304 is the answer."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in _tags(if_none_match)


def not_modified(tag: str, **headers: str) -> Response:
    """Return 304 with the tag; more headers with underscores for hyphens."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Response(status_code=304, headers={"ETag": tag} | named)


def require_match(if_match: str | None, tag: str) -> None:
    """Let a write go on only when its ``If-Match`` names the current version.

    Raises Problem 428 ``precondition-required`` without the header, 412 ``stale`` when it names another version.
    """
    if if_match is None:
        raise Problem("precondition-required", 428, "If-Match is needed", "send the ETag you decided on")
    strong = [part for part in re.split(r",\s*", if_match.strip()) if not part.startswith("W/")]
    if if_match.strip() != "*" and tag not in strong:
        raise Problem("stale", 412, "It has changed meanwhile", "read it again and decide again")
