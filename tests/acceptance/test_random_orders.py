"""The same facts in 20 random orders, with random duplicates, end in the same pages, scores and tables."""

import random
from collections.abc import Iterator

import asyncpg
from tests.support.digest import digest_of, rows_about
from tests.support.sandbox import Sandbox

from event_contracts import (
    AccountRenamed,
    AgencyMemberChanged,
    BadgeChanged,
    ClientRenamed,
    ClientStandingChanged,
    ContractCompleted,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackResponded,
    FeedbackWithdrawn,
)
from event_contracts.marketplace_event import MarketplaceEvent
from event_contracts.publication import Publication
from fi.dev.instance import the_instance

ORDERS = 20
SEED = 20260115
TO_TALENT, TO_CLIENT = {"direction": "client_to_talent"}, {"direction": "talent_to_client"}


class World:
    """Facts that overrule, restate and withdraw each other, about ids that begin with the world's name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.told: list[Publication] = []
        self.ada = {"freelancer_id": f"{name}-ada"}
        self.bo = {"freelancer_id": f"{name}-bo", "agency_id": f"{name}-studio"}

    def say(self, kind: type[MarketplaceEvent], day: str, **data: object) -> None:
        id_ = f"{self.name}-{len(self.told):03}"
        self.told.append(kind.build(id=id_, source="/random", time=f"{day}T10:00:00Z", **data))

    def contract(self, number: int, day: str, account: dict[str, str], client: str, **feedback: object) -> None:
        self.say(
            ContractCompleted,
            day,
            contract_id=f"{self.name}-c{number}",
            client_id=f"{self.name}-{client}",
            **account,
            title=f"Job {number}",
            started_at="2023-01-01T00:00:00Z",
            completed_at=f"{day}T09:00:00Z",
            ended_by="client",
            earned={"amount": 30_000 * number, "currency": "USD"},
            paid_periods=number % 3,
            **feedback,
        )

    def feedback(
        self, kind: type[MarketplaceEvent], day: str, number: int, account: dict[str, str], client: str, **data: object
    ) -> None:
        ids = {"contract_id": f"{self.name}-c{number}", "client_id": f"{self.name}-{client}", **account}
        self.say(kind, day, **ids, **data)


def people(world: World) -> None:
    ada, bo, studio = (f"{world.name}-{name}" for name in ("ada", "bo", "studio"))
    acme, beta, calm = (f"{world.name}-{name}" for name in ("acme", "beta", "calm"))
    world.say(BadgeChanged, "2025-01-01", account_id=ada, account_kind="freelancer", badge="rising_talent")
    world.say(BadgeChanged, "2025-06-01", account_id=ada, account_kind="freelancer", badge="top_rated")
    world.say(BadgeChanged, "2025-03-01", account_id=studio, account_kind="agency", badge="top_rated_plus")
    world.say(AgencyMemberChanged, "2025-01-01", agency_id=studio, user_id=bo, role="member", exclusive=False)
    world.say(AgencyMemberChanged, "2025-02-01", agency_id=studio, user_id=bo, role="admin", exclusive=True)
    world.say(AccountRenamed, "2025-01-01", account_id=ada, account_kind="freelancer", display_name="A. Lovelace")
    world.say(AccountRenamed, "2025-05-01", account_id=ada, account_kind="freelancer", display_name="Ada Λ")
    world.say(ClientRenamed, "2025-01-01", client_id=acme, display_name="ACME")
    world.say(ClientStandingChanged, "2025-01-01", client_id=beta, standing="flagged")
    world.say(ClientStandingChanged, "2025-08-01", client_id=calm, standing="suspended")
    world.say(ClientStandingChanged, "2025-09-01", client_id=calm, standing="good")


def contracts(world: World) -> None:
    ada, bo = world.ada, world.bo
    late, very_late = {"score": 200, "comment": "Late"}, {"score": 210, "comment": "Very late"}
    world.contract(1, "2025-12-01", ada, "acme", client_feedback={"score": 500, "private_rating": 10})
    world.contract(2, "2025-11-01", ada, "calm", client_feedback=late, talent_feedback={"score": 400})
    world.contract(2, "2025-11-01", ada, "calm", client_feedback=very_late)  # restated
    world.feedback(FeedbackEdited, "2025-11-20", 2, ada, "calm", **TO_TALENT, score=430, comment="Late, but good")
    world.contract(3, "2025-10-01", ada, "beta", client_feedback={"score": 100, "comment": "from a flagged client"})
    world.contract(4, "2024-06-01", ada, "acme")
    world.feedback(FeedbackGiven, "2024-06-05", 4, ada, "acme", **TO_TALENT, score=450, comment="Gern wieder")
    world.feedback(FeedbackWithdrawn, "2024-07-05", 4, ada, "acme", **TO_TALENT)
    world.feedback(FeedbackGiven, "2024-06-06", 4, ada, "acme", **TO_CLIENT, score=500, comment="Fair")
    world.feedback(FeedbackResponded, "2024-06-08", 4, ada, "acme", **TO_CLIENT, text="Thank you, Ada")
    world.feedback(FeedbackResponded, "2024-06-07", 4, ada, "acme", **TO_CLIENT, text="Thanks")  # the earliest stands
    world.contract(5, "2025-12-20", bo, "acme", client_feedback={"score": 480, "private_rating": 9, "comment": "团队"})
    world.contract(6, "2025-12-21", bo, "calm")
    world.feedback(FeedbackGiven, "2025-12-22", 6, bo, "calm", **TO_TALENT, score=300, private_rating=4)
    world.feedback(FeedbackResponded, "2025-12-23", 6, bo, "calm", **TO_TALENT, text="We did what was agreed")
    world.contract(7, "2025-12-24", bo, "beta", client_feedback={"score": 490})
    world.feedback(FeedbackGiven, "2025-12-25", 8, bo, "beta", **TO_TALENT, score=500)  # its contract never ends


def paths(world: str) -> Iterator[tuple[str, str]]:
    for account in ("ada", "bo", "studio"):
        yield "profile-projection", f"/v1/profiles/{world}-{account}"
        yield "profile-projection", f"/v1/profiles/{world}-{account}/work-history?limit=2"
        yield "jss", f"/v1/accounts/{world}-{account}/score"
    for client in ("acme", "beta", "calm"):
        yield "profile-projection", f"/v1/clients/{world}-{client}/history"


async def bodies(sandbox: Sandbox, world: str) -> dict[str, str]:
    """What every public door answers about this world, with its ids made alike and without the opaque cursor."""
    found = {}
    for service, path in paths(world):
        answer = await sandbox.get(service, path)
        assert answer.status_code == 200, path
        found[path.replace(world, "*")] = answer.text.replace(world, "*").split('"next"')[0]
    return found


async def test_20_orders_with_duplicates_end_in_the_same_bodies_and_tables(sandbox: Sandbox) -> None:
    chosen = random.Random(SEED)
    names = [f"w{number:02}{chosen.randrange(16**6):06x}" for number in range(ORDERS)]
    for name in names:
        world = World(name)
        people(world)
        contracts(world)
        told = world.told + chosen.choices(world.told, k=len(world.told) // 3)
        chosen.shuffle(told)
        await sandbox.publish(*told, settle=False)
    await sandbox.settle()

    first = await bodies(sandbox, names[0])
    assert '"score":450' not in first["/v1/profiles/*-ada"]  # withdrawn
    assert "Late, but good" in first["/v1/profiles/*-ada"]  # the edit outlasts the restated contract
    assert '"client_response":"Thanks"' in first["/v1/clients/*-acme/history"]
    assert '"displayed_from":"*-studio"' in first["/v1/accounts/*-bo/score"]
    connection = await asyncpg.connect(the_instance(sandbox.home).database_url)
    try:
        rows = await rows_about(connection, names[0])
        assert all(rows[name] for name in ("removal.contracts", "jss.contracts", "profile.contracts", "jss.scores"))
        for order, name in enumerate(names[1:], start=1):
            assert await bodies(sandbox, name) == first, f"order {order} of seed {SEED}"
            others = await rows_about(connection, name)
            assert others == rows, f"order {order} of seed {SEED}"
            assert digest_of(others) == digest_of(rows)
    finally:
        await connection.close()
