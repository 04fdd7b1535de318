"""What a valid marketplace event looks like (domain page §1 `invalid`, interfaces page §1): tables and one check each.

Knows no other fact and no clock. Invariant: `complaint` names the first field that is wrong, and never raises.
Next: model.py.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9._:~-]{1,64}", re.ASCII)
_PRINTABLE = re.compile(r"[ -~]{1,128}", re.ASCII)
_GREATEST = 2**53 - 1

Check = Callable[[Any], bool]


def instant(text: object) -> datetime | None:
    """An RFC 3339 time with at most six fraction digits, in UTC; None for anything else."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def text_of_instant(moment: datetime) -> str:
    """As the wire spells it: `Z`, and no more fraction digits than needed."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def _integer(least: int, most: int) -> Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _one_of(words: str) -> Check:
    return lambda value: value in words.split() if isinstance(value, str) else False


def _text(value: Any) -> bool:
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        return len(value.encode()) <= 16 * 1024
    except UnicodeEncodeError:
        return False


def _id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _money(value: Any) -> bool:
    return isinstance(value, dict) and _natural(value.get("amount")) and value.get("currency") == "USD"


def _client_feedback(value: Any) -> bool:
    return isinstance(value, dict) and _members(value, {**_SAID, **_RATED}) is None


def _talent_feedback(value: Any) -> bool:
    if not isinstance(value, dict) or _members(value, _SAID) is not None:
        return False
    # `{score, comment?}`: a comment alone lacks the score; nothing at all says nothing
    return value.get("score") is not None or not value.get("comment")


_natural = _integer(0, _GREATEST)
_SAID: Mapping[str, Check] = {"score?": _integer(100, 500), "comment?": _text}
_RATED: Mapping[str, Check] = {"private_rating?": _integer(0, 10)}
_IDS: Mapping[str, Check] = {"contract_id": _id, "freelancer_id": _id, "agency_id?": _id, "client_id": _id}
_DIRECTION: Mapping[str, Check] = {"direction": _one_of("client_to_talent talent_to_client")}
_ACCOUNT: Mapping[str, Check] = {"account_id": _id, "account_kind": _one_of("freelancer agency")}
SHAPES: Mapping[str, Mapping[str, Check]] = {
    "marketplace.contract.completed.v1": {
        **_IDS,
        "title": _text,
        "started_at": lambda value: instant(value) is not None,
        "completed_at": lambda value: instant(value) is not None,
        "ended_by": _one_of("freelancer client marketplace"),
        "earned": _money,
        "paid_periods": _natural,
        "client_feedback?": _client_feedback,
        "talent_feedback?": _talent_feedback,
    },
    "marketplace.feedback.given.v1": {**_IDS, **_DIRECTION, **_SAID},
    "marketplace.feedback.edited.v1": {**_IDS, **_DIRECTION, **_SAID},
    "marketplace.feedback.withdrawn.v1": {**_IDS, **_DIRECTION},
    "marketplace.feedback.responded.v1": {**_IDS, **_DIRECTION, "text": lambda value: _text(value) and value != ""},
    "marketplace.account.badge-changed.v1": {
        **_ACCOUNT,
        "badge": _one_of("none rising_talent top_rated top_rated_plus"),
    },
    "marketplace.agency.member-changed.v1": {
        "agency_id": _id,
        "user_id": _id,
        "role": _one_of("owner business_manager admin member none"),
        "exclusive": lambda value: isinstance(value, bool),
    },
    "marketplace.account.renamed.v1": {**_ACCOUNT, "display_name": _text},
    "marketplace.client.standing-changed.v1": {"client_id": _id, "standing": _one_of("good flagged suspended")},
    "marketplace.client.renamed.v1": {"client_id": _id, "display_name": _text},
}


def complaint(event: Mapping[str, Any]) -> str | None:
    """The field that makes an event of a known type invalid; None when it is valid."""
    for name in ("id", "source"):
        if not isinstance(event[name], str) or not _PRINTABLE.fullmatch(event[name]):
            return f"ce_{name}"
    if instant(event["time"]) is None:
        return "ce_time"
    data, shape = event["data"], SHAPES[event["type"]]
    if not isinstance(data, dict):
        return "data"
    by_client = data.get("direction") == "client_to_talent"
    content = event["type"].startswith(("marketplace.feedback.given", "marketplace.feedback.edited"))
    if content and by_client:
        shape = {**shape, **_RATED}
    wrong = _members(data, shape)
    if wrong is not None:
        return wrong
    if content:
        names = ("score", "private_rating", "comment") if by_client else ("score", "comment")
        return None if any(data.get(name) not in (None, "") for name in names) else "score"
    started, ended = instant(data.get("started_at")), instant(data.get("completed_at"))
    return "completed_at" if started is not None and ended is not None and ended < started else None


def _members(data: Mapping[str, Any], shape: Mapping[str, Check]) -> str | None:
    for name, check in shape.items():
        member = name.removesuffix("?")
        value = data.get(member)
        if value is None:
            if name == member:
                return member
        elif not check(value):
            return member
    return None
