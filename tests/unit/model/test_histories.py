"""Random histories: after every step the product's domains answer as the plain model of the domain page does.

HISTORIES says how many: a few in the quick ring; from 500 on, as CI runs it, they must have seen everything there is.
The same ones every time; SEED=n looks at others, SHRINK=0 stops at the first difference.
Next: tests/support/model.py for what is right, product.py for what is tried.
"""

import os
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.support import histories
from tests.support import model_words as words
from tests.support.histories import ACCOUNTS, ANA, CLIENTS, CONTRACTS, OF_ACCOUNT, PEOPLE, STUDIO, UNHEARD_OF
from tests.support.model import Model
from tests.support.model_calendar import months_after
from tests.support.model_score import Share
from tests.support.model_shape import instant
from tests.unit.model.product import Product

from event_contracts import (
    FeedbackRemovalRefused,
    FeedbackRemovalRequested,
    NotCounted,
    Outcome,
    Rule,
    UnchangedReason,
)

Json = dict[str, Any]
HISTORIES = int(os.environ.get("HISTORIES", "60"))
ENOUGH = 500
STEPS = 40
MICROSECOND = timedelta(microseconds=1)
SPANS = (timedelta(0), MICROSECOND, timedelta(minutes=1), timedelta(days=1), timedelta(days=31), timedelta(days=183))
SPEAKERS = {ANA: (*(ANA,) * 5, "bo"), "bo": (*("bo",) * 5, ANA), STUDIO: (*("mia",) * 4, *PEOPLE, STUDIO)}


class History(RuleBasedStateMachine):
    """One world, told to the product and to the model."""

    seen: ClassVar[Counter[str]] = Counter()

    @initialize(
        data=st.data(), book=st.sampled_from(("perk", "perk", "perk", "retired-2024-09-03")), mode=st.integers(0, 3)
    )
    def begin(self, data: st.DataObject, book: str, mode: int) -> None:
        automatic = mode > 0
        self.now: datetime = data.draw(st.sampled_from(histories.STARTS[book]))
        self.product = Product.under(book, automatic=automatic)
        self.model = Model(book=book, automatic=automatic)
        self.published: list[Json] = []
        self.serial = 0
        self.checked: tuple[int, datetime] | None = None
        self.touched: set[str] = set()
        self.compared: Counter[str] = Counter()
        self._deliver(
            [
                self._fact("account.badge-changed", {**histories.account_kind(account), "badge": "top_rated"})
                for account in ACCOUNTS
            ]
        )
        self._deliver([self._fact("agency.member-changed", _member("mia", "owner"))])

    # ------------------------------------------------------------- what happens

    @rule(data=st.data(), number=st.integers(1, 3))
    def facts_arrive(self, data: st.DataObject, number: int) -> None:
        events = [data.draw(histories.facts(self.now, self._next())) for _ in range(number)]
        self._deliver(events)

    @rule(data=st.data())
    def contract_ends(self, data: st.DataObject) -> None:
        contract_id = data.draw(st.sampled_from(tuple(CONTRACTS)))
        ended = data.draw(histories.endings(self.now))
        self._deliver(
            [self._fact("contract.completed", {"contract_id": contract_id, **CONTRACTS[contract_id], **ended})]
        )

    @rule(data=st.data(), account=st.sampled_from((ANA, ANA, STUDIO)))
    def a_career_is_told(self, data: st.DataObject, account: str) -> None:
        """And somebody asks for the removal of one of its feedbacks, which may move the score or not."""
        career = data.draw(histories.careers(account, self.now, self._next()))
        self._deliver(career)
        asked = data.draw(st.sampled_from(career))["data"]["contract_id"]
        scope = data.draw(st.sampled_from((words.BOTH, words.ONLY)))
        order = self._order(account, asked, scope, "mia" if account == STUDIO else account)
        self._request(order | {"acknowledged": data.draw(st.booleans())}, jss_answers=True)

    @rule(data=st.data())
    def something_broken_arrives(self, data: st.DataObject) -> None:
        self._deliver([data.draw(histories.broken(self.now, self._next()))])

    @precondition(lambda self: self.published)
    @rule(data=st.data(), how=st.sampled_from(("again", "respelled", "changed")))
    def something_arrives_again(self, data: st.DataObject, how: str) -> None:
        event = data.draw(st.sampled_from(self.published[-12:]))
        if how == "respelled":
            event = histories.respelled(event)
        if how == "changed":
            event = {**event, "data": {**event["data"], "client_id": "k1"}}
        self._deliver([event], again=True)

    @rule(
        data=st.data(),
        account=st.sampled_from((ANA, ANA, STUDIO)),
        number=st.sampled_from((10, 11, 11, 9)),
        exactly=st.sampled_from((0, 0, 0, -1)),
        from_then=st.booleans(),
        earned=st.sampled_from((60_000, 60_000, 60_000, 100, 0)),
    )
    def a_busy_quarter(
        self, data: st.DataObject, *, account: str, number: int, exactly: int, from_then: bool, earned: int
    ) -> None:
        """Time passes to three months after the newest request, or a microsecond less; jobs get done; somebody asks.

        `from_then`: the first of the jobs ended at the very moment of that request, so it does not count.
        """
        asked_before = [one["account_id"] for one in self.model.requests("pending", "approved")]
        account = account if account in asked_before else (asked_before or [account])[-1]
        previous = self.model.previous(account)
        since = instant(previous["submitted_at"]) if previous else None
        if since is not None:
            self._move(max(self.now, months_after(since, 3) + exactly * MICROSECOND))
            parts = number - 1 if from_then else number
            jobs = histories.jobs_done(
                account, number, apart=(self.now - since) / parts, until=self.now, serial=self._next(), earned=earned
            )
            self._deliver(jobs)
        promising = [id_ for id_ in self.model.contracts_of(account)[:9] if self._promising(id_)]
        asked = data.draw(st.sampled_from(promising or OF_ACCOUNT[account]))
        user = "mia" if account == STUDIO else account
        self._request(
            self._order(account, asked, data.draw(st.sampled_from((words.ONLY, words.ONLY, words.BOTH))), user),
            jss_answers=True,
        )

    @rule(span=st.sampled_from(SPANS), tick=st.booleans())
    def time_passes(self, span: timedelta, tick: bool) -> None:
        self._move(self.now + span, tick=tick)

    @rule(
        data=st.data(),
        account=st.sampled_from((ANA, ANA, ANA, "bo", STUDIO, STUDIO)),
        scope=st.sampled_from((words.ONLY, words.BOTH, words.BOTH)),
    )
    def removal_is_requested(self, data: st.DataObject, account: str, scope: str) -> None:
        own = OF_ACCOUNT[account]
        asked = data.draw(st.sampled_from((*own, *own, *own, "c1", "c4", UNHEARD_OF)))
        order = self._order(account, asked, scope, data.draw(st.sampled_from(SPEAKERS[account])))
        order["acknowledged"] = data.draw(st.integers(0, 2)) > 0
        self._request(order, jss_answers=data.draw(st.integers(0, 5)) > 0)

    @precondition(lambda self: self.model.requests("pending"))
    @rule(decision=st.sampled_from((words.APPROVED, words.APPROVED, words.DENIED, words.TAKEN_BACK)))
    def a_request_is_settled(self, decision: str) -> None:
        request = self.model.requests("pending")[0]
        who = {"decided_by": "agent", "decided_at": histories.wire(self.now), "automatic": False}
        if decision == words.TAKEN_BACK:
            who = {"withdrawn_by": request["requested_by"], "withdrawn_at": histories.wire(self.now)}
        self._state(decision, {**_of(request), **who})

    @precondition(lambda self: self.model.requests("approved"))
    @rule(data=st.data())
    def a_removal_is_reversed(self, data: st.DataObject) -> None:
        request = data.draw(st.sampled_from(self.model.requests("approved")))
        self._state(words.REVERSED, {**_of(request), "by": "second", "at": histories.wire(self.now)})

    @precondition(lambda self: self.model.requests("approved"))
    @rule(data=st.data())
    def the_author_takes_a_removed_feedback_back(self, data: st.DataObject) -> None:
        removed = data.draw(st.sampled_from(self.model.requests("approved")))["contract_id"]
        terms = self.model.terms(removed)
        assert terms is not None, "what was not ended was never removed"
        about: Json = {"contract_id": removed, "direction": words.CLIENT}
        about |= {name: terms[name] for name in ("freelancer_id", "agency_id", "client_id") if name in terms}
        hidden = self.model.shown(removed, words.CLIENT).get("removal_class")
        self.seen["a removed feedback taken back"] += hidden == "perk"
        self._deliver([self._fact("feedback.withdrawn", about)])

    @rule(data=st.data(), direction=st.sampled_from((words.CLIENT, words.CLIENT, words.TALENT)), odds=st.integers(0, 2))
    def a_report_is_upheld(self, data: st.DataObject, direction: str, odds: int) -> None:
        ids = self._of_some_ended_contract(data)
        if ids is not None and odds == 0:
            decided = {"decided_by": "moderator", "decided_at": histories.wire(self.now)}
            self._state(words.UPHELD, {"report_id": f"report{self.serial}", **ids, "direction": direction, **decided})

    @rule(data=st.data(), direction=st.sampled_from((words.CLIENT, words.TALENT)))
    def a_feedback_is_answered_at_our_door(self, data: st.DataObject, direction: str) -> None:
        ids = self._of_some_ended_contract(data)
        if ids is not None:
            by = ids["client_id"] if direction == words.TALENT else "mia"
            said = {
                "responded_by": by,
                "responded_at": histories.wire(self.now),
                "response": f"From here {self.serial}",
            }
            self._state(words.ANSWERED, {**ids, "direction": direction, **said})

    # ------------------------------------------------------------- what must hold

    @invariant()
    def answers_agree(self) -> None:
        """All about the accounts that the step touched, and a few of the other answers in turn; at the end, all."""
        if not hasattr(self, "product") or self.checked == (len(self.model.log), self.now):
            return
        self.checked, turn = (len(self.model.log), self.now), len(self.model.log) + self.serial
        for account in self.touched or {ACCOUNTS[turn % 3]}:
            self._profile_agrees(account)
            self._scores_agree(account)
            asked = (*OF_ACCOUNT[account], *self._other(account), "c1", UNHEARD_OF)
            self._contracts_agree(account, (asked[turn % len(asked)],), ((words.BOTH, words.ONLY)[turn % 2],))
        self._client_agrees(CLIENTS[turn % 3])
        self.touched.clear()

    def teardown(self) -> None:
        if not hasattr(self, "product"):
            return
        for account in ACCOUNTS:
            self._profile_agrees(account)
            self._scores_agree(account)
            asked = (*OF_ACCOUNT[account], *self._other(account), "c1", UNHEARD_OF)
            self._contracts_agree(account, asked, (words.ONLY, words.BOTH))
        for account in ("mia", "zoe", "nobody"):
            self._profile_agrees(account)
        for client in CLIENTS:
            self._client_agrees(client)

    def _other(self, account: str) -> list[str]:
        return [id_ for id_ in self.model.contracts_of(account) if id_ not in CONTRACTS][-1:]

    def _client_agrees(self, client: str) -> None:
        assert self.product.names_client(client) == self.model.names_client(client)
        history = self.model.client_history(client)
        assert [self.product.engagement(*self._key(item)) for item in history] == history

    def _profile_agrees(self, account: str) -> None:
        shown = self.product.profile(account)
        assert shown.pop("named") == self.model.names_account(account) == self.product.one_by_one.names(account)
        assert shown.pop("display_name") == self.model.name(words.ACCOUNT_RENAMED, account)
        if shown:
            assert shown == {
                "kind": "agency" if self.model.is_agency(account) else "freelancer",
                "badge": self.model.badge(account),
                "star_rating": self.model.star_rating(account),
                "number_of_jobs": self.model.number_of_jobs(account),
            }
        history = self.model.work_history(account)
        assert [self.product.work(account, item["contract_id"]) for item in history] == history
        ended = {key for key, row in self.product.pages.contracts.items() if row.contract.terms and key[0] == account}
        assert {contract_id for _, contract_id in ended} == {item["contract_id"] for item in history}
        for item in history:
            self.seen[f"shown {item['client_feedback'].get('removal_class', item['client_feedback']['state'])}"] += 1

    def _scores_agree(self, account: str) -> None:
        compared = self.compared[account]
        recorded = [score for score in self.product.one_by_one.recorded if score.account_id == account][compared:]
        expected = [score for score in self.model.scores if score["account_id"] == account][compared:]
        assert [score.to_json() for score in recorded] == expected
        self.compared[account] += len(expected)
        assert self.product.in_sets.evaluation(account) == self.product.one_by_one.evaluation(account)
        self.seen.update(f"unchanged {score['reason']}" for score in expected if "reason" in score)

    def _contracts_agree(self, account: str, contract_ids: Iterable[str], scopes: Iterable[str]) -> None:
        user = PEOPLE[len(self.model.log) % 4] if account == STUDIO else account
        found = self.product.eligibility(account, None, None, user_id=user, at=self.now, preview=None)
        assert found == self.model.findings(
            account, None, None, user_id=user, at=self.now, acknowledged=False, preview=None
        )
        for contract_id in contract_ids:
            expected = self._preview(account, contract_id)
            preview = self.product.preview(account, contract_id, self.now)
            told = None if preview is None else preview.to_json()
            stated = told and {name: told[name] for name in ("current", "preview", "reason") if name in told}
            assert stated == expected
            share = self.product.one_by_one.shares.get((account, contract_id))
            self._shares_agree(share, self.model.share(account, contract_id))
            for scope in scopes:
                found = self.product.eligibility(
                    account, contract_id, scope, user_id=user, at=self.now, preview=preview
                )
                assert found == self.model.findings(
                    account, contract_id, scope, user_id=user, at=self.now, acknowledged=False, preview=expected
                )
                self.seen.update(f"{finding['code']} {finding['holds']}" for finding in found)

    def _shares_agree(self, share: Any, expected: Share | None) -> None:
        if share is None or expected is None:
            assert share is expected is None
            return
        why_not = None if share.not_counted is None else share.not_counted.value
        assert (share.contract_id, share.client_id, share.day, share.weight, why_not) == (
            expected.contract_id, expected.client_id, expected.ended_on, expected.weight, expected.why_not,
        )  # fmt: skip
        if why_not is None:
            assert share.outcome.value == expected.outcome
        self.seen[f"counted {why_not or expected.outcome}"] += 1

    # ------------------------------------------------------------- steps both take

    def _deliver(self, events: list[Json], *, again: bool = False) -> None:
        expected = [self.model.deliver(event, self.now) for event in events]
        assert self.product.deliver(events, self.now) == expected
        self.seen.update(f"arrival {outcome}" for outcome in expected)
        for event, outcome in zip(events, expected, strict=True):
            if outcome == "recorded":
                self.touched |= {
                    event["data"].get("agency_id") or event["data"].get("freelancer_id"),
                    event["data"].get("account_id"),
                }
        self.touched &= set(ACCOUNTS)
        if not again:
            self.published += events

    def _state(self, type_: str, data: Json) -> None:
        id_ = f"own{self._next()}"
        self.product.state(type_, id_, data, self.now)
        self.model.record(words.REMOVAL, id_, type_, time=self.now, data=data, now=self.now)
        self.touched |= {data["account_id"]} & set(ACCOUNTS) if "account_id" in data else set()
        self.seen[f"stated {type_}"] += 1

    def _request(self, command: Json, *, jss_answers: bool) -> None:
        account, contract_id, user = command["account_id"], command["contract_id"], command["requested_by"]
        preview = self._preview(account, contract_id) if jss_answers else None
        findings = self.model.findings(
            account,
            contract_id,
            command["scope"],
            user_id=user,
            at=self.now,
            acknowledged=command["acknowledged"],
            preview=preview,
        )
        evidence = self.model.evidence(account, user, self.now)
        counted = len([one for one in self.model.requests("pending", "approved") if one["account_id"] == account])
        events = self.product.request(command, self.now, jss_answers=jss_answers)
        if not self.model.speaks_for(user, account):
            assert events is None
            self.seen["request forbidden"] += 1
            return
        assert events
        decision = events[0]
        assert isinstance(decision, FeedbackRemovalRequested | FeedbackRemovalRefused)
        told = decision.evidence.to_json()
        assert told.pop("rules") == findings
        told_preview = told.pop("preview", {})
        if preview is not None:
            assert told_preview.items() >= preview.items()
        assert told == evidence
        failed = [finding["code"] for finding in findings if finding["holds"] is False]
        own = self.model.outcome_of(command, failed, self.now)
        assert [event.TYPE for event in events] == [type_ for type_, _ in own]
        for nth, ((type_, data), event) in enumerate(zip(own, events, strict=True)):
            stated = event.to_json()
            stated.pop("evidence", None)
            assert stated == data
            id_ = f"{command['act_id']}.{nth}"
            self.model.record(words.REMOVAL, id_, type_, time=self.now, data=data, now=self.now)
        self.touched.add(account)
        self._note(findings, granted=not failed, counted=counted, account=account)

    def _note(self, findings: list[Json], *, granted: bool, counted: int, account: str) -> None:
        for finding in findings:
            self.seen[f"{finding['code']} {finding['holds']}"] += 1
        if granted:
            self.seen[f"granted number {min(counted + 1, 3)}"] += 1
            self.seen["granted to an agency" if account == STUDIO else "granted to a freelancer"] += 1

    def _order(self, account: str, contract_id: str, scope: str, user: str) -> Json:
        order = {"account_id": account, "contract_id": contract_id, "scope": scope, "requested_by": user}
        return {"act_id": f"act{self._next()}", **order, "acknowledged": True}

    def _promising(self, contract_id: str) -> bool:
        return self.model.terms(contract_id) is not None and self.model.in_force(contract_id) is None

    def _preview(self, account: str, contract_id: str) -> Json | None:
        bound = self.model.binding(contract_id)
        if bound is None or bound[0] != account:
            return None
        return self.model.preview(account, contract_id, self.now.date())

    def _move(self, moment: datetime, *, tick: bool = True) -> None:
        days = moment.date() > self.now.date()
        self.now = moment
        if days and tick:
            before = len(self.model.scores)
            self._state(words.TICK, {"day": moment.date().isoformat()})
            for score in self.model.scores[before:]:
                earlier = [one for one in self.model.scores[:before] if one["account_id"] == score["account_id"]]
                self.seen["a day that ages a contract out"] += bool(earlier) and _fewer(earlier[-1], score)

    def _of_some_ended_contract(self, data: st.DataObject) -> Json | None:
        ended = [contract_id for contract_id in CONTRACTS if self.model.terms(contract_id) is not None]
        if not ended:
            return None
        contract_id = data.draw(st.sampled_from(ended))
        account_id, client_id = self.model.binding(contract_id) or ("", "")
        return {"contract_id": contract_id, "account_id": account_id, "client_id": client_id}

    def _key(self, item: Json) -> tuple[str, str]:
        return item["account_id"], item["contract_id"]

    def _fact(self, kind: str, data: Json) -> Json:
        serial = self._next()
        time = histories.wire(self.now)
        return {
            "id": f"x{serial}",
            "source": "/marketplace",
            "type": f"marketplace.{kind}.v1",
            "time": time,
            "data": data,
        }

    def _next(self) -> int:
        self.serial += 1
        return self.serial


def _fewer(before: Json, after: Json) -> bool:
    return any(after["windows"][months]["counted"] < window["counted"] for months, window in before["windows"].items())


def _member(user: str, role: str) -> Json:
    return {"agency_id": STUDIO, "user_id": user, "role": role, "exclusive": False}


def _of(request: Json) -> Json:
    return {name: request[name] for name in ("request_id", "account_id", "contract_id", "client_id", "scope")}


WANTED = [
    *(f"{code} {holds}" for code in Rule for holds in (True, False)),
    *(f"granted number {number}" for number in (1, 2, 3)),
    "granted to an agency",
    "granted to a freelancer",
    "request forbidden",
    "a removed feedback taken back",
    "a day that ages a contract out",
    *(f"shown {what}" for what in ("perk", "terms", "author", "visible", "none")),
    *(f"arrival {what}" for what in ("recorded", "duplicate", "duplicate-mismatch", "invalid", "time-in-future")),
    *(f"counted {what}" for what in (*Outcome, *NotCounted)),
    # another window of just the same score is too rare to wait for: tests/unit/jss holds one
    *(f"unchanged {reason}" for reason in UnchangedReason if reason is not UnchangedReason.OTHER_WINDOW_BEST),
    *(f"stated {type_}" for type_ in (words.DENIED, words.TAKEN_BACK, words.REVERSED, words.ANSWERED)),
    *(f"arrival {what}" for what in ("identity-conflict", "unknown-type", "unknown-version")),
]


def test_every_answer_equals_the_models(capsys: pytest.CaptureFixture[str]) -> None:
    History.seen.clear()
    chosen = settings(
        max_examples=HISTORIES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize="SEED" not in os.environ,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        phases=(Phase.generate, Phase.shrink) if os.environ.get("SHRINK", "1") == "1" else (Phase.generate,),
    )
    machine = seed(int(os.environ["SEED"]))(History) if "SEED" in os.environ else History
    run_state_machine_as_test(machine, settings=chosen)
    with capsys.disabled():
        print(f"\n{HISTORIES} histories of up to {STEPS} steps, how often they saw:")  # noqa: T201 - the coverage table
        for what in WANTED:
            print(f"{History.seen[what]:8}  {what}")  # noqa: T201
    unseen = [what for what in WANTED if not History.seen[what]]
    assert HISTORIES < ENOUGH or not unseen, "histories that never show this prove nothing of it"
