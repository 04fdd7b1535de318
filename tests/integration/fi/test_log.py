"""Looking at a log in a real database."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.support.log import LogUnderTest, a_badge, a_draft, a_log

from fi.error import CommandError, UsageError
from fi.log.cli import show, stats, tail
from fi.log.selection import Selection


@pytest.fixture
async def log(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LogUnderTest]:
    """Five events: three of A1, two of A2."""
    monkeypatch.setenv("FI_DATABASE_URL", database)
    async with a_log(database) as under_test:
        for nth, account in enumerate(["A1", "A2", "A1", "A2", "A1"]):
            await under_test.append(a_draft(a_badge(account), id_=f"e{nth}"))
        await under_test.sequence()
        yield under_test


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where no instance runs."""
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_the_last_events_are_printed(log: LogUnderTest, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await tail(lines=2, home=home, as_json=True)
    events = printed(capsys)
    assert [event["position"] for event in events] == [3, 4]
    assert events[1]["event"]["data"] == {"account_id": "A1", "account_kind": "freelancer", "badge": "top_rated"}
    assert events[1]["sequenced_time"] == "2026-01-15T12:00:00Z"


async def test_the_last_events_of_an_account_are_printed(
    log: LogUnderTest, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await tail(lines=2, account="A2", home=home, as_json=True)
    assert [event["position"] for event in printed(capsys)] == [1, 3]


async def test_events_of_an_account_are_shown_from_the_first(
    log: LogUnderTest, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await show(account="A1", after=0, home=home, as_json=True)
    assert [event["event"]["id"] for event in printed(capsys)] == ["e2", "e4"]


async def test_one_event_is_shown_whole(log: LogUnderTest, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await show(3, 0, home=home)
    shown = capsys.readouterr().out
    assert shown.index("position 3, sequenced 2026-01-15T12:00:00Z") < shown.index("position 0,")
    assert '"id": "e3"' in shown
    assert "account.badge-changed: A2: top_rated" in shown


async def test_a_table_fits_a_hundred_columns(
    log: LogUnderTest, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await tail(home=home)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert max(map(len, lines)) <= 100


async def test_the_log_is_counted(log: LogUnderTest, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await log.append(a_draft(a_badge("A3"), id_="late"))
    await stats(home=home, as_json=True)
    (found,) = printed(capsys)
    assert (found["size"], found["pending"], found["published"]) == (5, 1, 0)
    assert found["types"] == {"marketplace.account.badge-changed.v1": 5}
    assert found["streams"] == {"account": 2}
    assert found["leaf_bytes"] > 5 * 200


async def test_what_is_not_there_is_said(log: LogUnderTest, home: Path) -> None:
    with pytest.raises(CommandError, match="no event has position 5; the log has 5"):
        await show(5, home=home)
    with pytest.raises(CommandError, match="no event has position -1"):
        await show(-1, home=home)


async def test_wrong_calls_are_usage(log: LogUnderTest, home: Path) -> None:
    with pytest.raises(UsageError):
        await show(home=home)
    with pytest.raises(UsageError):
        await show(1, account="A1", home=home)
    with pytest.raises(UsageError):
        Selection(account="A1", contract="C1")


async def test_following_goes_on_with_what_comes(log: LogUnderTest) -> None:
    following = Selection(account="A1").following(log.reader, 2)
    assert (await anext(following)).id == "e4"
    await log.append(a_draft(a_badge("A1"), id_="e5"))
    await log.sequence()
    assert (await anext(following)).id == "e5"
    await following.aclose()


async def test_without_instance_and_environment_the_way_out_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FI_DATABASE_URL", raising=False)
    with pytest.raises(CommandError, match=r"start one with `fi dev up`, or set FI_DATABASE_URL"):
        await tail(home=home)


async def test_known_ids_are_told_from_unknown_ones(log: LogUnderTest) -> None:
    await log.append(a_draft(a_badge("A3"), id_="not yet sequenced"))
    ids = [("/marketplace", "e0"), ("/marketplace", "not yet sequenced"), ("/other", "e0"), ("/marketplace", "e9")]
    assert await log.reader.known(ids) == set(ids[:2])
