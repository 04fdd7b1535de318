"""Contracts as the score knows them; a test says only what it is about."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, settings

from event_contracts.slot import Stamp
from jss.domain.day_sum import DaySum, Tally, sum_of, tally_of
from jss.domain.decide import Evaluation, evaluate
from jss.domain.policy import class_of, share_of
from jss.domain.state import Contract, Terms, nothing_said

TODAY = date(2026, 6, 30)
_NUMBERS = count()

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For properties: a busy machine is no failure."""


def stamp(at: datetime | None = None, id_: str = "e1") -> Stamp:
    """A stamp at a time of which nothing hangs when left out."""
    time = at or datetime(2026, 1, 1, tzinfo=UTC)
    return Stamp(time, time, id_, "/marketplace")


def a_contract(
    contract_id: str = "C",
    *,
    client: str | None = None,
    days_ago: int = 10,
    ended_on: date | None = None,
    earned_cents: int = 200_00,
    paid_periods: int = 0,
    score: int | None = 500,
    rating: int | None = None,
    removed: bool = False,
    upheld: bool = False,
) -> Contract:
    """An ended contract of its own client, with a five star feedback."""
    return Contract(
        account_id="A1",
        contract_id=contract_id,
        client_id=client or f"client-{next(_NUMBERS)}",
        terms=Terms(
            stamp=stamp(),
            ended_on=ended_on or TODAY - timedelta(days=days_ago),
            earned_cents=earned_cents,
            paid_periods=paid_periods,
        ),
        feedback=nothing_said().meet(stamp(), class_of(score, rating), public=False),
        approved=frozenset({"request"}) if removed else frozenset(),
        upheld=upheld,
    )


def days_of(*contracts: Contract, flagged: frozenset[str] = frozenset()) -> dict[date, DaySum]:
    """The day sums of contracts."""
    days: dict[date, DaySum] = {}
    for contract in contracts:
        share = share_of(contract, client_flagged=contract.client_id in flagged)
        if share is not None:
            days[share.day] = days.get(share.day, DaySum()) + sum_of(share)
    return days


def tally(*contracts: Contract, as_of: date = TODAY, flagged: frozenset[str] = frozenset()) -> Tally:
    """What the contracts come to on a day."""
    removed = sum(contract.counts_as_removed for contract in contracts)
    return tally_of(days_of(*contracts, flagged=flagged), removed, as_of)


def evaluation(*contracts: Contract, as_of: date = TODAY, flagged: frozenset[str] = frozenset()) -> Evaluation:
    """The score of the contracts on a day."""
    return evaluate(tally(*contracts, as_of=as_of, flagged=flagged))


def golden() -> dict[str, Contract]:
    """The golden example of domain §6: A, B, D ended inside six months, C inside 24 only."""
    return {
        "A": a_contract("A", earned_cents=200_00, score=500),
        "B": a_contract("B", earned_cents=600_00, score=490, days_ago=40),
        "C": a_contract("C", earned_cents=3_000_00, score=480, paid_periods=3, days_ago=500),
        "D": a_contract("D", earned_cents=100_00, score=200, days_ago=90),
    }
