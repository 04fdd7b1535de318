"""The command `fi generate`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Annotated

from cyclopts import Parameter, validators

from event_contracts.instant import format_time, parse_time
from fi.generate.data_set import DataSet, Skew
from fi.generate.stream import facts_of
from fi.progress import progress
from fi.target import DEFAULT_HOME, now_at
from fi.terminal import print_json, say

BUFFER_BYTES = 1024 * 1024


def _a_time(_: object, text: str | None) -> None:
    if text is not None:
        parse_time(text)


def generate(
    *,
    accounts: Annotated[int, Parameter(validator=validators.Number(gte=1))],
    contracts: Annotated[int, Parameter(validator=validators.Number(gte=0))],
    seed: int,
    until: Annotated[str | None, Parameter(validator=_a_time)] = None,
    skew: Skew = Skew.ZIPF,
    out: Path | None = None,
    home: Path = DEFAULT_HOME,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Write marketplace events as JSON lines for `fi publish`: thirty months of contracts and what was said of them.

    Args:
        accounts: How many accounts; every eighth is an agency.
        contracts: How many contracts; there are about twice as many events.
        seed: The same seed and end give the same events, byte for byte.
        until: When it ends (RFC 3339); by default now, as the clock of the running instance shows it.
        skew: How activity is spread over accounts and clients: zipf (exponent 1.1) or uniform.
        out: The file to write; by default standard output.
        home: The instance whose clock is asked.
        as_json: Print {"events": …, "accounts": …, "source": …, "until": …} when a file was written.
    """
    end = parse_time(until) if until else now_at(home)
    wish = DataSet(accounts=accounts, contracts=contracts, seed=seed, until=end, skew=skew)
    with _opened(out) as file:
        written = _write(wish, file)
    if out is None:
        return
    if as_json:
        until_text = format_time(end)
        print_json({"events": written, "accounts": accounts, "source": wish.source, "until": until_text})
    else:
        say(f"{written} events in {out}, from {format_time(wish.begins)} to {format_time(end)}, source {wish.source}")


def _write(wish: DataSet, file: IO[bytes]) -> int:
    written = ended = 0
    with progress("generating", wish.contracts, "contracts") as teller:
        for fact in facts_of(wish):
            file.write(fact.line(wish.source))
            written += 1
            if fact.id.endswith("/completed"):
                ended += 1
                teller.at(ended)
    return written


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[bytes]]:
    """The file, which takes its name only when it is whole; or standard output."""
    if out is None:
        # Whoever reads may have seen enough.
        with suppress(BrokenPipeError), os.fdopen(os.dup(sys.stdout.fileno()), "wb", BUFFER_BYTES) as file:
            yield file
        return
    fresh = out.with_name(f"{out.name}.new")
    try:
        with fresh.open("wb", BUFFER_BYTES) as file:
            yield file
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
