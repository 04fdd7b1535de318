"""What facts change: the fold of an account's events into rows.

Total: it never raises and never judges, for the fact already happened; a fact about something never recorded changes
nothing. Facts of the marketplace meet in any order (domain §1); our own come in the order of their stream.
Invariant: the same facts in any order of arrival give the same rows, but for versions.
Next: state.py for the rows, lifecycle.py for the life of a request.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from event_contracts import (
    AccountRenamed,
    AgencyMemberChanged,
    AgencyRole,
    BadgeChanged,
    ContractCompleted,
    Direction,
    FeedbackAnswered,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackRemovalApproved,
    FeedbackRemovalRefused,
    FeedbackRemovalRequested,
    FeedbackRemovalReversed,
    FeedbackReportDismissed,
    FeedbackReportFiled,
    FeedbackReportUpheld,
    FeedbackResponded,
    FeedbackWithdrawn,
)
from event_contracts.slot import Stamp, feedback_stated
from removal.domain.lifecycle import LifecycleEvent, asked, lifecycle_after
from removal.domain.state import (
    Account,
    AccountKey,
    Contract,
    ContractKey,
    Feedback,
    Key,
    Member,
    MemberKey,
    Pending,
    Request,
    RequestKey,
    Row,
    Slot,
    Terms,
)

ContractFact: TypeAlias = ContractCompleted | FeedbackGiven | FeedbackEdited | FeedbackWithdrawn | FeedbackResponded
RemovalFact: TypeAlias = FeedbackRemovalRequested | FeedbackRemovalRefused | LifecycleEvent
ReportFact: TypeAlias = FeedbackReportFiled | FeedbackReportUpheld | FeedbackReportDismissed
AccountEvent: TypeAlias = (
    ContractFact | BadgeChanged | AgencyMemberChanged | AccountRenamed | RemovalFact | ReportFact | FeedbackAnswered
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A recorded event of an account. `version`: in its stream; `stamp`: what decides between facts about one slot."""

    data: AccountEvent
    stamp: Stamp
    version: int


def fold(rows: Mapping[Key, Row], facts: Iterable[Fact]) -> dict[Key, Row]:
    """The rows after these facts, in the order of their streams; rows that no fact touches stay as they are."""
    after = dict(rows)
    for fact in facts:
        for key in touched(fact.data):
            row = evolve(after.get(key), key, fact)
            if row is not None:
                after[key] = row
    return after


def touched(data: AccountEvent) -> tuple[Key, ...]:
    """The rows that an event changes, so that nothing else need be read."""
    if isinstance(data, ContractFact):
        return AccountKey(data.account_id), ContractKey(data.contract_id)
    if isinstance(data, AccountRenamed) and data.named_agency is None:
        return ()  # a freelancer's name is nothing that a removal depends on
    keys: list[Key] = [AccountKey(data.account_id)]
    if isinstance(data, FeedbackRemovalApproved | FeedbackRemovalReversed | FeedbackReportUpheld):
        keys.append(ContractKey(data.contract_id))
    if isinstance(data, FeedbackRemovalRequested | LifecycleEvent):
        keys.append(RequestKey(data.request_id))
    if isinstance(data, AgencyMemberChanged):
        keys.append(MemberKey(data.agency_id, data.user_id))
    return tuple(keys)


def evolve(row: Row | None, key: Key, fact: Fact) -> Row | None:
    """The row after the fact; None while no fact has made it."""
    match key:
        case AccountKey():
            return _account(row if isinstance(row, Account) else Account(key), fact)
        case MemberKey():
            return _member(row if isinstance(row, Member) else Member(key), fact)
        case ContractKey():
            return _contract(row if isinstance(row, Contract) else None, key, fact)
        case RequestKey():
            return _request(row if isinstance(row, Request) else None, key, fact)
        case _:
            assert_never(key)


def _account(account: Account, fact: Fact) -> Account:
    data = fact.data
    is_agency = account.is_agency or data.named_agency is not None
    if isinstance(data, ContractFact):
        return Account(account.key, is_agency, account.badge, fact.version)
    if isinstance(data, AccountRenamed):  # of the stream name/<id>, whose versions are its own
        return Account(account.key, is_agency, account.badge, account.version)
    badge = account.badge.meet(fact.stamp, data.badge) if isinstance(data, BadgeChanged) else account.badge
    return Account(account.key, is_agency, badge, fact.version)


def _member(member: Member, fact: Fact) -> Member:
    if isinstance(fact.data, AgencyMemberChanged):
        role = None if fact.data.role is AgencyRole.NONE else fact.data.role
        return replace(member, role=member.role.meet(fact.stamp, role))
    return member


def _contract(contract: Contract | None, key: ContractKey, fact: Fact) -> Contract | None:
    match fact.data:
        case ContractCompleted() as data:
            contract = contract or _named(key, data)
            terms = Terms(completed_at=data.completed_at, earned=data.earned.amount)
            return _with_feedback(contract, fact, contract.terms.meet(fact.stamp, terms))
        case FeedbackGiven() | FeedbackEdited() | FeedbackWithdrawn() as data:
            contract = contract or _named(key, data)
            by_client = data.direction is Direction.CLIENT_TO_TALENT
            return _with_feedback(contract, fact, contract.terms) if by_client else contract
        case FeedbackResponded() as data:
            return contract or _named(key, data)
        case FeedbackReportUpheld(direction=Direction.CLIENT_TO_TALENT):
            return contract and replace(contract, upheld=True, last_fact_version=fact.version)
        case FeedbackRemovalApproved() | FeedbackRemovalReversed():
            return contract and replace(contract, last_fact_version=fact.version)
        case _:
            return contract


def _named(key: ContractKey, data: ContractFact) -> Contract:
    return Contract(key, account_id=data.account_id, client_id=data.client_id)


def _with_feedback(contract: Contract, fact: Fact, terms: Slot[Terms]) -> Contract:
    feedback = contract.feedback
    for stated in feedback_stated(fact):
        if stated.direction is Direction.CLIENT_TO_TALENT:
            said = None if stated.content is None else Feedback(public=stated.content.public)
            feedback = feedback.meet(stated.stamp, said)
    return replace(contract, terms=terms, feedback=feedback, last_fact_version=fact.version)


def _request(request: Request | None, key: RequestKey, fact: Fact) -> Request | None:
    data = fact.data
    if isinstance(data, FeedbackRemovalRequested):
        return request or Request(key, Pending(asked(data)), fact.version)
    if request is None or not isinstance(data, LifecycleEvent):
        return request
    lifecycle = lifecycle_after(request.lifecycle, data)
    return request if lifecycle is request.lifecycle else Request(key, lifecycle, fact.version)
