"""While another service is asked, nothing is held: no connection, no transaction, no lock."""

from pathlib import Path

from tests.integration.removal.test_http import Scores, order, service_of
from tests.integration.removal.world import Topics, World, badge, completed

from event_contracts import ScorePreview


class Looking(Scores):
    """jss, which looks at the database while it is asked."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.seen: list[tuple[int, int]] = []

    async def without(self, account_id: str, contract_id: str, *, token: str) -> ScorePreview | None:
        out = self.world.pool.get_size() - self.world.pool.get_idle_size()
        in_transaction = await self.world.pool.fetchval(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
        )
        self.seen.append((out, in_transaction))
        return await super().without(account_id, contract_id, token=token)


async def test_no_connection_is_held_while_the_preview_is_asked_for(
    world: World, topics: Topics, tmp_path: Path
) -> None:
    await world.intake().apply(topics.records([badge(), completed("logo")]))
    looking = Looking(world)
    service = service_of(world, tmp_path, scores=looking)
    async with service.client:
        assert (await service.post(order())).status_code == 201
    assert looking.seen == [(0, 0)]
