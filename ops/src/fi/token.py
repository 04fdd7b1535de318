"""`fi token`: a bearer token for the sandbox's doors. Development keys only."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from fi.dev import key
from fi.dev.home import Home
from fi.error import CommandError
from fi.terminal import print_json


def token(
    *,
    sub: str,
    scope: str = "",
    home: Path = Path(".fi"),
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Print a bearer token, and nothing else.

    Args:
        sub: The user whom the token speaks for.
        scope: Scopes, separated by spaces, such as "removals:read audit:read".
        home: The instance whose doors accept it.
        as_json: Print {"token": …} instead.
    """
    try:
        signed = key.token(Home.at(home), sub=sub, scope=scope)
    except FileNotFoundError:
        raise CommandError(f"there is no instance at {home}; `fi dev up` makes its keys") from None
    if as_json:
        print_json({"token": signed})
    else:
        sys.stdout.write(signed + "\n")
