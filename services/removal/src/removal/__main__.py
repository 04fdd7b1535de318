"""`python -m removal intake | http | openapi`."""

import sys
from functools import partial

from removal.settings import HttpSettings, IntakeSettings
from removal.wiring import describing_app, wire_http, wire_intake
from servicekit.http import openapi_bytes
from servicekit.process import run

_USAGE = "usage: python -m removal intake | http | openapi"


def main(arguments: list[str]) -> None:
    """Run the process named by the one argument, or print the OpenAPI document."""
    match arguments:
        case ["intake"]:
            intake = IntakeSettings()
            run(partial(wire_intake, intake), settings=intake)
        case ["http"]:
            http = HttpSettings()
            run(partial(wire_http, http), settings=http)
        case ["openapi"]:
            sys.stdout.buffer.write(openapi_bytes(describing_app()))
        case _:
            sys.exit(_USAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
