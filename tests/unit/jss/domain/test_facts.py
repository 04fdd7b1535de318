"""What recorded events say of a contract's score; private ratings come in opened and leave as outcome classes."""

from datetime import UTC, date, datetime

from tests.unit.jss import facts
from tests.unit.jss.recorded import recorded

from event_contracts import Direction, Sealed
from jss.domain.facts import Ended, Rated, RemovalApproved, RemovalReversed, ReportUpheld, facts_of
from jss.domain.state import FeedbackClass

EMBEDDED = "client_feedback.private_rating"


def sealed_rating(score: int | None) -> Sealed:
    """Ratings stand sealed in recorded events, given or not."""
    return Sealed(f"commitment-{score}")


def test_a_contracts_end_states_its_terms_and_the_feedback_in_it() -> None:
    data = facts.ended("C1", "k1", cents=600_00, periods=2, score=460, on=date(2026, 5, 1))
    event = recorded(data=data.with_parts({EMBEDDED: sealed_rating(8)}))
    ended, rated = facts_of(event, {EMBEDDED: "8"})
    assert isinstance(ended, Ended)
    assert (ended.terms.ended_on, ended.terms.earned_cents, ended.terms.paid_periods) == (date(2026, 5, 1), 600_00, 2)
    assert ended.terms.stamp == event.stamp
    assert rated == Rated(event.stamp._replace(holds_from=data.completed_at), FeedbackClass.NEUTRAL)


def test_an_absent_rating_is_the_empty_text() -> None:
    data = facts.ended("C1", "k1", score=460).with_parts({EMBEDDED: sealed_rating(None)})
    _, rated = facts_of(recorded(data=data), {EMBEDDED: ""})
    assert isinstance(rated, Rated)
    assert rated.outcome is FeedbackClass.POSITIVE


def test_embedded_feedback_with_neither_score_rating_nor_comment_says_nothing() -> None:
    data = facts.ended("C1", "k1", score=None, rating=9)
    assert len(facts_of(recorded(data=data.with_parts({EMBEDDED: sealed_rating(None)})), {EMBEDDED: ""})) == 1
    _, rated = facts_of(recorded(data=data.with_parts({EMBEDDED: sealed_rating(9)})), {EMBEDDED: "9"})
    assert isinstance(rated, Rated)
    assert rated.outcome is FeedbackClass.POSITIVE


def test_the_end_is_dated_in_utc() -> None:
    late = facts.ended("C1", "k1").model_copy(update={"completed_at": datetime(2026, 5, 1, 23, 59, tzinfo=UTC)})
    ended, *_ = facts_of(recorded(data=late), {})
    assert isinstance(ended, Ended)
    assert ended.terms.ended_on == date(2026, 5, 1)


def test_feedback_given_and_withdrawn_by_the_client() -> None:
    given = recorded(data=facts.given("C1", "k1", score=450, private_rating=None, comment="Fine"))
    assert facts_of(given, {}) == [Rated(given.stamp, FeedbackClass.POSITIVE)]
    comment = recorded(data=facts.given("C1", "k1", comment="Fine"))
    assert facts_of(comment, {}) == [Rated(comment.stamp, FeedbackClass.UNSCORED)]
    withdrawn = recorded(data=facts.withdrawn("C1", "k1"))
    assert facts_of(withdrawn, {}) == [Rated(withdrawn.stamp, None)]


def test_what_the_freelancer_says_of_the_client_is_no_outcome() -> None:
    about_the_client = facts.given("C1", "k1", score=100, direction=Direction.TALENT_TO_CLIENT)
    assert facts_of(recorded(data=about_the_client), {}) == []
    assert facts_of(recorded(data=facts.upheld("C1", "k1", direction=Direction.TALENT_TO_CLIENT)), {}) == []


def test_rulings() -> None:
    assert facts_of(recorded(data=facts.approved("C1", "k1", request="R7")), {}) == [RemovalApproved("R7")]
    assert facts_of(recorded(data=facts.reversed_("C1", "k1", request="R7")), {}) == [RemovalReversed("R7")]
    assert facts_of(recorded(data=facts.upheld("C1", "k1")), {}) == [ReportUpheld()]
    assert facts_of(recorded(data=facts.badge()), {}) == []
