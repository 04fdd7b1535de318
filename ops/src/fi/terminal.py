"""Where commands write: results to standard output, everything else to standard error."""

import sys
from typing import Any

import orjson
from rich.console import Console

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


def say(text: str) -> None:
    """Tell a person what happens; never part of a result."""
    err.print(text, markup=False)


def print_json(document: Any) -> None:
    """Write one result as one line of JSON."""
    sys.stdout.write(orjson.dumps(document).decode() + "\n")
    sys.stdout.flush()
