"""What the doors promise, for the OpenAPI document.

The doors answer without these shapes (doors.py); tests hold every answer against them.
Invariant: one described door per route, under the same path.
Next: openapi.json beside the package, which is made from here.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from fastapi import FastAPI, Header, Query
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from event_contracts import AccountKind, Badge, RemovalClass, UnchangedReason
from profile_projection.application.queries import FIRST_PAGE
from servicekit.consistency import HEADER
from servicekit.page import MOST_ITEMS, Cursor, Limit

_EXACTLY = ConfigDict(extra="forbid")
Hundredths: TypeAlias = Annotated[int, Field(ge=100, le=500, description="public score in hundredths")]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Title: TypeAlias = Annotated[str | None, Field(description="null once its client is erased")]
Name: TypeAlias = Annotated[str | None, Field(description="null when never stated, or erased")]

Since: TypeAlias = Annotated[datetime, Field(description="only in answers about the past: when it was hidden")]


class VisibleFeedback(TypedDict):
    """Public feedback that stands; what it does not have is left out."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    state: Literal["visible"]
    score: NotRequired[Hundredths]
    comment: NotRequired[str]


class RemovedFeedback(TypedDict):
    """Feedback hidden by a removal (`perk`) or an upheld report (`terms`), or withdrawn by its `author`."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    state: Literal["removed"]
    tombstone: Literal["This feedback has been removed."]
    removal_class: RemovalClass
    since: NotRequired[Since]


class ErasedFeedback(TypedDict):
    """Feedback whose author was erased: the comment is gone, the score counts on."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    state: Literal["erased"]
    score: NotRequired[Hundredths]
    since: NotRequired[Since]


class NoFeedback(TypedDict):
    """No public feedback."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    state: Literal["none"]


Feedback: TypeAlias = Annotated[
    VisibleFeedback | RemovedFeedback | ErasedFeedback | NoFeedback, Field(discriminator="state")
]


class Work(TypedDict):
    """An ended contract on its account's page; `response` is the account's answer to the client's feedback."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    contract_id: str
    title: Title
    client_id: str
    completed_at: datetime
    client_feedback: Feedback
    response: NotRequired[str]


class WorkHistory(TypedDict):
    """Ended contracts, newest end first; `next` is absent on the last page."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    items: list[Work]
    next: NotRequired[str]


class Engagement(TypedDict):
    """An ended contract on its client's page; `client_response` answers the talent's feedback."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    contract_id: str
    title: Title
    account_id: str
    completed_at: datetime
    client_feedback: Feedback
    talent_feedback: Feedback
    client_response: NotRequired[str]


class ClientHistory(TypedDict):
    """A client's ended contracts, newest end first; `next` is absent on the last page."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    client_id: str
    display_name: Name
    items: list[Engagement]
    next: NotRequired[str]


class JobSuccessScore(TypedDict):
    """The same object as the score door's."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    account_id: str
    score: Annotated[int, Field(ge=0, le=100)] | None
    window_months: Literal[6, 12, 24] | None
    as_of: date
    policy: str
    removed_count: Count
    displayed_from: NotRequired[Annotated[str, Field(description="the agency whose score an exclusive member shows")]]
    reason: NotRequired[UnchangedReason]


class StarRating(TypedDict):
    """Mean of `count` public scores, of which a removal hides `removed_count`; null without a score."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    average: Annotated[float, Field(ge=1, le=5, description="one decimal, rounded half up")] | None
    count: Count
    removed_count: Count


class ShortProfile(TypedDict):
    """A profile without its work history."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    account_id: str
    kind: AccountKind
    display_name: Name
    badge: Badge
    job_success_score: JobSuccessScore
    star_rating: StarRating
    number_of_jobs: Count


class Profile(ShortProfile):
    """What the public sees of an account, with the first page of its work history."""

    work_history: WorkHistory


class ShortProfiles(TypedDict):
    """Short profiles in the order asked; ids that no fact names, and erased accounts, are left out."""

    __pydantic_config__ = _EXACTLY  # type: ignore[misc]
    items: list[ShortProfile]


Token: TypeAlias = Annotated[
    str | None, Header(alias=HEADER, description="as a write answered it: wait until this model has folded it")
]
Prefer: TypeAlias = Annotated[str | None, Header(description="`wait=N`: how many seconds to wait at most, default 2")]
AtTime: TypeAlias = Annotated[
    datetime | None,
    Query(description="answer as of the last position sequenced at or before this time; not in the future"),
]
AtPosition: TypeAlias = Annotated[
    int | None,
    Query(ge=0, description="answer as of the log up to and including this position; not together with `at_time`"),
]
Seen: TypeAlias = Annotated[str | None, Header(alias="If-None-Match")]
_HEADERS: dict[str, Any] = {
    "ETag": {"schema": {"type": "string"}},
    "Log-Position": {
        "schema": {"type": "integer"},
        "description": "the newest position folded into this answer; of one about the past, the position it is about",
    },
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"headers": _HEADERS},
    304: {"description": "The reader has this version", "headers": _HEADERS},
}
_POSSIBLY_GONE: dict[int | str, dict[str, Any]] = {**_ANSWERS, 410: {"description": "The account's data was erased"}}


def describe(app: FastAPI) -> None:
    """Add the doors to an application that is never served, so that its document describes them."""

    @app.get("/v1/profiles", response_model=ShortProfiles, responses=_ANSWERS, summary="Short profiles")
    async def short_profiles(
        *,
        account_id: Annotated[list[str], Query(min_length=1, max_length=MOST_ITEMS)],
        token: Token = None,
        prefer: Prefer = None,
        seen: Seen = None,
    ) -> None:
        """Up to 100 accounts in the order asked; what no fact names, or is erased, is left out."""

    @app.get("/v1/profiles/{account_id}", response_model=Profile, responses=_POSSIBLY_GONE, summary="Profile")
    async def profile(
        *,
        account_id: str,
        at_time: AtTime = None,
        at_position: AtPosition = None,
        token: Token = None,
        prefer: Prefer = None,
        seen: Seen = None,
    ) -> None:
        """What the public sees of an account, with the first page of its work history."""

    @app.get(
        "/v1/profiles/{account_id}/work-history",
        response_model=WorkHistory,
        responses=_POSSIBLY_GONE,
        summary="Work history",
    )
    async def work_history(
        *,
        account_id: str,
        cursor: Cursor = None,
        limit: Limit = FIRST_PAGE,
        at_time: AtTime = None,
        at_position: AtPosition = None,
        token: Token = None,
        prefer: Prefer = None,
        seen: Seen = None,
    ) -> None:
        """An account's ended contracts, newest end first."""

    @app.get(
        "/v1/clients/{client_id}/history", response_model=ClientHistory, responses=_ANSWERS, summary="Client history"
    )
    async def client_history(
        *,
        client_id: str,
        cursor: Cursor = None,
        limit: Limit = FIRST_PAGE,
        at_time: AtTime = None,
        at_position: AtPosition = None,
        token: Token = None,
        prefer: Prefer = None,
        seen: Seen = None,
    ) -> None:
        """A client's ended contracts, newest end first, with what both sides said."""
