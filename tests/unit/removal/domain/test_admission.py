"""Which events of a batch are recorded, dropped or parked: as if they had come one by one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.unit.removal.given import (
    AGENCY,
    JANUARY,
    MICROSECOND,
    a_top_rated_freelancer,
    contract_ended,
    feedback_given,
)

from removal.domain.admission import Accepted, Binding, Candidate, Duplicate, Parked, ParkReason, Verdict, judge_all

OLD = JANUARY - timedelta(days=10)
AHEAD = timedelta(minutes=5)


def an_event(data: Any = None, *, id_: str = "one", digest: bytes | None = b"1", at: datetime = OLD) -> Candidate:
    data = data or a_top_rated_freelancer().data
    return Candidate(identity=("/marketplace", id_), digest=digest, time=at, data=data)


def logo(account: str = "ana", **attributes: Any) -> Candidate:
    return an_event(contract_ended("logo", at=OLD, account=account).data, **attributes)


def invalid(**attributes: Any) -> Candidate:
    event = an_event(**attributes)
    return Candidate(identity=event.identity, digest=event.digest, time=event.time, data=None, complaint="badge: wrong")


def judged(*events: Candidate, known: Any = None, bindings: Any = None) -> list[Verdict]:
    verdicts, _ = judge_all(events, known=known or {}, bindings=bindings or {}, now=JANUARY)
    return verdicts


def reasons(verdicts: list[Verdict]) -> list[str]:
    return [verdict.reason if isinstance(verdict, Parked) else type(verdict).__name__ for verdict in verdicts]


def test_what_the_log_has_with_the_same_content_is_a_duplicate() -> None:
    assert judged(an_event(), known={("/marketplace", "one"): b"1"}) == [Duplicate()]


@pytest.mark.parametrize("recorded", [b"2", None], ids=["other content", "one of our own"])
def test_what_the_log_has_with_other_content_is_a_mismatch(recorded: bytes | None) -> None:
    verdicts = judged(an_event(digest=b"1"), known={("/marketplace", "one"): recorded})
    assert reasons(verdicts) == [ParkReason.DUPLICATE_MISMATCH]


def test_content_that_cannot_be_digested_equals_nothing() -> None:
    verdicts = judged(an_event(digest=None), known={("/marketplace", "one"): None})
    assert reasons(verdicts) == [ParkReason.DUPLICATE_MISMATCH]


def test_the_same_event_twice_in_a_batch_is_recorded_once() -> None:
    assert judged(an_event(), an_event()) == [Accepted(), Duplicate()]


def test_a_parked_event_is_not_seen() -> None:
    assert reasons(judged(invalid(digest=b"1"), an_event(digest=b"2"))) == [ParkReason.INVALID, "Accepted"]
    assert reasons(judged(an_event(at=JANUARY + timedelta(days=1)), an_event(digest=b"2"))) == [
        ParkReason.TIME_IN_FUTURE,
        "Accepted",
    ]


@pytest.mark.parametrize(("ahead", "parked"), [(AHEAD, False), (AHEAD + MICROSECOND, True)])
def test_five_minutes_ahead_is_the_limit(ahead: timedelta, parked: bool) -> None:
    (by_time,) = judged(an_event(at=JANUARY + ahead))
    (by_end,) = judged(an_event(contract_ended("logo", at=JANUARY + ahead).data))
    assert (by_time == Parked(ParkReason.TIME_IN_FUTURE, "ce_time")) is parked
    assert (by_end == Parked(ParkReason.TIME_IN_FUTURE, "completed_at")) is parked


def test_a_mismatch_comes_before_invalid_and_invalid_before_the_future() -> None:
    known = {("/marketplace", "one"): b"9"}
    late = JANUARY + timedelta(days=1)
    assert reasons(judged(invalid(at=late), known=known)) == [ParkReason.DUPLICATE_MISMATCH]
    assert reasons(judged(invalid(at=late))) == [ParkReason.INVALID]
    bound = {"logo": Binding("bo", "acme")}
    assert reasons(judged(logo(at=late), bindings=bound)) == [ParkReason.TIME_IN_FUTURE]


def test_the_first_fact_binds_the_contract_for_those_after_it() -> None:
    verdicts, bound = judge_all(
        [logo(id_="1"), logo(AGENCY, id_="2"), logo(id_="3")], known={}, bindings={}, now=JANUARY
    )
    assert reasons(verdicts) == ["Accepted", ParkReason.IDENTITY_CONFLICT, "Accepted"]
    assert bound == {"logo": Binding("ana", "acme")}


def test_a_parked_fact_binds_nothing() -> None:
    late = JANUARY + timedelta(days=1)
    verdicts, bound = judge_all([logo(AGENCY, id_="1", at=late), logo(id_="2")], known={}, bindings={}, now=JANUARY)
    assert reasons(verdicts) == [ParkReason.TIME_IN_FUTURE, "Accepted"]
    assert bound == {"logo": Binding("ana", "acme")}


def test_a_binding_of_before_is_not_made_again() -> None:
    feedback = an_event(feedback_given("logo", at=OLD).data)
    _, bound = judge_all([feedback], known={}, bindings={"logo": Binding("ana", "acme")}, now=JANUARY)
    assert bound == {}


@pytest.mark.parametrize(("bound", "what"), [(Binding("bo", "acme"), "account"), (Binding("ana", "other"), "client")])
def test_the_conflict_says_what_contradicts(bound: Binding, what: str) -> None:
    (verdict,) = judged(logo(), bindings={"logo": bound})
    assert isinstance(verdict, Parked)
    assert what in verdict.detail


def test_a_duplicate_of_a_conflicting_event_conflicts_again() -> None:
    verdicts = judged(logo(), logo(), bindings={"logo": Binding("bo", "acme")})
    assert reasons(verdicts) == [ParkReason.IDENTITY_CONFLICT] * 2
