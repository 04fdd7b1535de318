import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from servicekit.log import RepeatFilter, configure


@pytest.fixture(autouse=True)
def _loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def record(name: str, message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, __file__, 1, message, args, None)


def test_an_entry_is_one_line_of_json_with_its_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    structlog.get_logger("servicekit.test").info("partitions assigned", group="jss", at={1: "é\n"})
    entry = json.loads(capsys.readouterr().err)
    assert (entry["event"], entry["group"], entry["level"], entry["logger"]) == (
        "partitions assigned", "jss", "info", "servicekit.test",
    )  # fmt: skip
    assert entry["timestamp"].endswith("Z")
    assert entry["at"] == {"1": "é\n"}


def test_an_exception_is_part_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    try:
        raise ValueError("why")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: why" in json.loads(line)["exception"]


def test_libraries_write_the_same_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    logging.getLogger("some.library").warning("%s of %s", 1, 2)
    entry = json.loads(capsys.readouterr().err)
    assert (entry["event"], entry["logger"], entry["level"]) == ("1 of 2", "some.library", "warning")


def test_entries_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure("WARNING")
    structlog.get_logger().info("quiet")
    assert capsys.readouterr().err == ""


def test_a_library_that_repeats_itself_is_heard_once_a_period() -> None:
    repeat = RepeatFilter(("aiokafka",), seconds=1000)
    passed = [repeat.filter(record("aiokafka.conn", "cannot reach %s", number)) for number in range(50)]
    assert passed == [True] + [False] * 49
    assert repeat.filter(record("aiokafka.conn", "something else"))
    assert repeat.filter(record("aiokafka.client", "cannot reach %s", 1))


def test_when_it_is_heard_again_it_says_how_much_was_left_out() -> None:
    repeat = RepeatFilter(("aiokafka",), seconds=1000)
    for number in range(8):
        repeat.filter(record("aiokafka.conn", "cannot reach %s", number))
    repeat._seconds = 0.0
    again = record("aiokafka.conn", "cannot reach %s", 9)
    assert repeat.filter(again)
    assert again.__dict__["left_out"] == 7


def test_our_own_entries_are_never_left_out() -> None:
    repeat = RepeatFilter(("aiokafka",), seconds=1000)
    assert all(repeat.filter(record("servicekit.delivery", "a batch cannot be applied")) for _ in range(5))
