"""Orders to this service. Time, identity and the score's preview arrive as data (architecture §1.5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from event_contracts import Channel, Scope, ScorePreview


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRemoval:
    """May the client's feedback on this contract be removed?

    `act_id` names what comes of it, the request or the refusal. `preview`: the score without the contract; None when
    there is no good answer to be had, which counts as an effect to acknowledge.
    """

    act_id: str
    account_id: str
    contract_id: str
    scope: Scope
    requested_by: str
    channel: Channel
    submitted_at: datetime
    acknowledge_score_effect: bool = False
    preview: ScorePreview | None = None


class Decision(StrEnum):
    """What a support agent says of a request that waits; the wire's spelling."""

    APPROVE = "approve"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRequest:
    """Take a request back that nobody has decided."""

    request_id: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseRemoval:
    """Undo an approved removal, as the first of two people or as the second."""

    request_id: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRequest:
    """Decide a request that waits for a person."""

    request_id: str
    decision: Decision
    by: str
    at: datetime
    reason: str


FollowUp: TypeAlias = WithdrawRequest | ReverseRemoval | DecideRequest
"""What may be ordered of a request once it is made."""
