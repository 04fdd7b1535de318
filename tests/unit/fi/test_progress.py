"""Progress goes to standard error: JSON lines where there is no terminal."""

from typing import Any

import orjson
import pytest

from fi.progress import progress, waiting


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    printed = capsys.readouterr()
    assert printed.out == ""
    return [orjson.loads(line) for line in printed.err.splitlines()]


def test_the_end_is_always_told(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("sending", 10, "events") as teller:
        for done in range(11):
            teller.at(done)
    (line,) = told(capsys)
    assert (line["progress"], line["done"], line["total"], line["unit"]) == ("sending", 10, 10, "events")
    assert line["seconds_left"] == 0
    assert line["per_second"] > 0


def test_lines_come_once_in_a_while_and_say_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = 0.0
    with progress("sending", 100, "events", clock=lambda: seconds) as teller:
        seconds = 0.5
        teller.at(10)
        seconds = 2.0
        teller.at(20)
        seconds = 2.1
        teller.at(30)
    lines = told(capsys)
    assert [line["done"] for line in lines] == [20, 30]
    assert (lines[0]["per_second"], lines[0]["seconds_left"]) == (10, 8)


def test_a_failure_is_not_told_as_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="broken"), progress("sending", 10, "events"):
        raise ValueError("broken")
    assert told(capsys) == []


def test_the_silent_tell_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("sending", 10, "events", silent=True) as teller:
        teller.at(10)
    with waiting("folding", silent=True) as tell:
        tell({"jss": 3})
    assert told(capsys) == []


def test_waiting_tells_what_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = 0.0
    with waiting("folding", clock=lambda: seconds) as tell:
        seconds = 5.0
        tell({"intake": 0, "jss": 3})
    assert told(capsys) == [{"progress": "folding", "behind": {"jss": 3}}]
