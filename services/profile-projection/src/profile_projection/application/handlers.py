"""Take in a set of events: find the rows, load, fold, save."""

from collections.abc import Sequence

from event_contracts.recorded import Recorded
from profile_projection.application.fold import fold, keys_of
from profile_projection.application.ports import Tables


async def take_in(tables: Tables, events: Sequence[Recorded]) -> None:
    """Fold the events inside the tables' transaction. Raises UnfoldableEventError before anything is written."""
    rows = await tables.load(keys_of(events))
    await tables.save(fold(rows, events))
