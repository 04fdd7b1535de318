"""Let a reader see what it wrote: the Consistency-Token, and waiting for a model to reach it.

Owns the token's text, the ``Prefer: wait`` header and the waiting. Knows nothing of what a stream is.
Invariant: a token only ever grows when joined; a read that waited in vain says so instead of answering with the past.
Next: problem.py for the answer when the wait was too short.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from servicekit import opaque
from servicekit.problem import Problem, invalid

HEADER: Final = "Consistency-Token"
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?=$|[,;])", re.IGNORECASE)
_FIRST_PAUSE_SECONDS: Final = 0.01
_LONGEST_PAUSE_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class ConsistencyToken:
    """The stream versions a reader must see, and whether it must also see the score that the write causes."""

    streams: Mapping[str, int] = field(default_factory=dict)
    awaits_score: bool = False

    def encode(self) -> str:
        """Return the url-safe text that callers send back as it is."""
        return opaque.encode({"s": dict(sorted(self.streams.items())), "a": self.awaits_score})

    @classmethod
    def decode(cls, text: str) -> "ConsistencyToken":
        """Return the token of a text. Raises Problem 422 ``invalid`` for what we never gave out."""
        try:
            value = opaque.decode(text)
            streams, awaits_score = value["s"], value["a"]
            if not isinstance(awaits_score, bool) or not all(type(version) is int for version in streams.values()):
                raise ValueError("not a token")
        except (ValueError, TypeError, KeyError, AttributeError) as nonsense:
            raise invalid([("header:" + HEADER, "is not a token of ours")]) from nonsense
        return cls(streams, awaits_score)

    @classmethod
    def of_header(cls, text: str | None) -> "ConsistencyToken":
        """Return the token of a request's header; without one, the token that asks for nothing."""
        return cls.decode(text) if text else cls()

    def joined(self, other: "ConsistencyToken") -> "ConsistencyToken":
        """Return the token that asks for what both ask for."""
        names = self.streams.keys() | other.streams.keys()
        most = {name: max(self.streams.get(name, 0), other.streams.get(name, 0)) for name in names}
        return ConsistencyToken(most, self.awaits_score or other.awaits_score)


def wait_seconds(prefer_header: str | None, *, default: float = 2.0, most: float = 10.0) -> float:
    """Return how long a read may wait: ``wait=N`` of the Prefer header in seconds, at most ``most``."""
    match = _WAIT.search(prefer_header or "")
    return min(float(match[1]), most) if match else default


async def wait_until(check: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Ask ``check`` until it says yes.

    Raises Problem 503 ``projection-behind`` with Retry-After when it has not after ``seconds``.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    pause = _FIRST_PAUSE_SECONDS
    while not await check():
        left = deadline - loop.time()
        if left <= 0:
            raise Problem(
                "projection-behind",
                503,
                "Not there yet",
                "what the Consistency-Token names has not reached this model",
                headers={"Retry-After": "1"},
            )
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
