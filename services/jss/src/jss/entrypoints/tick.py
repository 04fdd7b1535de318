"""Open the scoring day when the clock's UTC date is a new one.

Asks the clock often and the log only when the date has changed. Any number may run: a day has one identity.
Invariant: a jump of the clock opens the day it lands on; what lies between needs no opening of its own.
Next: adapters/streams.py for how it is recorded.
"""

import asyncio
from datetime import UTC, date

import structlog

from eventlog.log import DuplicateEventError, EventLog
from jss.adapters.streams import open_scoring_day
from servicekit.clock import Clock
from servicekit.health import Health
from servicekit.postgres import Connection, Pool, in_transaction

POLL_SECONDS = 0.1
_RETRY_SECONDS = 1.0
_NAME = "scoring day"
_log = structlog.get_logger(__name__)


class Tick:
    """The one task of `jss tick`."""

    def __init__(self, pool: Pool, log: EventLog, clock: Clock, health: Health) -> None:
        self._pool = pool
        self._log = log
        self._clock = clock
        self._health = health
        self._opened: date | None = None
        health.report(_NAME, "not opened yet")

    async def run(self) -> None:
        """Watch the clock until cancelled. A database that does not answer is asked again; readiness says so."""
        while True:
            try:
                await self.look()
            except Exception as error:
                self._health.report(_NAME, f"cannot be opened: {error!r}")
                _log.warning("the scoring day cannot be opened", error=repr(error))
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                await asyncio.sleep(POLL_SECONDS)

    async def look(self) -> None:
        """Open today if it is not known to be open."""
        now = self._clock.now()
        today = now.astimezone(UTC).date()
        if today == self._opened:
            return

        async def unit(connection: Connection) -> bool:
            return await open_scoring_day(connection, self._log, now)

        if await in_transaction(self._pool, unit, also_retry=(DuplicateEventError,)):
            _log.info("scoring day opened", day=today.isoformat())
        self._opened = today
        self._health.report(_NAME, None)
