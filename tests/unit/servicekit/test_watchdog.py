import pytest

from servicekit.watchdog import StalledError, Watchdog


def watch(*looks: tuple[float, dict[str, int], dict[str, int]], seconds: float = 60) -> None:
    dog: Watchdog[str] = Watchdog(seconds)
    for now, positions, ends in looks:
        dog.look(now, positions, ends)


def test_records_that_nobody_reads_end_the_process() -> None:
    with pytest.raises(StalledError, match="p0"):
        watch((0, {"p0": 5}, {"p0": 9}), (61, {"p0": 5}, {"p0": 9}))


def test_standing_still_at_the_end_is_no_stall() -> None:
    watch((0, {"p0": 9}, {"p0": 9}), (61, {"p0": 9}, {"p0": 9}), (500, {"p0": 9}, {"p0": 9}))


def test_the_time_without_records_does_not_count() -> None:
    watch((0, {"p0": 9}, {"p0": 9}), (500, {"p0": 9}, {"p0": 9}), (520, {"p0": 9}, {"p0": 10}))


def test_moving_slowly_is_no_stall() -> None:
    watch(*((second * 50, {"p0": second}, {"p0": 100}) for second in range(20)))


def test_a_partition_may_wait_while_others_move_but_not_for_ever() -> None:
    def looks(until: int) -> list[tuple[float, dict[str, int], dict[str, int]]]:
        return [(now, {"p0": 5, "p1": now}, {"p0": 9, "p1": 10_000}) for now in range(0, until, 10)]

    watch(*looks(290))
    with pytest.raises(StalledError, match="p0"):
        watch(*looks(320))


def test_a_new_assignment_starts_anew() -> None:
    dog: Watchdog[str] = Watchdog(60)
    dog.look(0, {"p0": 5}, {"p0": 9})
    dog.excuse(59)
    dog.look(100, {"p0": 5}, {"p0": 9})
    dog.look(159, {"p0": 5}, {"p0": 9})
    with pytest.raises(StalledError):
        dog.look(161, {"p0": 5}, {"p0": 9})


def test_a_partition_that_was_given_away_is_forgotten() -> None:
    watch(
        (0, {"p0": 5, "p1": 1}, {"p0": 9, "p1": 1}),
        (50, {"p1": 1}, {"p1": 1}),
        (90, {"p0": 5, "p1": 1}, {"p0": 9, "p1": 1}),
    )
