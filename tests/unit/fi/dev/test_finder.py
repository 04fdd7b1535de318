"""In which order the backing services are found."""

from collections.abc import Callable, Mapping

import pytest

from fi.dev.finder import Kind, Machine, choose_kafka, choose_postgres
from fi.error import RefusedError

BOTH_IMAGES = ("postgres:18", "apache/kafka:4.3.1")
NO_JAVA = "no Java"


def a_machine(
    *, told: Mapping[str, str] | None = None, images: tuple[str, ...] = (), why_no_java: str | None = NO_JAVA
) -> Machine:
    return Machine(told or {}, lambda image: image in images, lambda: why_no_java)


def never_asked(*_: object) -> bool:
    raise AssertionError("looked further than it had to")


def test_what_the_environment_names_is_used_and_nothing_else_is_looked_at() -> None:
    told = {"FI_DATABASE_URL": "postgresql://there/db", "FI_KAFKA_BOOTSTRAP_SERVERS": "there:9092"}
    unseen: Callable[..., bool] = never_asked
    machine = Machine(told, unseen, lambda: str(never_asked()))
    assert choose_postgres(machine) is Kind.GIVEN
    assert choose_kafka(machine) == (Kind.GIVEN, None)


def test_docker_comes_before_the_embedded_servers() -> None:
    machine = a_machine(images=BOTH_IMAGES, why_no_java=None)
    assert choose_postgres(machine) is Kind.DOCKER
    assert choose_kafka(machine) == (Kind.DOCKER, None)


def test_an_engine_without_our_image_counts_as_none() -> None:
    machine = a_machine(images=("postgres:17", "apache/kafka:latest"), why_no_java=None)
    assert choose_postgres(machine) is Kind.EMBEDDED
    assert choose_kafka(machine) == (Kind.EMBEDDED, None)


def test_each_service_is_found_for_itself() -> None:
    machine = a_machine(images=("postgres:18",), why_no_java=None)
    assert choose_postgres(machine) is Kind.DOCKER
    assert choose_kafka(machine) == (Kind.EMBEDDED, None)


def test_the_in_memory_broker_is_last_and_its_reason_is_given() -> None:
    assert choose_kafka(a_machine()) == (Kind.IN_MEMORY, NO_JAVA)


def test_the_in_memory_broker_is_refused_where_a_real_one_is_required() -> None:
    with pytest.raises(RefusedError, match="real Kafka broker is required"):
        choose_kafka(a_machine(told={"REQUIRE_KAFKA": "1"}))


@pytest.mark.parametrize("kept", [Kind.EMBEDDED, Kind.DOCKER])
def test_an_instance_keeps_the_kind_its_data_is_in(kept: Kind) -> None:
    machine = a_machine(images=BOTH_IMAGES, why_no_java=None)
    assert choose_postgres(machine, remembered=kept) is kept
    assert choose_kafka(machine, remembered=kept) == (kept, None)


def test_an_instance_of_the_in_memory_broker_takes_a_real_one_when_there_is_one() -> None:
    assert choose_kafka(a_machine(why_no_java=None), remembered=Kind.IN_MEMORY) == (Kind.EMBEDDED, None)


def test_one_kind_can_be_asked_for() -> None:
    told = {"FI_DEV_BACKING": "embedded"}
    machine = a_machine(told=told, images=BOTH_IMAGES, why_no_java=None)
    assert choose_postgres(machine) is Kind.EMBEDDED
    assert choose_kafka(machine) == (Kind.EMBEDDED, None)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(RefusedError, match="FI_DEV_BACKING=rabbit"):
        choose_postgres(a_machine(told={"FI_DEV_BACKING": "rabbit"}))
