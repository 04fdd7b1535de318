"""Facts about clients: standing and name."""

from typing import ClassVar

from event_contracts.field import Id
from event_contracts.marketplace_event import MarketplaceEvent
from event_contracts.sealed import Part, TextPart
from event_contracts.vocabulary import Standing


class ClientStandingChanged(MarketplaceEvent):
    """The client's standing, as of the fact's stamp."""

    TYPE: ClassVar[str] = "marketplace.client.standing-changed.v1"
    TOPIC: ClassVar[str] = "marketplace.clients"

    client_id: Id
    standing: Standing

    @property
    def stream(self) -> str:
        return f"client/{self.client_id}"


class ClientRenamed(MarketplaceEvent):
    """The client's public name, as of the fact's stamp."""

    TYPE: ClassVar[str] = "marketplace.client.renamed.v1"
    TOPIC: ClassVar[str] = "marketplace.clients"
    PARTS: ClassVar[tuple[Part, ...]] = (Part("display_name", under="client_id", required=True),)

    client_id: Id
    display_name: TextPart = None

    @property
    def stream(self) -> str:
        return f"name/{self.client_id}"
