"""A case: the few facts that one removal request is judged on.

The adapter reads a case with a handful of rows; `case_of` takes the same case out of folded rows, for replay and for
specs. Invariant: both give the same case for the same facts.
Next: rules.py for the judgement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from event_contracts import AgencyRole, Badge, Scope
from removal.domain.state import (
    Account,
    AccountKey,
    Approved,
    Contract,
    ContractKey,
    Key,
    Member,
    MemberKey,
    Pending,
    Request,
    Row,
)


@dataclass(frozen=True, slots=True)
class PreviousRequest:
    """The newest counted request of the account."""

    request_id: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`completed_since`: completed contracts after the previous counted request and not after the submission; counting
    stops at the regime's threshold, so that an account of any size costs the same."""

    account: Account
    role: AgencyRole
    contract: Contract | None
    in_force: Scope | None
    previous: PreviousRequest | None
    open_request_id: str | None
    completed_since: int

    @property
    def badge(self) -> Badge:
        """NONE also when never stated (domain §1)."""
        return self.account.badge.value or Badge.NONE

    @property
    def owns_contract(self) -> bool:
        """The contract asked about is known, and bound to this account."""
        return self.contract is not None and self.contract.account_id == self.account.key.account_id

    def spoken_for_by(self, user_id: str) -> bool:
        """The freelancer speaks for the own account, any role for the agency; an agency's id is nobody's."""
        if self.account.is_agency:
            return self.role is not AgencyRole.NONE
        return user_id == self.account.key.account_id


def case_of(
    rows: Mapping[Key, Row],
    *,
    account_id: str,
    user_id: str,
    contract_id: str | None,
    submitted_at: datetime,
    up_to: int,
) -> Case:
    """The case of a request by `user_id` at `submitted_at`, from all rows of the account; counts at most `up_to`."""
    account = rows.get(AccountKey(account_id))
    member = rows.get(MemberKey(account_id, user_id))
    contract = rows.get(ContractKey(contract_id)) if contract_id is not None else None
    requests = [row for row in rows.values() if isinstance(row, Request) and row.asked.account_id == account_id]
    previous = _previous(requests)
    return Case(
        account=account if isinstance(account, Account) else Account(AccountKey(account_id)),
        role=(member.role.value if isinstance(member, Member) else None) or AgencyRole.NONE,
        contract=contract if isinstance(contract, Contract) else None,
        in_force=widest(
            request.asked.scope
            for request in requests
            if isinstance(request.lifecycle, Approved) and request.asked.contract_id == contract_id
        ),
        previous=previous,
        open_request_id=next((row.key.request_id for row in requests if isinstance(row.lifecycle, Pending)), None),
        completed_since=min(up_to, _completed(rows.values(), account_id, previous, submitted_at)),
    )


def widest(scopes: Iterable[Scope]) -> Scope | None:
    """The scope in force is the widest of the approved, unreversed requests (domain §3)."""
    approved = set(scopes)
    return next((scope for scope in (Scope.JSS_AND_PROFILE, Scope.JSS_ONLY) if scope in approved), None)


def _previous(requests: Iterable[Request]) -> PreviousRequest | None:
    counted = [request for request in requests if request.counted]
    if not counted:
        return None
    newest = max(counted, key=lambda request: (request.asked.submitted_at, request.key.request_id))
    return PreviousRequest(newest.key.request_id, newest.asked.submitted_at)


def _completed(rows: Iterable[Row], account_id: str, previous: PreviousRequest | None, submitted_at: datetime) -> int:
    return sum(
        row.terms.value.completed
        and (previous is None or row.terms.value.completed_at > previous.submitted_at)
        and row.terms.value.completed_at <= submitted_at
        for row in rows
        if isinstance(row, Contract) and row.account_id == account_id and row.terms.value is not None
    )
