"""Decide how a request goes on once it is made: decision, withdrawal, reversal by two people (domain §3).

Knows no storage and no clock. Invariant: nobody decides their own request; a removal is undone by two people or not
at all; the rules are not asked again, for a request is judged by the facts at its submission.
Next: lifecycle.py for what the events mean, decide.py for how a request begins.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from event_contracts import (
    AgencyRole,
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalReversalProposed,
    FeedbackRemovalReversed,
    FeedbackRemovalWithdrawn,
)
from removal.domain.case import Case
from removal.domain.commands import DecideRequest, Decision, FollowUp, ReverseRemoval, WithdrawRequest
from removal.domain.lifecycle import LifecycleEvent
from removal.domain.state import Approved, Asked, Pending, Proposal, Request, Reversed

DECIDES: Final[Mapping[Decision, type[FeedbackRemovalApproved] | type[FeedbackRemovalDenied]]] = {
    Decision.APPROVE: FeedbackRemovalApproved,
    Decision.DENY: FeedbackRemovalDenied,
}


class Objection(StrEnum):
    """Why a request does not go on as ordered; the problems' names on the wire. Nothing is recorded of it."""

    FORBIDDEN = "forbidden"
    OWN_REQUEST = "own-request"
    ALREADY_DECIDED = "already-decided"
    ALREADY_REVERSED = "already-reversed"
    NOTHING_TO_REVERSE = "nothing-to-reverse"
    SECOND_PERSON_NEEDED = "second-person-needed"


def barred(request: Request, case: Case, command: FollowUp) -> Objection | None:
    """Why this person may never order this of the request, however far it has gone; `case` says who they are."""
    own = command.by == request.asked.requested_by
    if isinstance(command, WithdrawRequest):
        return None if own or case.role is AgencyRole.OWNER else Objection.FORBIDDEN
    return Objection.OWN_REQUEST if own else None


def proceed(request: Request, command: FollowUp) -> LifecycleEvent | Objection:
    """The one fact that follows, from somebody who is not barred."""
    match command, request.lifecycle:
        case WithdrawRequest(), Pending():
            return _withdrawn(request.asked, command)
        case DecideRequest(), Pending():
            return _decided(request.asked, command)
        case ReverseRemoval(), Approved(proposal=proposal):
            return _reversal(request.asked, command, proposal)
        case ReverseRemoval(), Reversed():
            return Objection.ALREADY_REVERSED
        case ReverseRemoval(), _:
            return Objection.NOTHING_TO_REVERSE
        case _:
            return Objection.ALREADY_DECIDED


def _withdrawn(asked: Asked, command: WithdrawRequest) -> FeedbackRemovalWithdrawn:
    return FeedbackRemovalWithdrawn(
        request_id=asked.request_id,
        account_id=asked.account_id,
        contract_id=asked.contract_id,
        withdrawn_by=command.by,
        withdrawn_at=command.at,
    )


def _decided(asked: Asked, command: DecideRequest) -> FeedbackRemovalApproved | FeedbackRemovalDenied:
    return DECIDES[command.decision](
        **_of(asked), automatic=False, decided_by=command.by, decided_at=command.at, reason=command.reason
    )


def _reversal(asked: Asked, command: ReverseRemoval, proposal: Proposal | None) -> LifecycleEvent | Objection:
    said: dict[str, Any] = {**_of(asked), "by": command.by, "at": command.at, "reason": command.reason}
    if proposal is None:
        return FeedbackRemovalReversalProposed(**said)
    if proposal.proposed_by == command.by:
        return Objection.SECOND_PERSON_NEEDED
    return FeedbackRemovalReversed(**said)


def _of(asked: Asked) -> dict[str, Any]:
    return {
        "request_id": asked.request_id,
        "account_id": asked.account_id,
        "contract_id": asked.contract_id,
        "client_id": asked.client_id,
        "scope": asked.scope,
    }
