"""Say who calls: bearer tokens, and the scopes they carry.

Owns signatures, issuer, audience and expiry (by the machine's clock). Knows nothing of what a scope permits.
Invariant: a token is believed only when an asymmetric key of the configured set signed it; ``sub`` is a well-formed id.
Next: jwks.py for the keys, http.py where the verifier is given to the application.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from servicekit.jwks import KeySet, KeySetError, UnknownKeyError
from servicekit.problem import Problem, forbidden, overloaded
from servicekit.settings import AuthSettings

ALGORITHMS: Final = ("RS256", "ES256", "EdDSA")
USER_ID: Final = re.compile(r"[A-Za-z0-9._:~-]{1,64}")
_LEEWAY_SECONDS: Final = 5
_REALM: Final = 'Bearer realm="feedback-integrity"'


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever the token speaks for."""

    user_id: str
    scopes: frozenset[str] = frozenset()

    def has(self, scope: str) -> bool:
        """Tell whether the token carries the scope."""
        return scope in self.scopes

    def require(self, scope: str) -> None:
        """Raise Problem 403 ``forbidden`` unless the token carries the scope."""
        if scope not in self.scopes:
            raise forbidden(f"this needs the scope {scope}")


class TokenVerifier:
    """Checks bearer tokens against a JWKS, an issuer and an audience."""

    def __init__(self, keys: KeySet, *, issuer: str, audience: str) -> None:
        """Take the keys and what ``iss`` and ``aud`` must be."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    @classmethod
    def from_settings(cls, settings: AuthSettings) -> "TokenVerifier":
        """Return the verifier the settings describe. Nothing is fetched yet."""
        return cls(KeySet.at(settings.auth_jwks), issuer=settings.auth_issuer, audience=settings.auth_audience)

    async def verify(self, token: str) -> Caller:
        """Return whom the token speaks for.

        Raises Problem 401 ``unauthenticated``, and 503 ``overloaded`` when the keys cannot be had at all.
        """
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise unauthenticated("the token's algorithm is not accepted")
            key = await self._keys.key(header.get("kid"))
            claims = self._claims(token, key)
        except UnknownKeyError as unknown:
            raise unauthenticated("the token was signed by a key that is not known") from unknown
        except KeySetError as unreachable:
            raise overloaded("the keys that tokens are checked with cannot be read") from unreachable
        except jwt.ExpiredSignatureError as expired:
            raise unauthenticated("the token has expired") from expired
        except jwt.PyJWTError as broken:
            raise unauthenticated("the token is not valid") from broken
        return _caller(claims)

    def _claims(self, token: str, key: jwt.PyJWK) -> Mapping[str, Any]:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=self._audience,
            issuer=self._issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "sub", "iss", "aud"]},
        )
        return claims


def _caller(claims: Mapping[str, Any]) -> Caller:
    user_id, scope = claims["sub"], claims.get("scope", "")
    if not isinstance(user_id, str) or not USER_ID.fullmatch(user_id):
        raise unauthenticated("the token's sub is not a user id")
    if not isinstance(scope, str):
        raise unauthenticated("the token's scope is not a text")
    return Caller(user_id, frozenset(scope.split()))


def unauthenticated(detail: str) -> Problem:
    """Return 401 with the challenge RFC 6750 asks for."""
    challenge = _REALM if detail == _MISSING else f'{_REALM}, error="invalid_token"'
    return Problem("unauthenticated", 401, "Who are you?", detail, headers={"WWW-Authenticate": challenge})


_MISSING: Final = "a bearer token is needed"
_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", scheme_name="bearer")


async def signed_in(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Return the caller of a door that needs one; the verifier is the one ``create_app`` was given."""
    if credentials is None:
        raise unauthenticated(_MISSING)
    verifier: TokenVerifier | None = request.app.state.verifier
    if verifier is None:
        raise RuntimeError("this application was built without a TokenVerifier")
    return await verifier.verify(credentials.credentials)


SignedIn = Annotated[Caller, Depends(signed_in)]
"""Parameter type of a door that needs a token: ``async def door(caller: SignedIn) -> …``."""


async def bearer_token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str | None:
    """Return the token as it came, for passing it on to another service."""
    return credentials.credentials if credentials else None


BearerToken = Annotated[str | None, Depends(bearer_token)]
"""Parameter type of a door that passes the caller's token on."""
