"""The command `fi publish`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from eventlog.read import LogReader
from fi.dev.instance import Instance, kafka_of
from fi.dev.settle import settled
from fi.progress import progress, waiting
from fi.publish.line import read_lines
from fi.publish.outcome import Outcome, outcome_of, unknown_of
from fi.publish.send import Sent, send
from fi.target import DEFAULT_HOME, kafka_target, whole_target
from fi.terminal import out, print_json
from servicekit.kafka import KafkaConnection
from servicekit.postgres import close_pool, create_pool


async def publish(
    file: Annotated[Path, Parameter(validator=validators.Path(exists=True, dir_okay=False))],
    /,
    *,
    wait: Annotated[bool, Parameter(negative="")] = False,
    home: Path = DEFAULT_HOME,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Send marketplace events from a file of JSON lines to Kafka, as they stand, invalid ones included.

    One line per event: {"topic"?, "id", "source"?, "time", "type", "subject"?, "data"}. They go to the broker of the
    running instance, else to FI_KAFKA_BOOTSTRAP_SERVERS (and with --wait the database is FI_DATABASE_URL).

    Args:
        file: The file; `fi generate` writes one.
        wait: Return when everything is folded everywhere, and say what became of this file's events.
        home: The instance to send to.
        as_json: Print {"sent": …}, with --wait {"recorded": …, "duplicates": …, "parked": {reason: …}}.
    """
    records = sum(1 for _ in read_lines(file))  # so that a wrong line is found before anything is sent
    if wait:
        outcome = await publish_and_wait(whole_target(home), file, records)
        _print_outcome(outcome, as_json=as_json)
        return
    sent = await _send(kafka_target(home), file, records)
    if as_json:
        print_json({"sent": sent.records})
    else:
        out.print(f"sent {sent.records} events")


async def publish_and_wait(instance: Instance, file: Path, records: int, *, tell: bool = True) -> Outcome:
    """Send the file's records, wait until all of it is folded, and say what became of them.

    `tell`: say meanwhile how far it is. Raises CommandError.
    """
    pool = await create_pool(instance.database_url, application_name="fi publish", max_size=2)
    try:
        fresh = await unknown_of(LogReader(pool), read_lines(file))
        sent = await _send(kafka_of(instance), file, records, tell=tell)
        with waiting("folding", silent=not tell) as told:
            await settled(instance, tell=lambda seen: told(seen.behind))
        return await outcome_of(pool, sent, fresh)
    finally:
        await close_pool(pool)


async def _send(kafka: KafkaConnection, file: Path, records: int, *, tell: bool = True) -> Sent:
    with progress("sending", records, "events", silent=not tell) as teller:
        return await send(kafka, read_lines(file), teller.at)


def _print_outcome(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        print_json(outcome.as_json())
        return
    parked = ", ".join(f"{count} {reason}" for reason, count in outcome.parked.items())
    parts = [f"{outcome.recorded} recorded", f"{outcome.duplicates} duplicates", f"parked: {parked or 'none'}"]
    out.print("; ".join(parts))
