"""What an instance keeps on the machine: its lock, its ports, its clock, its keys."""

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fi.dev.cache import cached
from fi.dev.clock import move_clock, read_clock
from fi.dev.home import Home, held, is_held
from fi.dev.key import AUDIENCE, ISSUER, ensure_keys, jwks_file, log_origin, sealing_key, token
from fi.dev.port import FREE_PORTS, free_ports, ports_for
from fi.error import CommandError, RefusedError
from servicekit.auth import Caller, TokenVerifier
from servicekit.clock import FileClock
from servicekit.jwks import KeySet

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home.at(tmp_path / "home")
    made.create()
    return made


def test_a_home_has_one_holder_at_a_time(home: Home) -> None:
    assert not is_held(home.lock)
    with held(home.lock):
        assert is_held(home.lock)
        with pytest.raises(RefusedError), held(home.lock):
            pass
    assert not is_held(home.lock)


def test_the_clock_goes_forward_only(home: Home) -> None:
    move_clock(home.clock, NOON)
    move_clock(home.clock, NOON)
    with pytest.raises(RefusedError, match="only goes forward"):
        move_clock(home.clock, NOON - timedelta(microseconds=1))
    move_clock(home.clock, NOON + timedelta(days=1))
    assert read_clock(home.clock) == NOON + timedelta(days=1)
    assert FileClock(home.clock).now() == NOON + timedelta(days=1)


def test_an_instance_without_a_test_clock_says_so(home: Home) -> None:
    with pytest.raises(CommandError, match="--clock"):
        read_clock(home.clock)


async def test_a_token_is_one_that_the_services_accept(home: Home) -> None:
    ensure_keys(home)
    verifier = TokenVerifier(KeySet.at(str(jwks_file(home))), issuer=ISSUER, audience=AUDIENCE)
    assert await verifier.verify(token(home, sub="U1", scope="removals:read ops:act")) == Caller(
        "U1", frozenset({"removals:read", "ops:act"})
    )


def test_keys_and_the_log_name_stay_when_the_instance_comes_up_again(home: Home) -> None:
    ensure_keys(home)
    before = (sealing_key(home), jwks_file(home).read_bytes(), log_origin(home, "127.0.0.1:8101"))
    ensure_keys(home)
    assert (sealing_key(home), jwks_file(home).read_bytes(), log_origin(home, "127.0.0.1:9101")) == before


def test_private_keys_are_for_the_owner_alone(home: Home) -> None:
    ensure_keys(home)
    log_origin(home, "here")
    private = [file for file in home.keys.iterdir() if file != jwks_file(home)]
    assert private
    assert {file.stat().st_mode & 0o077 for file in private} == {0}


def test_free_ports_lie_below_those_that_clients_are_given() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(port in FREE_PORTS for port in ports)


def test_fixed_ports_are_refused_when_something_listens_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(RefusedError, match=rf"{port} \(b\)"):
            ports_for(["a", "b"], base=port - 2, remembered={})


def test_an_instance_keeps_its_free_ports_where_it_can() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        lost = taken.getsockname()[1]
        (kept,) = free_ports(1)
        ports = ports_for(["a", "b", "new"], base=0, remembered={"a": kept, "b": lost})
    assert ports["a"] == kept
    assert ports["b"] != lost
    assert len(set(ports.values())) == 3


def test_a_cache_entry_is_made_once_and_never_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FI_CACHE_DIR", str(tmp_path))

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise CommandError("no network")

    with pytest.raises(CommandError):
        cached("thing", fail)
    entry = cached("thing", lambda folder: (folder / "whole").touch())
    assert cached("thing", fail) == entry
    assert os.listdir(entry) == ["whole"]  # noqa: PTH208 - the names alone
