"""Where the sealed texts of a row lie, and which of the texts opened belong to which of them.

Invariant: what is asked to be opened and what is taken back stand in one order, that of the slots.
Next: queries.py, which opens all texts of a page in one go.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from eventlog.open import SealedText
from profile_projection.application.ports import Row


class Slot(NamedTuple):
    """Columns of a text: ciphertext (null: hidden, absent, erased), event id, subject; and its path or where it is."""

    ciphertext: str
    event_id: str
    subject_id: str
    path: str
    path_column: str | None = None

    def sealed(self, row: Row) -> SealedText:
        path = self.path if self.path_column is None else row[self.path_column]
        return SealedText(
            event_id=row[self.event_id], path=path, subject_id=row[self.subject_id], ciphertext=row[self.ciphertext]
        )


TITLE: Final = Slot("title", "title_event", "client_id", "title")
CLIENT_COMMENT: Final = Slot("client_comment", "client_comment_event", "client_id", "", "client_comment_path")
RESPONSE: Final = Slot("response", "response_event", "response_author", "", "response_path")
TALENT_COMMENT: Final = Slot(
    "talent_comment", "talent_comment_event", "talent_comment_author", "", "talent_comment_path"
)
CLIENT_RESPONSE: Final = Slot(
    "client_response", "client_response_event", "client_response_author", "", "client_response_path"
)
ACCOUNT_NAME: Final = Slot("display_name", "display_name_event", "account_id", "display_name")
CLIENT_NAME: Final = Slot("display_name", "display_name_event", "client_id", "display_name")

WORK_HISTORY: Final = (TITLE, CLIENT_COMMENT, RESPONSE)
CLIENT_HISTORY: Final = (TITLE, CLIENT_COMMENT, TALENT_COMMENT, CLIENT_RESPONSE)


def sealed_in(rows: Iterable[Row], slots: Iterable[Slot]) -> list[SealedText]:
    """The texts of these rows that may be opened, row by row in the order of the slots."""
    return [slot.sealed(row) for row in rows for slot in slots if row[slot.ciphertext] is not None]


def opened_in(row: Row, slots: Iterable[Slot], texts: Iterator[str | None]) -> list[str | None]:
    """One text per slot, taken from `texts` in the order of `sealed_in`; None for what was not there to be opened."""
    return [next(texts) if row[slot.ciphertext] is not None else None for slot in slots]
