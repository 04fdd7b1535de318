"""Rows of the past, with the columns that the read models' pages have, so that one set of answers serves both.

Knows nothing of the log. Pure.
Invariant: as in the database's views, a text that is not shown is not in the row, so it cannot be opened.
Next: answer.py for what becomes of a row, past.py for where the states come from.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from event_contracts import AgencyRole, Badge
from profile_projection.application.rows import AccountRow, MembershipKey, MembershipRow, NameRow, ScoreRow
from profile_projection.domain.erasure import without_texts_of
from profile_projection.domain.hiding import Seen
from profile_projection.domain.policy import REMOVED, Shown
from profile_projection.domain.state import PublicContract, Response, Review, Text

PastRow = dict[str, Any]
Erased = Mapping[str, datetime]
"""By subject: when it was erased."""
_NO_SCORE: Final = dict.fromkeys(("policy", "as_of", "score", "window_months", "score_removed_count", "reason"))


def profile_row(
    account_id: str, account: AccountRow | None, name: NameRow | None, agency_id: str | None, score: ScoreRow | None
) -> PastRow:
    """What is short about an account; `agency_id`: whose score it displays, `score`: the one displayed."""
    row = account_row(account_id, account, name) | {"displayed_from": agency_id} | _NO_SCORE
    if score is not None:
        row |= {
            "policy": score.policy,
            "as_of": score.as_of,
            "score": score.score,
            "window_months": score.window_months,
            "score_removed_count": score.removed_count,
            "reason": score.reason,
        }
    return row


def account_row(account_id: str, account: AccountRow | None, name: NameRow | None) -> PastRow:
    """An account's kind, badge, figures and name; without a row: one that is only named by facts about an agency."""
    known = None if account is None else account.account
    badge = Badge.NONE if known is None or known.badge is None else known.badge.badge
    figures = (0, 0, 0, 0) if known is None else known.figures
    return {
        "account_id": account_id,
        "agency": known is not None and known.agency,
        "badge": badge.value,
        **dict(zip(("score_sum", "score_count", "removed_count", "jobs"), figures, strict=True)),
        **name_columns(name),
    }


def name_columns(name: NameRow | None) -> PastRow:
    """A display name, sealed."""
    text = None if name is None else name.text
    return {
        "display_name": None if text is None else text.ciphertext,
        "display_name_event": None if text is None else text.event_id,
    }


def displayed_agency(user_id: str, memberships: Mapping[MembershipKey, MembershipRow]) -> str | None:
    """The agency whose score a user displays: of several exclusive memberships the one stated last (domain §6.10)."""
    held = [
        (membership.stamp, agency_id)
        for (agency_id, member_id), membership in memberships.items()
        if member_id == user_id and membership.exclusive and membership.role is not AgencyRole.NONE
    ]
    return max(held)[1] if held else None


def history_row(contract: PublicContract, client: Seen, talent: Seen, erased: Erased) -> PastRow:
    """An ended contract on either page, as it was but for what is hidden or erased; `…_since`: when it was hidden."""
    contract = without_texts_of(contract, frozenset(erased))
    terms = contract.terms
    client_review, talent_review = contract.client_feedback.content, contract.talent_feedback.content
    response, client_response = contract.account_response, contract.client_response
    return {
        "contract_id": contract.contract_id,
        "account_id": contract.account_id,
        "client_id": contract.client_id,
        "completed_at": None if terms is None else terms.completed_at,
        **_text_columns("title", None if terms is None else terms.title),
        **_feedback_columns("client", client, client_review, erased),
        **_feedback_columns("talent", talent, talent_review, erased),
        **_text_columns("response", _answer_to(client, response)),
        **_text_columns("client_response", _answer_to(talent, client_response)),
    }


def _feedback_columns(side: str, seen: Seen, review: Review | None, erased: Erased) -> PastRow:
    visible = review if seen.shown is Shown.VISIBLE else None
    comment = None if visible is None else visible.comment
    since = seen.since if seen.shown in REMOVED else erased.get(comment.subject_id) if comment is not None else None
    return {
        f"{side}_shown": seen.shown.value,
        f"{side}_since": since,
        f"{side}_score": None if visible is None else visible.score,
        **_text_columns(f"{side}_comment", comment),
    }


def _answer_to(seen: Seen, response: Response | None) -> Text | None:
    return None if response is None or seen.shown is Shown.NONE else response.text


def _text_columns(column: str, text: Text | None) -> PastRow:
    return {
        column: None if text is None else text.ciphertext,
        f"{column}_event": None if text is None else text.event_id,
        f"{column}_path": None if text is None else text.path,
        f"{column}_author": None if text is None else text.subject_id,
    }
