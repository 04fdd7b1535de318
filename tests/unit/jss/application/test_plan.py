"""Sets are cut so that order is kept where it matters and nowhere else."""

from tests.unit.jss import facts
from tests.unit.jss.recorded import NOON, recorded

from event_contracts import ScoringDayOpened
from event_contracts.recorded import Recorded
from jss.application.plan import rounds_of, stages_of


def approval(account_id: str, position: int) -> Recorded:
    """A ruling."""
    return recorded(data=facts.approved("C", "k", account=account_id), position=position)


def day(position: int, partition: int) -> Recorded:
    """A broadcast event."""
    return recorded(data=ScoringDayOpened(day=NOON.date()), position=position, partition=partition)


def standing(position: int) -> Recorded:
    """A client's standing."""
    return recorded(data=facts.standing("k", "flagged"), position=position)


def positions(run: list[Recorded]) -> list[int]:
    """Where the events stand in the log."""
    return [event.position for event in run]


def test_a_ruling_is_alone_and_what_lies_between_is_together() -> None:
    run = [
        recorded("A1", position=0),
        recorded("A1", position=1),
        approval("A1", 2),
        approval("A1", 3),
        recorded("A1", position=4),
        recorded("A2", position=5),
    ]
    rounds = [{account: positions(events) for account, events in one.items()} for one in rounds_of(run)]
    assert rounds == [{"A1": [0, 1], "A2": [5]}, {"A1": [2]}, {"A1": [3]}, {"A1": [4]}]
    assert rounds_of([]) == []


def test_a_broadcast_event_parts_what_comes_before_it_from_what_comes_after_in_its_partition() -> None:
    events = [
        recorded("A1", position=0, partition=0),
        recorded("B1", position=1, partition=1),
        day(2, 0),
        day(2, 1),
        recorded("A1", position=3, partition=0),
        recorded("B1", position=4, partition=1),
    ]
    first, second = stages_of(events, lambda event: False)
    assert (positions(first.run), positions(first.broadcasts)) == ([0, 1], [2, 2])
    assert (positions(second.run), positions(second.broadcasts)) == ([3, 4], [])


def test_partitions_without_a_broadcast_event_are_folded_in_the_first_stage() -> None:
    events = [day(0, 0), recorded("B1", position=1, partition=1), recorded("A1", position=2, partition=0)]
    first, second = stages_of(events, lambda event: False)
    assert (positions(first.run), positions(first.broadcasts)) == ([1], [0])
    assert positions(second.run) == [2]


def test_only_a_standing_that_turns_something_parts_a_run() -> None:
    events = [recorded("A1", position=0), standing(1), recorded("A1", position=2)]
    (only,) = stages_of(events, lambda event: False)
    assert (positions(only.run), only.broadcasts) == ([0, 2], [])
    first, second = stages_of(events, lambda event: True)
    assert (positions(first.run), positions(first.broadcasts), positions(second.run)) == ([0], [1], [2])
