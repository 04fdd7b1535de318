"""A small process for test_process.py: `python -m tests.integration.servicekit.a_process HOW PORT`.

Prints what it does, one word a line, so that the order can be judged.
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from typing import NoReturn

from fastapi import FastAPI

from servicekit import process
from servicekit.health import Health
from servicekit.http import create_app
from servicekit.settings import ProcessSettings


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201


async def work_until_cancelled() -> None:
    say("working")
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0.1)
        say("drained")


async def fail() -> None:
    await asyncio.sleep(0.2)
    raise RuntimeError("the background task broke")


async def end() -> None:
    await asyncio.sleep(0.2)


async def refuse_to_end() -> None:
    say("working")
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            say("refused")


BACKGROUND = {"well": work_until_cancelled, "fail": fail, "end": end, "refuse": refuse_to_end}


def doors(health: Health) -> FastAPI:
    app = create_app("a process", "1", health)

    @app.get("/slow")
    async def slow() -> str:
        say("asked")
        await asyncio.sleep(0.5)
        return "answered"

    return app


def main(how: str, port: str) -> NoReturn:
    async def wire(resources: AsyncExitStack) -> process.Process:
        if how == "unwired":
            raise ConnectionError("no database")
        if how == "waiting":
            say("wiring")
            await asyncio.sleep(60)
        health = Health()
        say("opened")
        resources.callback(say, "closed")
        background = {"task": BACKGROUND[how]} if how in BACKGROUND else {}
        return process.Process(app=doors(health), health=health, background=background)

    process.run(wire, settings=ProcessSettings(http_port=int(port)), shutdown_seconds=2.0)


if __name__ == "__main__":
    main(*sys.argv[1:])
