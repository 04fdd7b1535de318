"""The commands `fi log tail|show|stats`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter, validators

from event_contracts.recorded import Recorded
from eventlog.read import LogReader
from fi.error import CommandError, UsageError
from fi.log import statistics, table
from fi.log.paper import page
from fi.log.selection import Selection
from fi.target import DEFAULT_HOME, database_target
from fi.terminal import out, print_json
from servicekit.postgres import close_pool, create_pool

app = App(name="log", help="Look at the log: every event it holds, in its order.")

HomeOption = Annotated[Path, Parameter(help="The instance; without a running one the database is FI_DATABASE_URL.")]
JsonOption = Annotated[bool, Parameter(name="--json", negative="", help="Print one line of JSON per event.")]
Account = Annotated[str | None, Parameter(help="Only events of this account and its scores.")]
Contract = Annotated[str | None, Parameter(help="Only events that name this contract.")]
Client = Annotated[str | None, Parameter(help="Only events that name this client.")]
Count = Annotated[int, Parameter(validator=validators.Number(gte=1))]


@app.command
async def tail(
    *,
    lines: Count = 20,
    follow: Annotated[bool, Parameter(negative="")] = False,
    account: Account = None,
    contract: Contract = None,
    client: Client = None,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Print the last events.

    Args:
        lines: How many.
        follow: Go on with what comes, until Ctrl-C.
    """
    selection = Selection(account=account, contract=contract, client=client)
    async with _reader(home) as reader:
        events = await selection.last(reader, lines)
        _print(events, as_json=as_json)
        if follow:
            after = events[-1].position if events else (await reader.size()).size - 1
            async for event in selection.following(reader, after):
                print_json(table.as_json(event)) if as_json else out.print(table.line_of(event))


@app.command
async def show(
    *positions: int,
    account: Account = None,
    contract: Contract = None,
    client: Client = None,
    after: int = -1,
    limit: Count = 1000,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Print the events at these positions whole; or, from the first on, those of an account, a contract or a client.

    Args:
        positions: Positions in the log, zero-based.
        after: Begin after this position.
        limit: How many at most.
    """
    selection = Selection(account=account, contract=contract, client=client)
    if bool(positions) is not selection.whole:
        raise UsageError("give either positions or one of --account, --contract and --client")
    async with _reader(home) as reader:
        if not positions:
            _print(await selection.page(reader, after, limit), as_json=as_json)
            return
        for position in positions:
            event = await _event_at(reader, position)
            print_json(table.as_json(event)) if as_json else out.print(table.whole(event), markup=False)


@app.command
async def stats(*, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Count what the log holds."""
    async with _reader(home) as reader:
        found = await statistics.statistics_of(reader)
    if as_json:
        print_json(found.as_json())
    else:
        page.print(statistics.heading(found))
        page.print(statistics.table_of(found))
        page.print(statistics.footing(found), style="dim")


async def _event_at(reader: LogReader, position: int) -> Recorded:
    events = await reader.by_position(position, 1) if position >= 0 else []
    if not events:
        raise CommandError(f"no event has position {position}; the log has {(await reader.size()).size}")
    return events[0]


def _print(events: list[Recorded], *, as_json: bool) -> None:
    if not as_json:
        page.print(table.table_of(events))
        return
    for event in events:
        print_json(table.as_json(event))


@asynccontextmanager
async def _reader(home: Path) -> AsyncIterator[LogReader]:
    url = database_target(home)
    pool = await create_pool(url, role="log_reader", application_name="fi log", max_size=2)
    try:
        yield LogReader(pool)
    finally:
        await close_pool(pool)
