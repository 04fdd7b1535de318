"""Who acts in a data set: freelancers, agencies with their members, clients.

Everybody is made from the data set's name and a number, so nobody has to be remembered.
Invariant: a number is always the same person, whoever is asked for first.
Next: opening.py for the facts that introduce them.
"""

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final

from event_contracts.vocabulary import AccountKind, AgencyRole, Badge
from fi.generate.data_set import DataSet
from fi.generate.phrase import Language, phrases
from fi.generate.picker import Among

EVERY_NTH_IS_AN_AGENCY: Final = 8
REMEMBERED: Final = 8192
BADGES: Final = Among({Badge.NONE: 30, Badge.RISING_TALENT: 20, Badge.TOP_RATED: 36, Badge.TOP_RATED_PLUS: 14})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A freelancer's place in an agency; an exclusive one displays the agency's score."""

    user_id: str
    role: AgencyRole
    exclusive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A freelancer or an agency; `quality` from 0 to 1 says how happy clients are; only an agency has members."""

    id: str
    kind: AccountKind
    name: str
    badge: Badge
    quality: float
    language: Language
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client and the language that it writes in."""

    id: str
    name: str
    language: Language


class Cast:
    """Everybody in one data set, by number."""

    def __init__(self, wish: DataSet) -> None:
        self._wish = wish
        self.account = lru_cache(REMEMBERED)(self._account)
        self.client = lru_cache(REMEMBERED)(self._client)

    def _account(self, number: int) -> Account:
        dice = self._wish.dice("account", number)
        language = phrases().language(dice)
        agency = _is_agency(number)
        return Account(
            id=f"{'ag' if agency else 'fl'}-{self._wish.name}-{number}",
            kind=AccountKind.AGENCY if agency else AccountKind.FREELANCER,
            name=_firm(dice) if agency else language.person(dice),
            badge=a_badge(dice),
            quality=0.55 + 0.44 * dice.random() ** 0.5,
            language=language,
            members=self._members(dice, number) if agency else (),
        )

    def _client(self, number: int) -> Client:
        dice = self._wish.dice("client", number)
        words = phrases()
        name = f"{dice.choice(words.companies)}, {dice.choice(words.towns)}"
        return Client(id=f"cl-{self._wish.name}-{number}", name=name, language=words.language(dice))

    def _members(self, dice: Random, agency: int) -> tuple[Member, ...]:
        """Two to nine freelancers, its owner first. The freelancers just before it are always there to be had."""
        nearby = range(max(0, agency - 3 * EVERY_NTH_IS_AN_AGENCY), agency)
        freelancers = [number for number in nearby if not _is_agency(number)]
        users = dice.sample(freelancers, min(len(freelancers), 2 + int(dice.random() * 8)))
        roles = (AgencyRole.OWNER, dice.choice((AgencyRole.BUSINESS_MANAGER, AgencyRole.ADMIN)))
        return tuple(
            Member(
                user_id=f"fl-{self._wish.name}-{number}",
                role=roles[place] if place < len(roles) else AgencyRole.MEMBER,
                exclusive=dice.random() < 0.3,
            )
            for place, number in enumerate(users)
        )


def a_badge(dice: Random) -> Badge:
    """A badge, each as often as it is met."""
    return BADGES.pick(dice.random())


def _is_agency(number: int) -> bool:
    return number % EVERY_NTH_IS_AN_AGENCY == EVERY_NTH_IS_AN_AGENCY - 1


def _firm(dice: Random) -> str:
    words = phrases()
    return f"{dice.choice(words.agencies)} {dice.choice(words.towns)}"
