import httpx

from servicekit.health import Health
from servicekit.http import create_app


async def ask(health: Health, path: str) -> httpx.Response:
    app = create_app("worker", "1", health)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.get(path)


async def test_ready_means_that_nothing_speaks_against_it() -> None:
    health = Health()
    health.report("pool", None)
    answer = await ask(health, "/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": {}})


async def test_readiness_says_why_not_and_life_goes_on() -> None:
    health = Health()
    health.report("consumer", "a batch cannot be applied")
    answer = await ask(health, "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reasons": {"consumer": "a batch cannot be applied"}}
    assert (await ask(health, "/livez")).status_code == 200


async def test_a_report_is_taken_back_by_the_next_one() -> None:
    health = Health()
    health.report("consumer", "starting")
    health.report("consumer", None)
    assert await health.reasons() == {}


async def test_a_check_is_asked_each_time_and_one_that_raises_is_a_reason() -> None:
    answers = iter([None, "behind"])

    async def behind() -> str | None:
        return next(answers)

    async def broken() -> str | None:
        raise ConnectionError("no route")

    health = Health()
    health.check("place", behind)
    assert await health.reasons() == {}
    health.check("database", broken)
    assert await health.reasons() == {"place": "behind", "database": "ConnectionError('no route')"}


async def test_metrics_show_the_process() -> None:
    answer = await ask(Health(), "/metrics")
    assert "process_cpu_seconds_total" in answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
