import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, FastAPI, Path, Query
from pydantic import BaseModel, Field
from structlog.testing import capture_logs

from servicekit.health import Health
from servicekit.http import create_app, openapi_bytes
from servicekit.postgres import DatabaseBusyError
from servicekit.problem import Problem, gone

PROBLEM = "application/problem+json"


class Line(BaseModel):
    count: Annotated[int, Field(ge=1)]


class Order(BaseModel):
    name: str
    lines: list[Line] = []


def routes() -> APIRouter:
    router = APIRouter(prefix="/v1")

    @router.post("/orders")
    async def order(body: Order) -> dict[str, str]:
        return {"name": body.name}

    @router.get("/orders/{order_id}")
    async def one(order_id: Annotated[str, Path(pattern="[a-z]+")], limit: Annotated[int, Query(ge=1)] = 1) -> str:
        return order_id * limit

    @router.delete("/orders/{order_id}")
    async def cancel(order_id: str) -> None:
        """Nothing; a second method of one path."""

    @router.get("/fail/{how}")
    async def fail(how: str) -> None:
        raise {
            "refused": Problem("removal-refused", 409, "Refused", refusal_id="r1", rules=[]),
            "gone": gone(),
            "busy": DatabaseBusyError(),
            "cut": asyncpg.ConnectionDoesNotExistError("secret"),
            "late": TimeoutError(),
            "away": OSError("Multiple exceptions: secret"),
            "bug": ZeroDivisionError("secret"),
        }[how]

    return router


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app = create_app("Orders", "1.0", Health(), description="What the tests ask.")
    app.include_router(routes())
    return app


@pytest.fixture(scope="module")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


def errors(answer: httpx.Response) -> list[str]:
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    body = answer.json()
    assert body["type"] == "urn:feedback-integrity:problem:invalid"
    assert all(error.keys() == {"pointer", "message"} for error in body["errors"])
    return [error["pointer"] for error in body["errors"]]


async def post(client: httpx.AsyncClient, body: bytes | str) -> httpx.Response:
    return await client.post("/v1/orders", content=body, headers={"content-type": "application/json"})


async def test_each_wrong_field_is_pointed_at(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/orders", json={"lines": [{"count": 1}, {"count": 0}, {}]})
    assert errors(answer) == ["#/name", "#/lines/1/count", "#/lines/2/count"]


async def test_a_wrong_query_and_path_are_pointed_at(client: httpx.AsyncClient) -> None:
    assert errors(await client.get("/v1/orders/a?limit=0")) == ["?limit"]
    assert errors(await client.get("/v1/orders/1")) == ["path:order_id"]


@pytest.mark.parametrize(
    "body", [b"{", b'{"name":', b"\xff\xfe", b'{"name": NaN}', b"[" * 5000, b'{"name": "\xed\xa0\x80"}']
)
async def test_what_is_not_json_is_invalid(client: httpx.AsyncClient, body: bytes) -> None:
    assert errors(await post(client, body)) == ["#"]


async def test_an_empty_body_is_invalid(client: httpx.AsyncClient) -> None:
    assert errors(await post(client, b"")) == ["#"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (r'{"name": "a\u0000b"}', "#/name"),
        (r'{"name": "a\ud800b"}', "#/name"),
        (r'{"name": "\udc00"}', "#/name"),
        (r'{"name": "a", "lines": [{"note": "\u0000"}]}', "#/lines/0/note"),
        (r'{"a/b~c": "\ud800"}', "#/a~1b~0c"),
        (r'{"name": "a", "x\u0000": 1}', "#"),
    ],
)
async def test_nul_and_lone_surrogates_are_refused_wherever_they_stand(
    client: httpx.AsyncClient, body: str, pointer: str
) -> None:
    assert errors(await post(client, body)) == [pointer]


async def test_a_backslash_before_u0000_is_plain_text(client: httpx.AsyncClient) -> None:
    answer = await post(client, r'{"name": "\\u0000 \ud83d\ude00"}')
    assert answer.json() == {"name": "\\u0000 \U0001f600"}


async def test_a_nul_in_query_or_path_is_refused(client: httpx.AsyncClient) -> None:
    assert errors(await client.get("/v1/orders/a?limit=1%00")) == ["?limit"]
    assert (await client.get("/v1/orders/a%00")).status_code == 404


async def test_a_body_that_is_too_large_is_refused(client: httpx.AsyncClient) -> None:
    answer = await post(client, json.dumps({"name": "x" * 300_000}))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:feedback-integrity:problem:too-large")


async def test_a_refusal_keeps_its_members(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/fail/refused")
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json() == {
        "type": "urn:feedback-integrity:problem:removal-refused",
        "title": "Refused",
        "status": 409,
        "refusal_id": "r1",
        "rules": [],
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("DELETE", "/v1/orders", 405, "method-not-allowed"),
        ("GET", "/v1/fail/gone", 410, "gone"),
        ("GET", "/v1/fail/busy", 503, "overloaded"),
        ("GET", "/v1/fail/cut", 503, "overloaded"),
        ("GET", "/v1/fail/late", 503, "overloaded"),
        ("GET", "/v1/fail/away", 503, "overloaded"),
        ("GET", "/v1/fail/bug", 500, "unexpected"),
    ],
)
async def test_every_error_is_a_problem_and_tells_no_secret(
    client: httpx.AsyncClient, method: str, path: str, status: int, name: str
) -> None:
    with capture_logs() as entries:
        answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert [entry["log_level"] for entry in entries] == {500: ["error"], 503: ["warning"]}.get(status, [])
    assert answer.json()["type"] == f"urn:feedback-integrity:problem:{name}"
    assert "secret" not in answer.text
    assert (answer.headers.get("retry-after") is not None) == (status == 503)


async def test_a_wrong_method_is_told_all_that_the_path_can_be_asked(client: httpx.AsyncClient) -> None:
    answer = await client.put("/v1/orders/abc")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET")


async def test_requests_are_counted_by_door_not_by_path(app: FastAPI, client: httpx.AsyncClient) -> None:
    await client.get("/v1/orders/abc")
    text = (await client.get("/metrics")).text
    assert 'door="/v1/orders/{order_id}",method="GET",status="200"' in text
    assert "/v1/orders/abc" not in text


async def test_the_openapi_document_describes_problems_and_hides_health(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    document: dict[str, Any] = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {"/v1/orders", "/v1/orders/{order_id}", "/v1/fail/{how}"}
    answers = document["paths"]["/v1/orders"]["post"]["responses"]
    assert set(answers) == {"200", "default"}
    assert PROBLEM in answers["default"]["content"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for page in ("/docs", "/redoc"):
        assert (await client.get(page)).status_code == 404


def test_the_openapi_bytes_are_the_same_for_the_same_code(app: FastAPI) -> None:
    again = create_app("Orders", "1.0", Health(), description="What the tests ask.")
    again.include_router(routes())
    assert openapi_bytes(again) == openapi_bytes(app)
    assert openapi_bytes(app).endswith(b"}\n")


async def test_a_caller_that_goes_away_leaves_no_error(app: FastAPI) -> None:
    async def gone_away() -> dict[str, str]:
        return {"type": "http.disconnect"}

    sent: list[object] = []

    async def send(message: object) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/orders", "query_string": b"", "headers": []}
    await asyncio.wait_for(app(scope, gone_away, send), 1)
    assert sent == []
