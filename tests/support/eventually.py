"""Wait until something becomes true, and say what was seen when it does not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    look: Callable[[], Awaitable[T]],
    holds: Callable[[T], bool] = bool,
    *,
    seconds: float = 15,
    pause: float = 0.05,
) -> T:
    """What `look` answers, as soon as `holds` is true of it.

    An AssertionError raised by `look` counts as "not yet". Raises AssertionError with the last answer after `seconds`.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            seen: object = (answer := await look())
            if holds(answer):
                return answer
        except AssertionError as not_yet:
            seen = not_yet
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not within {seconds} s; last seen: {seen!r}")
        await asyncio.sleep(pause)
