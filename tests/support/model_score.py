"""The model's Job Success Score: policy jss-v1 from plain contracts, and which scores are recorded (domain page §6).

Integers only. Invariant: a score follows from the log up to its cause and the day of its cause.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from tests.support.model_calendar import day_months_after
from tests.support.model_log import Entry, Json, account_of, kept
from tests.support.model_removals import Removals
from tests.support.model_shape import instant
from tests.support.model_words import (
    ABOUT_CONTRACTS,
    ANSWERED,
    APPROVED,
    BADGE,
    CLIENT,
    COMPLETED,
    DENIED,
    MEMBER,
    REFUSED,
    REQUESTED,
    REVERSED,
    RULINGS,
    STANDING,
    TAKEN_BACK,
    TICK,
    UPHELD,
    WINDOWS,
)


class Share(NamedTuple):
    """What an ended contract brings to the score; `why_not`: the reason it is not counted (§6.3-6.5)."""

    contract_id: str
    client_id: str
    ended_on: date
    weight: int
    outcome: str | None
    why_not: str | None


@dataclass
class Scores(Removals):
    """`scores`: all that were recorded, each event having been folded by itself."""

    scores: list[Json] = field(default_factory=list)
    _kept_shares: tuple[Any, list[Share]] = (None, [])

    def record(self, source: str, id_: str, type_: str, *, time: datetime, data: Json, now: datetime) -> Entry:
        """Append an event; scores that it causes are recorded with it."""
        before = self._shares(data["account_id"]) if type_ in RULINGS else None
        flagged = type_ == STANDING and self.flagged(data["client_id"])
        entry = super().record(source, id_, type_, time=time, data=data, now=now)
        # CHOICE: a standing after which the client's contracts count, or do not, as before is no cause. To the letter
        # of the page it is; the difference is a score that the day's tick, and not the standing, brings up to date.
        if type_ == STANDING and self.flagged(data["client_id"]) == flagged:
            return entry
        for account_id in self._caused(entry):
            self._rescore(account_id, entry, before)
        return entry

    def _shares(self, account_id: str, *, without: str | None = None) -> list[Share]:
        key = (account_id, without, len(self.log))
        if self._kept_shares[0] != key:
            self._kept_shares = (key, self._shares_now(account_id, without))
        return self._kept_shares[1]

    def _shares_now(self, account_id: str, without: str | None) -> list[Share]:
        flagged = {client_id: self.flagged(client_id) for client_id in {bound[1] for bound in self._bound.values()}}
        found = [
            self._share(contract_id, flagged=flagged[self._bound[contract_id][1]], removed=contract_id == without)
            for contract_id in self.contracts_of(account_id)
        ]
        return [share for share in found if share is not None]

    @kept
    def _share(self, contract_id: str, *, flagged: bool, removed: bool) -> Share | None:
        terms, slot = self.terms(contract_id), self.slot(contract_id, CLIENT, ratings=True)
        ended = instant(terms["completed_at"]) if terms is not None else None
        if terms is None or ended is None:
            return None
        periods, earned = terms["paid_periods"], terms["earned"]["amount"]
        outcome = _outcome(slot.content or {})
        if outcome is None and periods >= 1:
            outcome = "positive"
        reasons = {
            "REMOVED": removed or self.in_force(contract_id) is not None,
            "UPHELD_REPORT": self.upheld(contract_id, CLIENT),
            "WITHDRAWN": slot.withdrawn,
            "CLIENT_FLAGGED": flagged,
            "NO_FEEDBACK": outcome is None,
            "NOTHING_EARNED": earned == 0 and outcome != "negative",
        }
        why_not = next((reason for reason, applies in reasons.items() if applies), None)
        base = 100 if earned <= 25_000 else 125 if earned <= 100_000 else 150
        weight = min(base + 100 * periods, 800)
        return Share(contract_id, terms["client_id"], ended.date(), weight, outcome, why_not)

    def share(self, account_id: str, contract_id: str) -> Share | None:
        """What one contract brings now."""
        return next((share for share in self._shares(account_id) if share.contract_id == contract_id), None)

    def removed_count(self, account_id: str, *, without: str | None = None) -> int:
        """Ended contracts whose client feedback slot is removed in either scope or upheld."""
        return sum(share.why_not in ("REMOVED", "UPHELD_REPORT") for share in self._shares(account_id, without=without))

    def evaluation(self, account_id: str, as_of: date, *, without: str | None = None) -> Json:
        """The score by policy jss-v1 as of a day, and all it is made of; `without`: that contract taken as removed."""
        shares = self._shares(account_id, without=without)
        windows = {str(months): _window(shares, months, as_of) for months in WINDOWS}
        scored = [(window["score"], int(months)) for months, window in windows.items() if window["score"] is not None]
        score, shown = max(scored) if scored else (None, None)
        in_longest = [share for share in shares if _stands(share.ended_on, 24, as_of)]
        return {
            "score": score,
            "window_months": shown,
            "windows": windows,
            "removed_count": self.removed_count(account_id, without=without),
            "not_counted": dict(Counter(share.why_not for share in in_longest if share.why_not is not None)),
        }

    def preview(self, account_id: str, contract_id: str, today: date) -> Json:
        """The score now and with the contract removed, with the reason when it would stay or vanish (§6.9)."""
        now = self.evaluation(account_id, today)
        then = self.evaluation(account_id, today, without=contract_id)
        reason = _unchanged_reason(now, then, self.share(account_id, contract_id), today)
        return {"current": now["score"], "preview": then["score"]} | ({"reason": reason} if reason else {})

    def last_score(self, account_id: str) -> Json | None:
        """The score recorded last."""
        return next((score for score in reversed(self.scores) if score["account_id"] == account_id), None)

    def _caused(self, entry: Entry) -> list[str]:
        """Accounts that an event makes due for an evaluation (§6.1).

        CHOICE: an account's name is no event of the account, being none of its stream.
        """
        match entry.type:
            case kind if kind in ABOUT_CONTRACTS:
                return [account_of(entry.data)]
            case kind if kind in (BADGE, REQUESTED, APPROVED, DENIED, TAKEN_BACK, REFUSED, REVERSED, ANSWERED, UPHELD):
                return [entry.data["account_id"]]
            case kind if kind == MEMBER:
                return [entry.data["agency_id"]]
            case kind if kind in (TICK, STANDING):
                bound = [self.binding(one.data["contract_id"]) for one in self._facts(COMPLETED)]
                everyone = entry.type == TICK
                return sorted({one[0] for one in bound if one and (everyone or one[1] == entry.data["client_id"])})
        return []

    def _rescore(self, account_id: str, cause: Entry, before_ruling: list[Share] | None) -> None:
        as_of, previous = cause.at.astimezone(UTC).date(), self.last_score(account_id)
        after = self.evaluation(account_id, as_of)
        before = _NOTHING_SCORED if previous is None else {name: previous[name] for name in _NOTHING_SCORED}
        # CHOICE: `previous` and `reason` tell of the change and are no change themselves; an account whose contracts
        # never stood in a window has no recorded score.
        if before_ruling is None and after == before:
            return
        stated = {
            "account_id": account_id,
            "policy": "jss-v1",
            "as_of": as_of.isoformat(),
            **after,
            "previous": before["score"],
            "cause": {"source": cause.source, "id": cause.id, "position": cause.position},
        }
        if before_ruling is not None:
            shares = self._shares(account_id) if cause.type == REVERSED else before_ruling
            share = next((share for share in shares if share.contract_id == cause.data["contract_id"]), None)
            if reason := _unchanged_reason(before, after, share, as_of):
                stated["reason"] = reason
        self.scores.append(stated)


def _outcome(content: Json) -> str | None:
    """§6.4; None: neither score nor rating."""
    score, rating = content.get("score"), content.get("private_rating")
    if score is None and rating is None:
        return None
    if score is None:
        return "positive" if rating in (9, 10) else "neutral" if rating in (7, 8) else "negative"
    if score >= 450 and (rating is None or rating >= 9):
        return "positive"
    if score < 400 or (rating is not None and rating <= 6):
        return "negative"
    return "neutral"


def _stands(ended_on: date, months: int, as_of: date) -> bool:
    """§6.2."""
    return ended_on <= as_of <= day_months_after(ended_on, months)


def _window(shares: list[Share], months: int, as_of: date) -> Json:
    """§6.6."""
    counted = [share for share in shares if share.why_not is None and _stands(share.ended_on, months, as_of)]
    positive = sum(share.weight for share in counted if share.outcome == "positive")
    negative = sum(share.weight for share in counted if share.outcome == "negative")
    total = sum(share.weight for share in counted)
    clients = len({share.client_id for share in counted})
    score = None
    if len(counted) >= 2 and clients >= 2:
        score = (200 * max(0, positive - negative) + total) // (2 * total)
    return {
        "p": positive,
        "n": negative,
        "t": total,
        "counted": len(counted),
        "clients": min(clients, 2),
        "score": score,
    }


def _unchanged_reason(before: Json, after: Json, share: Share | None, as_of: date) -> str | None:
    """§6.8; `share`: the contract's, before a removal or upheld report, after a reversal.

    CHOICE: a score that vanished carries BELOW_MINIMUM too, since §2 wants a reason for both.
    """
    if after["score"] is None:
        return "BELOW_MINIMUM"
    if before["score"] != after["score"]:
        return None
    counted = share is not None and share.why_not is None and _stands(share.ended_on, 24, as_of)
    old, new = (one["windows"][str(one["window_months"])] for one in (before, after))
    reasons = {
        "NOT_COUNTED": not counted,
        "OUTSIDE_BEST_WINDOW": share is not None and not _stands(share.ended_on, before["window_months"], as_of),
        "OTHER_WINDOW_BEST": before["window_months"] != after["window_months"],
        "AT_ZERO": after["score"] == 0,
        "SAME_RATIO": (old["p"] - old["n"]) * new["t"] == (new["p"] - new["n"]) * old["t"],
    }
    return next((reason for reason, applies in reasons.items() if applies), "ROUNDING")


_NOTHING_SCORED: Json = {
    "score": None,
    "window_months": None,
    "windows": {str(m): {"p": 0, "n": 0, "t": 0, "counted": 0, "clients": 0, "score": None} for m in WINDOWS},
    "removed_count": 0,
    "not_counted": {},
}
