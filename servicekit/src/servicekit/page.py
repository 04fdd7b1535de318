"""Hand out lists in pages: limits and cursors.

Owns the cursor's text and the shape ``{items, next?}``. Knows nothing of what is listed or how it is sorted.
Invariant: a cursor is the sort key of the last item given (keyset), so a page never skips or repeats an item.
Next: opaque.py for the encoding.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from servicekit import opaque
from servicekit.problem import invalid

T = TypeVar("T")
Row = TypeVar("Row")

MOST_ITEMS: Final = 100
Limit: TypeAlias = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="how many items at most")]
Cursor: TypeAlias = Annotated[str | None, Query(max_length=1024, description="`next` of the page before")]


class Page(BaseModel, Generic[T]):
    """A list answer. ``next`` is left out on the last page (serve it with ``response_model_exclude_unset``)."""

    items: list[T]
    next: str = Field(default="", description="cursor of the next page; absent on the last one")


def encode_cursor(*key: str | int) -> str:
    """Return the cursor for the page after the item with this sort key."""
    return opaque.encode(list(key))


def decode_cursor(cursor: str | None, *kinds: type[str] | type[int]) -> tuple[Any, ...] | None:
    """Return the sort key to go on after, None on the first page.

    ``kinds`` are the types of the key's parts. Raises Problem 422 ``invalid`` for what ``encode_cursor`` does not make.
    """
    if cursor is None:
        return None
    try:
        key = opaque.decode(cursor)
    except ValueError as nonsense:
        raise _not_a_cursor() from nonsense
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise _not_a_cursor()
    if not all(_fits_a_column(part) for part in key):
        raise _not_a_cursor()
    return tuple(key)


def _fits_a_column(part: str | int) -> bool:
    return "\0" not in part if isinstance(part, str) else -(2**63) <= part < 2**63


def _not_a_cursor() -> Exception:
    return invalid([("?cursor", "is not a cursor of this list")])


def page_of(
    rows: Sequence[Row], limit: int, *, item: Callable[[Row], T], key: Callable[[Row], tuple[str | int, ...]]
) -> Page[T]:
    """Return a page of at most ``limit`` items; ask the database for ``limit + 1`` rows, so that ``next`` is known."""
    items = [item(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return Page(items=items)
    return Page(items=items, next=encode_cursor(*key(rows[limit - 1])))
