"""Canonical JSON equals RFC 8785, as the `rfc8785` package writes it, for everything our events may hold."""

from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from event_contracts.canonical import canonical

LARGEST = 2**53 - 1
texts = st.text(st.characters(codec="utf-8"))
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(keys, inner),
    max_leaves=30,
)


@given(values)
@example("".join(map(chr, range(0x20))))
@example("\x7f\x80\u2028\u2029\ufeff\uffff")
@example("😀 \U0010ffff e\u0301 \u00e9")
@example({"\x7f": 1, "~": 2, "": 3, "\x00": 4, "a": 5, "A": 6})
@example([LARGEST, -LARGEST, 0, -0])
@example({"time": "2026-03-04T09:30:00.5Z", "text": "1.5 1e9 null"})
def test_it_equals_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.text(min_size=1).flatmap(lambda text: st.sampled_from([text + "\ud800", "\udfff" + text])))
def test_a_lone_surrogate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="canonical"):
        canonical({"comment": text})


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        -1.5,
        1e300,
        float("nan"),
        float("inf"),
        {"deep": [{"in": 2.5}]},
        {"none": None, "deep": (float("inf"),)},
        LARGEST + 1,
        -LARGEST - 1,
        10**30,
        {"é": 1},
        {"deep": [{"\u20ac": "x"}]},
        {1: "a"},
        b"bytes",
        datetime(2026, 1, 1, tzinfo=UTC),
        {"a", "set"},
    ],
    ids=repr,
)
def test_what_the_two_would_write_differently_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="canonical"):
        canonical(value)
