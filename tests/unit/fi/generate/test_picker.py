from collections import Counter
from random import Random

from fi.generate.data_set import Skew
from fi.generate.picker import Among, Picker


def picked(skew: Skew, count: int = 100, times: int = 50_000) -> Counter[int]:
    picker, dice = Picker(count, skew), Random("picker")
    return Counter(picker.pick(dice.random()) for _ in range(times))


def test_evenly_everybody_is_picked_about_as_often() -> None:
    seen = picked(Skew.UNIFORM)
    assert set(seen) == set(range(100))
    assert max(seen.values()) < 1.5 * min(seen.values())


def test_zipfs_shares_fall_with_the_power_of_the_rank() -> None:
    seen = picked(Skew.ZIPF)
    assert seen.most_common(1)[0][0] == 0
    for rank in (2, 4, 8):
        assert 0.85 < seen[0] / seen[rank - 1] / rank**1.1 < 1.18


def test_the_ends_of_chance_pick_the_first_and_the_last() -> None:
    for skew in Skew:
        picker = Picker(7, skew)
        assert picker.pick(0.0) == 0
        assert picker.pick(1 - 2**-53) == 6


def test_a_share_of_nothing_is_never_picked() -> None:
    among, dice = Among({"often": 3, "never": 0, "seldom": 1}), Random("among")
    seen = Counter(among.pick(dice.random()) for _ in range(4_000))
    assert seen["never"] == 0
    assert 2.6 < seen["often"] / seen["seldom"] < 3.4
