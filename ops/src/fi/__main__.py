"""The operator's command line, `fi`.

The one place that mounts commands; each lives in a module of its own and is imported when it is called.
Invariant: exit code 0 done, 1 found a difference or failed, 2 usage, 3 refused.
"""

import logging
import sys

from cyclopts import App, CycloptsError

from fi.error import CommandError
from fi.terminal import err
from servicekit import log

# Command, where it is (a group is an `App`, a single command a function), what it does.
COMMANDS = (
    ("dev", "fi.dev.cli:app", "A whole system on this machine: start it, look at it, move its clock, end it."),
    ("demo", "fi.demo:demo", "The whole journey on a sandbox of its own, told as it goes."),
    ("token", "fi.token:token", "Print a bearer token for the sandbox's doors."),
    ("generate", "fi.generate:generate", "Write a realistic set of marketplace events."),
    ("publish", "fi.publish:publish", "Send marketplace events to Kafka."),
    ("log", "fi.log:app", "Look at the log."),
    ("migrate", "fi.migrate:migrate", "Bring the database and the topics to what this version needs."),
)

app = App(name="fi", help="Operate the feedback-integrity system.", exit_on_error=False, version_flags=[])
for command, place, purpose in COMMANDS:
    app.command(place, name=command, help=purpose)


def main() -> None:
    """Run the command that the arguments name and end with its exit code."""
    log.configure("WARNING")  # what a command has to say it says itself
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it complains of every try, we of the last
    try:
        app()
    except CycloptsError:
        sys.exit(2)
    except CommandError as failure:
        err.print(f"[bold red]{'refused' if failure.exit_code == 3 else 'failed'}:[/]", end=" ")
        err.print(str(failure), markup=False)
        sys.exit(failure.exit_code)


if __name__ == "__main__":
    main()
