"""The development keys of one instance: who signs tokens, what seals texts, what the log is called.

Made once per home and kept, since a log that changed its name or lost its sealing key is another log.
Never for production: nothing here is read outside `fi dev`, `fi token` and the demo.
"""

import base64
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm

from fi.dev.home import Home

ISSUER = "urn:feedback-integrity:sandbox"
AUDIENCE = "feedback-integrity"
KEY_ID = "sandbox"
TOKEN_SECONDS = 10 * 365 * 24 * 60 * 60


def ensure_keys(home: Home) -> None:
    """Make the keys that are missing."""
    _once(_private_key_file(home), _new_private_key)
    _once(_sealing_key_file(home), lambda: base64.b64encode(secrets.token_bytes(32)))
    key = _private_key(home).public_key()
    public = OKPAlgorithm.to_jwk(key, as_dict=True) | {"kid": KEY_ID, "use": "sig", "alg": "EdDSA"}
    jwks_file(home).write_bytes(orjson.dumps({"keys": [public]}))


def jwks_file(home: Home) -> Path:
    """The public keys that the services check tokens with."""
    return home.keys / "jwks.json"


def sealing_key(home: Home) -> str:
    """32 bytes in base64."""
    return _sealing_key_file(home).read_text()


def log_origin(home: Home, first: str) -> str:
    """The log's name: what `first` was when the home was new. It never changes after that."""
    file = home.keys / "log-origin"
    _once(file, first.encode)
    return file.read_text()


def token(home: Home, *, sub: str, scope: str = "") -> str:
    """A bearer token that every service of this instance accepts, valid for ten years."""
    now = int(time.time())  # expiry is judged by the machine's clock, whatever the test clock shows
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": sub, "iat": now, "exp": now + TOKEN_SECONDS}
    if scope:
        claims["scope"] = scope
    return jwt.encode(claims, _private_key(home), algorithm="EdDSA", headers={"kid": KEY_ID})


def _private_key_file(home: Home) -> Path:
    return home.keys / "token-key.pem"


def _sealing_key_file(home: Home) -> Path:
    return home.keys / "sealing-key"


def _private_key(home: Home) -> Ed25519PrivateKey:
    pem = _private_key_file(home).read_bytes()
    key = jwt.algorithms.OKPAlgorithm().prepare_key(pem)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the sandbox signs with Ed25519")
    return key


def _new_private_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _once(file: Path, make: Callable[[], bytes]) -> None:
    if not file.exists():
        fresh = file.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as output:
            output.write(make())
        fresh.replace(file)
