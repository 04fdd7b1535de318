"""What all facts published by the marketplace share: the ids they name. Next: marketplace_*.py for each family."""

from typing import ClassVar

from event_contracts.event import EventData
from event_contracts.field import Id


class MarketplaceEvent(EventData):
    """A fact that another service of the platform publishes and we record under its own type, source, id and time."""

    TOPIC: ClassVar[str]


class ContractFact(MarketplaceEvent):
    """A fact about a contract between a client and a freelancer or an agency."""

    contract_id: Id
    freelancer_id: Id
    agency_id: Id | None = None
    client_id: Id

    @property
    def account_id(self) -> str:
        """Who the contract counts for: the agency when there is one, else the freelancer; never both (domain §1)."""
        return self.agency_id or self.freelancer_id

    @property
    def stream(self) -> str:
        return f"account/{self.account_id}"

    @property
    def named_accounts(self) -> tuple[str, ...]:
        return (self.freelancer_id,) if self.agency_id is None else (self.freelancer_id, self.agency_id)

    @property
    def named_agency(self) -> str | None:
        return self.agency_id
