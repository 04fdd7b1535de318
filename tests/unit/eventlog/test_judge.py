"""A consumer applies prefixes of a partition, whatever Kafka brings."""

import pytest

from eventlog.judge import Folded, HoleError, OtherLeafError, is_new

A, B = b"a" * 32, b"b" * 32


def test_the_first_record_of_a_partition_has_nothing_before_it() -> None:
    assert is_new(Folded(), position=7, after=None, leaf_hash=A)


def test_a_record_that_follows_the_last_one_folded_is_new() -> None:
    assert is_new(Folded(7, A), position=9, after=7, leaf_hash=B)


@pytest.mark.parametrize("position", [3, 7])
def test_a_record_sent_again_is_passed_over_whatever_its_after_says(position: int) -> None:
    assert not is_new(Folded(7, A), position=position, after=1, leaf_hash=A)


@pytest.mark.parametrize("folded", [Folded(), Folded(7, A)])
def test_a_hole_is_never_stepped_over(folded: Folded) -> None:
    with pytest.raises(HoleError, match="follows 8"):
        is_new(folded, position=9, after=8, leaf_hash=B)


def test_another_leaf_at_the_same_position_stops() -> None:
    with pytest.raises(OtherLeafError):
        is_new(Folded(7, A), position=7, after=None, leaf_hash=B)
