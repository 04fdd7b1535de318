"""The score doors (interfaces §3, jss): parameters in, bodies, versions and problems out.

Invariant: what the Consistency-Token names is waited for before reading; an ETag holds all that a body depends on.
Next: application/queries.py for the questions, answer.py for the bodies.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from importlib.metadata import version
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, FastAPI, Header, Path, Query, Response

from jss.application.queries import (
    After,
    ErasedAccountError,
    NotSpokenForError,
    ScoreBooks,
    UnknownAccountError,
    UnknownContractError,
    User,
)
from jss.entrypoints import answer
from servicekit.auth import Caller, SignedIn, TokenVerifier
from servicekit.conditional import etag, matches
from servicekit.consistency import HEADER, ConsistencyToken, wait_seconds, wait_until
from servicekit.health import Health
from servicekit.http import create_app
from servicekit.page import Cursor, Limit, decode_cursor, encode_cursor
from servicekit.problem import forbidden, gone, invalid, not_found

TITLE: Final = "jss"
DESCRIPTION: Final = "Job Success Scores: what they are, why, what they would be, what they were."
STAFF_SCOPE: Final = "removals:read"
_DEFAULT_LIMIT: Final = 20

AccountId = Annotated[str, Path(description="freelancer or agency")]
IfNoneMatch = Annotated[str | None, Header()]
Prefer = Annotated[str | None, Header(description="`wait=N`: seconds to wait for what the token names")]
Token = Annotated[str | None, Header(alias=HEADER, description="as a write answered it")]


def score_app(books: ScoreBooks, health: Health, verifier: TokenVerifier) -> FastAPI:
    """The application to serve."""
    app = create_app(TITLE, version("jss-service"), health, description=DESCRIPTION, verifier=verifier)
    app.include_router(_routes(Doors(books)))
    return app


def described_app() -> FastAPI:
    """An application for its document alone: of the doors only the signatures are looked at."""
    app = create_app(TITLE, version("jss-service"), Health(), description=DESCRIPTION)
    app.include_router(_routes(Doors.__new__(Doors)))
    return app


class Doors:
    """The doors over the questions."""

    def __init__(self, books: ScoreBooks) -> None:
        self._books = books

    async def score(
        self, *, account_id: AccountId, token: Token = None, prefer: Prefer = None, if_none_match: IfNoneMatch = None
    ) -> Response:
        """The score an account displays."""
        await self._caught_up(account_id, token, prefer)
        async with _problems():
            found = await self._books.displayed(account_id)
        parts = (found.version, found.displayed_from, found.as_of.isoformat())
        return _answered(lambda: answer.score_body(found), found.position, ("score", account_id, *parts), if_none_match)

    async def explanation(
        self,
        *,
        account_id: AccountId,
        caller: SignedIn,
        window: Annotated[answer.WindowMonths | None, Query(description="default: the window shown")] = None,
        cursor: Cursor = None,
        limit: Limit = _DEFAULT_LIMIT,
        token: Token = None,
        prefer: Prefer = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """Why the score is what it is: every contract of a window with what it brings or why it does not count."""
        after = _after(cursor)
        await self._caught_up(account_id, token, prefer)
        async with _problems():
            found = await self._books.explanation(account_id, _user(caller), window, after, limit + 1)
        account, shown = found.account, found.contracts[:limit]
        page: dict[str, Any] = {"items": [answer.contract_item(row) for row in shown]}
        if len(found.contracts) > limit and (last := shown[-1].share) is not None:
            page["next"] = encode_cursor(last.day.isoformat(), last.contract_id)
        parts = (
            account.version,
            account.position,
            account.score_version,
            found.as_of.isoformat(),
            window,
            cursor,
            limit,
        )
        return _answered(
            lambda: answer.explanation_body(account_id, found, page),
            account.position,
            ("explanation", account_id, *parts),
            if_none_match,
        )

    async def preview(
        self,
        *,
        account_id: AccountId,
        without_contract: Annotated[str, Query(description="a contract of the account; 404 for any other")],
        caller: SignedIn,
        token: Token = None,
        prefer: Prefer = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """The score as it would be if the contract's feedback were removed today."""
        await self._caught_up(account_id, token, prefer)
        async with _problems():
            found = await self._books.preview(account_id, _user(caller), without_contract)
        account = found.account
        parts = (without_contract, account.version, account.position, account.score_version, found.as_of.isoformat())
        return _answered(
            lambda: answer.preview_body(found), account.position, ("preview", account_id, *parts), if_none_match
        )

    async def history(
        self,
        *,
        account_id: AccountId,
        cursor: Cursor = None,
        limit: Limit = _DEFAULT_LIMIT,
        token: Token = None,
        prefer: Prefer = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """The account's recorded scores, newest first."""
        below = decode_cursor(cursor, int)
        await self._caught_up(account_id, token, prefer)
        async with _problems():
            account, found = await self._books.history(account_id, below[0] if below else None, limit + 1)
        page: dict[str, Any] = {"items": [answer.recorded_item(one) for one in found[:limit]]}
        if len(found) > limit:
            page["next"] = encode_cursor(found[limit - 1].version)
        return _answered(
            lambda: page,
            account.position,
            ("history", account_id, account.score_version, cursor, limit),
            if_none_match,
        )

    async def _caught_up(self, account_id: str, text: str | None, prefer: str | None) -> None:
        if text is None:
            return
        token = ConsistencyToken.decode(text)
        await wait_until(lambda: self._books.has_folded(token.streams, account_id), wait_seconds(prefer))


def _routes(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1/accounts/{account_id}/score", tags=["score"])
    router.add_api_route("", doors.score, response_model=answer.Score, name="score")
    router.add_api_route("/explanation", doors.explanation, response_model=answer.ExplanationBody, name="explanation")
    router.add_api_route("/preview", doors.preview, response_model=answer.PreviewBody, name="preview")
    router.add_api_route("/history", doors.history, response_model=answer.HistoryBody, name="history")
    return router


def _user(caller: Caller) -> User:
    return User(caller.user_id, staff=caller.has(STAFF_SCOPE))


def _after(cursor: str | None) -> After | None:
    key = decode_cursor(cursor, str, str)
    if key is None:
        return None
    try:
        return After(date.fromisoformat(key[0]), key[1])
    except ValueError as nonsense:
        raise invalid([("?cursor", "is not a cursor of this list")]) from nonsense


@asynccontextmanager
async def _problems() -> AsyncIterator[None]:
    """Say what the questions could not answer."""
    try:
        yield
    except UnknownAccountError as unknown:
        raise not_found("no recorded fact names this id") from unknown
    except UnknownContractError as unknown:
        raise not_found("the contract is unknown or not this account's") from unknown
    except ErasedAccountError as erased:
        raise gone("this account's data was erased") from erased
    except NotSpokenForError as stranger:
        raise forbidden("only the account's own people and staff may see this") from stranger


def _answered(
    body: Callable[[], answer.Members], position: int, version_parts: tuple[str | int | None, ...], known: str | None
) -> Response:
    tag = etag(*version_parts)
    headers = {"ETag": tag, "Log-Position": str(position), "Cache-Control": "private, no-cache"}
    if matches(known, tag):
        return Response(status_code=304, headers=headers)
    return Response(orjson.dumps(body()), headers=headers, media_type="application/json")
