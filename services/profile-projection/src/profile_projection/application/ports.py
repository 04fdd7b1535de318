"""What the projection needs from the world: tables to fold into, pages to read, texts to open."""

from collections.abc import Mapping
from typing import Any, Protocol

from profile_projection.application.rows import Keys, Rows

Row = Mapping[str, Any]
"""A row as the database answers it; no object stands between it and the answer."""


class Tables(Protocol):
    """The read models inside one open transaction."""

    async def load(self, keys: Keys) -> Rows:
        """The rows of these keys as far as there are any."""

    async def save(self, rows: Rows) -> None:
        """Put them in place, and blank what the newly erased subjects wrote."""
