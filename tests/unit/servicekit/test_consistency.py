import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit import opaque
from servicekit.consistency import ConsistencyToken, wait_seconds, wait_until
from servicekit.problem import Problem

streams = st.dictionaries(st.text("abc/1.:~-", min_size=1), st.integers(1, 2**53), max_size=4)
tokens = st.builds(ConsistencyToken, streams, st.booleans())


@given(tokens)
def test_a_token_comes_back_as_it_was_given(token: ConsistencyToken) -> None:
    text = token.encode()
    assert ConsistencyToken.decode(text) == token
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(tokens, tokens)
def test_a_joined_token_asks_for_what_both_ask_for(one: ConsistencyToken, other: ConsistencyToken) -> None:
    joined = one.joined(other)
    assert joined == other.joined(one)
    for token in (one, other):
        assert all(joined.streams[name] >= version for name, version in token.streams.items())
    assert joined.awaits_score == (one.awaits_score or other.awaits_score)


NOT_TOKENS: list[Any] = [
    [],
    {},
    {"s": {"a": "1"}, "a": False},
    {"s": {"a": True}, "a": False},
    {"s": [], "a": False},
    {"s": {}, "a": 1},
]


@pytest.mark.parametrize("text", ["x", "é", "====", *map(opaque.encode, NOT_TOKENS)])
def test_what_we_never_gave_out_is_invalid(text: str) -> None:
    with pytest.raises(Problem) as problem:
        ConsistencyToken.decode(text)
    assert problem.value.status == 422
    assert problem.value.members["errors"][0]["pointer"] == "header:Consistency-Token"


def test_no_header_asks_for_nothing() -> None:
    assert ConsistencyToken.of_header(None) == ConsistencyToken()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 2),
        ("", 2),
        ("wait=5", 5),
        ("wait=0", 0),
        ("WAIT = 3", 3),
        ('respond-async, wait="4"', 4),
        ("wait=3; priority=1", 3),
        ("await=7", 2),
        ("wait=-1", 2),
        ("wait=soon", 2),
        ("wait=99999", 10),
    ],
)
def test_how_long_a_read_may_wait(header: str | None, seconds: float) -> None:
    assert wait_seconds(header) == seconds


async def test_waiting_ends_as_soon_as_the_model_is_there() -> None:
    answers = iter([False, False, True])

    async def there() -> bool:
        return next(answers)

    await asyncio.wait_for(wait_until(there, seconds=5), 1)


async def test_waiting_in_vain_says_so() -> None:
    async def never() -> bool:
        return False

    with pytest.raises(Problem) as problem:
        await wait_until(never, seconds=0.03)
    assert (problem.value.name, problem.value.status) == ("projection-behind", 503)
    assert problem.value.headers["Retry-After"] == "1"


async def test_a_model_that_is_there_needs_no_time() -> None:
    async def there() -> bool:
        return True

    await wait_until(there, seconds=0)
