"""What one look at an instance says."""

from fi.dev.settle import Progress


def test_settled_means_nobody_is_behind() -> None:
    assert Progress(7, {"intake": 0, "queue": 0, "jss": 0}).done
    assert not Progress(7, {"intake": 0, "queue": 1, "jss": 0}).done


def test_it_says_who_is_behind_and_by_how_much() -> None:
    assert str(Progress(7, {"intake": 3, "queue": 0, "jss": 2})) == "7 events in the log; behind: intake 3, jss 2"
    assert str(Progress(7, {"intake": 0})) == "7 events in the log; behind: nothing"
