"""How many partitions an instance's topics have."""

import pytest

from fi.dev.finder import Kind
from fi.dev.instance import DOWN, SYSTEM_CLOCK, Instance
from fi.dev.plan import partitions_of
from fi.error import CommandError, RefusedError


def an_instance(kafka: Kind, partitions: int) -> Instance:
    return Instance(
        home="/there",
        state=DOWN,
        clock=SYSTEM_CLOCK,
        ports={},
        database_kind=Kind.EMBEDDED,
        database_url="postgresql://there/db",
        kafka_kind=kafka,
        kafka_version="4.3.1",
        bootstrap_servers="there:9092",
        partitions=partitions,
        services={},
        issuer="issuer",
        audience="audience",
        log_origin="there",
    )


def test_a_new_instance_has_as_many_as_it_is_told_and_eight_unasked() -> None:
    assert partitions_of(Kind.EMBEDDED, None, "3") == 3
    assert partitions_of(Kind.EMBEDDED, None, None) == 8


def test_an_old_instance_keeps_what_its_topics_were_made_with() -> None:
    old = an_instance(Kind.EMBEDDED, 3)
    assert partitions_of(Kind.EMBEDDED, old, None) == 3
    assert partitions_of(Kind.EMBEDDED, old, "3") == 3
    with pytest.raises(RefusedError, match="3 partitions, not 8"):
        partitions_of(Kind.EMBEDDED, old, "8")


def test_a_given_broker_is_believed_to_have_what_is_told() -> None:
    assert partitions_of(Kind.GIVEN, an_instance(Kind.GIVEN, 3), "6") == 6


def test_what_a_broker_of_another_kind_had_does_not_count() -> None:
    assert partitions_of(Kind.EMBEDDED, an_instance(Kind.IN_MEMORY, 4), "6") == 6
    assert partitions_of(Kind.IN_MEMORY, an_instance(Kind.EMBEDDED, 6), "6") == 4


@pytest.mark.parametrize("told", ["0", "-1", "many", "1.5"])
def test_what_is_no_number_of_partitions_is_refused(told: str) -> None:
    with pytest.raises(CommandError, match="is not a number of partitions"):
        partitions_of(Kind.EMBEDDED, None, told)
