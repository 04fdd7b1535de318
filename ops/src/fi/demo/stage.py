"""Where the story plays: an instance of its own on a fresh home, or one that runs already.

Invariant: what was started here is ended here, whatever happens, and its home is removed; nothing else is touched.
Next: fi.dev.detached for starting, fi.dev.ending for ending.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fi.dev import detached
from fi.dev.clock import move_clock, read_clock
from fi.dev.ending import take_down
from fi.dev.home import Home
from fi.dev.instance import TEST_CLOCK, Instance, read_instance, the_instance
from fi.dev.plan import Wish
from fi.dev.settle import settled
from fi.error import RefusedError
from fi.terminal import say

BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stage:
    """A running instance with a test clock; `own`: started for the story."""

    home: Home
    instance: Instance
    own: bool

    def now(self) -> datetime:
        return read_clock(self.home.clock)

    async def move_to(self, time: datetime) -> None:
        """Move the clock and wait until the day it is then has been folded everywhere."""
        move_clock(self.home.clock, time)
        await settled(self.instance, day=time.date())


@asynccontextmanager
async def a_stage(home: Path | None, *, keep: bool) -> AsyncIterator[Stage]:
    """The instance at `home`, or a fresh one that is ended after the block unless it is to be kept."""
    if home is not None:
        yield _running(Home.at(home))
        return
    place = Home.at(Path(tempfile.mkdtemp(prefix="fi-demo-")))
    place.root.chmod(0o755)  # the database may run as another user
    kept = False
    try:
        instance = await detached.start(place, Wish(0, BEGINS), say=say)
        yield Stage(place, instance, own=True)
        kept = keep
    finally:
        if not kept:
            await asyncio.shield(asyncio.to_thread(_remove, place))


def _running(home: Home) -> Stage:
    instance = the_instance(home)
    if instance.clock != TEST_CLOCK:
        raise RefusedError("the story moves the clock by months; start the instance with `fi dev up --clock T`")
    return Stage(home, instance, own=False)


def _remove(home: Home) -> None:
    if instance := read_instance(home):
        take_down(home, instance)
    shutil.rmtree(home.root, ignore_errors=True)
