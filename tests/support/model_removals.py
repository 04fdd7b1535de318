"""The model's removals: who may request one and why not, and what comes of a request (domain page §3, §4).

Invariant: every rule that applies leaves one finding, in the page's order.
Next: model_pages.py for what a removal hides, model_score.py for what it does to the score.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tests.support.model_calendar import months_after
from tests.support.model_log import Json, Log, kept, public
from tests.support.model_shape import instant, text_of_instant
from tests.support.model_words import (
    APPROVED,
    BOTH,
    CLIENT,
    DENIED,
    ONLY,
    REFUSED,
    REGIMES,
    REQUESTED,
    REVERSED,
    TAKEN_BACK,
    UPHELD,
)


@dataclass
class Removals(Log):
    """What the log says about removals."""

    def status(self, request_id: str) -> str | None:
        """Where a request stands in its life; None for what never was one."""
        status = None
        steps = {(None, REQUESTED): "pending", ("pending", APPROVED): "approved", ("pending", DENIED): "denied"}
        steps |= {("pending", TAKEN_BACK): "withdrawn", ("approved", REVERSED): "reversed"}
        for entry in self._facts(REQUESTED, APPROVED, DENIED, TAKEN_BACK, REVERSED):
            if entry.data["request_id"] == request_id:
                status = steps.get((status, entry.type), status)
        return status

    def requests(self, *statuses: str) -> list[Json]:
        """Requests in these states, as they were submitted, oldest first."""
        return [entry.data for entry in self._facts(REQUESTED) if self.status(entry.data["request_id"]) in statuses]

    @kept
    def in_force(self, contract_id: str) -> str | None:
        """The widest scope of the contract's approved, unreversed requests."""
        asked = [entry.data for entry in self._about(contract_id, REQUESTED)]
        scopes = {request["scope"] for request in asked if self.status(request["request_id"]) == "approved"}
        return BOTH if BOTH in scopes else ONLY if ONLY in scopes else None

    @kept
    def upheld(self, contract_id: str, direction: str) -> bool:
        """Whether a report about the feedback was upheld."""
        return any(entry.data["direction"] == direction for entry in self._about(contract_id, UPHELD))

    def speaks_for(self, user_id: str, account_id: str) -> bool:
        """The freelancer for the own account, any role for the agency; an agency's id is nobody's."""
        if self.is_agency(account_id):
            return self.role(account_id, user_id) != "none"
        return user_id == account_id

    def regime(self, at: datetime) -> tuple[datetime, bool]:
        """The regime in force: since when, and whether it has the perk (§4)."""
        return [regime for regime in REGIMES[self.book] if regime[0] <= at][-1]

    def previous(self, account_id: str) -> Json | None:
        """The newest counted request of the account: pending and approved ones count."""
        counted = [one for one in self.requests("pending", "approved") if one["account_id"] == account_id]
        return max(counted, key=lambda one: (instant(one["submitted_at"]), one["request_id"]), default=None)

    def completed_since(self, account_id: str, at: datetime) -> int:
        """Completed contracts after the previous counted request and not after `at`, up to 10.

        CHOICE: without a previous request, all that were completed by then.
        """
        previous = self.previous(account_id)
        since = instant(previous["submitted_at"]) if previous else None
        found = 0
        for contract_id in self.contracts_of(account_id):
            terms = self.terms(contract_id)
            if terms is None or terms["earned"]["amount"] == 0:
                continue
            ended = instant(terms["completed_at"])
            found += ended is not None and ended <= at and (since is None or ended > since)
        return min(found, 10)

    def findings(
        self,
        account_id: str,
        contract_id: str | None,
        scope: str | None,
        *,
        user_id: str,
        at: datetime,
        acknowledged: bool,
        preview: Json | None,
    ) -> list[Json]:
        """Every rule of §3 that applies, in order, as in `evidence.rules`. Without a contract: those on the account."""
        if not self.regime(at)[1]:
            return [{"code": "PERK_RETIRED", "holds": False, "value": self.book}]
        found: list[Json] = [{"code": "PERK_RETIRED", "holds": True, "value": self.book}]
        if contract_id is not None and scope is not None:
            found += self._about_contract(account_id, contract_id, scope)
        found += self._about_account(account_id, user_id, at)
        if contract_id is not None:
            found.append(self._effect(found, acknowledged=acknowledged, preview=preview))
        return found

    def _about_contract(self, account_id: str, contract_id: str, scope: str) -> Iterator[Json]:
        bound, judged = self.binding(contract_id), True
        stands = public(self.slot(contract_id, CLIENT, ratings=False).content)
        in_force, removed = self.in_force(contract_id), {}
        # CHOICE: where a removal and an upheld report stand, the value is `terms`; where neither does, it is absent.
        if self.upheld(contract_id, CLIENT):
            removed = {"holds": False, "value": "terms"}
        elif in_force is not None:
            removed = {"holds": (in_force, scope) == (ONLY, BOTH), "value": in_force}
        for code, finding in (
            ("CONTRACT_UNKNOWN", {"holds": bound is not None}),
            ("NOT_YOUR_CONTRACT", {"holds": bound is not None and bound[0] == account_id}),
            ("CONTRACT_NOT_ENDED", {"holds": self.terms(contract_id) is not None}),
            ("NO_PUBLIC_FEEDBACK", {"holds": stands} if scope == BOTH else None),
            ("ALREADY_REMOVED", removed or {"holds": True}),
        ):
            if finding is None:
                continue
            yield {"code": code, **(finding if judged else {"holds": None})}
            judged = judged and (bool(finding["holds"]) or code == "NO_PUBLIC_FEEDBACK")

    def _about_account(self, account_id: str, user_id: str, at: datetime) -> Iterator[Json]:
        badge = self.badge(account_id)
        met = badge in ("top_rated", "top_rated_plus")
        yield {"code": "NOT_TOP_RATED", "holds": met, "value": badge, "threshold": "top_rated"}
        if self.is_agency(account_id):
            role = self.role(account_id, user_id)
            met = role in ("owner", "business_manager", "admin")
            yield {"code": "AGENCY_ROLE_REQUIRED", "holds": met, "value": role, "threshold": "admin"}
        yield from self._allowance(account_id, at)
        pending = [one for one in self.requests("pending") if one["account_id"] == account_id]
        open_id = pending[0]["request_id"] if pending else None
        yield {"code": "REQUEST_PENDING", "holds": open_id is None, "value": open_id}

    def _allowance(self, account_id: str, at: datetime) -> Iterator[Json]:
        previous, since = self.previous(account_id), None
        too_soon: Json = {"code": "TOO_SOON", "holds": True, "value": None, "threshold": 3}
        if previous is not None and (since := instant(previous["submitted_at"])) is not None:
            passes_at = months_after(since, 3)
            too_soon |= {"holds": at >= passes_at, "value": text_of_instant(since)}
            if at < passes_at:
                too_soon["passes_at"] = text_of_instant(passes_at)
        yield too_soon
        count = self.completed_since(account_id, at)
        too_few: Json = {"code": "TOO_FEW_CONTRACTS", "holds": True, "value": count, "threshold": 10}
        if previous is not None and count < 10:
            too_few |= {"holds": False, "contracts_needed": 10 - count}
        yield too_few

    def _effect(self, found: list[Json], *, acknowledged: bool, preview: Json | None) -> Json:
        code = "SCORE_EFFECT_UNACKNOWLEDGED"
        unjudged = {"CONTRACT_UNKNOWN", "NOT_YOUR_CONTRACT", "CONTRACT_NOT_ENDED"}
        if any(one["code"] in unjudged and one["holds"] is False for one in found):
            return {"code": code, "holds": None}
        if preview is None:  # CHOICE: without a preview value and threshold are absent
            return {"code": code, "holds": acknowledged}
        now, then = preview["current"], preview["preview"]
        harmless = now is None or (then is not None and then >= now)
        return {"code": code, "holds": acknowledged or harmless, "value": then, "threshold": now}

    def evidence(self, account_id: str, user_id: str, at: datetime) -> Json:
        """The evidence a decision stores beside its rules and its preview (interfaces §2)."""
        previous = self.previous(account_id)
        found: Json = {
            "book": self.book,
            "regime_from": text_of_instant(self.regime(at)[0]),
            "badge": self.badge(account_id),
            "completed_since": self.completed_since(account_id, at),
        }
        if self.is_agency(account_id):
            found["role"] = self.role(account_id, user_id)
        if previous is not None:
            found["previous_request_id"] = previous["request_id"]
            found["previous_submitted_at"] = previous["submitted_at"]
        return found

    def outcome_of(self, command: Json, failed: list[str], at: datetime) -> list[tuple[str, Json]]:
        """The events that follow from a request: type and data, but for the evidence."""
        asked = {name: command[name] for name in ("account_id", "contract_id", "scope", "requested_by")}
        asked |= {"channel": "api", "submitted_at": text_of_instant(at)}
        if failed:
            return [(REFUSED, {"refusal_id": command["act_id"], **asked, "failed": failed})]
        bound = self.binding(command["contract_id"])
        whose = {"request_id": command["act_id"], "client_id": bound[1] if bound else None}
        requested = {**whose, **asked, "acknowledged_score_effect": command["acknowledged"]}
        if not self.automatic:
            return [(REQUESTED, requested)]
        approved = {name: asked[name] for name in ("account_id", "contract_id", "scope")}
        decided = {"automatic": True, "decided_by": "policy", "decided_at": text_of_instant(at)}
        return [(REQUESTED, requested), (APPROVED, {**whose, **approved, **decided})]
