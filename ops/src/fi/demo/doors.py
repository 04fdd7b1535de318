"""The doors of a running system, as the people of the story use them.

Knows URLs, tokens and what a read must wait for. Invariant: a read after a write sees what the write did.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from fi.dev import key
from fi.dev.home import Home
from fi.dev.instance import Instance
from fi.error import CommandError

PATIENCE = {"Prefer": "wait=30"}
SECONDS = 45.0
TOKEN = "Consistency-Token"  # noqa: S105 - the name of a header


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door said to one request."""

    method: str
    path: str
    status: int
    body: dict[str, Any]
    sent: dict[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Doors:
    """HTTP, with the newest Consistency-Token sent along on every read."""

    def __init__(self, home: Home, instance: Instance, client: httpx.AsyncClient) -> None:
        self._home = home
        self._services = instance.services
        self._client = client
        self._token: dict[str, str] = {}

    async def profile(self, account_id: str) -> dict[str, Any]:
        return (await self._read("profile-projection", f"/v1/profiles/{account_id}")).body

    async def client_history(self, client_id: str) -> dict[str, Any]:
        return (await self._read("profile-projection", f"/v1/clients/{client_id}/history")).body

    async def score(self, account_id: str) -> dict[str, Any]:
        return (await self._read("jss", f"/v1/accounts/{account_id}/score")).body

    async def eligibility(self, account_id: str, contract_id: str, scope: str, *, sub: str) -> dict[str, Any]:
        question = f"?contract_id={contract_id}&scope={scope}"
        path = f"/v1/accounts/{account_id}/removal-eligibility{question}"
        return (await self._read("removal", path, sub=sub)).body

    async def request_removal(
        self, account_id: str, contract_id: str, scope: str, *, sub: str, key_: str | None = None
    ) -> Answer:
        """Ask for a removal; a refusal is an answer too (409)."""
        order = {"account_id": account_id, "contract_id": contract_id, "scope": scope}
        headers = self._signed(sub) | ({"Idempotency-Key": key_} if key_ else {})
        answer = await self._ask("POST", "removal", "/v1/removal-requests", json=order, headers=headers)
        if answer.status not in (201, 409):
            raise _unexpected(answer)
        if token := answer.headers.get(TOKEN):
            self._token = {TOKEN: token}
        return answer

    async def _read(self, service: str, path: str, *, sub: str | None = None) -> Answer:
        headers = PATIENCE | self._token | (self._signed(sub) if sub else {})
        answer = await self._ask("GET", service, path, headers=headers)
        if answer.status != httpx.codes.OK:
            raise _unexpected(answer)
        return answer

    async def _ask(self, method: str, service: str, path: str, **options: Any) -> Answer:
        try:
            response = await self._client.request(method, self._services[service] + path, timeout=SECONDS, **options)
        except httpx.HTTPError as failure:
            raise CommandError(f"{method} {path} at {service}: {type(failure).__name__}: {failure}") from failure
        return Answer(method, path, response.status_code, response.json(), options.get("json"), response.headers)

    def _signed(self, sub: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key.token(self._home, sub=sub)}"}


def _unexpected(answer: Answer) -> CommandError:
    return CommandError(f"{answer.method} {answer.path} answered {answer.status}: {answer.body}")
