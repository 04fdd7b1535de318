"""What the score would be if one contract were removed: decide.py with that contract out (domain §6.9).

Invariant: with nothing else happening and on the same day, the preview is what the removal will lead to.
Next: decide.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from event_contracts import UnchangedReason
from jss.domain.day_sum import Changes, DaySum, note_change, tally_of
from jss.domain.decide import evaluate, unchanged_reason
from jss.domain.evolve import evolve
from jss.domain.facts import RemovalApproved
from jss.domain.policy import share_of
from jss.domain.state import Contract

_SUPPOSED = RemovalApproved("supposed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The score as it is and as it would be; `reason` when it would stay or vanish."""

    current: int | None
    preview: int | None
    reason: UnchangedReason | None

    @property
    def would_vanish(self) -> bool:
        """There is a score now and there would be none."""
        return self.current is not None and self.preview is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersOfDay:
    """Smallest and greatest client id among the other counted contracts of the contract's day."""

    first_client: str | None = None
    last_client: str | None = None


def preview_without(
    contract: Contract,
    *,
    client_flagged: bool,
    days: Mapping[date, DaySum],
    others: OthersOfDay,
    removed_count: int,
    as_of: date,
) -> Preview:
    """Suppose a removal of the contract; `days` are the account's day sums as they are."""
    supposed = evolve(contract, _SUPPOSED)
    share, without = (
        share_of(contract, client_flagged=client_flagged),
        share_of(supposed, client_flagged=client_flagged),
    )
    changes: Changes = {}
    note_change(changes, contract.account_id, share, without)
    after_days = dict(days) | {
        day: change.applied_to(days.get(day, DaySum()), others.first_client, others.last_client)
        for (_, day), change in changes.items()
    }
    removed_after = removed_count + int(supposed.counts_as_removed) - int(contract.counts_as_removed)
    before = evaluate(tally_of(days, removed_count, as_of))
    after = evaluate(tally_of(after_days, removed_after, as_of))
    return Preview(current=before.score, preview=after.score, reason=unchanged_reason(before, after, share, as_of))
