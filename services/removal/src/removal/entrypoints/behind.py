"""What is behind the doors, what makes an act the same, and what every read may ask for in its headers.

Knows no door. Next: http.py.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header, Request

from eventlog.ids import command_event_id, new_id
from removal.adapters.parking import ParkingTable
from removal.adapters.requests import RequestTable
from removal.application.handlers import RemovalDesk
from removal.application.lifecycle import LifecycleDesk
from removal.application.ports import Act
from removal.application.queries import Asker, RemovalQueries
from servicekit.auth import Caller
from servicekit.clock import Clock
from servicekit.consistency import ConsistencyToken, wait_seconds, wait_until
from servicekit.idempotency import Idempotency
from servicekit.postgres import Pool

STAFF: Final = "removals:read"
_MOST_EVENTS: Final = 2
"""Of one command: the request and its approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the doors lead to."""

    desk: RemovalDesk
    lifecycle: LifecycleDesk
    queries: RemovalQueries
    requests: RequestTable
    parking: ParkingTable
    pool: Pool
    idempotency: Idempotency
    clock: Clock


@dataclass(frozen=True, slots=True)
class Reading:
    """What a read may ask for in its headers."""

    if_none_match: Annotated[str | None, Header()] = None
    consistency_token: Annotated[str | None, Header()] = None
    prefer: Annotated[str | None, Header()] = None


async def _doors(request: Request) -> Doors:
    doors: Doors = request.app.state.doors
    return doors


Behind = Annotated[Doors, Depends(_doors)]
ReadHeaders = Annotated[Reading, Depends()]


def asker_of(caller: Caller, token: str | None, doors: Doors) -> Asker:
    """The caller as a question needs it."""
    return Asker(user_id=caller.user_id, staff=caller.has(STAFF), token=token or "", now=doors.clock.now())


def act_of(caller: Caller, door: str, key: str | None) -> Act:
    """An act's identity is its cause: with a key, the same events however often it is sent."""
    if key is None:
        return Act(event_ids=tuple(new_id() for _ in range(_MOST_EVENTS)))
    return Act(event_ids=tuple(command_event_id(caller.user_id, door, key, nth) for nth in range(_MOST_EVENTS)))


async def wait_for(doors: Doors, reading: Reading) -> None:
    """Wait until the tables hold what the token names; they are written with the events, so hardly ever long.

    Raises Problem 503 `projection-behind`, 422 `invalid` for a token that is none.
    """
    token = ConsistencyToken.of_header(reading.consistency_token)
    wanted = {
        stream.removeprefix("account/"): version
        for stream, version in token.streams.items()
        if stream.startswith("account/")
    }
    if not wanted:
        return

    async def reached() -> bool:
        versions = await doors.requests.versions(wanted)
        return all(versions.get(account_id, 0) >= version for account_id, version in wanted.items())

    await wait_until(reached, wait_seconds(reading.prefer))
