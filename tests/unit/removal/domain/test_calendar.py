"""Three calendar months, in UTC, clamped to the month's end."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from removal.domain.calendar import months_after


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-08-31", 3, "2026-11-30"),
        ("2025-11-30", 3, "2026-02-28"),
        ("2027-11-29", 3, "2028-02-29"),
        ("2026-10-31", 3, "2027-01-31"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-15", 0, "2026-01-15"),
        ("2026-01-15", 12, "2027-01-15"),
        ("2026-11-01", 1, "2026-12-01"),
        ("2026-12-01", 25, "2029-01-01"),
    ],
)
def test_the_day_is_clamped_to_the_months_end(start: str, months: int, end: str) -> None:
    noon = datetime.fromisoformat(start + "T12:34:56.789012+00:00")
    assert months_after(noon, months) == datetime.fromisoformat(end + "T12:34:56.789012+00:00")


def test_the_calendar_is_that_of_utc() -> None:
    """Still 31 August in UTC, already 1 September in Tokyo."""
    tokyo = timezone(timedelta(hours=9))
    assert months_after(datetime(2026, 9, 1, 8, tzinfo=tokyo), 3) == datetime(2026, 11, 30, 23, tzinfo=UTC)
