"""What is ordered of a request once it is made, as sentences: `given(…).when(…)`, then `the_request_of(story)`.

Decides and folds with nothing but the domain. The requester is `ana` and it is a month after the request, unless a
sentence says otherwise.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from tests.unit.removal.given import FEBRUARY, Story, told

from event_contracts import EventData, FeedbackRemovalRequested, Scope
from removal.domain.case import case_of
from removal.domain.commands import DecideRequest, Decision, FollowUp, ReverseRemoval, WithdrawRequest
from removal.domain.lifecycle import LifecycleEvent
from removal.domain.proceed import Objection, barred, proceed
from removal.domain.state import Lifecycle, Request, RequestKey


@dataclass
class Life:
    """One request of a story, and what the last order led to."""

    story: Story
    request_id: str
    outcome: LifecycleEvent | Objection | None = None

    def withdrawn_by(self, user: str, *, at: datetime = FEBRUARY) -> Self:
        return self.when(WithdrawRequest(request_id=self.request_id, by=user, at=at))

    def approved_by(self, user: str, *, at: datetime = FEBRUARY) -> Self:
        return self._decided(Decision.APPROVE, user, at)

    def denied_by(self, user: str, *, at: datetime = FEBRUARY) -> Self:
        return self._decided(Decision.DENY, user, at)

    def reversed_by(self, user: str, *, at: datetime = FEBRUARY) -> Self:
        return self.when(ReverseRemoval(request_id=self.request_id, by=user, at=at, reason=f"{user} says so"))

    def when(self, command: FollowUp) -> Self:
        """Decide the order, and fold what follows from it."""
        case = case_of(
            self.story.rows,
            account_id=self.request.asked.account_id,
            user_id=command.by,
            contract_id=None,
            submitted_at=command.at,
            up_to=0,
        )
        self.outcome = barred(self.request, case, command) or proceed(self.request, command)
        if not isinstance(self.outcome, Objection):
            self.story.given(told(self.outcome, command.at))
        return self

    def then(self, expected: type[EventData] | Objection) -> Self:
        """This fact followed, or this objection."""
        assert (self.outcome if isinstance(self.outcome, Objection) else type(self.outcome)) == expected
        return self

    def is_now(self, expected: type[Lifecycle]) -> Self:
        assert type(self.request.lifecycle) is expected
        return self

    @property
    def request(self) -> Request:
        row = self.story.rows[RequestKey(self.request_id)]
        assert isinstance(row, Request)
        return row

    @property
    def event(self) -> LifecycleEvent:
        """The fact that followed last."""
        assert self.outcome is not None
        assert not isinstance(self.outcome, Objection)
        return self.outcome

    @property
    def scope_in_force(self) -> Scope | None:
        """What is removed of the request's contract, by whichever requests."""
        asked = self.request.asked
        return case_of(
            self.story.rows,
            account_id=asked.account_id,
            user_id=asked.requested_by,
            contract_id=asked.contract_id,
            submitted_at=FEBRUARY,
            up_to=0,
        ).in_force

    def _decided(self, decision: Decision, user: str, at: datetime) -> Self:
        reason = f"{user} says so"
        return self.when(DecideRequest(request_id=self.request_id, decision=decision, by=user, at=at, reason=reason))


def the_request_of(story: Story) -> Life:
    """The request that the story's last command led to."""
    requested = story.events[0]
    assert isinstance(requested, FeedbackRemovalRequested)
    return Life(story, requested.request_id)
