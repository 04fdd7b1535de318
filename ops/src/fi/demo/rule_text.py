"""The rules of a removal in words, and what was seen of each."""

from collections.abc import Mapping
from typing import Any, Final

WORDS: Final = {
    "PERK_RETIRED": "the perk exists",
    "CONTRACT_UNKNOWN": "the contract is known",
    "NOT_YOUR_CONTRACT": "it is this account's",
    "CONTRACT_NOT_ENDED": "it has ended",
    "NO_PUBLIC_FEEDBACK": "public feedback stands",
    "ALREADY_REMOVED": "not removed before",
    "NOT_TOP_RATED": "Top Rated, or Plus",
    "AGENCY_ROLE_REQUIRED": "owner, manager or admin",
    "TOO_SOON": "three months since the last",
    "TOO_FEW_CONTRACTS": "ten contracts since the last",
    "REQUEST_PENDING": "no other request is open",
    "SCORE_EFFECT_UNACKNOWLEDGED": "the score does not suffer",
}


def seen(rule: Mapping[str, Any]) -> str:
    """The values that a rule was judged by, as far as there are any."""
    value = rule.get("value")
    match rule["code"]:
        case "TOO_FEW_CONTRACTS":
            return "" if value is None else f"{value} of {rule['threshold']}{_shortfall(rule)}"
        case "TOO_SOON":
            since = f"last asked {minute(value)}" if value else "never asked before"
            return f"{since}, again from {minute(rule['passes_at'])} on" if rule.get("passes_at") else since
        case "SCORE_EFFECT_UNACKNOWLEDGED":
            return "" if "value" not in rule else f"{percent(rule.get('threshold'))} would become {percent(value)}"
        case _:
            return "" if value is None else str(value)


def _shortfall(rule: Mapping[str, Any]) -> str:
    if rule.get("contracts_needed"):
        return f", {rule['contracts_needed']} missing"
    return ", not asked of a first request" if rule["value"] < rule["threshold"] else ""


def percent(score: int | None) -> str:
    return "none" if score is None else f"{score} %"


def minute(time: str) -> str:
    """A time of the wire to the minute."""
    return time[:16].replace("T", " ")
