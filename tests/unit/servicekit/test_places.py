from aiokafka import ConsumerRecord

from servicekit.places import Place, advanced, partitions_of, unread


def a_record(partition: int, offset: int) -> "ConsumerRecord[bytes | None, bytes | None]":
    return ConsumerRecord("t", partition, offset, 0, 0, None, b"{}", None, 0, 2, ())


PLACES = {("t", 0): Place("t", 0, 5, position=4), ("t", 1): Place("t", 1, 0)}


def test_what_the_place_has_passed_is_not_read_again() -> None:
    records = [a_record(0, 3), a_record(0, 5), a_record(1, 0)]
    assert [(record.partition, record.offset) for record in unread(records, PLACES)] == [(0, 5), (1, 0)]
    assert partitions_of(records) == {("t", 0), ("t", 1)}


def test_places_go_to_the_end_of_what_was_read_and_keep_the_rest() -> None:
    assert advanced([a_record(0, 5), a_record(0, 6)], PLACES) == [Place("t", 0, 7, position=4)]


def test_places_never_go_back() -> None:
    assert advanced([a_record(0, 3)], PLACES) == []
