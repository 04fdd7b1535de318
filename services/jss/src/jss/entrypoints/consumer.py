"""Take what the log's consumer hands over into the scores.

Knows nothing of Kafka: eventlog.consume judges positions and saves the places in the same transaction.
Next: application/handlers.py for the steps.
"""

from collections.abc import Sequence

from event_contracts.recorded import Recorded
from eventlog.log import EventLog
from jss.adapters.ratings import SealedRatings
from jss.adapters.streams import StreamedScores
from jss.adapters.tables import PostgresTables
from jss.application.handlers import rescore
from servicekit.clock import Clock
from servicekit.postgres import Connection


class ScoreProjection:
    """`Projection` of eventlog.consume."""

    def __init__(self, *, ratings: SealedRatings, log: EventLog, clock: Clock) -> None:
        self.ratings = ratings
        self._log = log
        self._clock = clock

    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Fold new events of one or several partitions, each partition in log order, and record the scores they cause.

        Raises UnfoldableEventError, before anything is written, for an event of a type this version does not know.
        """
        await rescore(
            events,
            tables=PostgresTables(connection),
            ratings=self.ratings,
            score_log=StreamedScores(connection, self._log, self._clock),
        )
