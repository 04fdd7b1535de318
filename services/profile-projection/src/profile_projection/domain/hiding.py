"""What of a past page stays hidden: a feedback as it was then, but for what is removed now (domain §8).

Knows nothing of positions or erasure. Pure; what is shown follows from policy.py alone, then as now.
Invariant: what is removed now is removed at every position; what was not shown then is not shown either.
Next: policy.py for why something is removed, application/past.py for who asks.
"""

from datetime import datetime
from typing import NamedTuple

from profile_projection.domain.policy import REMOVED, Shown, client_feedback_shown, talent_feedback_shown
from profile_projection.domain.state import PublicContract


class Remembered(NamedTuple):
    """A contract, and since when its feedbacks have been removed without a break; None: not removed."""

    contract: PublicContract
    client_since: datetime | None = None
    talent_since: datetime | None = None


def remembered(before: Remembered | None, contract: PublicContract, at: datetime) -> Remembered:
    """The contract after an event sequenced `at`, which hid what was not hidden `before`."""
    client_since, talent_since = (None, None) if before is None else (before.client_since, before.talent_since)
    return Remembered(
        contract,
        _since(client_feedback_shown(contract), client_since, at),
        _since(talent_feedback_shown(contract), talent_since, at),
    )


def _since(shown: Shown, known: datetime | None, at: datetime) -> datetime | None:
    return (known or at) if shown in REMOVED else None


class Seen(NamedTuple):
    """How a page of the past shows a feedback; `since` when it has been removed, None for what is not."""

    shown: Shown
    since: datetime | None


def client_feedback_seen(then: Remembered, now: Remembered) -> Seen:
    """The client feedback of a contract as it was then, given what has become of the contract."""
    return _seen(
        Seen(client_feedback_shown(then.contract), then.client_since),
        Seen(client_feedback_shown(now.contract), now.client_since),
    )


def talent_feedback_seen(then: Remembered, now: Remembered) -> Seen:
    """The same for the talent feedback."""
    return _seen(
        Seen(talent_feedback_shown(then.contract), then.talent_since),
        Seen(talent_feedback_shown(now.contract), now.talent_since),
    )


def _seen(then: Seen, now: Seen) -> Seen:
    hidden_later = then.shown is Shown.VISIBLE and now.shown in REMOVED
    return now if hidden_later else then
