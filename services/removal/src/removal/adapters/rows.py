"""Rows of the domain as columns of the tables, and back.

Knows no statement. Invariant: a row read back is the row that was written.
Next: tables.py, which reads and writes them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import orjson

from event_contracts import AgencyRole, Badge, Channel, Evidence, Scope
from event_contracts.instant import format_time, parse_time
from event_contracts.slot import Stamp
from removal.domain.state import (
    Account,
    AccountKey,
    Approved,
    Asked,
    Contract,
    ContractKey,
    Denied,
    Feedback,
    Lifecycle,
    Member,
    MemberKey,
    Pending,
    Proposal,
    Request,
    RequestKey,
    Reversed,
    Slot,
    Terms,
    Withdrawn,
)


class Record(Protocol):
    """A row as the driver gives it, or a dictionary."""

    def __getitem__(self, name: str, /) -> Any: ...


def stamp_text(stamp: Stamp | None) -> str | None:
    """A stamp as one text: the JSON array [holds_from, time, id, source]."""
    if stamp is None:
        return None
    return orjson.dumps([format_time(stamp.holds_from), format_time(stamp.time), stamp.id, stamp.source]).decode()


def stamp_of(text: str | None) -> Stamp | None:
    """The stamp of such a text."""
    if text is None:
        return None
    holds_from, time, id_, source = orjson.loads(text)
    return Stamp(parse_time(holds_from), parse_time(time), id_, source)


def account_of(record: Record) -> Account:
    badge = Slot(stamp_of(record["badge_stamp"]), Badge(record["badge"]) if record["badge"] is not None else None)
    return Account(AccountKey(record["account_id"]), record["is_agency"], badge, record["version"])


def account_columns(account: Account) -> Sequence[Any]:
    badge = account.badge
    return account.key.account_id, account.is_agency, badge.value, stamp_text(badge.stamp), account.version


def member_of(record: Record) -> Member:
    role = AgencyRole(record["role"]) if record["role"] is not None else None
    return Member(MemberKey(record["agency_id"], record["user_id"]), Slot(stamp_of(record["role_stamp"]), role))


def member_columns(member: Member) -> Sequence[Any]:
    return member.key.agency_id, member.key.user_id, member.role.value, stamp_text(member.role.stamp)


def contract_of(record: Record) -> Contract:
    public, completed_at = record["feedback_public"], record["completed_at"]
    terms = None if completed_at is None else Terms(completed_at=completed_at, earned=record["earned"])
    return Contract(
        ContractKey(record["contract_id"]),
        account_id=record["account_id"],
        client_id=record["client_id"],
        terms=Slot(stamp_of(record["terms_stamp"]), terms),
        feedback=Slot(stamp_of(record["feedback_stamp"]), None if public is None else Feedback(public=public)),
        upheld=record["upheld"],
        last_fact_version=record["last_fact_version"],
    )


def contract_columns(contract: Contract) -> Sequence[Any]:
    terms, feedback = contract.terms, contract.feedback
    return (
        contract.key.contract_id,
        contract.account_id,
        contract.client_id,
        terms.value.completed_at if terms.value else None,
        terms.value.earned if terms.value else None,
        stamp_text(terms.stamp),
        feedback.value.public if feedback.value else None,
        stamp_text(feedback.stamp),
        contract.upheld,
        contract.last_fact_version,
    )


def request_of(record: Record) -> Request:
    return Request(RequestKey(record["request_id"]), _lifecycle_of(record), record["version"])


def request_columns(request: Request) -> Sequence[Any]:
    asked = request.asked
    return (
        asked.request_id,
        asked.account_id,
        asked.contract_id,
        asked.client_id,
        asked.scope,
        status_of(request.lifecycle),
        asked.requested_by,
        asked.channel,
        asked.submitted_at,
        asked.evidence.to_json(),
        *_outcome_columns(request.lifecycle),
        request.version,
    )


def status_of(lifecycle: Lifecycle) -> str:
    """The status on the wire and in the table."""
    return type(lifecycle).__name__.lower()


def _lifecycle_of(record: Record) -> Lifecycle:
    asked = Asked(
        request_id=record["request_id"],
        account_id=record["account_id"],
        contract_id=record["contract_id"],
        client_id=record["client_id"],
        scope=Scope(record["scope"]),
        requested_by=record["requested_by"],
        channel=Channel(record["channel"]),
        submitted_at=record["submitted_at"],
        evidence=Evidence.model_validate(record["evidence"]),
    )
    match record["status"]:
        case "pending":
            return Pending(asked)
        case "denied":
            return Denied(asked=asked, decided_by=record["decided_by"], decided_at=record["decided_at"])
        case "withdrawn":
            return Withdrawn(asked=asked, withdrawn_by=record["ended_by"], withdrawn_at=record["ended_at"])
        case "approved":
            return _approved(asked, record)
        case _:
            approval = _approved(asked, record)
            return Reversed(approval=approval, reversed_by=record["ended_by"], reversed_at=record["ended_at"])


def _approved(asked: Asked, record: Record) -> Approved:
    proposed_by, proposed_at = record["proposed_by"], record["proposed_at"]
    return Approved(
        asked=asked,
        decided_by=record["decided_by"],
        decided_at=record["decided_at"],
        automatic=record["automatic"],
        proposal=None if proposed_by is None else Proposal(proposed_by=proposed_by, proposed_at=proposed_at),
    )


def _outcome_columns(lifecycle: Lifecycle) -> tuple[str | datetime | bool | None, ...]:
    """decided_by, decided_at, automatic, proposed_by, proposed_at, ended_by, ended_at."""
    match lifecycle:
        case Pending():
            return (None,) * 7
        case Approved():
            return (*_approval_columns(lifecycle), None, None)
        case Denied():
            return lifecycle.decided_by, lifecycle.decided_at, False, None, None, None, None
        case Withdrawn():
            return None, None, None, None, None, lifecycle.withdrawn_by, lifecycle.withdrawn_at
        case Reversed():
            return (*_approval_columns(lifecycle.approval), lifecycle.reversed_by, lifecycle.reversed_at)


def _approval_columns(approval: Approved) -> tuple[str | datetime | bool | None, ...]:
    proposal = approval.proposal
    proposed = (proposal.proposed_by, proposal.proposed_at) if proposal else (None, None)
    return (approval.decided_by, approval.decided_at, approval.automatic, *proposed)
