"""The facts about people: who they are when a data set begins, and what becomes of them while it lasts.

Invariant: every iterator gives its facts in order of their time and holds one at a time.
Next: contract.py for what happens between them, stream.py where all facts meet.
"""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from event_contracts import AccountRenamed, AgencyMemberChanged, BadgeChanged, ClientRenamed, ClientStandingChanged
from event_contracts.vocabulary import AgencyRole, Standing
from fi.generate.cast import Account, Cast, Member, a_badge
from fi.generate.data_set import DataSet
from fi.generate.fact import Fact
from fi.generate.picker import Among

STANDING_CHANGES_PER_CONTRACT = 0.0195  # about one event in a hundred
STANDINGS = Among({Standing.GOOD: 50, Standing.FLAGGED: 36, Standing.SUSPENDED: 14})
BADGE_CHANGES_PER_ACCOUNT = 0.4
ROLE_CHANGES_PER_ACCOUNT = 0.03
RENAMES_PER_ACCOUNT = 0.05


def introductions(wish: DataSet, cast: Cast) -> Iterator[Fact]:
    """Names, badges and memberships of all accounts, names of all clients; all of them when the data set begins."""
    at = wish.begins
    for number in range(wish.accounts):
        account = cast.account(number)
        yield _named(account, account.name, at, "named")
        yield _badged(account, account.badge, at, "badged")
        for member in account.members:
            yield _joined(account, member, at, f"joined/{member.user_id}")
    for number in range(wish.clients):
        client = cast.client(number)
        data = {"client_id": client.id, "display_name": client.name}
        yield Fact(at, f"{client.id}/named", ClientRenamed.TYPE, client.id, data)


def badge_changes(wish: DataSet, cast: Cast) -> Iterator[Fact]:
    """Badges won and lost."""
    dice = wish.dice("badge changes")
    for nth, at in enumerate(wish.moments(round(wish.accounts * BADGE_CHANGES_PER_ACCOUNT), dice)):
        yield _badged(_anyone(wish, cast, dice), a_badge(dice), at, f"badged-{nth}")


def renames(wish: DataSet, cast: Cast) -> Iterator[Fact]:
    """New names of accounts."""
    dice = wish.dice("renames")
    for nth, at in enumerate(wish.moments(round(wish.accounts * RENAMES_PER_ACCOUNT), dice)):
        account = _anyone(wish, cast, dice)
        yield _named(account, account.language.person(dice), at, f"named-{nth}")


def role_changes(wish: DataSet, cast: Cast) -> Iterator[Fact]:
    """Members who leave their agency or get another role; its owner stays."""
    dice = wish.dice("role changes")
    for nth, at in enumerate(wish.moments(round(wish.accounts * ROLE_CHANGES_PER_ACCOUNT), dice)):
        account = _anyone(wish, cast, dice)
        if len(account.members) > 1:
            who = dice.choice(account.members[1:])
            role = dice.choice((AgencyRole.NONE, AgencyRole.ADMIN, AgencyRole.BUSINESS_MANAGER))
            change = Member(user_id=who.user_id, role=role, exclusive=who.exclusive and role is not AgencyRole.NONE)
            yield _joined(account, change, at, f"role-{nth}/{who.user_id}")


def standing_changes(wish: DataSet, cast: Cast) -> Iterator[Fact]:
    """Clients flagged, suspended, or good again."""
    dice = wish.dice("standing changes")
    for nth, at in enumerate(wish.moments(round(wish.contracts * STANDING_CHANGES_PER_CONTRACT), dice)):
        client = cast.client(int(dice.random() * wish.clients))
        standing = STANDINGS.pick(dice.random())
        data = {"client_id": client.id, "standing": standing}
        yield Fact(at, f"{client.id}/standing-{nth}", ClientStandingChanged.TYPE, client.id, data)


def _anyone(wish: DataSet, cast: Cast, dice: Random) -> Account:
    return cast.account(int(dice.random() * wish.accounts))


def _named(account: Account, name: str, at: datetime, what: str) -> Fact:
    data = {"account_id": account.id, "account_kind": account.kind, "display_name": name}
    return Fact(at, f"{account.id}/{what}", AccountRenamed.TYPE, account.id, data)


def _badged(account: Account, badge: str, at: datetime, what: str) -> Fact:
    data = {"account_id": account.id, "account_kind": account.kind, "badge": badge}
    return Fact(at, f"{account.id}/{what}", BadgeChanged.TYPE, account.id, data)


def _joined(agency: Account, member: Member, at: datetime, what: str) -> Fact:
    data = {"agency_id": agency.id, "user_id": member.user_id, "role": member.role, "exclusive": member.exclusive}
    return Fact(at, f"{agency.id}/{what}", AgencyMemberChanged.TYPE, agency.id, data)
