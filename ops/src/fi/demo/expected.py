"""What the domain rules demand of the story, written down beforehand (domain §2, §3, §6).

Knows documents, calls no door. Invariant: every figure here was worked out by hand from the rules, none by the code
that is held against it.
"""

from collections.abc import Mapping
from typing import Any, Final

TOMBSTONE: Final = "This feedback has been removed."
RULES_OF_A_FREELANCER: Final = (
    "PERK_RETIRED",
    "CONTRACT_UNKNOWN",
    "NOT_YOUR_CONTRACT",
    "CONTRACT_NOT_ENDED",
    "NO_PUBLIC_FEEDBACK",
    "ALREADY_REMOVED",
    "NOT_TOP_RATED",
    "TOO_SOON",
    "TOO_FEW_CONTRACTS",
    "REQUEST_PENDING",
    "SCORE_EFFECT_UNACKNOWLEDGED",
)

RULES_OF_AN_AGENCY: Final = (  # for JSS_ONLY, which needs no public feedback
    "PERK_RETIRED",
    "CONTRACT_UNKNOWN",
    "NOT_YOUR_CONTRACT",
    "CONTRACT_NOT_ENDED",
    "ALREADY_REMOVED",
    "NOT_TOP_RATED",
    "AGENCY_ROLE_REQUIRED",
    "TOO_SOON",
    "TOO_FEW_CONTRACTS",
    "REQUEST_PENDING",
    "SCORE_EFFECT_UNACKNOWLEDGED",
)

Document = Mapping[str, Any]

# The seed's table: what a removal does to each area, by scope.
CHANGES: Final = {
    "jss_only": {
        "public score on the profile": "visible",
        "public comment on the profile": "visible",
        "work history entry": "visible",
        "number of jobs": "counted",
        "Job Success Score": "removed",
        "star rating": "unchanged",
        "client's history: the client's feedback": "visible",
        "client's history: the talent's feedback": "visible",
        "client's history: the client's answer": "visible",
        "the account's own answer": "visible",
    },
    "jss_and_profile": {
        "public score on the profile": "hidden",
        "public comment on the profile": "tombstone",
        "work history entry": "visible",
        "number of jobs": "counted",
        "Job Success Score": "removed",
        "star rating": "unchanged",
        "client's history: the client's feedback": "tombstone",
        "client's history: the talent's feedback": "visible",
        "client's history: the client's answer": "visible",
        "the account's own answer": "visible",
    },
}


def changes(before: Document, after: Document, history: Document, contract_id: str) -> dict[str, str]:
    """What happened to each area of the seed's table, read off the pages: two profiles, one client history."""
    entry, row = item_of(after["work_history"], contract_id), item_of(history, contract_id)
    shown = entry.get("client_feedback", {})
    same_jobs = before["number_of_jobs"] == after["number_of_jobs"]
    same_stars = before["star_rating"]["average"] == after["star_rating"]["average"]
    one_more = after["job_success_score"]["removed_count"] == before["job_success_score"]["removed_count"] + 1
    return {
        "public score on the profile": "visible" if "score" in shown else "hidden",
        "public comment on the profile": _comment(shown),
        "work history entry": "visible" if entry else "missing",
        "number of jobs": "counted" if same_jobs else "changed",
        "Job Success Score": "removed" if one_more else "counted",
        "star rating": "unchanged" if same_stars else "changed",
        "client's history: the client's feedback": _comment(row.get("client_feedback", {})),
        "client's history: the talent's feedback": row.get("talent_feedback", {}).get("state", "missing"),
        "client's history: the client's answer": "visible" if row.get("client_response") else "missing",
        "the account's own answer": "visible" if entry.get("response") else "missing",
    }


def item_of(page: Document, contract_id: str) -> Document:
    """The row of a contract; an empty one when it is not on the page."""
    found: list[Document] = [item for item in page["items"] if item["contract_id"] == contract_id]
    return found[0] if found else {}


def figures(profile: Document) -> tuple[Any, ...]:
    """Score, its window, how many it leaves out; stars, of how many, how many hidden; jobs."""
    score, rating = profile["job_success_score"], profile["star_rating"]
    return (
        score["score"],
        score["window_months"],
        score["removed_count"],
        rating["average"],
        rating["count"],
        rating["removed_count"],
        profile["number_of_jobs"],
    )


def rules_of(body: Document) -> list[Document]:
    """The rules in an answer, granted or refused."""
    rules: list[Document] = body["evidence"]["rules"] if "evidence" in body else body["rules"]
    return rules


def failed_of(body: Document) -> list[str]:
    """The codes that were not met."""
    return [rule["code"] for rule in rules_of(body) if rule["holds"] is False]


def _comment(feedback: Document) -> str:
    if feedback == {"state": "removed", "tombstone": TOMBSTONE, "removal_class": "perk"}:
        return "tombstone"
    return "visible" if feedback.get("comment") else "missing"
