"""Open private ratings in batches, the one kind of text that is opened while folding (architecture §1.10).

A rating that cannot be opened is no rating only where the log says that its subject was erased, even if that event is
still ahead of us; otherwise the fold stops, since a key that is merely missing must not change a score.
Invariant: a rating leaves here only to become an outcome class; nothing stores, logs or shows it.
Next: domain/policy.py for the classes.
"""

from collections.abc import Iterable, Sequence

from event_contracts import SubjectErased
from event_contracts.recorded import Recorded
from event_contracts.slot import rating_path
from eventlog.open import Opener, SealedText
from eventlog.read import LogReader
from jss.application.ports import OpenedRatings


class UnreadableRatingError(Exception):
    """A private rating cannot be opened although its subject was not erased: a key is missing."""


class SealedRatings:
    """`Ratings` (application/ports.py) with the subjects' keys."""

    def __init__(self, opener: Opener, reader: LogReader) -> None:
        self._opener = opener
        self._reader = reader

    async def open(self, events: Sequence[Recorded]) -> OpenedRatings:
        """Open the rating of each client feedback in the events; it is sealed under the account it is about.

        Raises UnreadableRatingError.
        """
        sealed = [(event, part) for event in events if (part := _sealed_rating(event)) is not None]
        present = [(event, part) for event, part in sealed if part.ciphertext]
        opened = await self._opener.open([part for _, part in present])
        by_position: dict[int, dict[str, str]] = {}
        unreadable = {part.subject_id for _, part in sealed if not part.ciphertext}
        for (event, part), text in zip(present, opened, strict=True):
            if text is None:
                unreadable.add(part.subject_id)
            else:
                by_position.setdefault(event.position, {})[part.path] = text
        await self._require_erased(unreadable)
        return OpenedRatings(by_position, frozenset(unreadable))

    async def _require_erased(self, subject_ids: Iterable[str]) -> None:
        for subject_id in sorted(subject_ids):
            told = await self._reader.by_stream(f"subject/{subject_id}")
            if not any(isinstance(event.data, SubjectErased) for event in told):
                raise UnreadableRatingError(f"the key of {subject_id} is missing, and no erasure is recorded")


def _sealed_rating(event: Recorded) -> SealedText | None:
    """The rating of the event's client feedback; without a ciphertext where that was deleted."""
    path, account_id = rating_path(event.data), event.data.account_id
    if path is None or account_id is None:
        return None
    return SealedText(event_id=event.id, path=path, subject_id=account_id, ciphertext=event.sealed.get(path, b""))
