"""Headers as bytes: null, empty and non-UTF-8 values stay apart and come back to the byte."""

from hypothesis import given
from hypothesis import strategies as st

from removal.adapters.dead_letters import letter_headers
from removal.adapters.parking import MOST_DETAIL, ParkedRecord, headers_bytes, headers_of, storable

VALUES = st.none() | st.binary(max_size=300)
HEADERS = st.lists(st.tuples(st.text(max_size=20), VALUES), max_size=8)


@given(HEADERS)
def test_headers_come_back_as_they_were(headers: list[tuple[str, bytes | None]]) -> None:
    assert headers_of(headers_bytes(headers)) == headers


def test_ids_in_headers_can_be_found_in_the_bytes() -> None:
    assert b"user-1" in headers_bytes([("ce_subject", b"user-1")])


def test_a_dead_letter_keeps_the_originals_headers_and_adds_its_own() -> None:
    original = [("ce_id", b"\xff"), ("trace", None), ("ce_id", b"")]
    record = ParkedRecord(
        id=1,
        reason="invalid",
        detail="badge: wörd",
        topic="marketplace.accounts",
        partition=3,
        offset=42,
        key=None,
        headers=original,
        value=None,
        attempts=1,
    )
    assert letter_headers(record) == [
        *original,
        ("dlq-reason", b"invalid"),
        ("dlq-detail", "badge: wörd".encode()),
        ("dlq-topic", b"marketplace.accounts"),
        ("dlq-partition", b"3"),
        ("dlq-offset", b"42"),
    ]


@given(st.text(st.characters(categories=["Cs", "Cc", "L"])) | st.just("x" * 5000))
def test_any_detail_can_be_stored(detail: str) -> None:
    stored = storable(detail)
    assert "\0" not in stored
    assert len(detail) <= MOST_DETAIL or len(stored) == MOST_DETAIL
    stored.encode()
