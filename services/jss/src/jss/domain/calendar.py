"""Say which ended contracts stand in a window of calendar months on a given UTC date.

Knows dates only; the clock, time zones and contracts are others' business.
Invariant: the days of a window are one unbroken range, so a window is two dates to whoever sums over it.
Next: policy.py for weights and outcomes, decide.py for what the windows are worth.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

WINDOWS = (6, 12, 24)
"""Lengths of the windows in calendar months, shortest first (domain §6.2)."""


def months_later(day: date, months: int) -> date:
    """The same day of the month `months` later, clamped to that month's end: 31 August + 6 is 28 (or 29) February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_window(ended_on: date, months: int, as_of: date) -> bool:
    """Whether a contract that ended on this UTC date stands in the window (domain §6.2, both ends included)."""
    return ended_on <= as_of <= months_later(ended_on, months)


def first_day(months: int, as_of: date) -> date:
    """The earliest day whose contracts still stand in the window on `as_of`.

    Adding months with a clamped end never decreases, so all later days up to `as_of` stand in it too. Where the day
    does not exist `months` earlier (31 August, six months back), that whole month has already left.
    """
    year, month = divmod(as_of.year * 12 + as_of.month - 1 - months, 12)
    month += 1
    if as_of.day <= monthrange(year, month)[1]:
        return date(year, month, as_of.day)
    return months_later(date(year, month, 1), 1)


def crossed(last: date | None, as_of: date) -> Iterator[tuple[date, date]]:
    """The ranges of days (both ends included) whose contracts entered or left some window after `last` up to `as_of`.

    With `last` None nothing was ever opened before, so every day up to `as_of` counts as having entered.
    """
    if last is None:
        yield date.min, as_of
        return
    if as_of <= last:
        return
    yield last + timedelta(days=1), as_of
    for months in WINDOWS:
        leaving, staying = first_day(months, last), first_day(months, as_of)
        if leaving < staying:
            yield leaving, staying - timedelta(days=1)
