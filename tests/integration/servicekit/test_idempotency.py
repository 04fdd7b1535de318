import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from servicekit.auth import Caller
from servicekit.health import Health
from servicekit.http import create_app
from servicekit.idempotency import Answer, Claim, ClaimLostError, Idempotency
from servicekit.postgres import Connection, Pool, in_transaction
from servicekit.problem import Problem, overloaded

KEYS = Idempotency("kit")
DONE = Answer(201, {"location": "/things/1", "content-type": "application/json"}, b'{"id":1}')


async def claim(
    pool: Pool, *, sub: str = "fr-1", key: str | None = "k1", digest: bytes = b"same", keys: Idempotency = KEYS
) -> Claim:
    return await keys.claim_for(pool, sub=sub, door="POST /things", key=key, digest=digest)


async def complete(pool: Pool, claimed: Claim, answer: Answer = DONE) -> None:
    async def unit(connection: Connection) -> None:
        await claimed.complete(connection, answer.status, answer.headers, answer.body)

    await in_transaction(pool, unit)


def name(caught: pytest.ExceptionInfo[Problem]) -> tuple[str, int]:
    return caught.value.name, caught.value.status


async def test_a_repeat_gets_the_first_answer(pool: Pool) -> None:
    first = await claim(pool)
    assert first.answer is None
    await complete(pool, first)
    assert (await claim(pool)).answer == DONE


async def test_without_a_key_a_repeat_is_a_new_act(pool: Pool) -> None:
    for _ in range(2):
        claimed = await claim(pool, key=None)
        assert claimed.answer is None
        await complete(pool, claimed)


async def test_a_key_used_for_something_else_is_refused(pool: Pool) -> None:
    await complete(pool, await claim(pool))
    with pytest.raises(Problem) as problem:
        await claim(pool, digest=b"other")
    assert name(problem) == ("idempotency-key-reused", 422)


async def test_keys_are_the_callers_own(pool: Pool) -> None:
    await complete(pool, await claim(pool))
    assert (await claim(pool, sub="fr-2", digest=b"other")).answer is None


async def test_of_two_calls_at_once_one_acts_and_the_other_is_told_to_wait(pool: Pool) -> None:
    outcomes = await asyncio.gather(*(claim(pool) for _ in range(10)), return_exceptions=True)
    claims = [each for each in outcomes if isinstance(each, Claim)]
    problems = [each for each in outcomes if isinstance(each, Problem)]
    assert (len(claims), len(problems)) == (1, 9)
    assert {(each.name, each.status) for each in problems} == {("in-progress", 409)}


async def test_a_call_that_died_is_taken_over_after_its_lease(pool: Pool) -> None:
    impatient = Idempotency("kit", lease_seconds=0.2)
    await claim(pool, keys=impatient)
    with pytest.raises(Problem):
        await claim(pool, keys=impatient)
    await asyncio.sleep(0.25)
    second = await claim(pool, keys=impatient)
    await complete(pool, second)
    assert (await claim(pool)).answer == DONE


async def test_a_slow_call_that_was_taken_over_cannot_commit_its_act(pool: Pool) -> None:
    await pool.execute("CREATE TABLE kit.acts (n int)")
    slow = await claim(pool)
    fast = await claim(pool, keys=Idempotency("kit", lease_seconds=0))

    async def act(connection: Connection, claimed: Claim) -> None:
        await connection.execute("INSERT INTO kit.acts VALUES (1)")
        await claimed.complete(connection, 201, {}, b"{}")

    await in_transaction(pool, lambda connection: act(connection, fast))
    with pytest.raises(ClaimLostError):
        await in_transaction(pool, lambda connection: act(connection, slow))
    assert await pool.fetchval("SELECT count(*) FROM kit.acts") == 1


async def test_a_taken_over_call_is_answered_in_progress(pool: Pool) -> None:
    slow = await claim(pool)
    await claim(pool, keys=Idempotency("kit", lease_seconds=0))
    with pytest.raises(Problem) as problem:
        async with slow:
            await complete(pool, slow)
    assert name(problem) == ("in-progress", 409)


async def test_an_answer_is_committed_with_the_act_or_not_at_all(pool: Pool) -> None:
    claimed = await claim(pool)

    async def unit(connection: Connection) -> None:
        await claimed.complete(connection, 201, {}, b"{}")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with claimed:
            await in_transaction(pool, unit)
    assert (await claim(pool)).answer is None


async def test_a_refusal_is_a_final_answer(pool: Pool) -> None:
    with pytest.raises(Problem):
        async with await claim(pool):
            raise Problem("removal-refused", 409, "Refused", headers={"x-a": "b"}, rules=[])
    answer = (await claim(pool)).answer
    assert answer is not None
    assert (answer.status, answer.headers) == (409, {"x-a": "b", "content-type": "application/problem+json"})
    assert b"problem:removal-refused" in answer.body


@pytest.mark.parametrize("failure", [overloaded(), Problem("overloaded", 429, "Too many"), ValueError("bug")])
async def test_what_is_not_final_frees_the_key(pool: Pool, failure: Exception) -> None:
    with pytest.raises(type(failure)):
        async with await claim(pool):
            raise failure
    assert (await claim(pool, digest=b"even another body")).answer is None


async def test_after_seven_days_a_key_is_free_again(pool: Pool) -> None:
    await complete(pool, await claim(pool))
    await pool.execute("UPDATE kit.idempotency_keys SET claimed_at = claimed_at - interval '6 days 23 hours'")
    assert await KEYS.forget_expired(pool) == 0
    assert (await claim(pool)).answer == DONE
    await pool.execute("UPDATE kit.idempotency_keys SET claimed_at = claimed_at - interval '2 hours'")
    assert (await claim(pool, digest=b"other")).answer is None
    await pool.execute("UPDATE kit.idempotency_keys SET claimed_at = claimed_at - interval '8 days'")
    assert await KEYS.forget_expired(pool) == 1


@pytest.mark.parametrize("key", ["", "x" * 129, "a b", "é", "a\n"])
async def test_a_key_that_is_no_printable_text_is_invalid(pool: Pool, key: str) -> None:
    with pytest.raises(Problem) as problem:
        await claim(pool, key=key)
    assert name(problem) == ("invalid", 422)


@pytest.fixture
def app(pool: Pool) -> FastAPI:
    """A door that makes a thing, slowly, and says how many there are."""
    app = create_app("things", "1", Health())

    @app.post("/v1/shops/{shop}/things")
    async def make(shop: str, request: Request) -> Response:
        caller = Caller("fr-1")
        async with await KEYS.claim(pool, request, caller.user_id) as claimed:
            if claimed.answer:
                return claimed.answer.response()

            async def unit(connection: Connection) -> bytes:
                await connection.execute("INSERT INTO kit.things VALUES ($1)", shop)
                await asyncio.sleep(0.1)
                body = b'{"things":%d}' % await connection.fetchval("SELECT count(*) FROM kit.things")
                await claimed.complete(connection, 201, {"content-type": "application/json"}, body)
                return body

            return Response(await in_transaction(pool, unit), 201, media_type="application/json")

    return app


async def test_a_door_acts_once_for_a_key_whatever_the_spelling_of_the_body(pool: Pool, app: FastAPI) -> None:
    await pool.execute("CREATE TABLE kit.things (shop text)")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:

        async def post(shop: str, body: str, key: str | None = "k1") -> httpx.Response:
            headers = {"content-type": "application/json"} | ({"Idempotency-Key": key} if key else {})
            return await client.post(f"/v1/shops/{shop}/things", content=body, headers=headers)

        once, twice = await asyncio.gather(post("a", '{"x":1,"y":2}'), post("a", '{"x":1,"y":2}'))
        assert sorted([once.status_code, twice.status_code]) == [201, 409]
        again = await post("a", '{ "y": 2, "x": 1 }')
        assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (201, {"things": 1}, "true")
        assert (await post("a", '{"x":1}')).status_code == 422
        assert (await post("b", '{"x":1,"y":2}')).status_code == 422
        assert (await post("a", '{"x":1,"y":2}', key=None)).json() == {"things": 2}
