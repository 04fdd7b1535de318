"""Take a set of the log's events into the scores: the order of steps, the same for one event and for many.

Knows no SQL and no Kafka. Everything happens in the caller's transaction, which also moves the partitions' places.
Invariant: the last score of an account does not depend on how the log was cut into sets (domain §6.8).
Next: plan.py for the cuts, fold.py for accounts' own events, broadcast.py for those that touch many accounts.
"""

from collections.abc import Sequence

from event_contracts import ClientStandingChanged, SubjectHeld, SubjectHoldLifted
from event_contracts.recorded import Recorded
from jss.application.broadcast import Broadcasting
from jss.application.fold import Folding
from jss.application.plan import stages_of
from jss.application.ports import ClientKey, ClientStanding, Ratings, ScoreLog, Tables
from jss.domain.concern import require_known


async def rescore(events: Sequence[Recorded], *, tables: Tables, ratings: Ratings, score_log: ScoreLog) -> None:
    """Fold events, each partition in log order. Raises UnfoldableEventError before anything is written."""
    for event in events:
        require_known(event)
    standings = await _standings_before(events, tables)
    flagged = {key: standing is not None and standing.flagged for key, standing in standings.items()}
    turning = _restate(events, standings)
    await tables.save_standings({key: standing for key, standing in standings.items() if standing is not None})
    await tables.save_subjects(event for event in events if isinstance(event.data, SubjectHeld | SubjectHoldLifted))
    folding = Folding(tables=tables, ratings=ratings, score_log=score_log)
    broadcasting = Broadcasting(tables=tables, score_log=score_log)
    for stage in stages_of(events, lambda event: (event.partition, event.position) in turning):
        await folding.fold(stage.run, flagged)
        for broadcast in stage.broadcasts:
            await broadcasting.apply(broadcast, flagged)


async def _standings_before(events: Sequence[Recorded], tables: Tables) -> dict[ClientKey, ClientStanding | None]:
    keys = {
        (event.partition, event.data.client_id) for event in events if isinstance(event.data, ClientStandingChanged)
    }
    known = await tables.standings(keys)
    return {key: known.get(key) for key in keys}


def _restate(events: Sequence[Recorded], standings: dict[ClientKey, ClientStanding | None]) -> set[tuple[int, int]]:
    """Take the stated standings; (partition, position) of those that turn whether a client's contracts count."""
    turning: set[tuple[int, int]] = set()
    for event in events:
        if not isinstance(event.data, ClientStandingChanged):
            continue
        key = (event.partition, event.data.client_id)
        known = standings[key]
        stated = ClientStanding(event.data.standing, event.stamp, event.version)
        if known is not None and known.stamp >= stated.stamp:
            standings[key] = known._replace(version=max(known.version, event.version))
            continue
        standings[key] = stated._replace(version=max(event.version, known.version if known else 0))
        if stated.flagged != (known is not None and known.flagged):
            turning.add((event.partition, event.position))
    return turning
