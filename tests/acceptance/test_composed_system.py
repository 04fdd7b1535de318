"""What docker-compose.yml adds to the system: users without rights, secrets in files, data that outlives containers."""

import asyncio
from functools import partial

import orjson
import pytest
from tests.support.builders import client_of, id_of
from tests.support.composed import Composed
from tests.support.container import docker
from tests.support.eventually import eventually
from tests.support.given import Doors, Freelancer
from tests.support.sandbox import Sandbox

from fi.dev import key
from fi.dev.service import SERVICES

pytestmark = pytest.mark.containers


@pytest.fixture
def composed(sandbox: Sandbox) -> Composed:
    """The session's system, where it is docker compose's."""
    if not isinstance(sandbox, Composed):
        pytest.skip("is about docker-compose.yml: run with --system=compose")
    return sandbox


@pytest.mark.parametrize("process", SERVICES)
def test_a_process_runs_as_a_user_of_its_own_that_cannot_change_the_code(composed: Composed, process: str) -> None:
    container = composed.system.container(process)
    assert docker("exec", container, "id", "-u").strip() == b"10001"
    writable = "find /app /usr /etc -xdev -writable -not -type l -not -path '/dev/*' | head"
    assert docker("exec", container, "sh", "-c", writable) == b""


def test_secrets_are_in_no_environment_command_or_log(composed: Composed) -> None:
    password = docker("exec", composed.system.container("postgres"), "cat", "/run/database-password/password")
    hidden = [password, key.sealing_key(composed.home).encode()]
    for container in composed.containers.values():
        told = docker("inspect", container.name) + docker("logs", container.name)
        assert not [secret for secret in hidden if secret in told], container.name


def test_the_sealing_key_is_not_at_the_database_and_the_signing_key_at_no_process(composed: Composed) -> None:
    (postgres,) = orjson.loads(docker("inspect", composed.system.container("postgres")))
    assert {mount["Destination"] for mount in postgres["Mounts"]} == {"/var/lib/postgresql", "/run/database-password"}
    for process in SERVICES:
        assert docker("exec", composed.system.container(process), "ls", "-A", "/var/lib/fi") == b""


async def test_a_token_of_the_operators_command_line_opens_the_doors(composed: Composed, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 300})
    await composed.publish(contract, ada.badge())
    told = ("run", "--rm", "--no-deps", "fi", "token", "--sub", ada.id)
    token = (await asyncio.to_thread(composed.system.compose, *told)).decode().strip()
    for signed, status in ((token[:-6], 401), (token, 201)):
        authorization = {"Authorization": f"Bearer {signed}"}
        answer = await doors.request_removal(ada.id, id_of(contract), headers=authorization)
        assert answer.status_code == status, answer.text


async def test_the_engine_starts_again_what_was_killed_all_of_it_at_once(composed: Composed, doors: Doors) -> None:
    ada = Freelancer()
    await composed.publish(ada.contract(client_feedback={"score": 500}))
    before = {process: container.pid() for process, container in composed.containers.items()}
    for container in composed.containers.values():
        container.kill()

    for process, container in composed.containers.items():
        await eventually(partial(asyncio.to_thread, container.pid), before[process].__ne__, seconds=180, pause=1)
    await composed.publish(ada.contract(client_feedback={"score": 400}))
    assert (await doors.profile(ada.id))["star_rating"] == {"average": 4.5, "count": 2, "removed_count": 0}


async def test_everything_is_there_again_after_down_and_up(composed: Composed, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 480, "comment": "Sealed, and opened again"})
    await composed.publish(contract, ada.badge())
    before = await doors.profile(ada.id), await doors.history(client_of(contract))

    await asyncio.to_thread(composed.system.down, keep_data=True)
    await asyncio.to_thread(composed.system.up)

    assert (await doors.profile(ada.id), await doors.history(client_of(contract))) == before
    later = ada.contract(client_feedback={"score": 500})
    await composed.publish(later)
    assert (await doors.profile(ada.id))["star_rating"]["count"] == 2
