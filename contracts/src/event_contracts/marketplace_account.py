"""Facts about accounts: badges, membership in agencies, names."""

from typing import ClassVar

from event_contracts.field import Flag, Id
from event_contracts.marketplace_event import MarketplaceEvent
from event_contracts.sealed import Part, TextPart
from event_contracts.vocabulary import AccountKind, AgencyRole, Badge


class _AccountFact(MarketplaceEvent):
    TOPIC: ClassVar[str] = "marketplace.accounts"

    account_id: Id
    account_kind: AccountKind

    @property
    def named_accounts(self) -> tuple[str, ...]:
        return (self.account_id,)

    @property
    def named_agency(self) -> str | None:
        return self.account_id if self.account_kind is AccountKind.AGENCY else None


class BadgeChanged(_AccountFact):
    """The account's badge, as of the fact's stamp."""

    TYPE: ClassVar[str] = "marketplace.account.badge-changed.v1"

    badge: Badge

    @property
    def stream(self) -> str:
        return f"account/{self.account_id}"


class AccountRenamed(_AccountFact):
    """The account's public name, as of the fact's stamp."""

    TYPE: ClassVar[str] = "marketplace.account.renamed.v1"
    PARTS: ClassVar[tuple[Part, ...]] = (Part("display_name", under="account_id", required=True),)

    display_name: TextPart = None

    @property
    def stream(self) -> str:
        return f"name/{self.account_id}"


class AgencyMemberChanged(MarketplaceEvent):
    """A user's role in an agency, NONE after leaving; an exclusive member displays the agency's score."""

    TYPE: ClassVar[str] = "marketplace.agency.member-changed.v1"
    TOPIC: ClassVar[str] = "marketplace.accounts"

    agency_id: Id
    user_id: Id
    role: AgencyRole
    exclusive: Flag

    @property
    def account_id(self) -> str:
        """The agency."""
        return self.agency_id

    @property
    def stream(self) -> str:
        return f"account/{self.agency_id}"

    @property
    def named_accounts(self) -> tuple[str, ...]:
        return self.agency_id, self.user_id

    @property
    def named_agency(self) -> str | None:
        return self.agency_id
