"""The public doors. Bare routes: nothing stands between a row and its answer but the answer's own members.

Translates and nothing else: parameters in, bodies, versions and problems out.
Invariant: waiting comes first, then the version, and only for a reader without that version the page and its texts.
Next: application/queries.py for the questions, past.py for those about the past, document.py for the promises.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from profile_projection.application.past import NotYetError, PastPages
from profile_projection.application.ports import Pages
from profile_projection.application.queries import (
    Answer,
    ErasedAccountError,
    Has,
    PublicPages,
    UnknownIdError,
    Version,
)
from profile_projection.entrypoints.parameters import account_ids_of, moment_of, not_yet, page_of, refuse_the_past
from servicekit.conditional import etag, matches
from servicekit.consistency import HEADER, ConsistencyToken, wait_seconds, wait_until
from servicekit.problem import gone, not_found

CACHE: Final = "private, no-cache"
"""A removed text must not live on in a shared cache, and a copy is asked about before it is shown: also of the past,
whose answers change only when something in them is hidden, but then at once."""
Ask = Callable[[Request, Has | None], Awaitable[Answer]]


class Doors:
    """The doors over the questions, about now and about the past, and over how far the models are."""

    def __init__(self, public: PublicPages, past: PastPages, pages: Pages) -> None:
        self._public = public
        self._past = past
        self._pages = pages

    def routes(self) -> list[Route]:
        """The routes, as interfaces §3 names them."""
        return [
            _route("/v1/profiles", self._door(self._short_profiles, shows_score=True)),
            _route("/v1/profiles/{account_id}", self._door(self._profile, shows_score=True)),
            _route("/v1/profiles/{account_id}/work-history", self._door(self._work_history)),
            _route("/v1/clients/{client_id}/history", self._door(self._client_history)),
        ]

    async def _short_profiles(self, request: Request, has: Has | None) -> Answer:
        refuse_the_past(request.query_params)
        return await self._public.short_profiles(account_ids_of(request.query_params), has)

    async def _profile(self, request: Request, has: Has | None) -> Answer:
        account_id = request.path_params["account_id"]
        position = await self._position(request)
        if position is None:
            return await self._public.profile(account_id, has)
        return await self._past.profile(account_id, position, has)

    async def _work_history(self, request: Request, has: Has | None) -> Answer:
        account_id, page = request.path_params["account_id"], page_of(request.query_params)
        position = await self._position(request)
        if position is None:
            return await self._public.work_history(account_id, page, has)
        return await self._past.work_history(account_id, page, position, has)

    async def _client_history(self, request: Request, has: Has | None) -> Answer:
        client_id, page = request.path_params["client_id"], page_of(request.query_params)
        position = await self._position(request)
        if position is None:
            return await self._public.client_history(client_id, page, has)
        return await self._past.client_history(client_id, page, position, has)

    async def _position(self, request: Request) -> int | None:
        """The position asked about, None for now. Raises Problem 422 for nonsense and for what has not come yet."""
        moment = moment_of(request.query_params)
        if moment is None:
            return None
        try:
            return await self._past.position_of(moment)
        except NotYetError:
            raise not_yet(moment) from None

    def _door(self, ask: Ask, *, shows_score: bool = False) -> Callable[[Request], Awaitable[Response]]:
        async def door(request: Request) -> Response:
            await self._caught_up(request, shows_score=shows_score)
            known = request.headers.get("if-none-match")
            try:
                found = await ask(request, None if known is None else lambda version: matches(known, _tag(version)))
            except UnknownIdError:
                raise not_found("no recorded fact names this id") from None
            except ErasedAccountError:
                raise gone("this account's data was erased") from None
            return _answered(found)

        return door

    async def _caught_up(self, request: Request, *, shows_score: bool) -> None:
        text = request.headers.get(HEADER)
        if text is None:
            return
        token = ConsistencyToken.decode(text)
        awaits_score = shows_score and token.awaits_score

        async def there() -> bool:
            return await self._pages.has_folded(token.streams, awaits_score=awaits_score)

        await wait_until(there, wait_seconds(request.headers.get("prefer")))


def _route(path: str, door: Callable[[Request], Awaitable[Response]]) -> Route:
    async def measured(request: Request) -> Response:
        request.scope["route"] = route  # the pattern under which the request is counted
        return await door(request)

    route = Route(path, measured, methods=["GET"])
    return route


def _tag(version: Version) -> str:
    return etag(*version.parts)


def _answered(found: Answer) -> Response:
    headers = {"ETag": _tag(found.version), "Cache-Control": CACHE}
    if found.version.position >= 0:  # an answer about nobody has folded nothing
        headers["Log-Position"] = str(found.version.position)
    if found.body is None:
        return Response(status_code=304, headers=headers)
    return Response(orjson.dumps(found.body), headers=headers, media_type="application/json")
