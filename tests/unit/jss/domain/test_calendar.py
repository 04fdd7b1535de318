"""Windows of calendar months: both ends, clamped month ends, and days crossed between two dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.jss.domain.build import unhurried

from jss.domain.calendar import WINDOWS, crossed, first_day, in_window, months_later

DAYS = st.dates(min_value=date(1999, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 2, 28), 6, date(2026, 8, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2025, 12, 15), 24, date(2027, 12, 15)),
    ],
)
def test_months_are_added_with_the_day_clamped_to_the_months_end(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize("months", WINDOWS)
def test_a_contract_stands_from_the_day_it_ended_to_the_same_day_months_later(months: int) -> None:
    ended = date(2025, 3, 14)
    last = months_later(ended, months)
    assert not in_window(ended, months, ended - timedelta(days=1))
    assert in_window(ended, months, ended)
    assert in_window(ended, months, last)
    assert not in_window(ended, months, last + timedelta(days=1))


def test_contracts_of_the_last_days_of_a_long_month_leave_together() -> None:
    february, march = date(2026, 2, 28), date(2026, 3, 1)
    for day in (28, 29, 30, 31):
        assert in_window(date(2025, 8, day), 6, february)
        assert not in_window(date(2025, 8, day), 6, march)
    assert not in_window(date(2025, 8, 27), 6, february)


@unhurried
@given(day=DAYS, as_of=DAYS, months=st.sampled_from(WINDOWS))
def test_a_window_is_one_unbroken_range_of_days(day: date, as_of: date, months: int) -> None:
    assert in_window(day, months, as_of) == (first_day(months, as_of) <= day <= as_of)


@unhurried
@given(day=DAYS, last=DAYS, ahead=st.integers(min_value=0, max_value=1200))
def test_the_days_crossed_are_exactly_those_that_changed_a_window(day: date, last: date, ahead: int) -> None:
    as_of = last + timedelta(days=ahead)
    changed = any(in_window(day, months, last) != in_window(day, months, as_of) for months in WINDOWS)
    reported = any(first <= day <= end for first, end in crossed(last, as_of))
    assert reported or not changed
    if ahead <= 28:
        assert reported == changed


@unhurried
@given(day=DAYS, as_of=DAYS)
def test_before_the_first_scoring_day_everything_counts_as_crossed(day: date, as_of: date) -> None:
    assert any(first <= day <= end for first, end in crossed(None, as_of)) == (day <= as_of)


def test_an_older_scoring_day_crosses_nothing() -> None:
    assert list(crossed(date(2026, 2, 2), date(2026, 2, 1))) == []
    assert list(crossed(date(2026, 2, 2), date(2026, 2, 2))) == []
