"""The life of a removal request: requested → approved | denied | withdrawn, approved → reversed (domain §3).

Invariant: total; a fact that does not fit the request's state changes nothing, since whoever recorded it has already
decided and a fold does not judge.
Next: evolve.py, which calls this for the rows that are requests.
"""

from dataclasses import replace
from typing import TypeAlias

from event_contracts import (
    FeedbackRemovalApproved,
    FeedbackRemovalDenied,
    FeedbackRemovalRequested,
    FeedbackRemovalReversalProposed,
    FeedbackRemovalReversed,
    FeedbackRemovalWithdrawn,
)
from removal.domain.state import Approved, Asked, Denied, Lifecycle, Pending, Proposal, Reversed, Withdrawn

LifecycleEvent: TypeAlias = (
    FeedbackRemovalApproved
    | FeedbackRemovalDenied
    | FeedbackRemovalWithdrawn
    | FeedbackRemovalReversalProposed
    | FeedbackRemovalReversed
)


def asked(event: FeedbackRemovalRequested) -> Asked:
    """The request as it was submitted."""
    return Asked(
        request_id=event.request_id,
        account_id=event.account_id,
        contract_id=event.contract_id,
        client_id=event.client_id,
        scope=event.scope,
        requested_by=event.requested_by,
        channel=event.channel,
        submitted_at=event.submitted_at,
        evidence=event.evidence,
    )


def lifecycle_after(before: Lifecycle, event: LifecycleEvent) -> Lifecycle:
    """The request's state after the event."""
    match before, event:
        case Pending(asked=asked_), FeedbackRemovalApproved():
            return Approved(
                asked=asked_, decided_by=event.decided_by, decided_at=event.decided_at, automatic=event.automatic
            )
        case Pending(asked=asked_), FeedbackRemovalDenied():
            return Denied(asked=asked_, decided_by=event.decided_by, decided_at=event.decided_at)
        case Pending(asked=asked_), FeedbackRemovalWithdrawn():
            return Withdrawn(asked=asked_, withdrawn_by=event.withdrawn_by, withdrawn_at=event.withdrawn_at)
        case Approved(), FeedbackRemovalReversalProposed():
            return replace(before, proposal=Proposal(proposed_by=event.by, proposed_at=event.at))
        case Approved(), FeedbackRemovalReversed():
            return Reversed(approval=before, reversed_by=event.by, reversed_at=event.at)
        case _:
            return before
