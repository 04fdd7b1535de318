"""The queue never forgets a number that somebody may still commit."""

from eventlog.queue import Fence, Queue, SequencedVersions


def test_a_number_not_seen_is_watched_until_it_is_seen() -> None:
    queue = Queue(scanned_to=10)
    queue.saw([11, 14], held=[])
    assert queue.watched == {12, 13}
    assert queue.mark == 11
    queue.saw([12], held=[])
    assert queue.watched == {13}
    assert queue.scanned_to == 14


def test_a_number_rolled_back_is_let_go_once_the_fence_has_passed() -> None:
    queue = Queue(scanned_to=0)
    queue.saw([2, 5], held=[])
    fence = queue.fence = Fence(last_number=3, next_transaction=900)
    queue.settled(fence)
    assert queue.watched == {4}
    assert queue.fence is None
    assert queue.mark == 3


def test_an_event_held_back_outlives_every_fence_and_holds_the_mark() -> None:
    queue = Queue(scanned_to=0)
    queue.saw([1, 2, 3], held=[2])
    queue.settled(Fence(last_number=3, next_transaction=900))
    assert queue.watched == {2}
    assert queue.mark == 1
    queue.saw([2, 4], held=[])
    assert queue.watched == set()
    assert queue.mark == 4


def test_versions_met_longest_ago_are_forgotten_first() -> None:
    versions = SequencedVersions(capacity=2)
    for stream, version in [("a", 1), ("b", 1), ("a", 2), ("c", 1)]:
        versions.put(stream, version)
    assert (versions.get("a"), versions.get("b"), versions.get("c")) == (2, None, 1)
