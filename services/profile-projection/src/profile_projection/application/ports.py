"""What the projection needs from the world: tables to fold into, pages to read, the log's past, texts to open.

Invariant: a page is one statement, so what stands in it belongs together; texts of a page are opened in one go.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from event_contracts.recorded import Recorded
from eventlog.open import SealedText
from eventlog.read import LogSize
from profile_projection.application.rows import Keys, Rows


class Row(Protocol):
    """A row as the database answers it; no object stands between it and the answer."""

    def __getitem__(self, column: str, /) -> Any:
        """The value of a column."""


class After(NamedTuple):
    """The last contract of the page before."""

    completed_at: datetime
    contract_id: str


class Tables(Protocol):
    """The read models inside one open transaction."""

    async def load(self, keys: Keys) -> Rows:
        """The rows of these keys as far as there are any."""

    async def save(self, rows: Rows) -> None:
        """Put them in place, and blank what the newly erased subjects wrote."""


class Pages(Protocol):
    """The read models as the doors see them. With `items` 0 every page has one row, its place and figures alone."""

    async def profiles(self, account_ids: Sequence[str], *, items: int) -> Sequence[Row]:
        """Short profiles in the order asked, each repeated for the first `items` contracts of its work history."""

    async def work_history(self, account_id: str, after: After | None, *, items: int) -> Sequence[Row]:
        """An account's place, repeated for a page of its ended contracts."""

    async def client_history(self, client_id: str, after: After | None, *, items: int) -> Sequence[Row]:
        """A client's place and name, repeated for a page of its ended contracts."""

    async def has_folded(self, streams: Mapping[str, int], *, awaits_score: bool) -> bool:
        """Whether these versions, and the scores they cause, are in the read models."""


class Log(Protocol):
    """The log, read up to a position. Lists come in log order, in pages; `after…` continues a reading."""

    async def size(self) -> LogSize:
        """How long the log is."""

    async def position_at(self, time: datetime) -> int | None:
        """The last position sequenced at or before a time; None before the log began."""

    async def by_position(self, from_position: int, limit: int = ..., /) -> Sequence[Recorded]:
        """Events from a position on."""

    async def by_stream(self, stream: str, after_version: int = ..., /, *, up_to: int) -> Sequence[Recorded]:
        """Events of a stream."""

    async def last_of(self, stream: str, /, *, up_to: int) -> Recorded | None:
        """The last event of a stream."""

    async def by_streams(self, streams: Sequence[str], after_position: int = ..., /) -> Sequence[Recorded]:
        """Events of several streams, as far as the log goes."""

    async def by_client(self, client_id: str, after_position: int = ..., /, *, up_to: int) -> Sequence[Recorded]:
        """Events that name a client."""

    async def by_contracts(self, contract_ids: Sequence[str], after_position: int = ..., /) -> Sequence[Recorded]:
        """Events that name any of these contracts, as far as the log goes."""

    async def memberships_of(self, user_id: str, /, *, up_to: int) -> Sequence[Recorded]:
        """Facts about a user's role in agencies, all of them."""

    async def names(self, user_id: str, /, *, up_to: int) -> bool:
        """Whether a fact about another account names this user."""


class Texts(Protocol):
    """What opens sealed texts."""

    async def open(self, parts: Sequence[SealedText]) -> list[str | None]:
        """The texts in the order asked; None where the subject was erased."""

    async def epoch(self) -> int:
        """Grows with every erasure."""
