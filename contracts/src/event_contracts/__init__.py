"""Every event on a topic: models, CloudEvents mapping, schemas, builders.

The one package that all services and producers share. Invariant: a published type never changes its meaning.
Next: registry.py for the list of events, slot.py for what facts mean together.
"""

from event_contracts.admission import admit
from event_contracts.attribute import instant_of
from event_contracts.cloudevents import CloudEvent, KafkaRecord, UnreadableError, read_kafka, read_structured
from event_contracts.event import EventData, InvalidDataError
from event_contracts.marketplace_account import AccountRenamed, AgencyMemberChanged, BadgeChanged
from event_contracts.marketplace_client import ClientRenamed, ClientStandingChanged
from event_contracts.marketplace_contract import ClientFeedback, ContractCompleted, Money, TalentFeedback
from event_contracts.marketplace_event import ContractFact, MarketplaceEvent
from event_contracts.marketplace_feedback import FeedbackEdited, FeedbackGiven, FeedbackResponded, FeedbackWithdrawn
from event_contracts.operations import LogKeyRotated, ParkedRecordRetried, ParkedRecordSkipped
from event_contracts.publication import ProducerRecord, Publication
from event_contracts.recorded import Recorded
from event_contracts.registry import (
    MARKETPLACE_TYPES,
    REGISTRY,
    TOPIC_OF,
    UnknownTypeError,
    UnknownVersionError,
    model_of,
)
from event_contracts.removal import (
    Evidence,
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalRefused,
    FeedbackRemovalRequested,
    FeedbackRemovalReversalProposed,
    FeedbackRemovalReversed,
    FeedbackRemovalWithdrawn,
    RuleFinding,
    ScorePreview,
)
from event_contracts.report import FeedbackReportDismissed, FeedbackReportFiled, FeedbackReportUpheld
from event_contracts.response import FeedbackAnswered
from event_contracts.score import JobSuccessScoreRecomputed, ScoreCause, ScoreWindow
from event_contracts.scoring_day import ScoringDayOpened
from event_contracts.sealed import Part, PlainPart, Sealed
from event_contracts.slot import FeedbackContent, FeedbackSlot, FeedbackStated, feedback_stated
from event_contracts.stamp import Stamp
from event_contracts.subject import SubjectErased, SubjectHeld, SubjectHoldLifted
from event_contracts.vocabulary import (
    AccountKind,
    AgencyRole,
    Badge,
    Channel,
    Direction,
    EndedBy,
    NotCounted,
    Outcome,
    RemovalClass,
    ReportGround,
    RequestStatus,
    Rule,
    Scope,
    Standing,
    UnchangedReason,
)

__all__ = [
    "MARKETPLACE_TYPES",
    "REGISTRY",
    "TOPIC_OF",
    "AccountKind",
    "AccountRenamed",
    "AgencyMemberChanged",
    "AgencyRole",
    "Badge",
    "BadgeChanged",
    "Channel",
    "ClientFeedback",
    "ClientRenamed",
    "ClientStandingChanged",
    "CloudEvent",
    "ContractCompleted",
    "ContractFact",
    "Direction",
    "EndedBy",
    "EventData",
    "Evidence",
    "FeedbackAnswered",
    "FeedbackContent",
    "FeedbackEdited",
    "FeedbackGiven",
    "FeedbackRemovalApproved",
    "FeedbackRemovalDenied",
    "FeedbackRemovalRefused",
    "FeedbackRemovalRequested",
    "FeedbackRemovalReversalProposed",
    "FeedbackRemovalReversed",
    "FeedbackRemovalWithdrawn",
    "FeedbackReportDismissed",
    "FeedbackReportFiled",
    "FeedbackReportUpheld",
    "FeedbackResponded",
    "FeedbackSlot",
    "FeedbackStated",
    "FeedbackWithdrawn",
    "InvalidDataError",
    "JobSuccessScoreRecomputed",
    "KafkaRecord",
    "LogKeyRotated",
    "MarketplaceEvent",
    "Money",
    "NotCounted",
    "Outcome",
    "ParkedRecordRetried",
    "ParkedRecordSkipped",
    "Part",
    "PlainPart",
    "ProducerRecord",
    "Publication",
    "Recorded",
    "RemovalClass",
    "ReportGround",
    "RequestStatus",
    "Rule",
    "RuleFinding",
    "Scope",
    "ScoreCause",
    "ScorePreview",
    "ScoreWindow",
    "ScoringDayOpened",
    "Sealed",
    "Stamp",
    "Standing",
    "SubjectErased",
    "SubjectHeld",
    "SubjectHoldLifted",
    "TalentFeedback",
    "UnchangedReason",
    "UnknownTypeError",
    "UnknownVersionError",
    "UnreadableError",
    "admit",
    "feedback_stated",
    "instant_of",
    "model_of",
    "read_kafka",
    "read_structured",
]
