"""Books of dated regimes: one in force at every instant, nonsense refused."""

from datetime import UTC, datetime

import pytest
from tests.unit.removal.given import FEBRUARY, JANUARY, MICROSECOND, NEW_YEAR

from event_contracts import AgencyRole, Badge
from removal.domain.policy import PERK, RETIRED, PolicyBook, PolicyBookError, Regime, shipped


def regime(at: datetime, **numbers: object) -> Regime:
    return Regime(effective_from=at, perk=True, **numbers)  # type: ignore[arg-type]


def test_two_books_ship() -> None:
    assert shipped() == {"perk": PERK, "retired-2024-09-03": RETIRED}


def test_the_perk_is_open_ended() -> None:
    assert PERK.regime_at(datetime.min.replace(tzinfo=UTC)).perk
    assert PERK.regime_at(datetime.max.replace(tzinfo=UTC)).perk


def test_the_shipped_numbers_are_the_seeds() -> None:
    numbers = PERK.regime_at(JANUARY)
    assert (numbers.cooldown_months, numbers.contracts_between) == (3, 10)
    assert (numbers.least_badge, numbers.least_role) == (Badge.TOP_RATED, AgencyRole.ADMIN)


def test_a_regime_is_in_force_from_its_first_microsecond_until_the_next_one() -> None:
    first, second = regime(JANUARY, cooldown_months=1), regime(FEBRUARY, cooldown_months=2)
    book = PolicyBook("book", (first, second))
    assert book.regime_at(JANUARY) is first
    assert book.regime_at(FEBRUARY - MICROSECOND) is first
    assert book.regime_at(FEBRUARY) is second


def test_before_its_first_regime_a_book_grants_nothing() -> None:
    assert not PolicyBook("book", (regime(JANUARY),)).regime_at(JANUARY - MICROSECOND).perk


@pytest.mark.parametrize(
    "regimes",
    [
        (),
        (regime(FEBRUARY), regime(JANUARY)),
        (regime(JANUARY), regime(JANUARY)),
        (regime(datetime(2026, 1, 1)),),  # noqa: DTZ001 - the missing zone is the point
        (regime(NEW_YEAR, cooldown_months=-1),),
        (regime(NEW_YEAR, contracts_between=-1),),
        (regime(NEW_YEAR, badges=frozenset()),),
        (regime(NEW_YEAR, agency_roles=frozenset()),),
    ],
)
def test_nonsense_is_refused(regimes: tuple[Regime, ...]) -> None:
    with pytest.raises(PolicyBookError):
        PolicyBook("book", regimes)
