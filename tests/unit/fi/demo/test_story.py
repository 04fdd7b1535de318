"""The story's facts are such as the intake takes, and have the figures that expected.py names."""

from datetime import UTC, datetime

import pytest

from event_contracts import CloudEvent, InvalidDataError, admit
from fi.demo.cast import LATER, NOORS, POSTERS
from fi.demo.story import Story, lines
from fi.publish.line import read_line

BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)


def all_lines(story: Story) -> list[dict[str, object]]:
    return [*story.beginning(), *story.another_bad_review(), *story.ten_contracts()]


def test_every_fact_is_one_that_the_intake_admits() -> None:
    for event in all_lines(Story(BEGINS)):
        assert admit(CloudEvent(**event))  # type: ignore[arg-type]


def test_the_nonsense_is_refused_and_the_duplicate_is_one() -> None:
    story = Story(BEGINS)
    with pytest.raises(InvalidDataError) as refused:
        admit(CloudEvent(**story.nonsense()))
    assert refused.value.field == "score"
    assert story.duplicate() in list(story.beginning())


def test_a_file_of_facts_is_one_that_publish_reads() -> None:
    events = all_lines(Story(BEGINS))
    read = [read_line(number, line) for number, line in enumerate(lines(iter(events)).splitlines(), 1)]
    assert [record.id for record in read] == [event["id"] for event in events]
    assert len({record.id for record in read}) == len(read)


def test_two_tellings_share_no_id() -> None:
    def ids(tag: str) -> set[object]:
        return {event["id"] for event in all_lines(Story(BEGINS, tag))}

    assert not ids("") & ids("4a1")
    assert not ids("4a1") & ids("4a2")


def test_feedback_comes_before_the_contract_it_is_about() -> None:
    subjects = [(event["type"], event["subject"]) for event in Story(BEGINS).beginning()]
    given = subjects.index(("marketplace.feedback.given.v1", POSTERS.name))
    assert given < subjects.index(("marketplace.contract.completed.v1", POSTERS.name))


def test_the_four_contracts_are_the_golden_example() -> None:
    figures = [(each.dollars, each.score, each.periods, each.client) for each in (*NOORS, POSTERS)]
    assert [figure[:3] for figure in figures] == [(200, 500, 0), (600, 490, 0), (3000, 480, 3), (100, 200, 0)]
    assert len({client for *_, client in figures}) == 4
    assert len(LATER) == 10
