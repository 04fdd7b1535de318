"""`fi dev`: the sandbox's commands.

Translates arguments and prints results; what is done lies in supervisor.py, ending.py, clock.py and settle.py.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from event_contracts.instant import format_time, parse_time
from fi.dev import clock as test_clock
from fi.dev import detached, status
from fi.dev.ending import take_down
from fi.dev.home import Home, is_held
from fi.dev.instance import SYSTEM_CLOCK, TEST_CLOCK, Instance, read_instance, the_instance
from fi.dev.plan import Wish
from fi.dev.secret import ensure_secrets
from fi.dev.settle import settled
from fi.dev.supervisor import supervise
from fi.dev.tool import run_tool
from fi.error import CommandError, RefusedError
from fi.terminal import out, print_json, say


def _a_time(_: object, text: str | None) -> None:
    if text is not None:
        parse_time(text)


def _a_step(_: object, text: str) -> None:
    test_clock.later(datetime.fromtimestamp(0, UTC), text)


HomeOption = Annotated[Path, Parameter(help="The folder of the instance.")]
JsonOption = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]
DEFAULT_HOME = Path(".fi")

app = App(name="dev", help="A whole system on this machine: start it, look at it, move its clock, end it.")
clock_app = App(name="clock", help="The test clock of an instance that was started with --clock.")
app.command(clock_app)


@app.command
async def up(
    *,
    home: HomeOption = DEFAULT_HOME,
    port_base: int = 8100,
    clock: Annotated[str | None, Parameter(validator=_a_time)] = None,
    detach: Annotated[bool, Parameter(negative="")] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring an instance up: backing services, migrations, topics, every process. Ctrl-C or `fi dev down` ends it.

    Args:
        port_base: The doors listen on the ports after this one; 0 takes free ports.
        clock: Start a test clock at this time (RFC 3339); it stands still until it is moved.
        detach: Return when all processes are ready and leave them running.
    """
    place, wish = Home.at(home), Wish(port_base, parse_time(clock) if clock else None)
    if is_held(place.lock):
        raise RefusedError(_already(place))
    if not detach:
        await supervise(place, wish, say=say)
        return
    instance = await detached.start(place, wish, say=say)
    if as_json:
        print_json(status.document(place, instance))


@app.command
def down(*, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """End everything the instance started, and nothing else. Its data stays."""
    place, instance = _known(home)
    take_down(place, instance)
    if as_json:
        print_json({"home": str(place.root), "state": "down"})
    else:
        say(f"down: {place.root}")


@app.command(name="status")
def show_status(*, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Show the instance's addresses and processes."""
    place, instance = _known(home)
    shown = status.document(place, instance)
    if as_json:
        print_json(shown)
    else:
        out.print(status.table(shown))


@app.command(name="secrets")
def make_secrets(
    *,
    folder: Path,
    password_file: Path,
    database: str,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Make development secrets for a system in containers, as files. What was made once stays.

    Args:
        folder: Where our processes look (FI_SECRETS_DIR).
        password_file: The password for the database itself.
        database: postgresql://USER@HOST:PORT/NAME; the password is put into it.
    """
    made = ensure_secrets(Home.at(home), folder=folder, password_file=password_file, database=database)
    if as_json:
        print_json({"secrets": [str(file) for file in made]})
    else:
        say(f"secrets: {', '.join(map(str, made))}")


@app.command
def kafka(
    tool: Literal["topics", "console-producer", "console-consumer", "consumer-groups", "get-offsets", "configs"],
    *arguments: Annotated[str, Parameter(allow_leading_hyphen=True)],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Run one of Kafka's own tools against the instance's broker, such as `fi dev kafka topics --list`.

    Args:
        tool: Which of them.
        arguments: What it is told, besides where the broker is.
    """
    run_tool(the_instance(Home.at(home)), tool, arguments)


@clock_app.command
def show(*, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Print what the clock shows, or `system`."""
    place, instance = _known(home)
    shown = format_time(test_clock.read_clock(place.clock)) if instance.clock == TEST_CLOCK else SYSTEM_CLOCK
    if as_json:
        print_json({"clock": shown})
    else:
        out.print(shown)


@clock_app.command(name="set")
async def set_clock(
    time: Annotated[str, Parameter(validator=_a_time)], *, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False
) -> None:
    """Move the clock forward to a time; returns when the day it is then has been folded everywhere.

    Args:
        time: RFC 3339, such as 2026-04-15T12:00:00Z.
    """
    await _move(Home.at(home), parse_time(time), as_json=as_json)


@clock_app.command
async def advance(
    step: Annotated[str, Parameter(validator=_a_step)], *, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False
) -> None:
    """Move the clock forward by a step; returns when the day it is then has been folded everywhere.

    Args:
        step: 3mo (calendar months), 10d, 5h, 30m or 20s.
    """
    place = Home.at(home)
    the_instance(place)
    await _move(place, test_clock.later(test_clock.read_clock(place.clock), step), as_json=as_json)


async def _move(home: Home, to: datetime, *, as_json: bool) -> None:
    instance = the_instance(home)
    test_clock.read_clock(home.clock)  # refuses on an instance without a test clock
    test_clock.move_clock(home.clock, to)
    await settled(instance, day=to.date())
    if as_json:
        print_json({"clock": format_time(to)})
    else:
        out.print(format_time(to))


def _known(home: Path) -> tuple[Home, Instance]:
    place = Home.at(home)
    instance = read_instance(place)
    if instance is None:
        raise CommandError(f"there is no instance at {place.root}; `fi dev up` starts one")
    return place, instance


def _already(home: Home) -> str:
    instance = read_instance(home)
    where = (
        f"{instance.services['profile-projection']} (pid {instance.supervisor.pid})"
        if (instance and instance.supervisor)
        else "its address is not known yet"
    )
    return f"an instance runs at {home.root} already: {where}; `fi dev down` ends it"
