"""Open private ratings in batches, the one kind of text that is opened while folding (architecture §1.10).

Invariant: a rating leaves here only to become an outcome class; nothing stores, logs or shows it.
Next: domain/policy.py for the classes.
"""

from collections.abc import Sequence

from event_contracts.recorded import Recorded
from event_contracts.slot import rating_path
from eventlog.open import Opener, SealedText
from jss.application.ports import OpenedRatings


class SealedRatings:
    """`Ratings` (application/ports.py) with the subjects' keys."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener

    async def open(self, events: Sequence[Recorded]) -> OpenedRatings:
        """Open the rating of each client feedback in the events. It is sealed under the account it is about."""
        sealed: list[tuple[Recorded, SealedText]] = []
        erased: set[str] = set()
        for event in events:
            path, account_id = rating_path(event.data), event.data.account_id
            if path is None or account_id is None:
                continue
            ciphertext = event.sealed.get(path)
            if ciphertext is None:
                erased.add(account_id)
                continue
            sealed.append(
                (event, SealedText(event_id=event.id, path=path, subject_id=account_id, ciphertext=ciphertext))
            )
        opened = await self._opener.open([part for _, part in sealed])
        by_position: dict[int, dict[str, str]] = {}
        for (event, part), text in zip(sealed, opened, strict=True):
            if text is None:
                erased.add(part.subject_id)
            else:
                by_position.setdefault(event.position, {})[part.path] = text
        return OpenedRatings(by_position, frozenset(erased))
