"""Which events are read: all, or those of an account, a contract or a client; from a place on, or the last ones.

Reads through eventlog's reader only. Invariant: events come in the order of the log, page by page.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Final

from event_contracts.recorded import Recorded
from eventlog.read import LogReader
from fi.error import UsageError

PAGE: Final = 1000
POLL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """At most one of the three; none: the whole log."""

    account: str | None = None
    contract: str | None = None
    client: str | None = None

    def __post_init__(self) -> None:
        if len([name for name in (self.account, self.contract, self.client) if name is not None]) > 1:
            raise UsageError("give one of --account, --contract and --client")

    @property
    def whole(self) -> bool:
        return self == Selection()

    async def page(self, reader: LogReader, after: int, limit: int = PAGE) -> list[Recorded]:
        """The next events after a position (-1: from the first)."""
        if self.account is not None:
            return await reader.by_account(self.account, after, limit)
        if self.contract is not None:
            return await reader.by_contract(self.contract, after, limit)
        if self.client is not None:
            return await reader.by_client(self.client, after, limit)
        return await reader.by_position(after + 1, limit)

    async def all(self, reader: LogReader, after: int = -1) -> AsyncIterator[Recorded]:
        """Every event after a position."""
        while events := await self.page(reader, after):
            for event in events:
                yield event
            after = events[-1].position

    async def last(self, reader: LogReader, count: int) -> list[Recorded]:
        """The last events, so many at most."""
        if self.whole:
            size = (await reader.size()).size
            return await reader.by_position(max(0, size - count), count)
        return list(deque([event async for event in self.all(reader)], maxlen=count))

    async def following(self, reader: LogReader, after: int) -> AsyncGenerator[Recorded, None]:
        """Events after a position as they come, for ever."""
        while True:
            async for event in self.all(reader, after):
                yield event
                after = event.position
            await asyncio.sleep(POLL_SECONDS)
