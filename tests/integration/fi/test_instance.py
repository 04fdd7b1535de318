"""An instance comes up, stays alone on its home, outlives its processes, and goes down without touching others."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
from tests.support.builders import a_contract_completed
from tests.support.eventually import eventually
from tests.support.sandbox import Sandbox, a_sandbox, an_id, fi

from fi.dev.home import Home
from fi.dev.instance import Instance, read_instance, the_instance, write_instance
from fi.dev.service import SERVICES
from fi.dev.settle import Watcher


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path that the database's user may enter."""
    with tempfile.TemporaryDirectory(prefix="fi-instance-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is none of ours."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"]) as process:
        yield process
        process.kill()


def pids_of(instance: Instance) -> list[int]:
    return [process.identity.pid for process in instance.processes if process.identity]


async def status_of(home: Home) -> dict[str, Any]:
    shown: dict[str, Any] = orjson.loads(await fi("dev", "status", "--json", "--home", str(home.root)))
    return shown


async def test_status_names_what_runs_and_where(sandbox: Sandbox) -> None:
    shown = await status_of(sandbox.home)
    assert set(shown) >= {"home", "clock", "kafka", "database_url", "services", "processes"}
    assert set(shown["services"]) == {"removal", "jss", "profile-projection"}
    assert set(shown["kafka"]) == {"bootstrap_servers", "kind", "version"}
    assert {process["name"] for process in shown["processes"]} >= set(SERVICES)
    assert {process["state"] for process in shown["processes"]} == {"ready"}
    for process in shown["processes"]:
        assert set(process) == {"name", "pid", "state", "address"}
        assert psutil.pid_exists(process["pid"])


@pytest.mark.parametrize("process", SERVICES)
@pytest.mark.parametrize("door", ["/livez", "/readyz", "/metrics"])
async def test_every_process_says_how_it_is(sandbox: Sandbox, process: str, door: str) -> None:
    addresses = {known.name: known.address for known in the_instance(sandbox.home).processes}
    answer = await sandbox.http.get(addresses[process] + door)
    assert answer.status_code == 200


async def test_a_second_up_is_refused_with_the_address_of_the_first(sandbox: Sandbox) -> None:
    before = pids_of(the_instance(sandbox.home))
    for how in ([], ["--detach"]):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "fi", "dev", "up", "--home", str(sandbox.home.root), *how),
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        assert process.returncode == 3
        assert sandbox.services["profile-projection"] in said.decode()
    assert pids_of(the_instance(sandbox.home)) == before


async def test_the_clock_shows_what_it_was_set_to_and_never_goes_back(sandbox: Sandbox) -> None:
    before = sandbox.now()
    after = await sandbox.advance("1d")
    assert (after - before).days == 1
    assert (await sandbox.fi("dev", "clock", "show")).strip() == (await status_of(sandbox.home))["clock"]
    await sandbox.fi("dev", "clock", "set", "2020-01-01T00:00:00Z", code=3)
    assert sandbox.now() == after


async def test_a_moved_clock_returns_when_the_day_it_reached_is_folded_everywhere(sandbox: Sandbox) -> None:
    reached = await sandbox.advance("2d")
    async with Watcher(the_instance(sandbox.home)) as watcher:
        progress = await watcher.look(day=reached.date())
    assert progress.done, progress


# Every process is killed under load in tests/acceptance/test_kill_and_restart.py; here one of each sort.
@pytest.mark.parametrize("process", ["postgres", "kafka", "profile http"])
async def test_a_killed_process_is_brought_back(sandbox: Sandbox, process: str) -> None:
    await sandbox.kill(process)

    async def not_ready() -> list[str]:
        shown = await status_of(sandbox.home)
        return [known["name"] for known in shown["processes"] if known["state"] != "ready"]

    # Others may fall with it (the database takes its clients along) and come back as well.
    await eventually(not_ready, lambda names: not names, seconds=60)
    await sandbox.settle()


async def test_an_instance_whose_processes_were_killed_comes_up_again_with_its_data(
    folder: Path, stranger: subprocess.Popen[bytes]
) -> None:
    async with a_sandbox(folder / "home") as first:
        await first.advance("1d")  # puts something into the log
        async with Watcher(the_instance(first.home)) as watcher:
            before = await watcher.look()
        instance = the_instance(first.home)
        assert instance.supervisor
        left = next(known.identity for known in instance.processes if known.name == "jss tick")
        assert left
        for pid in {instance.supervisor.pid, *pids_of(instance)} - {left.pid}:
            os.kill(pid, signal.SIGKILL)
        _write_down_a_stranger(first.home, stranger.pid)
        async with a_sandbox(folder / "home", clock=None) as again:
            async with Watcher(the_instance(again.home)) as watcher:
                after = await watcher.look()
            assert after.size >= before.size > 0
            assert again.services == first.services
            assert again.now() == first.now()
            assert not left.is_running()  # what the killed supervisor left behind was ended first
    assert stranger.poll() is None


def _write_down_a_stranger(home: Home, pid: int) -> None:
    """As if the pid of one of our processes had been given to somebody else since."""
    instance = read_instance(home)
    assert instance
    first, *others = instance.processes
    assert first.identity
    reused = replace(first, identity=replace(first.identity, pid=pid))
    write_instance(home, replace(instance, processes=(reused, *others)))


async def test_without_a_real_broker_an_instance_runs_and_says_what_it_runs_on(folder: Path) -> None:
    told = {"FI_DEV_BACKING": "in-memory", "REQUIRE_KAFKA": ""}
    async with a_sandbox(folder / "home", environment=told) as sandbox:
        assert (await status_of(sandbox.home))["kafka"]["kind"] == "in-memory"
        assert "NO REAL KAFKA" in sandbox.home.log_of("supervisor").read_text()
        await sandbox.publish(a_contract_completed(account := an_id("F")))
        assert (await sandbox.get("profile-projection", f"/v1/profiles/{account}")).status_code == 200
        # With the broker goes what its readers have not read yet: the instance is over, not restarted.
        os.kill(sandbox.pid_of("kafka"), signal.SIGKILL)

        async def state() -> str:
            return str((await status_of(sandbox.home))["state"])

        await eventually(state, lambda now: now == "down", seconds=60)


async def test_what_was_published_is_folded_once_settled(sandbox: Sandbox) -> None:
    for _ in range(5):
        await sandbox.publish(a_contract_completed(account := an_id("F")))
        assert (await sandbox.get("profile-projection", f"/v1/profiles/{account}")).status_code == 200
        assert (await sandbox.get("jss", f"/v1/accounts/{account}/score")).status_code == 200


async def test_ctrl_c_ends_everything_that_was_started(folder: Path) -> None:
    home = Home.at(folder / "home")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fi", "dev", "up", "--home", str(home.root), "--port-base", "0"),
        stderr=asyncio.subprocess.DEVNULL,
    )

    async def state() -> str | None:
        instance = await asyncio.to_thread(read_instance, home)
        return instance.state if instance else None

    try:
        await eventually(state, lambda now: now == "ready", seconds=120)
        started = [psutil.Process(pid) for pid in pids_of(the_instance(home))]
        assert len(started) >= len(SERVICES)
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 60) == 0
        assert not [one for one in started if one.is_running()]
        assert (await status_of(home))["state"] == "down"
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
