"""Random marketplace facts about a small world, as JSON events: valid ones of every type, and broken ones.

A world small enough that facts meet: two freelancers, an agency, three clients, six contracts, a handful of instants
counted back from now, so that times tie, windows' edges are hit and anything arrives late.
Knows the wire (interfaces page §1), no rule and nothing of the product.
Next: model.py for what they mean.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from tests.support.model_calendar import day_months_after

Json = dict[str, Any]
Draw = Any

ANA, BO, MIA, ZOE = "ana", "bo", "mia", "zoe"
STUDIO = "studio"
PEOPLE: Final = (ANA, BO, MIA, ZOE)
ACCOUNTS: Final = (ANA, BO, STUDIO)
CLIENTS: Final = ("k1", "k2", "k3")
CONTRACTS: Final[Mapping[str, Json]] = {
    "c1": {"freelancer_id": ANA, "client_id": "k1"},
    "c2": {"freelancer_id": ANA, "client_id": "k2"},
    "c3": {"freelancer_id": ANA, "client_id": "k3"},
    "c4": {"freelancer_id": BO, "agency_id": STUDIO, "client_id": "k1"},
    "c5": {"freelancer_id": ANA, "agency_id": STUDIO, "client_id": "k2"},
    "c6": {"freelancer_id": BO, "client_id": "k3"},
}
OF_ACCOUNT: Final = {ANA: ("c1", "c2", "c3"), BO: ("c6",), STUDIO: ("c4", "c5")}
UNHEARD_OF: Final = "c9"
"""A contract that no fact names."""
STARTS: Final = {
    "perk": (
        datetime(2023, 11, 30, 12, tzinfo=UTC),
        datetime(2024, 2, 29, 23, 58, tzinfo=UTC),
        datetime(2025, 8, 31, 0, 0, 0, 250_000, tzinfo=UTC),
    ),
    "retired-2024-09-03": (datetime(2024, 5, 31, 12, tzinfo=UTC), datetime(2024, 9, 2, 23, 59, tzinfo=UTC)),
}

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_AGO = (timedelta(0), timedelta(0), timedelta(hours=1), _DAY, 30 * _DAY, 100 * _DAY, 300 * _DAY, 700 * _DAY)
_AHEAD = (timedelta(minutes=5), timedelta(minutes=5, microseconds=1))
_SOURCES = ("/marketplace", "/marketplace", "/mirror")
_KINDS = (
    *("completed",) * 6,
    *("given", "edited", "withdrawn") * 3,
    *("responded", "badge", "badge", "member", "standing", "standing", "account-name", "client-name"),
)
_EARNED = (0, 100, 25_000, 25_001, 60_000, 100_000, 100_001)
_SCORES = (None, 100, 200, 399, 400, 425, 449, 450, 500, 500)
_RATINGS = (None, None, None, 0, 6, 7, 8, 9, 10)
_COMMENTS = (None, None, "", "Well done", "Never again")


def wire(moment: datetime) -> str:
    """An instant as producers spell it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@st.composite
def facts(draw: Draw, now: datetime, serial: int) -> Json:
    """A valid event, though perhaps ahead of the clock or about somebody else's contract."""
    kind = draw(st.sampled_from(_KINDS))
    stated = wire(_when(draw, now))
    if kind not in ("completed", "given", "edited", "withdrawn", "responded"):
        type_, data = _about_somebody(draw, kind, serial)
        return event(type_, serial, draw, stated, data)
    data = _ids(draw)
    if kind == "completed":
        return event("contract.completed", serial, draw, stated, data | draw(endings(now)))
    data["direction"] = draw(st.sampled_from(("client_to_talent", "client_to_talent", "talent_to_client")))
    if kind == "responded":
        data["text"] = f"Thanks {serial}"
    if kind in ("given", "edited"):
        data |= _said(draw, rated=True)
        if not any(data.get(name) for name in ("score", "comment")):  # a rating alone is none of talent feedback's
            data |= {"private_rating": 10} if data["direction"] == "client_to_talent" else {"score": 300}
    return event(f"feedback.{kind}", serial, draw, stated, data)


def _about_somebody(draw: Draw, kind: str, serial: int) -> tuple[str, Json]:
    """A badge, a membership, a standing or a name: type and data."""
    if kind == "member":
        role = draw(st.sampled_from(("owner", "business_manager", "admin", "member", "none")))
        member = {"agency_id": STUDIO, "user_id": draw(st.sampled_from(PEOPLE)), "role": role}
        return "agency.member-changed", {**member, "exclusive": draw(st.booleans())}
    if kind in ("standing", "client-name"):
        client = {"client_id": draw(st.sampled_from(CLIENTS))}
        if kind == "client-name":
            return "client.renamed", {**client, "display_name": f"Client {serial}"}
        standing = draw(st.sampled_from(("good", "good", "flagged", "suspended")))
        return "client.standing-changed", {**client, "standing": standing}
    account = account_kind(draw(st.sampled_from(ACCOUNTS)))
    if kind == "account-name":
        return "account.renamed", {**account, "display_name": f"{account['account_id']} the {serial}th"}
    badge = draw(st.sampled_from(("none", "rising_talent", "top_rated", "top_rated", "top_rated_plus")))
    return "account.badge-changed", {**account, "badge": badge}


@st.composite
def endings(draw: Draw, now: datetime) -> Json:
    """How a contract ended, with what both sides said by then."""
    data: Json = {
        "title": draw(st.sampled_from(("Logo", "Website"))),
        "started_at": "2015-01-01T00:00:00Z",
        "completed_at": wire(_ended(draw, now)),
        "ended_by": "client",
        "earned": {"amount": draw(st.sampled_from(_EARNED)), "currency": "USD"},
        "paid_periods": draw(st.sampled_from((0, 0, 0, 1, 3, 9))),
    }
    if draw(st.integers(0, 3)):
        data["client_feedback"] = _said(draw, rated=True)
    if not draw(st.integers(0, 2)):
        data["talent_feedback"] = {"score": draw(st.sampled_from((100, 500))), "comment": "A fine client"}
    return data


@st.composite
def broken(draw: Draw, now: datetime, serial: int) -> Json:
    """An event with one thing wrong with it, or one that only looks wrong."""
    event_ = draw(facts(now, serial))
    data = dict(event_["data"])
    name = draw(st.sampled_from(sorted(data)))
    match draw(st.integers(0, 9)):
        case 0:
            del data[name]
        case 1:
            data[name] = None
        case 2:
            data[name] = draw(st.sampled_from((-1, 2**53, True, 7, "", "not a word of ours", [], {}, "x" * 65, "a\0b")))
        case 3:
            return {**event_, "type": event_["type"].replace(".v1", ".v2")}
        case 4:
            return {**event_, "type": "marketplace.account.praised.v1"}
        case 5:
            return {
                **event_,
                "time": draw(st.sampled_from(("yesterday", "2024-01-01T00:00:00.1234567Z", "2024-01-01"))),
            }
        case 6:
            data["score"] = draw(st.sampled_from((99, 100, 500, 501, "500")))
        case 7:
            data["earned"] = {"amount": draw(st.sampled_from((-1, 0, 2**53 - 1))), "currency": draw(
                st.sampled_from(("USD", "EUR"))
            )}  # fmt: skip
        case 8:
            data["started_at"] = wire(now)
        case _:
            data["an_unknown_member"] = "is ignored"
    return {**event_, "data": data}


def respelled(event_: Json) -> Json:
    """The same event, members in another order and its time in another zone."""
    stated = datetime.fromisoformat(event_["time"]) if event_["time"].endswith("Z") else None
    elsewhere = (
        event_["time"] if stated is None else (stated + timedelta(hours=2)).isoformat().replace("+00:00", "+02:00")
    )
    return {**event_, "time": elsewhere, "data": dict(reversed(event_["data"].items()))}


def jobs_done(
    account_id: str, number: int, *, apart: timedelta, until: datetime, serial: int, earned: int
) -> list[Json]:
    """So many contracts of the account, ended so far apart, the last exactly at `until`."""
    found = []
    people = {"freelancer_id": BO, "agency_id": STUDIO} if account_id == STUDIO else {"freelancer_id": account_id}
    for nth in range(number):
        ended = wire(until - apart * (number - 1 - nth))
        data: Json = {
            **people,
            "contract_id": f"job{serial}-{nth}",
            "client_id": CLIENTS[nth % 3],
            "title": "A job",
            "started_at": "2015-01-01T00:00:00Z",
            "completed_at": ended,
            "ended_by": "client",
            "earned": {"amount": earned, "currency": "USD"},
            "paid_periods": 0,
        }
        found.append(
            {
                "id": f"job{serial}-{nth}",
                "source": "/marketplace",
                "type": "marketplace.contract.completed.v1",
                "time": ended,
                "data": data,
            }
        )
    return found


@st.composite
def careers(draw: Draw, account_id: str, now: datetime, serial: int) -> list[Json]:
    """Three to six rated contracts of the last two years, so that there is a score to change."""
    events = jobs_done(account_id, draw(st.integers(3, 6)), apart=timedelta(0), until=now, serial=serial, earned=0)
    for one in events:
        ended = now - draw(st.sampled_from((10, 20, 150, 200, 300, 400, 600))) * _DAY
        feedback = {"score": draw(st.sampled_from((500, 490, 480, 430, 300))), "comment": "Thank you"}
        said = {
            "client_feedback": feedback,
            "completed_at": wire(ended),
            "paid_periods": draw(st.sampled_from((0, 0, 3, 9))),
        }
        said["earned"] = {"amount": draw(st.sampled_from((10_000, 60_000, 200_000))), "currency": "USD"}
        one |= {"time": wire(ended), "data": one["data"] | said}
    return events


def event(kind: str, serial: int, draw: Draw, stated: str, data: Json) -> Json:
    """The event around the data. Ids sort otherwise than they were made, so that ties are broken both ways."""
    return {
        "id": f"{draw(st.sampled_from('mZa'))}{serial}",
        "source": draw(st.sampled_from(_SOURCES)),
        "type": f"marketplace.{kind}.v1",
        "time": stated,
        "data": data,
    }


def account_kind(account_id: str) -> Json:
    """The account and what it is."""
    return {"account_id": account_id, "account_kind": "agency" if account_id == STUDIO else "freelancer"}


def _ids(draw: Draw) -> Json:
    contract_id = draw(st.sampled_from(tuple(CONTRACTS)))
    ids = {"contract_id": contract_id, **CONTRACTS[contract_id]}
    match draw(st.integers(0, 29)):
        case 0:
            ids["client_id"] = "k3" if ids["client_id"] != "k3" else "k1"
        case 1:
            ids["freelancer_id"] = MIA
    return ids


def _when(draw: Draw, now: datetime) -> datetime:
    chosen = draw(st.integers(0, 40))
    if chosen < len(_AHEAD):
        return now + _AHEAD[chosen]
    return now - _AGO[chosen % len(_AGO)]


def _ended(draw: Draw, now: datetime) -> datetime:
    """Often recently; else on either side of a window's edge, or ahead by what is still allowed."""
    chosen = draw(st.integers(0, 19))
    if chosen < 2:
        return now + (timedelta(minutes=5) if chosen else timedelta(minutes=5) + _MICROSECOND)
    if chosen < 8:
        months, off = ((6, 0), (6, 1), (12, 0), (12, 1), (24, 0), (24, 1))[chosen - 2]
        years, rest = divmod(months, 12)
        back = day_months_after(now.date().replace(day=1, year=now.year - years - 1), 12 - rest)
        last = (day_months_after(back, 1) - _DAY).day
        day = back.replace(day=min(now.day, last)) - off * _DAY
        return datetime.combine(day, time(23, 59, 59, 999_999) if off else time(0), tzinfo=UTC)
    return now - _AGO[chosen % len(_AGO)]


def _said(draw: Draw, *, rated: bool) -> Json:
    said: Json = {"score": draw(st.sampled_from(_SCORES)), "comment": draw(st.sampled_from(_COMMENTS))}
    if rated:
        said["private_rating"] = draw(st.sampled_from(_RATINGS))
    return {name: value for name, value in said.items() if value is not None}
