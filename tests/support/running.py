"""Run one program of the sandbox for the length of a block."""

import asyncio
import logging
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from fi.dev.program import Program, await_ready, start
from fi.error import CommandError

READY_SECONDS = 120


@contextmanager
def running(program: Program | None, folder: Path) -> Iterator[None]:
    """Start the program (None: nothing to start), wait until it is ready, end it after the block. Output: `folder`."""
    if program is None:
        yield
        return
    log = folder / f"{program.name}.log"
    process = start(program, log)
    try:
        with quiet("aiokafka"), ThreadPoolExecutor(1) as elsewhere:  # the session's event loop is not ours to run
            ready = await_ready(program.ready, seconds=READY_SECONDS, alive=lambda: process.poll() is None)
            try:
                elsewhere.submit(asyncio.run, ready).result()
            except CommandError as failure:
                raise CommandError(f"{program.name}: {failure}\n{log.read_text()[-2000:]}") from failure
        yield
    finally:
        _end(process, program)


@contextmanager
def quiet(logger: str) -> Iterator[None]:
    """Hear nothing of this library while a server that is not there yet is asked for again and again."""
    named = logging.getLogger(logger)
    before = named.level
    named.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        named.setLevel(before)


def _end(process: subprocess.Popen[bytes], program: Program) -> None:
    process.send_signal(program.stop_signal)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if program.after:
        program.after()
