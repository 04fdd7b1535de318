"""Requests on a real log: decided under the lock, recorded once, and the tables equal the fold of the streams."""

import asyncio
import random
from datetime import timedelta

import orjson
import pytest
from tests.integration.removal.world import NOON, ONCE, Topics, World, badge, completed, given, membership, renamed

from event_contracts import (
    Channel,
    FeedbackRemovalApproved,
    FeedbackRemovalRefused,
    FeedbackRemovalRequested,
    Rule,
    Scope,
    ScorePreview,
)
from eventlog.ids import REMOVAL, command_event_id
from removal.adapters import tables
from removal.adapters.cases import load_case
from removal.application.handlers import ActReusedError, RemovalDesk, SpeaksForNobodyError
from removal.application.ports import Act, Asking, Receipt
from removal.domain.case import case_of
from removal.domain.commands import RequestRemoval
from removal.domain.evolve import AccountEvent, Fact, fold
from removal.domain.policy import PERK, DecisionMode
from removal.domain.state import Account, Contract, Key, Member, Request, Row
from servicekit.postgres import Connection
from servicekit.sqlfile import statements


class NoScores:
    """jss has nothing to say."""

    async def without(self, account_id: str, contract_id: str, *, token: str) -> ScorePreview | None:
        return None


async def keep(connection: Connection, receipt: Receipt) -> Receipt:
    return receipt


def desk(world: World, mode: DecisionMode = DecisionMode.AUTOMATIC) -> RemovalDesk:
    return RemovalDesk(accounts=world.accounts, previews=NoScores(), book=PERK, mode=mode)


def an_act(key: str) -> Act:
    return Act(event_ids=tuple(command_event_id("ana", "door", key, nth) for nth in range(2)))


def order(contract: str, *, key: str, account: str = "ana", by: str = "ana") -> RequestRemoval:
    return RequestRemoval(
        act_id=an_act(key).event_ids[0],
        account_id=account,
        contract_id=contract,
        scope=Scope.JSS_AND_PROFILE,
        requested_by=by,
        channel=Channel.API,
        submitted_at=NOON,
        acknowledge_score_effect=True,
    )


async def ask(
    world: World, contract: str, *, key: str | None = None, mode: DecisionMode = DecisionMode.AUTOMATIC
) -> Receipt:
    key = key or contract
    return await desk(world, mode).request_removal(order(contract, key=key), an_act(key), token="", conclude=keep)


async def folded(world: World) -> dict[Key, Row]:
    """The fold of every stream, from the log alone."""
    facts = [
        Fact(event.data, event.stamp, event.version)
        for event in await world.recorded()
        if isinstance(event.data, AccountEvent)
    ]
    return fold({}, facts)


async def test_a_request_is_recorded_with_its_approval_and_their_cause(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([badge(), completed("logo")]))
    receipt = await ask(world, "logo")
    assert isinstance(receipt.outcome, Request)
    assert receipt.version == 4
    requested, approved = (await world.recorded())[-2:]
    assert isinstance(requested.data, FeedbackRemovalRequested)
    assert isinstance(approved.data, FeedbackRemovalApproved)
    assert (requested.source, requested.id, requested.actor) == (REMOVAL, requested.data.request_id, "ana")
    assert (approved.causation_id, approved.correlation_id) == (requested.id, requested.id)
    assert approved.actor == "service:removal"
    assert requested.policy == approved.policy == "perk"
    assert requested.time == NOON


async def test_a_refusal_is_an_event_with_every_rule(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([completed("logo")]))
    receipt = await ask(world, "logo")
    assert isinstance(receipt.outcome, FeedbackRemovalRefused)
    assert list(receipt.outcome.failed) == [Rule.NOT_TOP_RATED]
    (refused,) = (await world.recorded())[-1:]
    assert refused.data == receipt.outcome


async def test_the_same_act_twice_is_one_act(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([badge(), completed("logo")]))
    first = await ask(world, "logo", key="k")
    again = await ask(world, "logo", key="k")
    assert again == first
    assert len(await world.recorded()) == 4


async def test_a_refused_act_is_refused_again_even_when_it_would_now_be_granted(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([completed("logo")]))
    first = await ask(world, "logo", key="k")
    await world.intake().apply(topics.records([badge()]))
    assert (await ask(world, "logo", key="k")).outcome == first.outcome
    assert isinstance((await ask(world, "logo", key="another")).outcome, Request)


async def test_an_acts_identity_is_not_lent_to_another(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([badge(), completed("logo"), completed("website")]))
    await ask(world, "logo", key="k")
    with pytest.raises(ActReusedError):
        await ask(world, "website", key="k")


async def test_the_same_act_at_once_is_one_act(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([badge(), completed("logo")]))
    receipts = await asyncio.gather(*(ask(world, "logo", key="k") for _ in range(8)))
    assert all(receipt == receipts[0] for receipt in receipts)
    assert len(await world.recorded()) == 4


async def test_of_requests_at_once_the_allowance_lets_one_through(world: World, topics: Topics) -> None:
    contracts = [f"c{n}" for n in range(8)]
    await world.intake().apply(topics.records([badge(), *(completed(contract) for contract in contracts)]))
    receipts = await asyncio.gather(*(ask(world, contract) for contract in contracts))
    assert sum(isinstance(receipt.outcome, Request) for receipt in receipts) == 1


async def test_who_speaks_for_nobody_leaves_no_trace(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([badge(), completed("logo")]))
    with pytest.raises(SpeaksForNobodyError):
        await desk(world).request_removal(order("logo", key="k", by="eve"), an_act("k"), token="", conclude=keep)
    assert len(await world.recorded()) == 2


async def test_an_agencys_id_is_nobodys(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([badge("agency-1"), completed("logo", account="agency-1")]))
    command = order("logo", key="k", account="agency-1", by="agency-1")
    with pytest.raises(SpeaksForNobodyError):
        await desk(world).request_removal(command, an_act("k"), token="", conclude=keep)


async def test_an_act_whose_answer_cannot_be_written_did_not_happen(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([badge(), completed("logo")]))

    async def lose(connection: Connection, receipt: Receipt) -> Receipt:
        raise ConnectionError("the answer was lost")

    with pytest.raises(ConnectionError):
        await desk(world).request_removal(order("logo", key="k"), an_act("k"), token="", conclude=lose)
    assert len(await world.recorded()) == 2
    assert isinstance((await ask(world, "logo", key="k")).outcome, Request)


async def test_a_hot_account_under_intake_and_commands_at_once_loses_nothing(world: World, topics: Topics) -> None:
    await world.intake().apply(topics.records([badge(), *(completed(f"c{n}") for n in range(20))]))
    groups = {
        name: topics.records(given(f"c{n % 20}", time=ONCE + timedelta(hours=n), id=f"{name}-{n}") for n in range(400))
        for name in ("one", "two", "three")
    }
    commands = [ask(world, f"c{n}", key=f"key-{n}", mode=DecisionMode.MANUAL) for n in range(20)]
    await asyncio.gather(*(world.intake(name).apply(records) for name, records in groups.items()), *commands)
    events = await world.recorded()
    of_ana = [event for event in events if event.stream == "account/ana"]
    assert [event.version for event in of_ana] == list(range(1, 21 + 1 + 1200 + 20))
    assert world.total.recorded == 21 + 1200
    assert sum(isinstance(event.data, FeedbackRemovalRequested) for event in of_ana) == 1
    await _the_tables_equal_the_fold(world)


async def test_the_tables_equal_the_fold_of_the_log(world: World, topics: Topics) -> None:
    shuffler = random.Random(11)
    facts = [
        badge(),
        badge("agency-1"),
        membership("agency-1", "ana", "owner"),
        renamed("bo"),
        renamed("agency-1"),
        renamed("agency-2"),
        *(completed(f"c{n}", account=shuffler.choice(["ana", "agency-1"])) for n in range(30)),
    ]
    shuffler.shuffle(facts)
    await world.intake().apply(topics.records(facts))
    for n in range(6):
        await ask(world, f"c{n}", key=f"key-{n}", mode=shuffler.choice(list(DecisionMode)))
    await _the_tables_equal_the_fold(world)


async def _the_tables_equal_the_fold(world: World) -> None:
    rows = await folded(world)
    kinds = {"accounts": Account, "members": Member, "contracts": Contract, "requests": Request}
    async with world.pool.acquire() as connection:
        assert await tables.load(connection, rows) == rows
        for table, kind in kinds.items():
            held = await connection.fetchval(f"SELECT count(*) FROM removal.{table}")
            assert held == sum(isinstance(row, kind) for row in rows.values()), table
    await _cases_equal(world, rows)


async def _cases_equal(world: World, rows: dict[Key, Row]) -> None:
    """The case read from the tables is the case taken out of the folded log."""
    questions = [
        Asking(account_id=account, user_id="ana", contract_id=contract, submitted_at=at, up_to=10)
        for account in ("ana", "agency-1", "nobody")
        for contract in ("c0", "c1", "c2", "c25", "unknown", None)
        for at in (NOON, ONCE, ONCE - timedelta(microseconds=1))
    ]
    for asking in questions:
        taken = case_of(
            rows,
            account_id=asking.account_id,
            user_id=asking.user_id,
            contract_id=asking.contract_id,
            submitted_at=asking.submitted_at,
            up_to=asking.up_to,
        )
        assert await load_case(world.pool, asking) == taken, asking


async def test_a_decision_in_a_large_account_reads_a_handful_of_rows(world: World) -> None:
    """100,000 contracts, of which the count may touch ten, and the rest one look-up each."""
    await world.pool.execute(
        "INSERT INTO removal.contracts SELECT 'c' || n, 'ana', 'acme', $1::timestamptz - make_interval(mins => n), 100,"
        " '[\"x\"]', NULL, NULL, false, n FROM generate_series(1, 100000) AS n",
        NOON,
    )
    asking = Asking(account_id="ana", user_id="ana", contract_id=None, submitted_at=NOON, up_to=10)
    assert (await load_case(world.pool, asking)).completed_since == 10
    literals = ("'ana'", "'ana'", "'c5'", "'2026-01-15T12:00:00Z'::timestamptz", "10")
    text = statements("removal.adapters")["load_case"]
    for nth, literal in enumerate(literals, start=1):
        text = text.replace(f"${nth}", literal)
    plan = await world.pool.fetchval("EXPLAIN (ANALYZE, FORMAT JSON) " + text)
    assert max(_rows_read(orjson.loads(plan))) <= 10


def _rows_read(plan: object) -> list[float]:
    """How many rows each step of a plan gave, in all its loops."""
    match plan:
        case list():
            return [rows for each in plan for rows in _rows_read(each)]
        case dict():
            own = [plan["Actual Rows"] * plan["Actual Loops"]] if "Actual Rows" in plan else []
            return own + [rows for each in plan.values() for rows in _rows_read(each)]
        case _:
            return []
