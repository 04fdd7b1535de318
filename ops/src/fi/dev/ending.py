"""End an instance: tell its supervisor, and sweep up after one that was killed.

Invariant: only processes that the instance wrote down, with the start times it wrote down, get a signal.
"""

import contextlib
import signal

import psutil

from fi.dev import engine
from fi.dev.finder import Kind
from fi.dev.home import Home
from fi.dev.identity import Identity, await_end, end
from fi.dev.instance import Instance, read_instance
from fi.dev.service import BACKINGS

SWEEP_GRACE = 15.0
SUPERVISOR_SECONDS = 90.0


def take_down(home: Home, instance: Instance) -> None:
    """End everything this instance started. Does nothing to one that is down already."""
    if instance.supervisor and instance.is_up():
        _tell_to_stop(instance.supervisor)
        if not await_end(instance.supervisor, seconds=SUPERVISOR_SECONDS):
            end([instance.supervisor], grace=0)
    sweep(home, read_instance(home) or instance)


def sweep(home: Home, instance: Instance) -> None:
    """End what a killed supervisor left running: the system's own processes before the database and the broker."""
    written = {process.name: process.identity for process in instance.processes if process.identity}
    end([identity for name, identity in written.items() if name not in BACKINGS], grace=SWEEP_GRACE)
    for name in BACKINGS:
        if name in written:
            first = signal.SIGINT if name == "postgres" else signal.SIGTERM
            end([written[name]], grace=SWEEP_GRACE, first=first)
    if Kind.DOCKER in (instance.database_kind, instance.kafka_kind):
        engine.remove_containers(home.data)


def _tell_to_stop(supervisor: Identity) -> None:
    if process := supervisor.process():
        with contextlib.suppress(psutil.Error):
            process.terminate()
