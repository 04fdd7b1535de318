import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fastapi import FastAPI

from servicekit.auth import BearerToken, SignedIn, TokenVerifier
from servicekit.health import Health
from servicekit.http import create_app
from servicekit.jwks import KeySet
from servicekit.problem import Problem
from servicekit.settings import AuthSettings

ISSUER, AUDIENCE = "https://id.example", "feedback-integrity"
KEYS: Mapping[str, Any] = {
    "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


def public(algorithm: str, key: Any = None) -> dict[str, Any]:
    text = jwt.get_algorithm_by_name(algorithm).to_jwk((key or KEYS[algorithm]).public_key())
    return {**(json.loads(text) if isinstance(text, str) else text), "kid": algorithm}


def document(*keys: dict[str, Any]) -> bytes:
    return json.dumps({"keys": keys or [public(algorithm) for algorithm in KEYS]}).encode()


def token(algorithm: str = "ES256", *, key: Any = None, kid: str | None = None, **claims: Any) -> str:
    whole = {"sub": "fr-1", "iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 600} | claims
    whole = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(whole, key or KEYS[algorithm], algorithm, headers={"kid": kid or algorithm})


@pytest.fixture
def verifier(tmp_path: Path) -> TokenVerifier:
    file = tmp_path / "jwks.json"
    file.write_bytes(document())
    return TokenVerifier.from_settings(AuthSettings(auth_jwks=str(file), auth_issuer=ISSUER, auth_audience=AUDIENCE))


async def refused(verifier: TokenVerifier, text: str) -> Problem:
    with pytest.raises(Problem) as problem:
        await verifier.verify(text)
    assert (problem.value.name, problem.value.status) == ("unauthenticated", 401)
    assert problem.value.headers["WWW-Authenticate"].startswith("Bearer ")
    return problem.value


@pytest.mark.parametrize("algorithm", sorted(KEYS))
async def test_a_token_of_each_accepted_kind_names_its_caller(verifier: TokenVerifier, algorithm: str) -> None:
    caller = await verifier.verify(token(algorithm, scope="removals:read audit:read"))
    assert (caller.user_id, caller.scopes) == ("fr-1", frozenset({"removals:read", "audit:read"}))


async def test_a_token_without_scope_has_none(verifier: TokenVerifier) -> None:
    caller = await verifier.verify(token())
    assert not caller.has("removals:read")
    with pytest.raises(Problem) as problem:
        caller.require("removals:read")
    assert (problem.value.name, problem.value.status) == ("forbidden", 403)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": None},
        {"nbf": int(time.time()) + 86_400},  # reckoned when the session begins, which may be long ago
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "a b"},
        {"sub": "a\0"},
        {"sub": "x" * 65},
        {"scope": ["removals:read"]},
    ],
)
async def test_a_claim_that_does_not_hold_is_refused(verifier: TokenVerifier, claims: dict[str, Any]) -> None:
    await refused(verifier, token(**claims))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é.é.é"])
async def test_what_is_no_token_is_refused(verifier: TokenVerifier, text: str) -> None:
    await refused(verifier, text)


async def test_a_strangers_signature_is_refused(verifier: TokenVerifier) -> None:
    await refused(verifier, token(key=ec.generate_private_key(ec.SECP256R1())))
    await refused(verifier, token(kid="unheard-of"))


async def test_an_unsigned_token_and_one_signed_with_a_shared_secret_are_refused(verifier: TokenVerifier) -> None:
    claims = {"sub": "fr-1", "iss": ISSUER, "aud": AUDIENCE, "exp": int(time.time()) + 600}
    await refused(verifier, jwt.encode(claims, None, "none", headers={"kid": "ES256"}))  # type: ignore[arg-type]
    await refused(verifier, jwt.encode(claims, "a shared secret of 32 characters", "HS256", headers={"kid": "ES256"}))


async def test_a_symmetric_key_in_the_set_is_never_used() -> None:
    secret = b"a shared secret of 32 characters"
    octets = {"kty": "oct", "k": "YSBzaGFyZWQgc2VjcmV0IG9mIDMyIGNoYXJhY3RlcnM", "kid": "ES256", "alg": "HS256"}

    async def read() -> bytes:
        return document(octets)

    verifier = TokenVerifier(KeySet(read), issuer=ISSUER, audience=AUDIENCE)
    await refused(verifier, jwt.encode({"sub": "x"}, secret, "HS256", headers={"kid": "ES256"}))


async def test_a_key_rotated_in_is_found_by_one_fresh_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servicekit.jwks._BETWEEN_LOOKS_SECONDS", 0.0)
    looks = iter([document(public("RS256")), document(public("RS256"), public("ES256"))])

    async def read() -> bytes:
        return next(looks)

    verifier = TokenVerifier(KeySet(read), issuer=ISSUER, audience=AUDIENCE)
    await verifier.verify(token("RS256"))
    await verifier.verify(token("ES256"))
    with pytest.raises(StopIteration):
        next(looks)


async def test_unknown_keys_do_not_cause_a_look_each() -> None:
    looked = 0

    async def read() -> bytes:
        nonlocal looked
        looked += 1
        return document()

    verifier = TokenVerifier(KeySet(read), issuer=ISSUER, audience=AUDIENCE)
    for number in range(20):
        await refused(verifier, token(kid=f"made-up-{number}"))
    assert looked == 1


async def test_keys_once_read_outlive_the_place_they_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servicekit.jwks._FRESH_SECONDS", -1.0)
    answers = iter([document()])

    async def read() -> bytes:
        for answer in answers:
            return answer
        raise ConnectionError("down")

    verifier = TokenVerifier(KeySet(read), issuer=ISSUER, audience=AUDIENCE)
    await verifier.verify(token())
    assert (await verifier.verify(token())).user_id == "fr-1"


async def test_keys_that_were_never_read_are_our_failure_not_the_callers(tmp_path: Path) -> None:
    verifier = TokenVerifier(KeySet.at(str(tmp_path / "missing.json")), issuer=ISSUER, audience=AUDIENCE)
    with pytest.raises(Problem) as problem:
        await verifier.verify(token())
    assert (problem.value.name, problem.value.status) == ("overloaded", 503)


@pytest.fixture
def app(verifier: TokenVerifier) -> FastAPI:
    app = create_app("doors", "1", Health(), verifier=verifier)

    @app.get("/me")
    async def me(caller: SignedIn, passed_on: BearerToken) -> list[str]:
        return [caller.user_id, passed_on or ""]

    return app


async def test_a_door_knows_its_caller_and_turns_strangers_away(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        bearer = token()
        known = await client.get("/me", headers={"Authorization": f"Bearer {bearer}"})
        assert known.json() == ["fr-1", bearer]
        for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer nonsense"}):
            stranger = await client.get("/me", headers=headers)
            assert (stranger.status_code, stranger.json()["type"]) == (
                401,
                "urn:feedback-integrity:problem:unauthenticated",
            )
            assert stranger.headers["www-authenticate"].startswith("Bearer ")


def test_the_openapi_document_says_that_a_door_needs_a_token(app: FastAPI) -> None:
    document = app.openapi()
    assert document["paths"]["/me"]["get"]["security"]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
