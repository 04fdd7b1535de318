"""Record scores and scoring days in the log.

The identity of a score is its cause, of a scoring day its date (eventlog.ids), so doing it twice is doing it once.
Invariant: what is recorded and the rows it is made of commit together, in the transaction that is given.
Next: tables.py for those rows.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from event_contracts import ScoringDayOpened
from eventlog import ids
from eventlog.draft import Draft
from eventlog.log import EventLog
from jss.application.ports import StatedScore
from servicekit.clock import Clock
from servicekit.postgres import Connection

ACTOR_TICK = "service:jss-tick"


class StreamedScores:
    """`ScoreLog` (application/ports.py) on one connection inside a transaction."""

    def __init__(self, connection: Connection, log: EventLog, clock: Clock) -> None:
        self._connection = connection
        self._log = log
        self._clock = clock

    async def record(self, scores: Sequence[StatedScore]) -> list[int]:
        """Append in the given order; the versions they got in their streams."""
        sealed = await self._log.seal([_draft(stated) for stated in scores])
        heads = await self._log.lock(self._connection, {draft.stream for draft in sealed})
        appended = await self._log.append(self._connection, heads, sealed, recorded_at=self._clock.now())
        return [one.version for one in appended]


def _draft(stated: StatedScore) -> Draft:
    score, cause = stated
    return Draft(
        source=ids.JSS,
        id=ids.score_event_id(cause.source, cause.id, score.account_id, score.policy),
        time=cause.sequenced_at,
        data=score,
        actor=f"policy:{score.policy}",
        correlation_id=cause.correlation_id,
        causation_id=cause.id,
        policy=score.policy,
    )


async def open_scoring_day(connection: Connection, log: EventLog, now: datetime) -> bool:
    """Record that the UTC date of `now` has begun, unless it is recorded; True when this call did it.

    Of two processes at once one raises DuplicateEventError, and finds it recorded when it tries again.
    """
    day = now.astimezone(UTC).date()
    id_ = ids.scoring_day_id(day)
    if await log.known(connection, [(ids.JSS, id_)]):
        return False
    draft = Draft(
        source=ids.JSS, id=id_, time=now, data=ScoringDayOpened(day=day), actor=ACTOR_TICK, correlation_id=id_
    )
    sealed = await log.seal([draft])
    heads = await log.lock(connection, [sealed[0].stream])
    await log.append(connection, heads, sealed, recorded_at=now)
    return True
