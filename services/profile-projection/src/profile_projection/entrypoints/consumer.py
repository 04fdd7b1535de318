"""Take events of the log into the read models.

Given a connection of the transaction that also moves the consumer's place, and nothing else: it can have no other
effect. Raises UnfoldableEventError for an event nobody decided about, which stops the consumer.
Next: application/handlers.py.
"""

from collections.abc import Sequence

from event_contracts.recorded import Recorded
from profile_projection.adapters.tables import PostgresTables
from profile_projection.application.handlers import take_in
from servicekit.postgres import Connection


class ReadModels:
    """The projection as eventlog.consume drives it."""

    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Fold events of one or several partitions, each partition's in log order."""
        await take_in(PostgresTables(connection), events)
