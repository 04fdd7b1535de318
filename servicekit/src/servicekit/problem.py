"""Answer what cannot be done as RFC 9457 problem details.

Owns the shape and the mapping of framework errors to it. Knows no rule of any service.
Invariant: every answer of 400 and above is ``application/problem+json``; none shows an exception's text or an input.
Next: http.py, which installs it; conditional.py, page.py and auth.py, which raise it.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from servicekit.postgres import DatabaseBusyError

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:feedback-integrity:problem:"
_METHODS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_log = structlog.get_logger(__name__)

# The world being down, not we being wrong: the caller may try again.
_UNAVAILABLE: Final = (
    DatabaseBusyError,
    OSError,  # TimeoutError and what the network says among them
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.QueryCanceledError,
)


class Problem(Exception):  # noqa: N818 - it is the document's name, and not every one of them is an error of ours
    """An answer in the form of a problem document; ``members`` are its extension members."""

    def __init__(
        self,
        name: str,
        status: int,
        title: str,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        """Take the last part of the type URN, the HTTP status, a title for people, and what else the document says."""
        super().__init__(f"{status} {name}")
        self.name = name
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members

    def document(self) -> dict[str, Any]:
        """Return the JSON object; a detail of None is left out."""
        known: dict[str, Any] = {"type": TYPE_PREFIX + self.name, "title": self.title, "status": self.status}
        if self.detail is not None:
            known["detail"] = self.detail
        return known | self.members

    def body(self) -> bytes:
        """Return the document's bytes."""
        return orjson.dumps(self.document())

    def response(self) -> Response:
        """Return the HTTP answer."""
        return Response(self.body(), status_code=self.status, headers=self.headers, media_type=MEDIA_TYPE)


def invalid(errors: Sequence[tuple[str, str]], detail: str | None = None) -> Problem:
    """Return 422 ``invalid``; each error is (pointer, message): ``#/a/0`` in the body, ``?name`` in the query."""
    listed = [{"pointer": pointer, "message": message} for pointer, message in errors]
    return Problem("invalid", 422, "The request is not valid", detail, errors=listed)


def not_found(detail: str | None = None) -> Problem:
    """Return 404, also for what the caller may not know of."""
    return Problem("not-found", 404, "Not found", detail)


def forbidden(detail: str | None = None) -> Problem:
    """Return 403."""
    return Problem("forbidden", 403, "Not allowed", detail)


def gone(detail: str | None = None) -> Problem:
    """Return 410."""
    return Problem("gone", 410, "Gone for good", detail)


def overloaded(detail: str | None = None, *, retry_after: int = 1) -> Problem:
    """Return 503 ``overloaded``: something we need does not answer."""
    return Problem("overloaded", 503, "Not able to answer now", detail, headers={"Retry-After": str(retry_after)})


def install(app: FastAPI) -> None:
    """Make the application answer every error as a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_exception)
    for kind in _UNAVAILABLE:
        app.add_exception_handler(kind, _on_unavailable)


def unexpected() -> Problem:
    """Return 500 for what nobody foresaw."""
    return Problem("unexpected", 500, "Something is wrong on our side")


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - narrows the handler's type
    return error.response()


async def _on_invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - narrows the handler's type
    return invalid([(pointer_of(each["loc"]), str(each["msg"])) for each in error.errors()]).response()


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows the handler's type
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {**(headers or {}), "Allow": ", ".join(_allowed_methods(request))}
    return _from_status(error.status_code, headers).response()


def _allowed_methods(request: Request) -> list[str]:
    """Return what the path can be asked; the framework names the first route's methods only (RFC 9110 §10.2.1)."""
    routes = request.app.routes
    asked = ({**request.scope, "method": method} for method in _METHODS)
    return [scope["method"] for scope in asked if any(route.matches(scope)[0] is Match.FULL for route in routes)]


async def _on_unavailable(request: Request, error: Exception) -> Response:
    _log.warning("answered 503", path=request.url.path, error=repr(error))
    return overloaded().response()


def _from_status(status: int, headers: Mapping[str, str] | None) -> Problem:
    if status == HTTPStatus.NOT_FOUND:
        return not_found()
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        return invalid([("#", "cannot be read as JSON")])
    phrase = HTTPStatus(status).phrase
    return Problem(phrase.lower().replace(" ", "-"), status, phrase, headers=headers)


def pointer_of(location: Sequence[str | int]) -> str:
    """Return where an error is: ``#/a/0`` in the body, ``?name`` in the query, ``header:name``, ``path:name``."""
    if not location:
        return "#"
    place, rest = location[0], [str(step) for step in location[1:]]
    match place:
        case "query":
            return "?" + ".".join(rest)
        case "header":
            return "header:" + ".".join(rest)
        case "path":
            return "path:" + ".".join(rest)
        case _:
            return json_pointer(rest)


def json_pointer(steps: Sequence[str | int]) -> str:
    """Return an RFC 6901 pointer as a URI fragment."""
    return "#" + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
