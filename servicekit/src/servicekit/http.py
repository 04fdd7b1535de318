"""Make the HTTP application every process serves.

Owns what all doors share: problem documents, guards, health, measures, the OpenAPI document. Knows no service's door.
Invariant: nothing is loaded from elsewhere (no pages that need a CDN); the OpenAPI bytes depend on the code alone.
Next: process.py, which serves it; problem.py and body.py for what is refused.
"""

import time
from http import HTTPStatus
from typing import Any, Final

import orjson
import structlog
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from servicekit import problem
from servicekit.auth import TokenVerifier
from servicekit.body import BodyGuard
from servicekit.health import Health
from servicekit.metrics import HttpMetrics, measures

_log = structlog.get_logger(__name__)
_METHODS: Final = ("get", "put", "post", "delete", "patch")
_PROBLEM_SCHEMA: Final = {
    "type": "object",
    "description": "RFC 9457 problem details; `type` is `urn:feedback-integrity:problem:<name>`.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "message"],
                "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
    "additionalProperties": True,
}
_PROBLEM_ANSWER: Final = {
    "description": "What cannot be done, and why",
    "content": {problem.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def create_app(
    title: str, version: str, health: Health, *, description: str = "", verifier: TokenVerifier | None = None
) -> FastAPI:
    """Return an application with the health doors, to which a service adds its own routers.

    A worker process serves it as it is. ``verifier`` checks the tokens of doors that take ``auth.SignedIn``.
    """
    app = FastAPI(title=title, version=version, description=description, docs_url=None, redoc_url=None)
    app.state.verifier = verifier
    app.router.routes.extend(health.routes())
    problem.install(app)
    app.add_middleware(BodyGuard)
    app.add_middleware(Watch, metrics=measures(HttpMetrics, health.registry))  # added last, so outermost
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


class Watch:
    """ASGI middleware that times requests and answers 500, with a log entry, for what nobody foresaw."""

    def __init__(self, app: ASGIApp, *, metrics: HttpMetrics) -> None:
        """Take what is behind it and where to count."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and look at what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, see)
        except Exception:
            _log.exception("a door failed", method=scope["method"], door=_door(scope))
            if status:
                raise  # the answer has begun; only cutting it off tells the caller
            await problem.unexpected().response()(scope, receive, see)
        finally:
            self._metrics.seconds.labels(_door(scope), scope["method"], str(status)).observe(
                time.perf_counter() - began
            )


def _door(scope: Scope) -> str:
    """The route's pattern, never the path: ids in a label would make a series per id."""
    return getattr(scope.get("route"), "path", "unknown")


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            openapi_version="3.1.0",
        )
        app.openapi_schema = _with_problems(schema)
    return app.openapi_schema


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe errors as they are: FastAPI's own validation answer is never sent."""
    for item in schema.get("paths", {}).values():
        for method in _METHODS:
            if operation := item.get(method):
                operation["responses"].pop(str(int(HTTPStatus.UNPROCESSABLE_ENTITY)), None)
                operation["responses"].setdefault("default", _PROBLEM_ANSWER)
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM_SCHEMA
    return schema


def openapi_bytes(app: FastAPI) -> bytes:
    """Return the OpenAPI document as it is committed: sorted, indented, ending in a newline."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(app.openapi(), option=options)
