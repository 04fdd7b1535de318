"""What all facts published by the marketplace share: how they are admitted and built, and the ids they name.

Invariant: `build` gives only what `admit` accepts. Next: marketplace_*.py for each family.
"""

from datetime import datetime
from typing import Any, ClassVar, Final, Self
from uuid import uuid4

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from event_contracts.attribute import check_identity, instant_of
from event_contracts.cloudevents import CloudEvent
from event_contracts.event import EventData, InvalidDataError
from event_contracts.field import Id
from event_contracts.instant import format_time
from event_contracts.publication import Publication

_INBOUND: Final = {"inbound": True}


class MarketplaceEvent(EventData):
    """A fact that another service of the platform publishes and we record under its own type, source, id and time."""

    TOPIC: ClassVar[str]

    @classmethod
    def admit(cls, data: Any) -> Self:
        """The event with this JSON as its data, as it came from outside. Raises InvalidDataError."""
        if not isinstance(data, dict):
            raise InvalidDataError("data", "is not an object")
        try:
            event = cls.model_validate(cls._without_ignored(data), context=_INBOUND)
        except ValidationError as refused:
            raise _first_error(refused) from refused
        return event._admitted()

    @classmethod
    def build(
        cls,
        *,
        id: str | None = None,  # noqa: A002 - the attribute's name
        source: str = "/marketplace",
        time: datetime | str | None = None,
        **data: Any,
    ) -> Publication:
        """A valid event to publish; `data` by field name, times as aware datetimes or RFC 3339.

        `id`: a retry must use the same one again; by default a new UUID. `time`: when it happened; only a contract's
        end knows a default, `completed_at`. Raises InvalidDataError.
        """
        admitted = cls.admit(data)
        happened_at = admitted._happened_at() if time is None else time
        if isinstance(happened_at, datetime):
            happened_at = _spelled(happened_at)
        event = CloudEvent(
            id=str(uuid4()) if id is None else id,
            source=source,
            type=cls.TYPE,
            time=happened_at,
            subject=admitted.contract_id or admitted.subject,
            data=admitted.to_json(),
        )
        check_identity(event)
        instant_of(event)
        return Publication(cls.TOPIC, event)

    @classmethod
    def _without_ignored(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Inbound data without what is ignored whatever it holds."""
        return data

    def _admitted(self) -> Self:
        """The event as it is recorded, after the checks that hold only on the way in. Raises InvalidDataError."""
        for part in self.PARTS:
            if part.required and self.part(part.path) is None:
                raise InvalidDataError(part.path, "is missing")
        return self

    def _happened_at(self) -> datetime | None:
        return None


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


def _spelled(instant: datetime) -> str:
    try:
        return format_time(instant)
    except ValueError as naive:
        raise InvalidDataError("ce_time", str(naive)) from naive


def _first_error(refused: ValidationError) -> InvalidDataError:
    error = refused.errors(include_url=False, include_context=False, include_input=False)[0]
    return InvalidDataError(".".join(str(step) for step in error["loc"]), _message(error))


def _message(error: ErrorDetails) -> str:
    """What is wrong, without the value, which may be a person's text."""
    if error["type"] == "missing":
        return "is missing"
    return error["msg"].removeprefix("Value error, ")
