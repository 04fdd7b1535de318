"""The order of steps of a command: look, ask jss, then lock and judge again."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, cast

import pytest
from tests.unit.removal.given import (
    Story,
    a_top_rated_freelancer,
    contract_ended,
    given,
    preview_of,
    request_removal,
    told,
)

from event_contracts import FeedbackRemovalRefused, FeedbackRemovalRequested, ScorePreview
from removal.application.handlers import ActReusedError, RemovalDesk, SpeaksForNobodyError
from removal.application.ports import Act, Asking, LockedAccount, Receipt
from removal.domain.case import Case, case_of
from removal.domain.commands import RequestRemoval
from removal.domain.decide import RemovalEvent
from removal.domain.policy import PERK, RETIRED, DecisionMode, PolicyBook
from removal.domain.state import Request, RequestKey
from servicekit.postgres import Connection

T = TypeVar("T")


class MemoryAccounts:
    """The accounts of a story, and what was done in which order."""

    def __init__(self, story: Story, steps: list[str]) -> None:
        self.story = story
        self.steps = steps
        self.done: dict[str, Receipt] = {}
        self.connection = cast("Connection", None)

    async def case(self, asking: Asking) -> Case:
        self.steps.append("look")
        return case_of(
            self.story.rows,
            account_id=asking.account_id,
            user_id=asking.user_id,
            contract_id=asking.contract_id,
            submitted_at=asking.submitted_at,
            up_to=asking.up_to,
        )

    async def locked(self, account_id: str, work: Callable[[LockedAccount], Awaitable[T]]) -> T:
        self.steps.append("lock")
        return await work(self)

    async def earlier(self, act: Act) -> Receipt | None:
        return self.done.get(act.event_ids[0])

    async def record(self, act: Act, events: Sequence[RemovalEvent], *, actor: str, policy: str) -> Receipt:
        self.steps.append("record")
        self.story.given(*(told(event) for event in events))
        receipt = Receipt(outcome=self._outcome(events[0]), version=self.story.version)
        self.done[act.event_ids[0]] = receipt
        return receipt

    def _outcome(self, first: RemovalEvent) -> Request | FeedbackRemovalRefused:
        if isinstance(first, FeedbackRemovalRequested):
            return cast("Request", self.story.rows[RequestKey(first.request_id)])
        return cast("FeedbackRemovalRefused", first)


class Scores:
    """jss, with one answer, noting when it is asked."""

    def __init__(self, steps: list[str], preview: ScorePreview | None = None) -> None:
        self.steps = steps
        self.preview = preview

    async def without(self, account_id: str, contract_id: str, *, token: str) -> ScorePreview | None:
        self.steps.append(f"ask {token}")
        return self.preview


class Run:
    """One desk on one story."""

    def __init__(self, story: Story, *, book: PolicyBook = PERK, preview: ScorePreview | None = None) -> None:
        self.steps: list[str] = []
        self.accounts = MemoryAccounts(story, self.steps)
        self.desk = RemovalDesk(
            accounts=self.accounts, previews=Scores(self.steps, preview), book=book, mode=DecisionMode.AUTOMATIC
        )

    async def request(self, command: RequestRemoval) -> Receipt:
        async def conclude(_: Connection, receipt: Receipt) -> Receipt:
            self.steps.append("conclude")
            return receipt

        act = Act(event_ids=(command.act_id, "second"))
        return await self.desk.request_removal(command, act, token="ticket", conclude=conclude)


def a_story() -> Story:
    return given(a_top_rated_freelancer(), contract_ended("logo"))


async def test_all_io_to_others_is_done_before_the_lock() -> None:
    run = Run(a_story())
    await run.request(request_removal("logo"))
    assert run.steps == ["look", "ask ticket", "lock", "look", "record", "conclude"]


async def test_the_preview_becomes_evidence() -> None:
    run = Run(a_story(), preview=preview_of(80, 90))
    receipt = await run.request(request_removal("logo", acknowledged=False))
    assert receipt.asked.evidence.preview == preview_of(80, 90)


async def test_jss_is_not_asked_for_what_no_rule_will_judge() -> None:
    for run, contract in ((Run(a_story()), "unknown"), (Run(a_story(), book=RETIRED), "logo")):
        await run.request(request_removal(contract))
        assert "ask ticket" not in run.steps


async def test_who_speaks_for_nobody_gets_no_further_than_a_look() -> None:
    run = Run(a_story())
    with pytest.raises(SpeaksForNobodyError):
        await run.request(request_removal("logo", by="eve"))
    assert run.steps == ["look"]


async def test_a_repeated_act_is_concluded_again_and_not_recorded() -> None:
    run = Run(a_story())
    first = await run.request(request_removal("logo"))
    run.steps.clear()
    assert await run.request(request_removal("logo")) == first
    assert "record" not in run.steps


async def test_an_acts_identity_is_not_lent_to_another_contract() -> None:
    run = Run(a_story())
    command = request_removal("logo")
    await run.request(command)
    other: Any = request_removal("website")
    with pytest.raises(ActReusedError):
        await run.request(RequestRemoval(**{**_members(other), "act_id": command.act_id}))


def _members(command: RequestRemoval) -> dict[str, Any]:
    return {name: getattr(command, name) for name in RequestRemoval.__slots__}
