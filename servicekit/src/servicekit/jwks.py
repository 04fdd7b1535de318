"""Keep the public keys that tokens are checked with.

Owns reading a JWKS from a URL or a file, and when to read it again. Knows nothing of tokens.
Invariant: only asymmetric keys; an unknown key id is worth one fresh look, at most one every few seconds.
Next: auth.py, which asks for a key.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import httpx
import jwt
import orjson

_FRESH_SECONDS: Final = 300.0
_BETWEEN_LOOKS_SECONDS: Final = 5.0
_FETCH_SECONDS: Final = 5.0
_ASYMMETRIC: Final = frozenset({"RSA", "EC", "OKP"})


class KeySetError(Exception):
    """The keys cannot be read."""


class UnknownKeyError(Exception):
    """No key of the set has this id."""


class KeySet:
    """The keys of one JWKS, read again when they are old or a token names one that is not among them."""

    def __init__(self, read: Callable[[], Awaitable[bytes]]) -> None:
        """Take how the document is read."""
        self._read = read
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._looked_at = float("-inf")
        self._one_look = asyncio.Lock()

    @classmethod
    def at(cls, place: str) -> "KeySet":
        """Return the key set at an http(s) URL or in a file."""
        if place.startswith(("http://", "https://")):
            return cls(lambda: _fetch(place))
        path = Path(place.removeprefix("file://"))
        return cls(lambda: asyncio.to_thread(path.read_bytes))

    async def key(self, key_id: str | None) -> jwt.PyJWK:
        """Return the key with this id; without an id the only key there is.

        Raises UnknownKeyError, and KeySetError when no key was ever read.
        """
        now = time.monotonic()
        if now - self._looked_at > _FRESH_SECONDS:
            await self._look(_FRESH_SECONDS)
        if self._find(key_id) is None and time.monotonic() - self._looked_at > _BETWEEN_LOOKS_SECONDS:
            await self._look(_BETWEEN_LOOKS_SECONDS)
        found = self._find(key_id)
        if found is None:
            raise UnknownKeyError(key_id)
        return found

    def _find(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)

    async def _look(self, older_than: float) -> None:
        async with self._one_look:
            if time.monotonic() - self._looked_at <= older_than:
                return  # somebody else just did
            try:
                self._keys = _parse(await self._read())
            except (OSError, httpx.HTTPError, ValueError, jwt.PyJWTError) as unreadable:
                if not self._keys:
                    raise KeySetError(repr(unreadable)) from unreadable
            self._looked_at = time.monotonic()


async def _fetch(url: str) -> bytes:
    async with httpx.AsyncClient(timeout=_FETCH_SECONDS) as client:
        answer = await client.get(url, headers={"Accept": "application/json"})
        answer.raise_for_status()
        return answer.content


def _parse(document: bytes) -> dict[str | None, jwt.PyJWK]:
    listed: list[dict[str, Any]] = orjson.loads(document)["keys"]
    usable = [each for each in listed if each.get("kty") in _ASYMMETRIC and each.get("use", "sig") == "sig"]
    return {each.get("kid"): jwt.PyJWK(each) for each in usable}
