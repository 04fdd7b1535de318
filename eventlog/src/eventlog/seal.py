"""Seal a personal text: commit to it in the leaf, encrypt it beside the leaf (audit-log, Sealed parts).

Pure but for randomness. Invariant: the commitment is to the plaintext, never to the ciphertext, since AES-GCM is
not key-committing; disclosing (r, text) opens one part and nothing else.
Next: keys.py for the subjects' keys.
"""

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.framing import framed

_COMMIT = framed(b"feedback-integrity/commit/v1")
_NONCE = 12
_SALT = 32


class UnopenableError(Exception):
    """A ciphertext that its subject's key does not open: damaged, or moved from another event or part."""


def commitment(salt: bytes, path: str, text: str) -> bytes:
    """SHA-256(framed "feedback-integrity/commit/v1" ‖ r ‖ framed part name ‖ text), 32 bytes."""
    return hashlib.sha256(_COMMIT + salt + framed(path.encode()) + text.encode()).digest()


def seal(cipher: AESGCM, *, event_id: str, path: str, text: str) -> tuple[str, bytes]:
    """(base64 of the commitment, ciphertext = nonce ‖ AES-256-GCM(r ‖ text))."""
    salt = secrets.token_bytes(_SALT)
    nonce = secrets.token_bytes(_NONCE)
    ciphertext = nonce + cipher.encrypt(nonce, salt + text.encode(), framed(event_id.encode(), path.encode()))
    return base64.b64encode(commitment(salt, path, text)).decode(), ciphertext


def unseal(cipher: AESGCM, *, event_id: str, path: str, ciphertext: bytes) -> tuple[bytes, str]:
    """(r, text) of a sealed part. Raises UnopenableError."""
    try:
        plain = cipher.decrypt(ciphertext[:_NONCE], ciphertext[_NONCE:], framed(event_id.encode(), path.encode()))
    except InvalidTag as refused:
        raise UnopenableError(f"part {path} of event {event_id}") from refused
    return plain[:_SALT], plain[_SALT:].decode()
