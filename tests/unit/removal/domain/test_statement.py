"""The statement of reasons: what was decided, why, by which book, by whom, and what is left to do."""

from tests.unit.removal.given import (
    FEBRUARY,
    JANUARY,
    Story,
    a_top_rated_freelancer,
    contract_ended,
    given,
    request_removal,
)

from event_contracts import Rule
from removal.domain.state import Request
from removal.domain.statement import Statement, alternatives, statement_of, statement_of_refusal


def asked() -> Story:
    return given(a_top_rated_freelancer(), contract_ended("logo")).decided_by_people().when(request_removal("logo"))


def stated(story: Story) -> Statement:
    (request,) = (row for row in story.rows.values() if isinstance(row, Request))
    return statement_of(request)


def test_a_pending_request_was_decided_by_nobody_yet() -> None:
    statement = stated(asked())
    assert (statement.decision, statement.at, statement.automated) == ("pending", JANUARY, False)
    assert statement.redress == ()


def test_an_automatic_approval_says_that_no_person_decided() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo")).when(request_removal("logo"))
    statement = stated(story)
    assert (statement.decision, statement.at, statement.automated, statement.rule) == ("approved", JANUARY, True, None)
    assert statement.book == "perk"
    assert statement.facts == story.evidence.rules


def test_a_denial_points_to_what_is_left() -> None:
    statement = stated(asked().denied(at=FEBRUARY))
    assert (statement.decision, statement.at, statement.automated) == ("denied", FEBRUARY, False)
    assert statement.redress == alternatives("logo")


def test_a_withdrawn_request_says_when() -> None:
    statement = stated(asked().withdrawn(at=FEBRUARY))
    assert (statement.decision, statement.at) == ("withdrawn", FEBRUARY)


def test_a_reversed_removal_says_so() -> None:
    story = given(a_top_rated_freelancer(), contract_ended("logo")).when(request_removal("logo"))
    statement = stated(story.reversed(at=FEBRUARY))
    assert (statement.decision, statement.at, statement.automated) == ("reversed", FEBRUARY, False)


def test_a_refusal_names_the_first_rule_that_was_not_met() -> None:
    story = given(contract_ended("logo", score=None)).when(request_removal("logo"))
    statement = statement_of_refusal(story._refusal)
    assert (statement.decision, statement.rule, statement.automated) == ("refused", Rule.NO_PUBLIC_FEEDBACK, True)
    assert [recourse.rel for recourse in statement.redress] == ["respond", "report"]
