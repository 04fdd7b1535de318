"""The command `fi demo`."""

import asyncio
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import httpx
from cyclopts import Parameter

from eventlog.read import LogReader
from fi.demo.checks import Checks
from fi.demo.doors import Doors
from fi.demo.journey import Journey
from fi.demo.narrator import JsonNarrator, Narrator
from fi.demo.paper import Paper
from fi.demo.stage import Stage, a_stage
from fi.demo.story import Story
from fi.error import CommandError
from servicekit.postgres import close_pool, create_pool


async def demo(
    *,
    home: Path | None = None,
    keep: Annotated[bool, Parameter(negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """The whole journey on a running system, told as it goes; every step is held against the domain rules.

    Contracts complete, a removal is requested, judged and granted, the score and both public pages change, a second
    request is refused, and three months and ten contracts later the next one is granted. Exit code 1: something was
    not as the rules say.

    Args:
        home: A running instance with a test clock to play on; by default one of its own, ended afterwards.
        keep: Leave the demo's own instance running, to look around.
        as_json: Print one line of JSON per thing; the last is {"checks": …, "failed": […]}.
    """
    _end_tidily()
    narrator: Narrator = JsonNarrator() if as_json else Paper()
    checks = Checks()
    try:
        async with a_stage(home, keep=keep) as stage:
            await _play(stage, narrator, checks)
    except asyncio.CancelledError:
        raise CommandError("interrupted; what the demo had started is ended") from None
    narrator.verdict(checks, _go_on(stage, keep=keep))
    if checks.failures:
        raise CommandError(f"{len(checks.failures)} of {checks.count} checks against the rules failed")


async def _play(stage: Stage, narrator: Narrator, checks: Checks) -> None:
    pool = await create_pool(stage.instance.database_url, role="log_reader", application_name="fi demo", max_size=2)
    reader = LogReader(pool)
    try:
        # Others may have told the story on this instance before; the log has grown since.
        tag = "" if stage.own else f"{(await reader.size()).size:x}"
        async with httpx.AsyncClient(trust_env=False) as client:
            doors = Doors(stage.home, stage.instance, client)
            story = Story(stage.now(), tag)
            with tempfile.TemporaryDirectory(prefix="fi-demo-") as desk:
                await Journey(
                    stage=stage,
                    doors=doors,
                    reader=reader,
                    tell=narrator,
                    checks=checks,
                    story=story,
                    desk=Path(desk),
                ).run()
    finally:
        await close_pool(pool)


def _go_on(stage: Stage, *, keep: bool) -> Sequence[str]:
    if not stage.own:
        return ()
    if not keep:
        return ("What was started for it is ended now; `fi demo --keep` leaves it running.",)
    profile = stage.instance.services["profile-projection"] + "/v1/profiles/noor"
    where = f"--home {stage.home.root}"
    return (f"It runs on: {profile}", f"fi log tail --follow {where}", f"fi dev down {where}")


def _end_tidily() -> None:
    """End on SIGTERM as on Ctrl-C, so that what was started is ended."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
