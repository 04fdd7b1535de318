"""The commands of README.md, as they stand there, run against the session's sandbox.

Only addresses are replaced: the broker's and the doors'. The folder they run in looks like a checkout whose `.fi` is
the sandbox's home. Invariant: a command that the README no longer holds fails its test.
"""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Final

from tests.support.sandbox import Sandbox

_README: Final = Path(__file__).parents[2] / "README.md"
_PORTS: Final = {"8101": "removal", "8102": "jss", "8103": "profile-projection"}
_BROKER: Final = re.compile(r"(\skcat\s(?:.*\s)?-b )\S+")
_SECONDS: Final = 120


def commands_with(text: str) -> str:
    """The one code block of the README that holds `text`, up to its first empty line."""
    blocks = _README.read_text().split("```")[1::2]
    found = [part for block in blocks for part in block.strip("\n").split("\n\n") if text in part]
    assert len(found) == 1, f"{len(found)} commands of README.md hold {text!r}"
    return found[0]


async def run(commands: str, sandbox: Sandbox, folder: Path) -> str:
    """Run the commands in a shell in `folder`; gives their standard output. Fails when they fail."""
    for link, target in ((".fi", sandbox.home.root), (".venv", Path(sys.prefix))):
        if not (folder / link).exists():
            (folder / link).symlink_to(target)
    for port, service in _PORTS.items():
        commands = commands.replace(f"http://127.0.0.1:{port}", sandbox.services[service])
    commands = _BROKER.sub(rf"\g<1>{sandbox.bootstrap_servers}", commands)
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euo", "pipefail", "-c", commands),
        cwd=folder,
        env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await asyncio.wait_for(process.communicate(), _SECONDS)
    assert process.returncode == 0, f"{commands}\n{complained.decode()}{said.decode()}"
    return said.decode()
