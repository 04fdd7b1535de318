"""Answers as bytes with their headers: tokens of consistency, tags, positions.

Knows no rule. Invariant: an answer is one sequence of bytes, so that a repeated command gets the very same again.
Next: body.py for what the bodies hold.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi import Response

from event_contracts import (
    FeedbackRemovalApproved,
    FeedbackRemovalRefused,
    FeedbackRemovalReversalProposed,
    FeedbackRemovalReversed,
)
from removal.application.ports import Progress, Receipt
from removal.domain.state import Approved, Request
from removal.entrypoints.body import RemovalRequest, refusal_members
from servicekit.conditional import etag, matches, not_modified
from servicekit.consistency import HEADER, ConsistencyToken
from servicekit.problem import Problem

JSON: Final = "application/json"
_CACHING: Final = {"Cache-Control": "private, no-cache"}


def json_bytes(content: Mapping[str, Any]) -> bytes:
    return orjson.dumps(content)


def answer_to_order(receipt: Receipt) -> Response:
    """201 with the request, or 409 with the refusal; either with the token of the account's stream."""
    match receipt.outcome:
        case FeedbackRemovalRefused() as refused:
            return _refusal(refused, _token(refused.account_id, receipt.version)).response()
        case Request() as request:
            account_id, approved = request.asked.account_id, isinstance(request.lifecycle, Approved)
            headers = {
                "Location": f"/v1/removal-requests/{request.key.request_id}",
                "ETag": tag_of(request),
                **_token(account_id, receipt.version, awaits_score=approved),
            }
            body = json_bytes(RemovalRequest.of(request).to_json())
            return Response(body, status_code=201, headers=headers, media_type=JSON)


def answer_to_follow_up(progress: Progress) -> Response:
    """200 with the request as it is now, 202 while a reversal waits for its second person."""
    request, event = progress.request, progress.event
    scored = isinstance(event, FeedbackRemovalApproved | FeedbackRemovalReversed)
    headers = {
        "ETag": tag_of(request),
        **_token(request.asked.account_id, progress.version, awaits_score=scored),
    }
    status = 202 if isinstance(event, FeedbackRemovalReversalProposed) else 200
    body = json_bytes(RemovalRequest.of(request).to_json())
    return Response(body, status_code=status, headers=headers, media_type=JSON)


def final_headers(answer: Response) -> dict[str, str]:
    """The headers that are kept with a final answer; its length follows from its bytes."""
    return {name: value for name, value in answer.headers.items() if name != "content-length"}


def answer_to_read(
    content: Mapping[str, Any], *, tag: str, log_position: int | None, if_none_match: str | None
) -> Response:
    """200, or 304 for a reader that has this already."""
    headers = dict(_CACHING) if log_position is None else {**_CACHING, "Log-Position": str(log_position)}
    if matches(if_none_match, tag):
        unchanged = not_modified(tag)
        unchanged.headers.update(headers)
        return unchanged
    return Response(json_bytes(content), headers={"ETag": tag, **headers}, media_type=JSON)


def tag_of(request: Request) -> str:
    """What `If-Match` on a later decision must name."""
    return etag("removal-request", request.key.request_id, request.version)


def tag_of_list(requests: Sequence[Request], following: str | None) -> str:
    return etag("removal-requests", *(f"{each.key.request_id}@{each.version}" for each in requests), following)


def _token(account_id: str, version: int, *, awaits_score: bool = False) -> dict[str, str]:
    token = ConsistencyToken({f"account/{account_id}": version}, awaits_score=awaits_score)
    return {HEADER: token.encode()}


def _refusal(refused: FeedbackRemovalRefused, headers: Mapping[str, str]) -> Problem:
    codes = ", ".join(refused.failed)
    return Problem(
        "removal-refused",
        409,
        "The feedback cannot be removed",
        f"not met: {codes}",
        headers=headers,
        **refusal_members(refused),
    )
