"""Read what a request says: ids, pages, moments of the past, and what is refused.

Invariant: nothing is ignored in silence that a reader would count on; every refusal names its parameter.
Next: doors.py.
"""

from datetime import datetime
from typing import Final

from starlette.datastructures import QueryParams

from event_contracts.instant import format_time, parse_time
from profile_projection.application.past import AtPosition, AtTime, Moment
from profile_projection.application.ports import After
from profile_projection.application.queries import FIRST_PAGE, Page
from servicekit.page import MOST_ITEMS, decode_cursor, encode_cursor
from servicekit.problem import Problem, invalid

_TIME: Final = "at_time"
_POSITION: Final = "at_position"
_LONGEST_CURSOR: Final = 1024
_LONGEST_POSITION: Final = 19


def refuse_the_past(query: QueryParams) -> None:
    """Raise Problem 422 for a question about the past: answering with the present would be a wrong answer."""
    if asked := [(f"?{name}", "this door answers about now alone") for name in (_TIME, _POSITION) if name in query]:
        raise invalid(asked)


def moment_of(query: QueryParams) -> Moment | None:
    """Which past is asked about, if any. Raises Problem 422 ``invalid`` for nonsense, or more than one moment."""
    times, positions = query.getlist(_TIME), query.getlist(_POSITION)
    if times and positions:
        raise invalid([(f"?{name}", "name a time or a position, not both") for name in (_TIME, _POSITION)])
    for name, values in ((_TIME, times), (_POSITION, positions)):
        if len(values) > 1:
            raise invalid([(f"?{name}", "is given more than once")])
    if times:
        return AtTime(_time(times[0]))
    return AtPosition(_position(positions[0])) if positions else None


def not_yet(moment: Moment) -> Problem:
    """Problem 422 for a moment that has not come, naming its parameter."""
    if isinstance(moment, AtTime):
        return invalid([(f"?{_TIME}", "lies in the future")])
    return invalid([(f"?{_POSITION}", "lies beyond the end of the log")])


def _time(text: str) -> datetime:
    try:
        return parse_time(text)
    except ValueError as nonsense:
        raise invalid([(f"?{_TIME}", str(nonsense))]) from nonsense


def _position(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise invalid([(f"?{_POSITION}", "is not a position: an integer from 0 on")])
    if len(text) > _LONGEST_POSITION:
        raise not_yet(AtPosition(0))
    return int(text)


def cursor_of(last: After) -> str:
    """The cursor for what comes after a contract."""
    return encode_cursor(format_time(last.completed_at), last.contract_id)


def page_of(query: QueryParams) -> Page:
    """Which page is asked for. Raises Problem 422 ``invalid`` for a limit or cursor that is none."""
    return Page(_after(query.get("cursor")), _limit(query.get("limit")))


def _limit(text: str | None) -> int:
    if text is None:
        return FIRST_PAGE
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MOST_ITEMS):
        raise invalid([("?limit", f"is not an integer between 1 and {MOST_ITEMS}")])
    return int(text)


def _after(text: str | None) -> After | None:
    if text is not None and len(text) > _LONGEST_CURSOR:
        raise _no_cursor()
    key = decode_cursor(text, str, str)
    if key is None:
        return None
    try:
        return After(parse_time(key[0]), key[1])
    except ValueError as nonsense:
        raise _no_cursor() from nonsense


def _no_cursor() -> Exception:
    return invalid([("?cursor", "is not a cursor of this list")])


def account_ids_of(query: QueryParams) -> list[str]:
    """The accounts asked for, each once, in the order asked. Raises Problem 422 for none or too many."""
    ids = list(dict.fromkeys(query.getlist("account_id")))
    if not 1 <= len(ids) <= MOST_ITEMS:
        raise invalid([("?account_id", f"name between 1 and {MOST_ITEMS} accounts")])
    return ids
