"""`python -m jss consume|tick|http|openapi`: fold the log, open scoring days, answer, or print the OpenAPI document."""

import sys
from contextlib import AsyncExitStack

from jss.entrypoints.http import described_app
from jss.settings import ConsumerSettings, HttpSettings, TickSettings
from jss.wiring import consumer_process, http_process, tick_process
from servicekit.http import openapi_bytes
from servicekit.process import Process, run

_USAGE = "usage: python -m jss consume|tick|http|openapi"


def main(arguments: list[str]) -> None:
    """Run the process named by the one argument."""
    match arguments:
        case ["consume"]:
            _consume()
        case ["tick"]:
            _tick()
        case ["http"]:
            _serve()
        case ["openapi"]:
            sys.stdout.buffer.write(openapi_bytes(described_app()))
        case _:
            sys.exit(_USAGE)


def _consume() -> None:
    settings = ConsumerSettings()

    async def wire(resources: AsyncExitStack) -> Process:
        return await consumer_process(settings, resources)

    run(wire, settings=settings)


def _tick() -> None:
    settings = TickSettings()

    async def wire(resources: AsyncExitStack) -> Process:
        return await tick_process(settings, resources)

    run(wire, settings=settings)


def _serve() -> None:
    settings = HttpSettings()

    async def wire(resources: AsyncExitStack) -> Process:
        return await http_process(settings, resources)

    run(wire, settings=settings)


if __name__ == "__main__":
    main(sys.argv[1:])
