"""Every kind of event by its type, and how older versions become today's.

Invariant: a type stands here or in UPCASTERS for ever, since the log holds events of it for ever.
Next: one file per family for the models, upcast.py for the mechanism.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar, overload

from event_contracts.event import EventData
from event_contracts.marketplace_account import AccountRenamed, AgencyMemberChanged, BadgeChanged
from event_contracts.marketplace_client import ClientRenamed, ClientStandingChanged
from event_contracts.marketplace_contract import ContractCompleted
from event_contracts.marketplace_event import MarketplaceEvent
from event_contracts.marketplace_feedback import FeedbackEdited, FeedbackGiven, FeedbackResponded, FeedbackWithdrawn
from event_contracts.operations import LogKeyRotated, ParkedRecordRetried, ParkedRecordSkipped
from event_contracts.removal import (
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalRefused,
    FeedbackRemovalRequested,
    FeedbackRemovalReversalProposed,
    FeedbackRemovalReversed,
    FeedbackRemovalWithdrawn,
)
from event_contracts.report import FeedbackReportDismissed, FeedbackReportFiled, FeedbackReportUpheld
from event_contracts.response import FeedbackAnswered
from event_contracts.score import JobSuccessScoreRecomputed
from event_contracts.scoring_day import ScoringDayOpened
from event_contracts.subject import SubjectErased, SubjectHeld, SubjectHoldLifted
from event_contracts.upcast import Upcaster, latest, upcast

Event = TypeVar("Event", bound=EventData)

_MARKETPLACE: Final[tuple[type[MarketplaceEvent], ...]] = (
    ContractCompleted,
    FeedbackGiven,
    FeedbackEdited,
    FeedbackWithdrawn,
    FeedbackResponded,
    BadgeChanged,
    AgencyMemberChanged,
    AccountRenamed,
    ClientStandingChanged,
    ClientRenamed,
)
_OURS: Final[tuple[type[EventData], ...]] = (
    FeedbackRemovalRequested,
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalWithdrawn,
    FeedbackRemovalRefused,
    FeedbackRemovalReversalProposed,
    FeedbackRemovalReversed,
    FeedbackAnswered,
    FeedbackReportFiled,
    FeedbackReportUpheld,
    FeedbackReportDismissed,
    JobSuccessScoreRecomputed,
    ScoringDayOpened,
    SubjectErased,
    SubjectHeld,
    SubjectHoldLifted,
    ParkedRecordRetried,
    ParkedRecordSkipped,
    LogKeyRotated,
)

MARKETPLACE: Final[Mapping[str, type[MarketplaceEvent]]] = MappingProxyType({kind.TYPE: kind for kind in _MARKETPLACE})
REGISTRY: Final[Mapping[str, type[EventData]]] = MappingProxyType({kind.TYPE: kind for kind in (*_MARKETPLACE, *_OURS)})
MARKETPLACE_TYPES: Final = frozenset(MARKETPLACE)
TOPIC_OF: Final[Mapping[str, str]] = MappingProxyType({type_: kind.TOPIC for type_, kind in MARKETPLACE.items()})
UPCASTERS: Final[Mapping[str, Upcaster]] = MappingProxyType({})
_VERSIONED: Final = re.compile(r"(?P<name>.+)\.v[0-9]+")


class UnknownTypeError(LookupError):
    """No event of this name, in any version."""


class UnknownVersionError(LookupError):
    """An event of this name, but in a version that is not known here."""


@overload
def model_of(type_: str) -> type[EventData]: ...


@overload
def model_of(
    type_: str, *, registry: Mapping[str, type[Event]], upcasters: Mapping[str, Upcaster] = ...
) -> type[Event]: ...


def model_of(
    type_: str,
    *,
    registry: Mapping[str, type[EventData]] = REGISTRY,
    upcasters: Mapping[str, Upcaster] = UPCASTERS,
) -> type[EventData]:
    """Today's class for a type, old versions included. Raises UnknownTypeError, UnknownVersionError."""
    model = registry.get(latest(type_, upcasters))
    if model is not None:
        return model
    name = _name_of(type_)
    if name is not None and any(_name_of(known) == name for known in (*registry, *upcasters)):
        raise UnknownVersionError(f"{type_[:128]!a} is a version of {name} that is not known")
    raise UnknownTypeError(f"{type_[:128]!a} is not known")


def decode(
    type_: str,
    data: Any,
    *,
    registry: Mapping[str, type[EventData]] = REGISTRY,
    upcasters: Mapping[str, Upcaster] = UPCASTERS,
) -> EventData:
    """The model of recorded data, brought to today's version.

    Raises UnknownTypeError, UnknownVersionError, pydantic.ValidationError.
    """
    model = registry.get(type_)
    if model is None:
        model = model_of(type_, registry=registry, upcasters=upcasters)
        _, data = upcast(type_, data, upcasters)
    return model.model_validate(data)


def _name_of(type_: str) -> str | None:
    versioned = _VERSIONED.fullmatch(type_)
    return versioned["name"] if versioned else None
