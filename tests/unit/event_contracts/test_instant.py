"""Times of the wire: RFC 3339 in, one spelling out."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from event_contracts.instant import format_time, parse_time


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_instant_survives_the_wire(instant: datetime) -> None:
    assert parse_time(format_time(instant)) == instant


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00.120000Z", "2026-01-31T12:00:00.12Z"),
        ("2026-01-31T12:00:00.000001Z", "2026-01-31T12:00:00.000001Z"),
        ("2026-01-31T12:00:00.5+05:30", "2026-01-31T06:30:00.5Z"),
        ("2026-01-31T23:59:59-01:00", "2026-02-01T00:59:59Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00Z"),
    ],
)
def test_equal_instants_have_one_spelling(text: str, spelling: str) -> None:
    assert format_time(parse_time(text)) == spelling


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00Z",
        "2026-01-31T12:00Z",
        "20260131T120000Z",
        "2026-W05-6T12:00:00Z",
        "2026-01-31T12:00:00,5Z",
        "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00.1234567Z",
        "2026-01-31T12:00:00+0100",
        "2026-01-31T12:00:00+24:00",
        "2026-02-30T12:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:00:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "2026-01-31T12:00:00Z\n",
        "٢٠٢٦-01-31T12:00:00Z",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(is not an RFC 3339|has more than six|names an instant that)"):
        parse_time(text)


def test_other_offsets_are_converted() -> None:
    west = datetime(2026, 1, 31, 20, tzinfo=timezone(timedelta(hours=-8)))
    assert format_time(west) == "2026-02-01T04:00:00Z"


def test_a_time_without_an_offset_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no instant"):
        format_time(datetime(2026, 1, 31))  # noqa: DTZ001 - the naive datetime is the point
