"""Say whether the process lives and whether it is ready, and if not, why not.

Owns the doors ``/livez``, ``/readyz`` and ``/metrics``. Knows nothing of what the checks look at.
Invariant: ready means that no check has a reason against it; a check that raises is a reason.
Next: process.py, which reports start and end; consumer.py, which reports its group.
"""

from collections.abc import Awaitable, Callable, Mapping

import orjson
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from servicekit import metrics

Check = Callable[[], Awaitable[str | None]]


class Health:
    """The reasons why a process is not ready, by the name of what is not."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Begin ready; take the registry that ``/metrics`` shows."""
        self.registry = registry if registry is not None else metrics.registry()
        self._reports: dict[str, str | None] = {}
        self._checks: dict[str, Check] = {}

    def report(self, name: str, why_not: str | None) -> None:
        """Remember the state of one thing: None when it is well, else why not."""
        self._reports[name] = why_not

    def check(self, name: str, ask: Check) -> None:
        """Ask ``ask`` whenever somebody wants to know; it answers None, or why not."""
        self._checks[name] = ask

    async def reasons(self) -> Mapping[str, str]:
        """Return why the process is not ready, by name; empty when it is."""
        found = {name: why_not for name, why_not in self._reports.items() if why_not is not None}
        for name, ask in self._checks.items():
            try:
                why_not = await ask()
            except Exception as error:
                why_not = repr(error)
            if why_not is not None:
                found[name] = why_not
        return found

    def routes(self) -> list[Route]:
        """Return the three doors; they are not part of any OpenAPI document."""
        return [
            Route("/livez", self._livez, include_in_schema=False),
            Route("/readyz", self._readyz, include_in_schema=False),
            Route("/metrics", self._metrics, include_in_schema=False),
        ]

    async def _livez(self, _request: Request) -> Response:
        return _json({"live": True}, 200)

    async def _readyz(self, _request: Request) -> Response:
        reasons = await self.reasons()
        return _json({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    async def _metrics(self, _request: Request) -> Response:
        return Response(generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _json(content: object, status: int) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(content), status_code=status, headers=headers, media_type="application/json")
