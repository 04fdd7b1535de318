"""Policy books: dated regimes, of which the one in force at submission judges a request (domain §4).

Knows no clock: the moment of submission is an argument. Invariant: every moment has exactly one regime, and a moment
before a book's first regime has one that grants nothing.
Next: rules.py for how a regime is applied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from event_contracts import AgencyRole, Badge

BEGINNING = datetime.min.replace(tzinfo=UTC)


class DecisionMode(StrEnum):
    """Who decides an eligible request: the policy at once, or a support agent."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class PolicyBookError(ValueError):
    """A book that contradicts itself; it is refused before any request is judged by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """The numbers in force from one instant on. Source of the defaults: the seed's help page."""

    effective_from: datetime
    perk: bool
    cooldown_months: int = 3
    contracts_between: int = 10
    badges: frozenset[Badge] = frozenset({Badge.TOP_RATED, Badge.TOP_RATED_PLUS})
    agency_roles: frozenset[AgencyRole] = frozenset({AgencyRole.OWNER, AgencyRole.BUSINESS_MANAGER, AgencyRole.ADMIN})

    @property
    def least_badge(self) -> Badge:
        """The lowest badge that suffices, which a refusal names as the threshold."""
        return next(badge for badge in Badge if badge in self.badges)

    @property
    def least_role(self) -> AgencyRole:
        """The lowest agency role that suffices, which a refusal names as the threshold."""
        return next(role for role in _ROLES_ASCENDING if role in self.agency_roles)


_ROLES_ASCENDING = (AgencyRole.MEMBER, AgencyRole.ADMIN, AgencyRole.BUSINESS_MANAGER, AgencyRole.OWNER)


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """A named list of regimes, oldest first."""

    name: str
    regimes: tuple[Regime, ...]

    def __post_init__(self) -> None:
        starts = [regime.effective_from for regime in self.regimes]
        if not starts:
            raise PolicyBookError(f"book {self.name} has no regime")
        if starts != sorted(set(starts)):
            raise PolicyBookError(f"the regimes of book {self.name} must begin at different instants, oldest first")
        for regime in self.regimes:
            _refuse_nonsense(self.name, regime)

    def regime_at(self, submitted_at: datetime) -> Regime:
        """The regime in force at that instant; a regime is in force from its first microsecond on."""
        in_force = [regime for regime in self.regimes if regime.effective_from <= submitted_at]
        return in_force[-1] if in_force else Regime(effective_from=BEGINNING, perk=False)


def _refuse_nonsense(book: str, regime: Regime) -> None:
    if regime.effective_from.tzinfo is None:
        raise PolicyBookError(f"book {book}: effective_from needs a time zone")
    if regime.cooldown_months < 0 or regime.contracts_between < 0:
        raise PolicyBookError(f"book {book}: periods and counts cannot be negative")
    if regime.perk and (not regime.badges or not regime.agency_roles):
        raise PolicyBookError(f"book {book}: a regime with the perk names at least one badge and one agency role")


PERK = PolicyBook("perk", (Regime(effective_from=BEGINNING, perk=True),))
"""The seed's body: the perk, open-ended."""

RETIRED = PolicyBook(
    "retired-2024-09-03",
    (
        Regime(effective_from=BEGINNING, perk=True),
        Regime(effective_from=datetime(2024, 9, 3, tzinfo=UTC), perk=False),
    ),
)
"""The seed's notice: from 3 September 2024 nobody can remove feedback."""


def shipped(books: Sequence[PolicyBook] = (PERK, RETIRED)) -> dict[str, PolicyBook]:
    """The books that need no file, by name."""
    return {book.name: book for book in books}
