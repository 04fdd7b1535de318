"""A command talks to the running instance of its home, else to what the environment names."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fi import target
from fi.dev.finder import Kind
from fi.dev.home import Home
from fi.dev.identity import Identity
from fi.dev.instance import TEST_CLOCK, Instance, write_instance
from fi.error import CommandError

DATABASE, KAFKA = "postgresql://somewhere/db", "somewhere:9092"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FI_DATABASE_URL", DATABASE)
    monkeypatch.setenv("FI_KAFKA_BOOTSTRAP_SERVERS", KAFKA)


def an_instance(home: Path, *, supervisor: Identity | None) -> None:
    """An instance's file, with a test clock that shows 2026-03-02."""
    place = Home.at(home)
    place.create()
    place.clock.write_text("2026-03-02T09:00:00Z")
    instance = Instance(
        home=str(home),
        state="ready",
        clock=TEST_CLOCK,
        ports={},
        database_kind=Kind.EMBEDDED,
        database_url="postgresql://here/db",
        kafka_kind=Kind.EMBEDDED,
        kafka_version="4.3.1",
        bootstrap_servers="here:9092",
        partitions=3,
        services={},
        issuer="",
        audience="",
        log_origin="",
        supervisor=supervisor,
    )
    write_instance(place, instance)


def this_process() -> Identity:

    found = Identity.of(os.getpid())
    assert found is not None
    return found


def test_a_running_instance_goes_before_the_environment(tmp_path: Path) -> None:
    an_instance(tmp_path, supervisor=this_process())
    assert target.kafka_target(tmp_path).bootstrap_servers == "here:9092"
    assert target.database_target(tmp_path) == "postgresql://here/db"
    assert target.whole_target(tmp_path).partitions == 3
    assert target.now_at(tmp_path) == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_an_instance_that_is_down_is_not_talked_to(tmp_path: Path) -> None:
    an_instance(tmp_path, supervisor=None)
    assert target.kafka_target(tmp_path).bootstrap_servers == KAFKA
    assert target.database_target(tmp_path) == DATABASE
    assert abs(target.now_at(tmp_path) - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_environment_describes_a_whole_system(tmp_path: Path) -> None:
    found = target.whole_target(tmp_path)
    assert (found.database_url, found.bootstrap_servers, found.kafka_kind) == (DATABASE, KAFKA, Kind.GIVEN)


def test_without_either_the_way_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FI_DATABASE_URL")
    with pytest.raises(CommandError, match="FI_DATABASE_URL"):
        target.database_target(tmp_path)
    with pytest.raises(CommandError, match="FI_DATABASE_URL and FI_KAFKA_BOOTSTRAP_SERVERS"):
        target.whole_target(tmp_path)
    monkeypatch.delenv("FI_KAFKA_BOOTSTRAP_SERVERS")
    with pytest.raises(CommandError, match="FI_KAFKA_BOOTSTRAP_SERVERS"):
        target.kafka_target(tmp_path)
