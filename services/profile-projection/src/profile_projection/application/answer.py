"""The members of the answers, from a row and the texts opened for it.

Knows nothing of pages, versions or HTTP. Pure.
Invariant: `removed` carries exactly state, tombstone and removal_class; `erased` at most a score besides; what is
absent is left out, but for a title or name that nobody can read: null (interfaces §2.1, §3).
Next: queries.py for which rows and texts.
"""

from datetime import date
from typing import Any, Final

from event_contracts.instant import format_time
from profile_projection.application.ports import Row
from profile_projection.domain.policy import REMOVED, TOMBSTONE, average_in_tenths

Members = dict[str, Any]
POLICY: Final = "jss-v1"
"""The policy in force, for accounts about which no score was ever recorded (domain §6)."""


def feedback(shown: str, score: int | None, comment_event: str | None, comment: str | None) -> Members:
    """A feedback as a page shows it. `comment`: opened; None beside an event means that its author was erased."""
    if shown in REMOVED:
        return {"state": "removed", "tombstone": TOMBSTONE, "removal_class": shown}
    if shown == "none":
        return {"state": "none"}
    erased = comment_event is not None and comment is None
    members: Members = {"state": "erased" if erased else "visible"}
    if score is not None:
        members["score"] = score
    if comment is not None:
        members["comment"] = comment
    return members


def star_rating(row: Row) -> Members:
    """The mean with one decimal, how many scores are in it, and how many of those a removal hides."""
    tenths = average_in_tenths(row["score_sum"], row["score_count"])
    average = None if tenths is None else tenths / 10
    return {"average": average, "count": row["score_count"], "removed_count": row["removed_count"]}


def job_success_score(row: Row, today: date) -> Members:
    """The score as the score door answers it. Before any was recorded: no score, as of today."""
    members: Members = {"account_id": row["account_id"]}
    if row["policy"] is None:
        members |= {"score": None, "window_months": None, "as_of": today.isoformat(), "policy": POLICY}
        members["removed_count"] = 0
    else:
        members |= {
            "score": row["score"],
            "window_months": row["window_months"],
            "as_of": row["as_of"].isoformat(),
            "policy": row["policy"],
            "removed_count": row["score_removed_count"],
        }
    if row["displayed_from"] is not None:
        members["displayed_from"] = row["displayed_from"]
    if row["reason"] is not None:
        members["reason"] = row["reason"]
    return members


def short_profile(row: Row, display_name: str | None, today: date) -> Members:
    """A profile without its work history."""
    return {
        "account_id": row["account_id"],
        "kind": "agency" if row["agency"] else "freelancer",
        "display_name": display_name,
        "badge": row["badge"],
        "job_success_score": job_success_score(row, today),
        "star_rating": star_rating(row),
        "number_of_jobs": row["jobs"],
    }


def work(row: Row, title: str | None, client_comment: str | None, response: str | None) -> Members:
    """An item of a work history."""
    members: Members = {
        "contract_id": row["contract_id"],
        "title": title,
        "client_id": row["client_id"],
        "completed_at": format_time(row["completed_at"]),
        "client_feedback": _client_feedback(row, client_comment),
    }
    if response is not None:
        members["response"] = response
    return members


def engagement(
    row: Row, title: str | None, client_comment: str | None, talent_comment: str | None, client_response: str | None
) -> Members:
    """An item of a client's history."""
    members: Members = {
        "contract_id": row["contract_id"],
        "title": title,
        "account_id": row["account_id"],
        "completed_at": format_time(row["completed_at"]),
        "client_feedback": _client_feedback(row, client_comment),
        "talent_feedback": feedback(
            row["talent_shown"], row["talent_score"], row["talent_comment_event"], talent_comment
        ),
    }
    if client_response is not None:
        members["client_response"] = client_response
    return members


def _client_feedback(row: Row, comment: str | None) -> Members:
    return feedback(row["client_shown"], row["client_score"], row["client_comment_event"], comment)
