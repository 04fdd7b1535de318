"""The commands there are, and the exit codes that say how one ended."""

from pathlib import Path

import pytest
from tests.support.sandbox import fi

from fi.__main__ import COMMANDS
from fi.dev.home import Home


@pytest.mark.parametrize("command", [command for command, *_ in COMMANDS])
async def test_every_command_explains_itself(command: str) -> None:
    assert f"Usage: fi {command}" in await fi(command, "--help")


async def test_what_is_no_command_is_a_usage_error() -> None:
    await fi("nonsense", code=2)


@pytest.mark.parametrize("wrong", [("up", "--clock", "yesterday"), ("clock", "advance", "1w")])
async def test_a_wrong_argument_is_a_usage_error(wrong: tuple[str, ...], tmp_path: Path) -> None:
    await fi("dev", *wrong, "--home", str(tmp_path / "home"), code=2)
    assert not Home.at(tmp_path / "home").root.exists()


@pytest.mark.parametrize("asked", [("dev", "down"), ("token", "--sub", "U1")])
async def test_what_needs_an_instance_says_that_there_is_none(asked: tuple[str, ...], tmp_path: Path) -> None:
    await fi(*asked, "--home", str(tmp_path / "home"), code=1)
    assert not Home.at(tmp_path / "home").root.exists()
