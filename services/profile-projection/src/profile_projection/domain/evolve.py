"""How a recorded fact enters the state of a contract or an account.

Total: never raises, never judges; what says nothing about the state leaves it as it is.
Invariant: order and repetition of facts do not matter (domain §1); what a removal or an upheld
report hides stays hidden through edits, withdrawal and feedback given anew (domain §2).
Next: state.py for what is kept, policy.py for what is shown of it.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from event_contracts import (
    BadgeChanged,
    ContractCompleted,
    Direction,
    EventData,
    FeedbackAnswered,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackRemovalApproved,
    FeedbackRemovalReversed,
    FeedbackReportUpheld,
    FeedbackResponded,
    FeedbackWithdrawn,
)
from event_contracts.recorded import Recorded
from event_contracts.slot import FeedbackStated, feedback_stated
from profile_projection.domain.state import (
    PublicAccount,
    PublicContract,
    Response,
    Review,
    StatedBadge,
    Terms,
    Text,
)


def evolve_contract(contract: PublicContract, recorded: Recorded) -> PublicContract:
    """The contract after one more fact about it; a fact of another kind changes nothing."""
    match recorded.data:
        case ContractCompleted() as fact:
            return _with_feedback(_with_terms(contract, recorded, fact), recorded)
        case FeedbackGiven() | FeedbackEdited() | FeedbackWithdrawn():
            return _with_feedback(contract, recorded)
        case FeedbackResponded() | FeedbackAnswered() as fact:
            return _with_response(contract, recorded, fact)
        case FeedbackRemovalApproved() | FeedbackRemovalReversed() as fact:
            return _with_decision(contract, fact)
        case FeedbackReportUpheld() as fact:
            return replace(contract, upheld=contract.upheld | {fact.direction})
        case _:
            return contract


def evolve_account(account: PublicAccount, recorded: Recorded) -> PublicAccount:
    """The account after one more event of its stream or name; its figures are summed from its contracts elsewhere."""
    data = recorded.data
    named = account.named or account.account_id in data.named_accounts
    agency = account.agency or account.account_id == data.named_agency
    badge = account.badge
    if isinstance(data, BadgeChanged) and (badge is None or badge.stamp < recorded.stamp):
        badge = StatedBadge(recorded.stamp, data.badge)
    if (named, agency, badge) == (account.named, account.agency, account.badge):
        return account
    return replace(account, named=named, agency=agency, badge=badge)


def text_of(recorded: Recorded, path: str) -> Text | None:
    """The sealed part at a path of the event's data: None if recorded without it; without ciphertext once erased."""
    if recorded.data.part(path) is None:
        return None
    subject_id = getattr(recorded.data, _sealed_under(type(recorded.data))[path])
    return Text(recorded.id, path, subject_id, recorded.sealed.get(path))


@cache
def _sealed_under(kind: type[EventData]) -> Mapping[str, str]:
    """By path: the attribute that holds the id of the subject."""
    return {part.path: part.under for part in kind.PARTS}


def _with_terms(contract: PublicContract, recorded: Recorded, fact: ContractCompleted) -> PublicContract:
    if contract.terms is not None and contract.terms.stamp >= recorded.stamp:
        return contract
    title = text_of(recorded, "title")
    return replace(contract, terms=Terms(recorded.stamp, fact.completed_at, paid=fact.earned.amount > 0, title=title))


def _with_feedback(contract: PublicContract, recorded: Recorded) -> PublicContract:
    for stated in feedback_stated(recorded):
        review = _review(recorded, stated)
        public = review is not None and review.public
        if stated.direction is Direction.CLIENT_TO_TALENT:
            slot = contract.client_feedback.meet(stated.stamp, review, public=public)
            contract = replace(contract, client_feedback=slot)
        else:
            slot = contract.talent_feedback.meet(stated.stamp, review, public=public)
            contract = replace(contract, talent_feedback=slot)
    return contract


def _review(recorded: Recorded, stated: FeedbackStated) -> Review | None:
    """The public part of what is stated, its comment sealed; None when the fact withdraws it."""
    if stated.content is None:
        return None
    path = "comment"
    if isinstance(recorded.data, ContractCompleted):
        side = "client_feedback" if stated.direction is Direction.CLIENT_TO_TALENT else "talent_feedback"
        path = f"{side}.comment"
    return Review(stated.content.score, text_of(recorded, path))


def _with_response(
    contract: PublicContract, recorded: Recorded, fact: FeedbackResponded | FeedbackAnswered
) -> PublicContract:
    own_door = isinstance(fact, FeedbackAnswered)
    text = text_of(recorded, "response" if own_door else "text")
    response = Response(recorded.stamp, own_door=own_door, text=text)
    if fact.direction is Direction.CLIENT_TO_TALENT:
        return replace(contract, account_response=_standing(contract.account_response, response))
    return replace(contract, client_response=_standing(contract.client_response, response))


def _with_decision(contract: PublicContract, fact: FeedbackRemovalApproved | FeedbackRemovalReversed) -> PublicContract:
    if isinstance(fact, FeedbackRemovalApproved):
        return replace(contract, approved={**contract.approved, fact.request_id: fact.scope})
    return replace(contract, reversed=contract.reversed | {fact.request_id})


def _standing(known: Response | None, met: Response) -> Response:
    return met if known is None or met.precedence < known.precedence else known
