"""The demo on a whole system of its own, as a person starts it."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

SECONDS = 300


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the demo makes its home: short, and open to the database's user."""
    folder = Path(tempfile.mkdtemp(prefix="fi-t-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


async def start(folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fi", "demo", "--json"),
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=1024 * 1024,
    )


def leftovers(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def is_open(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            await client.get(f"{url}/livez")
        except httpx.HTTPError:
            return False
    return True


async def test_the_journey_is_told_and_nothing_is_left_of_it(folder: Path) -> None:
    process = await start(folder)
    told, complained = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0, complained.decode() + told.decode()[-2000:]
    lines: list[dict[str, Any]] = [orjson.loads(line) for line in told.splitlines()]
    assert lines[-1]["failed"] == []
    assert lines[-1]["checks"] >= 29
    assert len([line for line in lines if "chapter" in line]) == 8

    scene = next(line["scene"] for line in lines if "scene" in line)
    assert not any([await is_open(scene[service]) for service in ("removal", "jss", "profile-projection")])
    assert leftovers(folder) == []


async def test_ended_in_the_middle_it_ends_what_it_started(folder: Path) -> None:
    process = await start(folder)
    assert process.stdout is not None
    scene: dict[str, str] = {}
    while not scene:
        scene = orjson.loads(await asyncio.wait_for(process.stdout.readline(), SECONDS)).get("scene", {})
    assert await is_open(scene["removal"])

    process.send_signal(signal.SIGTERM)
    _, complained = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 1
    assert b"interrupted" in complained
    assert not any([await is_open(scene[service]) for service in ("removal", "jss", "profile-projection")])
    assert leftovers(folder) == []
