"""Evaluate accounts after their rows changed, and record what the decision says.

Invariant: an account is judged on the UTC date of its cause's sequenced time, never on the machine's (domain §6.1).
Next: domain/decide.py for the decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date

from event_contracts.recorded import Recorded
from jss.application.ports import HeldAccount, ScoreLog, StatedScore, Tables
from jss.domain.day_sum import Tally
from jss.domain.decide import Cause, Ruling, decide, evaluate


@dataclass(frozen=True, slots=True)
class Due:
    """An account's evaluation that is due: what caused it, and the ruling if it was one."""

    cause: Recorded
    ruling: Ruling | None = None

    @property
    def as_of(self) -> date:
        """UTC date of the cause's sequenced time."""
        return as_of(self.cause)


def as_of(event: Recorded) -> date:
    """The date an evaluation caused by the event is for."""
    return event.sequenced_at.astimezone(UTC).date()


async def judge(
    due: Mapping[str, Due], held: Mapping[str, HeldAccount], *, tables: Tables, score_log: ScoreLog
) -> None:
    """Evaluate each account due once; record and keep the scores that changed or were ruled upon."""
    if not due:
        return
    sums = await tables.sum_windows({account_id: one.as_of for account_id, one in due.items()})
    stated: list[StatedScore] = []
    for account_id, one in due.items():
        own, summed = held[account_id], sums[account_id]
        after = evaluate(
            Tally(windows=summed.windows, not_counted=summed.not_counted, removed_count=own.account.removed_count)
        )
        cause = Cause(source=one.cause.source, id=one.cause.id, position=one.cause.position, as_of=one.as_of)
        if score := decide(account_id, own.evaluation, after, cause, one.ruling):
            stated.append(StatedScore(score, one.cause))
            own.evaluation = after
            own.account = replace(own.account, position=max(own.account.position, one.cause.position))
    if stated:
        await tables.add_scores(stated, await score_log.record(stated))
