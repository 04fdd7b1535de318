from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fi.generate.data_set import DataSet, Skew

WISH = DataSet(accounts=10, contracts=40, seed=1, until=datetime(2026, 3, 2, 9, tzinfo=UTC))


def test_every_wish_has_a_name_of_its_own() -> None:
    others = [
        replace(WISH, accounts=11),
        replace(WISH, contracts=41),
        replace(WISH, seed=2),
        replace(WISH, until=WISH.until + timedelta(seconds=1)),
        replace(WISH, skew=Skew.UNIFORM),
    ]
    assert len({wish.name for wish in [WISH, *others]}) == 6
    assert replace(WISH).name == WISH.name


def test_moments_are_in_order_and_inside_the_data_sets_time() -> None:
    moments = list(WISH.moments(1000, WISH.dice("test")))
    assert moments == sorted(moments)
    assert moments[0] >= WISH.begins
    assert WISH.until - timedelta(days=1) < moments[-1] <= WISH.until
    assert list(WISH.moments(0, WISH.dice("test"))) == []


def test_chance_for_one_purpose_is_repeatable_and_independent_of_another() -> None:
    assert WISH.dice("a", 1).random() == WISH.dice("a", 1).random()
    assert WISH.dice("a", 1).random() != WISH.dice("a", 2).random()
