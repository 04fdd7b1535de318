"""Steps of the test clock."""

from datetime import UTC, datetime

import pytest

from fi.dev.clock import later


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "step", "then"),
    [
        ("2026-01-15T12:00:00", "3mo", "2026-04-15T12:00:00"),
        ("2026-08-31T23:59:59.5", "3mo", "2026-11-30T23:59:59.5"),
        ("2023-11-30T00:00:00", "3mo", "2024-02-29T00:00:00"),
        ("2026-12-15T12:00:00", "1mo", "2027-01-15T12:00:00"),
        ("2026-01-31T12:00:00", "25mo", "2028-02-29T12:00:00"),
        ("2026-02-27T12:00:00", "10d", "2026-03-09T12:00:00"),
        ("2026-01-15T22:00:00", "5h", "2026-01-16T03:00:00"),
        ("2026-01-15T12:00:00", "90m", "2026-01-15T13:30:00"),
        ("2026-01-15T12:00:00", "20s", "2026-01-15T12:00:20"),
    ],
)
def test_a_step_moves_the_clock_forward(now: str, step: str, then: str) -> None:
    assert later(at(now), step) == at(then)


@pytest.mark.parametrize("step", ["", "3", "mo", "-1d", "1w", "1.5h", "3 mo", "3mo "])
def test_what_is_no_step_is_refused(step: str) -> None:
    with pytest.raises(ValueError, match="is no step"):
        later(at("2026-01-15T12:00:00"), step)
