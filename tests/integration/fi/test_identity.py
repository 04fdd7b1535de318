"""Only processes that are ours are ended."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from fi.dev.identity import Identity, await_end, end

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
)
PARENT = (
    sys.executable,
    "-c",
    "import subprocess as s; c = s.Popen(['sleep', '60']); print(c.pid, flush=True); c.wait()",
)


@pytest.fixture
def a_process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP) as process:
        yield process
        process.kill()


def identity_of(process: subprocess.Popen[bytes]) -> Identity:
    found = Identity.of(process.pid)
    assert found is not None
    return found


def test_a_process_written_down_is_ended(a_process: subprocess.Popen[bytes]) -> None:
    identity = identity_of(a_process)
    assert identity.is_running()
    end([identity], grace=10)
    assert not identity.is_running()
    assert a_process.wait(5) == -15  # its exit code is still there for whoever started it


def test_a_stranger_with_the_same_pid_is_left_alone(a_process: subprocess.Popen[bytes]) -> None:
    ours = identity_of(a_process)
    earlier = Identity(ours.pid, ours.started - 3600)
    assert not earlier.is_running()
    end([earlier], grace=1)
    assert a_process.poll() is None


def test_one_that_does_not_listen_is_killed() -> None:
    with subprocess.Popen(STUBBORN, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        end([identity_of(process)], grace=0.3)
        assert process.wait(5) == -9


def test_what_it_started_ends_with_it() -> None:
    with subprocess.Popen(PARENT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        child = Identity.of(int(process.stdout.readline()))
        assert child
        end([identity_of(process)], grace=0.3)
        assert await_end(child, seconds=5)


def test_a_process_that_ended_has_no_identity_any_more() -> None:
    with subprocess.Popen((sys.executable, "-c", "")) as process:
        identity = identity_of(process)
        process.wait(10)
    assert not identity.is_running()
    assert Identity.of(process.pid) is None
