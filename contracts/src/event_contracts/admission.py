"""What a marketplace event must hold to enter the log (interfaces §1 Limits, domain §1 `invalid`).

Pure. Knows no clock, so it does not judge times ahead of now, and no log, so it does not know duplicates.
Invariant: what is admitted can be recorded; what is not is refused naming the first field that is wrong.
Next: marketplace_event.py for the checks of one kind of event, cloudevents.py for reading the record.
"""

from event_contracts.attribute import check_identity, instant_of
from event_contracts.cloudevents import CloudEvent
from event_contracts.marketplace_event import MarketplaceEvent
from event_contracts.registry import MARKETPLACE, UPCASTERS, model_of
from event_contracts.upcast import upcast


def admit(event: CloudEvent) -> MarketplaceEvent:
    """The event's data, validated, in today's version.

    Raises UnknownTypeError or UnknownVersionError when the marketplace publishes no such event, and InvalidDataError,
    whose `field` is a path in `data` (`client_feedback.score`) or an attribute (`ce_id`, `ce_source`, `ce_time`).
    """
    kind = model_of(event.type, registry=MARKETPLACE)
    check_identity(event)
    instant_of(event)
    if event.type in UPCASTERS and isinstance(event.data, dict):
        return kind.admit(upcast(event.type, event.data, UPCASTERS)[1])
    return kind.admit(event.data)
