"""What jss knows of one account beside its contracts: named or not, agency or not, how far it was folded.

Invariant: kind and naming are the same whatever the order facts arrived in; version and position only grow.
Next: facts.py for what the same events say about contracts, concern.py for which events matter at all.
"""

from dataclasses import dataclass, replace

from event_contracts.recorded import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as far as it was folded.

    `version` is that of stream account/<id>, `position` the newest log position folded into it (-1: none),
    `removed_count` that of domain §2, `named` whether a marketplace fact names it (requests name nobody).
    """

    account_id: str
    partition: int
    named: bool = False
    agency: bool = False
    version: int = 0
    position: int = -1
    removed_count: int = 0


def evolve_account(account: Account, event: Recorded) -> Account:
    """The account after an event of its stream or of its name's."""
    own_stream = event.stream == f"account/{account.account_id}"
    return replace(
        account,
        named=account.named or account.account_id in event.data.named_accounts,
        agency=account.agency or account.account_id == event.data.named_agency,
        version=max(account.version, event.version) if own_stream else account.version,
        position=max(account.position, event.position),
    )


def others_named(account_id: str, event: Recorded) -> tuple[str, ...]:
    """Accounts that an event of this account names beside it: an agency's people."""
    return tuple(other for other in event.data.named_accounts if other != account_id)
