"""Asking jss: a good answer is a preview, everything else is none, and nothing is raised."""

import asyncio
from collections.abc import Callable, Coroutine

import httpx
import pytest
from tests.unit.removal.given import JANUARY

from event_contracts import ScorePreview
from removal.adapters import score_service
from removal.adapters.score_service import ScoreService

ANSWER = {"current": 80, "preview": 90, "would_vanish": False, "account_version": 7, "as_of": "2026-01-15"}
Answering = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


async def asked(answer: Answering) -> ScorePreview | None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://jss") as client:
        return await ScoreService(client).without("ana", "logo", token="ticket")


async def test_the_answer_is_asked_with_the_callers_token() -> None:
    seen: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=ANSWER)

    assert await asked(answer) == ScorePreview(current=80, preview=90, account_version=7, as_of=JANUARY.date())
    assert str(seen[0].url) == "http://jss/v1/accounts/ana/score/preview?without_contract=logo"
    assert seen[0].headers["Authorization"] == "Bearer ticket"


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(404),
        httpx.Response(503),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json={**ANSWER, "account_version": "seven"}),
        httpx.Response(200, json={"current": 80}),
    ],
)
async def test_anything_else_is_no_preview(response: httpx.Response) -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        return response

    assert await asked(answer) is None


async def test_a_service_that_is_down_is_no_preview() -> None:
    async def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    assert await asked(refuse) is None


async def test_a_slow_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_service, "SECONDS", 0.01)

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    assert await asked(never) is None
