import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit import opaque
from servicekit.page import decode_cursor, encode_cursor, page_of
from servicekit.problem import Problem


@given(st.text().filter(lambda text: "\0" not in text and text.isprintable()), st.integers(0, 2**53))
def test_a_cursor_comes_back_as_it_was_given(name: str, number: int) -> None:
    assert decode_cursor(encode_cursor(name, number), str, int) == (name, number)


def test_no_cursor_is_the_first_page() -> None:
    assert decode_cursor(None, str) is None


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "a=b", encode_cursor("a"), encode_cursor(1, "a"), encode_cursor("a", 1, 2), opaque.encode({"a": 1}),
     opaque.encode(["a", True]), opaque.encode(["a\0", 1]), encode_cursor("a", 1) + "=", encode_cursor("a", 2**63)],
)  # fmt: skip
def test_nonsense_is_invalid(cursor: str) -> None:
    with pytest.raises(Problem) as problem:
        decode_cursor(cursor, str, int)
    assert problem.value.status == 422
    assert problem.value.members["errors"][0]["pointer"] == "?cursor"


@given(st.lists(st.integers(0, 1000), unique=True), st.integers(1, 100))
def test_following_the_cursors_gives_every_row_once_and_in_order(numbers: list[int], limit: int) -> None:
    rows, seen, cursor = sorted(numbers), [], None
    while True:
        after = decode_cursor(cursor, int)
        read = [row for row in rows if after is None or row > after[0]][: limit + 1]
        page = page_of(read, limit, item=str, key=lambda row: (row,))
        seen += page.items
        if not page.next:
            break
        cursor = page.next
    assert seen == [str(row) for row in rows]


def test_the_last_page_has_no_next_member() -> None:
    page = page_of([1, 2], 2, item=str, key=lambda row: (row,))
    assert page.model_dump(exclude_unset=True) == {"items": ["1", "2"]}
