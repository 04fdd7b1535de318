"""Containers for tests: whether they can be had, and what a test does to one.

Uses the `docker` command and knows nothing of what runs inside.
Invariant: nothing is pulled, so that what a run needs is known before it begins.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
import pytest
from testcontainers.core.config import testcontainers_config

from fi.dev.engine import KAFKA_IMAGE, POSTGRES_IMAGE, has_image

PYTHON_IMAGE = "python:3.13-slim"  # what our own is made from


@dataclass(frozen=True, slots=True)
class Container:
    """One container with an init process, a restart policy and a health check. `name` may be its id."""

    name: str

    def pid(self) -> int:
        """The pid of its first process, as this machine counts. Fails unless it is healthy."""
        (found,) = orjson.loads(docker("inspect", self.name))
        state = found["State"]
        assert state["Running"], f"{self.name} does not run: {state}"
        assert state["Health"]["Status"] == "healthy", f"{self.name} is {state['Health']}"
        return int(state["Pid"])

    def kill(self) -> None:
        """`kill -9` everything in it but its init process, which then ends with it: the engine sees a crash.

        `docker kill` would count as wanted, so that the engine would not start it again.
        """
        told = ("docker", "exec", "--user", "0", self.name, "sh", "-c", "kill -9 -1")
        subprocess.run(told, check=False, capture_output=True, timeout=60)  # it dies with the rest


def docker(*arguments: str, told: Mapping[str, str] | None = None, seconds: float = 60) -> bytes:
    """What a docker command prints; `told` is added to its environment.

    Fails, with what it complained of, when it ends with another code than 0.
    """
    environment = {**os.environ, **(told or {})}
    done = subprocess.run(("docker", *arguments), check=False, capture_output=True, env=environment, timeout=seconds)
    assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stderr.decode()[-4000:]}"
    return done.stdout


def need_images(*images: str, instead: str = "") -> None:
    """Skip the test, or under REQUIRE_CONTAINERS=1 fail it, where no engine answers or these images are not there."""
    if shutil.which("docker") is None:
        _give_up("there is no `docker` command")
    engine = subprocess.run(("docker", "info"), check=False, capture_output=True, timeout=30)
    if engine.returncode:
        _give_up(f"no Docker engine answers: {engine.stderr.decode().strip()[-300:]}")
    if missing := [image for image in images if not has_image(image)]:
        _give_up(f"the Docker engine has no {' '.join(missing)}; `docker pull` gets them. {instead}")


def need_testcontainers() -> None:
    """As `need_images`, for the database, the broker and the container that testcontainers cleans up with."""
    reaper = () if testcontainers_config.ryuk_disabled else (testcontainers_config.ryuk_image,)
    need_images(POSTGRES_IMAGE, KAFKA_IMAGE, *reaper, instead="TESTCONTAINERS_RYUK_DISABLED=true does without ryuk")


def need_compose() -> None:
    """As `need_images`, for everything that docker-compose.yml needs."""
    need_images(POSTGRES_IMAGE, KAFKA_IMAGE, PYTHON_IMAGE)
    plugin = subprocess.run(("docker", "compose", "version"), check=False, capture_output=True, timeout=30)
    if plugin.returncode:
        _give_up("the `docker` command has no `compose`")


def _give_up(reason: str) -> None:
    complain = pytest.fail if os.environ.get("REQUIRE_CONTAINERS") == "1" else pytest.skip
    complain(f"needs containers: {reason}")
