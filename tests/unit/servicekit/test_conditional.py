import pytest

from servicekit.conditional import etag, matches, not_modified, require_match
from servicekit.problem import Problem

TAG = etag("account/a1", 7, None)


def test_a_tag_differs_whenever_a_part_does() -> None:
    tags = {
        etag("a", 1),
        etag("a", 2),
        etag("b", 1),
        etag("a1"),
        etag("a", "1"),
        etag("a", None, 1),
        etag("a", 1, None),
    }
    assert len(tags) == 7
    assert etag("a", 1) == etag("a", 1)
    assert TAG.startswith('"')
    assert TAG.endswith('"')


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"other", {TAG}', "*", f'"a,b",W/"c" , {TAG}'])
def test_a_reader_that_has_the_version_is_told_so(header: str) -> None:
    assert matches(header, TAG)


@pytest.mark.parametrize("header", [None, "", '"other"', TAG.strip('"'), TAG[:-2] + '"'])
def test_a_reader_that_has_another_version_gets_this_one(header: str | None) -> None:
    assert not matches(header, TAG)


def test_not_modified_repeats_the_tag_and_has_no_body() -> None:
    answer = not_modified(TAG, log_position="12")
    assert (answer.status_code, answer.body) == (304, b"")
    assert (answer.headers["etag"], answer.headers["log-position"]) == (TAG, "12")


@pytest.mark.parametrize("header", [TAG, "*", f'"other", {TAG}'])
def test_a_write_on_the_current_version_goes_on(header: str) -> None:
    require_match(header, TAG)


@pytest.mark.parametrize(
    ("header", "status", "name"),
    [
        (None, 428, "precondition-required"),
        ('"other"', 412, "stale"),
        (f"W/{TAG}", 412, "stale"),  # If-Match compares strongly (RFC 9110 §13.1.1)
        ("", 412, "stale"),
    ],
)
def test_any_other_write_is_refused(header: str | None, status: int, name: str) -> None:
    with pytest.raises(Problem) as problem:
        require_match(header, TAG)
    assert (problem.value.status, problem.value.name) == (status, name)
