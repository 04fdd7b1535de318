"""The model's log: what is recorded and what is parked, what names an id, what stands in every slot (domain page §1).

Invariant: an answer follows from the entries recorded up to now, in whatever order they arrived.
Next: model_removals.py.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar, cast

from tests.support.model_shape import complaint, instant
from tests.support.model_words import (
    ABOUT_CONTRACTS,
    ACCOUNT_RENAMED,
    ANSWERED,
    BADGE,
    CLIENT,
    COMPLETED,
    EDITED,
    GIVEN,
    MARKETPLACE,
    MEMBER,
    RESPONDED,
    STANDING,
    WITHDRAWN,
)

Json = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound="Log")


class Stamp(NamedTuple):
    """Of embedded feedback `holds_from` is `completed_at`; of everything else it is the event's own time (§1)."""

    holds_from: datetime
    time: datetime
    id: str
    source: str


class Slot(NamedTuple):
    """A feedback: its content now, and whether its author took it back after any, or any public, content (§1, §2)."""

    content: Json | None = None
    withdrawn: bool = False
    withdrawn_public: bool = False


@dataclass(frozen=True)
class Entry:
    """One recorded event. `at`: when it was sequenced."""

    position: int
    at: datetime
    source: str
    id: str
    type: str
    time: datetime
    data: Json

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.time, self.time, self.id, self.source)


def kept(method: Callable[Concatenate[M, str, P], T]) -> Callable[Concatenate[M, str, P], T]:
    """Keep an answer about one contract until more is recorded about that contract: it rests on nothing else."""

    @wraps(method)
    def answered(log: M, contract_id: str, *rest: P.args, **named: P.kwargs) -> T:
        key = (method.__name__, contract_id, rest, *named.values(), len(log._by_contract[contract_id]))
        if key not in log._kept:
            log._kept[key] = method(log, contract_id, *rest, **named)
        return cast("T", log._kept[key])

    return cast("Callable[Concatenate[M, str, P], T]", answered)


def account_of(data: Mapping[str, Any]) -> str:
    """Who a contract counts for (§1: account)."""
    return str(data.get("agency_id") or data["freelancer_id"])


@dataclass
class Log:
    """`book`: which policy book is in force. `automatic`: nobody decides, the policy does."""

    book: str = "perk"
    automatic: bool = True
    log: list[Entry] = field(default_factory=list)
    # The log again, laid out as an index lays it out: nothing is worked out in advance.
    _by_type: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    _by_contract: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    _by_identity: dict[tuple[str, str], str] = field(default_factory=dict)
    _bound: dict[str, tuple[str, str]] = field(default_factory=dict)
    _kept: dict[Any, Any] = field(default_factory=dict)

    def deliver(self, event: Json, now: datetime) -> str:
        """Take in one marketplace event: `recorded`, `duplicate`, or the reason why it is parked."""
        verdict = self._verdict(event, now)
        if verdict == "recorded":
            at = instant(event["time"])
            if at is None:
                raise AssertionError("a valid event has a time")
            data = _without_nulls(event["data"])
            self._by_identity[event["source"], event["id"]] = _content(event)
            self.record(event["source"], event["id"], event["type"], time=at, data=data, now=now)
        return verdict

    def _verdict(self, event: Json, now: datetime) -> str:
        if event["type"] not in MARKETPLACE:
            known = any(event["type"].rpartition(".v")[0] == known.rpartition(".v")[0] for known in MARKETPLACE)
            return "unknown-version" if known else "unknown-type"
        recorded = self._by_identity.get((event["source"], event["id"]))
        if recorded is not None:
            return "duplicate" if recorded == _content(event) else "duplicate-mismatch"
        if complaint(event) is not None:
            return "invalid"
        latest = now + timedelta(minutes=5)
        times = [instant(event["time"])]
        if event["type"] == COMPLETED:
            times.append(instant(event["data"]["completed_at"]))
        if any(time is not None and time > latest for time in times):
            return "time-in-future"
        if event["type"] in ABOUT_CONTRACTS:
            bound = self.binding(event["data"]["contract_id"])
            if bound not in (None, (account_of(event["data"]), event["data"]["client_id"])):
                return "identity-conflict"
        return "recorded"

    def record(self, source: str, id_: str, type_: str, *, time: datetime, data: Json, now: datetime) -> Entry:
        """Append an event, a marketplace fact or one of our own."""
        entry = Entry(len(self.log), now, source, id_, type_, time, data)
        self.log.append(entry)
        self._by_type[type_].append(entry)
        self._by_contract[data.get("contract_id", "")].append(entry)
        if type_ in ABOUT_CONTRACTS:
            self._bound.setdefault(data["contract_id"], (account_of(data), data["client_id"]))
        return entry

    def binding(self, contract_id: str) -> tuple[str, str] | None:
        """Account and client that the first recorded fact about the contract names."""
        return self._bound.get(contract_id)

    def names_account(self, id_: str) -> bool:
        """Whether a recorded fact names the account (§1); requests name nobody."""
        members = ("account_id", "freelancer_id", "agency_id", "user_id")
        return any(id_ == entry.data.get(member) for entry in self._facts(*MARKETPLACE) for member in members)

    def names_client(self, id_: str) -> bool:
        """Whether a recorded fact names the client (§1)."""
        return any(id_ == entry.data.get("client_id") for entry in self._facts(*MARKETPLACE))

    def is_agency(self, id_: str) -> bool:
        """Whether a recorded fact says that the account is an agency (§1)."""
        return any(
            id_ == entry.data.get("agency_id")
            or (id_ == entry.data.get("account_id") and entry.data.get("account_kind") == "agency")
            for entry in self._facts(*MARKETPLACE)
        )

    def _facts(self, *types: str) -> Iterator[Entry]:
        return (entry for type_ in types for entry in self._by_type[type_])

    def _about(self, contract_id: str, *types: str) -> Iterator[Entry]:
        return (entry for entry in self._by_contract[contract_id] if entry.type in (types or ABOUT_CONTRACTS))

    def _latest(self, entries: Iterable[Entry]) -> Entry | None:
        return max(entries, key=lambda entry: entry.stamp, default=None)

    def contracts_of(self, account_id: str) -> list[str]:
        """Contracts bound to the account, ended or not."""
        return [id_ for id_, bound in self._bound.items() if bound[0] == account_id]

    @kept
    def terms(self, contract_id: str) -> Json | None:
        """How the contract ended, as last stated; None until it has."""
        latest = self._latest(self._about(contract_id, COMPLETED))
        return None if latest is None else latest.data

    def badge(self, account_id: str) -> str:
        """`none` also when never stated."""
        latest = self._latest(entry for entry in self._facts(BADGE) if entry.data["account_id"] == account_id)
        return "none" if latest is None else str(latest.data["badge"])

    def name(self, type_: str, id_: str) -> str | None:
        """The display name of an account or a client."""
        member = "account_id" if type_ == ACCOUNT_RENAMED else "client_id"
        latest = self._latest(entry for entry in self._facts(type_) if entry.data[member] == id_)
        return None if latest is None else str(latest.data["display_name"])

    def flagged(self, client_id: str) -> bool:
        """Whether the client's standing is flagged or suspended."""
        latest = self._latest(entry for entry in self._facts(STANDING) if entry.data["client_id"] == client_id)
        return latest is not None and latest.data["standing"] != "good"

    def role(self, agency_id: str, user_id: str) -> str:
        """The user's role in the agency, `none` without one."""
        return str((self._membership(agency_id, user_id) or {"role": "none"})["role"])

    def _membership(self, agency_id: str, user_id: str) -> Json | None:
        mine = (e for e in self._facts(MEMBER) if (e.data["agency_id"], e.data["user_id"]) == (agency_id, user_id))
        latest = self._latest(mine)
        return None if latest is None else {**latest.data, "stamp": latest.stamp}

    def displayed_from(self, account_id: str) -> str | None:
        """The agency whose score an exclusive member displays; of several the one stated last (§6.10)."""
        agencies = {e.data["agency_id"] for e in self._facts(MEMBER) if e.data["user_id"] == account_id}
        standing = [found for agency in agencies if (found := self._membership(agency, account_id)) is not None]
        exclusive = [found for found in standing if found["exclusive"] and found["role"] != "none"]
        return max(exclusive, key=lambda found: found["stamp"])["agency_id"] if exclusive else None

    @kept
    def slot(self, contract_id: str, direction: str, *, ratings: bool) -> Slot:
        """The feedback of one direction. `ratings`: to a reader that knows private ratings.

        CHOICE: embedded feedback of a rating alone speaks only to the reader that knows ratings (the score). The page
        says that it fills the slot; but a recorded event must not show whether a rating is in it (interfaces §2.1), so
        pages and rules cannot tell it from embedded feedback that says nothing.
        """
        said = sorted(self._said(contract_id, direction, ratings=ratings), key=lambda one: one[0])
        if not said:
            return Slot()
        stamp, content = said[-1]
        if content is not None:
            return Slot(content)
        earlier = [one for at, one in said if at < stamp and one is not None]
        return Slot(None, bool(earlier), any(public(one) for one in earlier))

    def _said(self, contract_id: str, direction: str, *, ratings: bool) -> Iterator[tuple[Stamp, Json | None]]:
        for entry in self._about(contract_id, COMPLETED, GIVEN, EDITED, WITHDRAWN):
            if entry.type == COMPLETED:
                completed_at = instant(entry.data["completed_at"])
                content = _said_in(
                    entry.data.get("client_feedback" if direction == CLIENT else "talent_feedback"), direction
                )
                speaks = content is not None and (public(content) or (ratings and "private_rating" in content))
                if speaks and completed_at is not None:
                    yield entry.stamp._replace(holds_from=completed_at), content
            elif entry.data["direction"] == direction:
                yield entry.stamp, None if entry.type == WITHDRAWN else _said_in(entry.data, direction)

    @kept
    def response(self, contract_id: str, direction: str) -> str | None:
        """The one answer to a feedback: the earliest, at an equal time the one over our own door (§1)."""
        answers = [
            entry for entry in self._about(contract_id, RESPONDED, ANSWERED) if entry.data["direction"] == direction
        ]
        first = min(answers, key=lambda entry: (entry.time, entry.type != ANSWERED, entry.stamp), default=None)
        return None if first is None else str(first.data["text" if first.type == RESPONDED else "response"])


def _content(event: Json) -> str:
    """What makes two events of one source and id the same: type, instant, data as JSON values (§1)."""
    at = instant(event["time"])
    return json.dumps([event["type"], at.isoformat() if at else event["time"], event["data"]], sort_keys=True)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    return value


def _said_in(told: Json | None, direction: str) -> Json | None:
    """The content of a feedback: what is absent or empty left out; None when it says nothing."""
    told = told or {}
    names = ("score", "private_rating", "comment") if direction == CLIENT else ("score", "comment")
    return {name: told[name] for name in names if told.get(name) not in (None, "")} or None


def public(content: Json | None) -> bool:
    """A public score or a non-empty comment (§1: public feedback)."""
    return content is not None and ("score" in content or "comment" in content)
