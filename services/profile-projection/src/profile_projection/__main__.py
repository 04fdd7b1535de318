"""`python -m profile_projection http|consume|openapi`: answer, fold the log, or print the OpenAPI document."""

import sys
from contextlib import AsyncExitStack

from profile_projection.entrypoints.http import described_app
from profile_projection.settings import ConsumerSettings, HttpSettings
from profile_projection.wiring import consumer_process, http_process
from servicekit.http import openapi_bytes
from servicekit.process import Process, run

_USAGE = "usage: python -m profile_projection http|consume|openapi"


def main(arguments: list[str]) -> None:
    """Run the process named by the one argument."""
    match arguments:
        case ["http"]:
            _serve()
        case ["consume"]:
            _consume()
        case ["openapi"]:
            sys.stdout.buffer.write(openapi_bytes(described_app()))
        case _:
            sys.exit(_USAGE)


def _serve() -> None:
    settings = HttpSettings()

    async def wire(resources: AsyncExitStack) -> Process:
        return await http_process(settings, resources)

    run(wire, settings=settings)


def _consume() -> None:
    settings = ConsumerSettings()

    async def wire(resources: AsyncExitStack) -> Process:
        return await consumer_process(settings, resources)

    run(wire, settings=settings)


if __name__ == "__main__":
    main(sys.argv[1:])
