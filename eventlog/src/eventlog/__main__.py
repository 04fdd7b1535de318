"""`python -m eventlog sequencer`: the one process that gives positions and publishes."""

import sys
from contextlib import AsyncExitStack
from importlib.metadata import version

from eventlog.settings import SequencerSettings
from eventlog.wiring import leadership
from servicekit.health import Health
from servicekit.http import create_app
from servicekit.postgres import close_pool, create_pool
from servicekit.process import Process, run

_USAGE = "usage: python -m eventlog sequencer"


def main(arguments: list[str]) -> None:
    """Run the process named by the one argument."""
    if arguments != ["sequencer"]:
        sys.exit(_USAGE)
    settings = SequencerSettings()

    async def wire(resources: AsyncExitStack) -> Process:
        health = Health()
        pool = await create_pool(
            settings.database_url, role="log_sequencer", application_name="eventlog sequencer", max_size=4
        )
        resources.push_async_callback(close_pool, pool)
        leads = await leadership(settings, pool, health)
        return Process(
            app=create_app("eventlog sequencer", version("event-log"), health),
            health=health,
            background={"leadership": leads.run},
        )

    run(wire, settings=settings)


if __name__ == "__main__":
    main(sys.argv[1:])
