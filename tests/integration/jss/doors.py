"""The score doors over a world's database, and tokens that they believe."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from tests.integration.jss.world import World

from jss.entrypoints.http import score_app
from jss.wiring import score_books
from servicekit.auth import TokenVerifier
from servicekit.health import Health
from servicekit.jwks import KeySet

_KEY = Ed25519PrivateKey.generate()


def token(user_id: str, scope: str = "") -> dict[str, str]:
    """The header of a caller."""
    claims = {"sub": user_id, "scope": scope, "iss": "test", "aud": "jss", "exp": time.time() + 600}
    return {"Authorization": f"Bearer {jwt.encode(claims, _KEY, algorithm='EdDSA', headers={'kid': 'k'})}"}


async def _keys() -> bytes:
    public = json.loads(OKPAlgorithm.to_jwk(_KEY.public_key()))
    return json.dumps({"keys": [public | {"kid": "k"}]}).encode()


@dataclass(frozen=True, slots=True)
class ScoreDoors:
    """A client of the doors."""

    client: httpx.AsyncClient

    async def get(self, path: str, caller: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        """Ask a door of /v1/accounts."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(f"/v1/accounts/{path}", headers=(caller or {}) | named)


@asynccontextmanager
async def the_doors(world: World) -> AsyncIterator[ScoreDoors]:
    """The application over the world."""
    verifier = TokenVerifier(KeySet(_keys), issuer="test", audience="jss")
    app = score_app(score_books(world.pool, world.under.clock), Health(), verifier)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://jss") as client:
        yield ScoreDoors(client)
