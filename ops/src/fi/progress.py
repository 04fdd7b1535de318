"""Tell how far a long command is: a bar with rate and ETA on a terminal, JSON lines otherwise, both to standard error.

Knows nothing of the work. Invariant: telling costs a glance at the clock, however often it is told.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Protocol, Self

import orjson
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Task as RichTask
from rich.text import Text

from fi.terminal import err

LINE_SECONDS: Final = 1.0
BAR_SECONDS: Final = 0.1
Clock = Callable[[], float]


class Teller(Protocol):
    """Is told the total done so far."""

    def at(self, done: int) -> None: ...


@contextmanager
def progress(
    what: str, total: int | None, unit: str, *, silent: bool = False, clock: Clock = time.monotonic
) -> Iterator[Teller]:
    """Tell of one piece of work of so many units (None: not known beforehand); `silent`: tell nobody."""
    if silent:
        yield _Nobody()
        return
    with _Bar(what, total, unit) if err.is_terminal else _Lines(what, total, unit, clock) as teller:
        yield teller


@contextmanager
def waiting(
    what: str, *, silent: bool = False, clock: Clock = time.monotonic
) -> Iterator[Callable[[Mapping[str, int]], None]]:
    """Tell of waiting: call what this gives with what is still waited for, by name; `silent`: tell nobody."""
    if silent:
        yield lambda _: None
        return
    if err.is_terminal:
        with err.status(what) as status:
            yield lambda rest: status.update(f"{what}: {_rest(rest) or 'nearly done'}")
        return
    told_at = clock()

    def tell(rest: Mapping[str, int]) -> None:
        nonlocal told_at
        if clock() - told_at >= LINE_SECONDS:
            told_at = clock()
            _line({"progress": what, "behind": {name: count for name, count in rest.items() if count}})

    yield tell


def _rest(rest: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in rest.items() if count)


def _line(document: Mapping[str, Any]) -> None:
    sys.stderr.write(orjson.dumps(document).decode() + "\n")
    sys.stderr.flush()


class _Nobody:
    def at(self, done: int) -> None:
        pass


class _Bar:
    def __init__(self, what: str, total: int | None, unit: str) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=36),
            MofNCompleteColumn(),
            _Rate(unit),
            TimeRemainingColumn(compact=True),
            console=err,
        )
        self._task = self._progress.add_task(what, total=total)
        self._told_at = 0.0
        self._done = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def at(self, done: int) -> None:
        self._done = done
        now = time.monotonic()
        if now - self._told_at >= BAR_SECONDS:
            self._told_at = now
            self._progress.update(self._task, completed=done)

    def __exit__(self, *_: object) -> None:
        self._progress.update(self._task, completed=self._done)
        self._progress.stop()


class _Rate(ProgressColumn):
    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: RichTask) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} {self._unit}/s" if speed else "", style="progress.data.speed")


class _Lines:
    def __init__(self, what: str, total: int | None, unit: str, clock: Clock) -> None:
        self._what = what
        self._total = total
        self._unit = unit
        self._clock = clock
        self._done = 0
        self._began = self._told_at = clock()

    def __enter__(self) -> Self:
        return self

    def at(self, done: int) -> None:
        self._done = done
        if self._clock() - self._told_at >= LINE_SECONDS:
            self._tell()

    def __exit__(self, failed: type[BaseException] | None, *_: TracebackType | BaseException | None) -> None:
        if failed is None:
            self._tell()

    def _tell(self) -> None:
        self._told_at = self._clock()
        rate = self._done / max(self._told_at - self._began, 1e-6)
        line: dict[str, Any] = {"progress": self._what, "done": self._done, "total": self._total, "unit": self._unit}
        line["per_second"] = round(rate)
        if self._total is not None and rate:
            line["seconds_left"] = round((self._total - self._done) / rate, 1)
        _line(line)
