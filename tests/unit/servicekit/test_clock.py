import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servicekit.clock import FileClock, SystemClock, clock_from
from servicekit.settings import ProcessSettings

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


def put(path: Path, text: str) -> Path:
    """Replace the file as a whole, as `fi dev clock` does."""
    fresh = path.with_suffix(".fresh")
    fresh.write_text(text)
    fresh.replace(path)
    return path


def test_the_test_clock_stands_still_until_its_file_is_replaced(tmp_path: Path) -> None:
    file = put(tmp_path / "clock", "2024-03-01T12:00:00Z\n")
    clock = FileClock(file)
    assert clock.now() == clock.now() == NOON
    put(file, "2024-06-01T12:00:00Z\n")
    assert clock.now() == datetime(2024, 6, 1, 12, tzinfo=UTC)


def test_a_replacement_of_the_same_length_and_age_is_seen(tmp_path: Path) -> None:
    file = put(tmp_path / "clock", "2024-03-01T12:00:00Z")
    clock = FileClock(file)
    put(file, "2024-03-01T13:00:00Z")
    os.utime(file, ns=(0, 0))
    assert clock.now().hour == 13


def test_other_offsets_are_converted(tmp_path: Path) -> None:
    assert FileClock(put(tmp_path / "clock", "2024-03-01T13:00:00+01:00")).now() == NOON


@pytest.mark.parametrize("text", ["", "soon", "2024-03-01T12:00:00"])
def test_a_file_without_an_instant_stops_the_process_at_its_start(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"clock|isoformat"):
        FileClock(put(tmp_path / "clock", text))


def test_the_settings_choose_the_clock(tmp_path: Path) -> None:
    file = put(tmp_path / "clock", "2024-03-01T12:00:00Z")
    assert clock_from(ProcessSettings(test_clock=file, dev=True)).now() == NOON
    assert isinstance(clock_from(ProcessSettings(test_clock=None)), SystemClock)
    assert SystemClock().now().tzinfo is UTC
