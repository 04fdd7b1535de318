"""The identity of an act is its cause, so that doing it twice is doing it once (architecture §4, Event ids)."""

import hashlib
import secrets
import time
from datetime import date
from uuid import UUID, uuid5

from eventlog.framing import framed

REMOVAL = "/feedback-integrity/removal"
JSS = "/feedback-integrity/jss"

_NAMESPACE = UUID("5f0c1a4e-52f0-5d6c-9d1b-7d6f3c0b2a11")


def _named(*names: str) -> str:
    return str(uuid5(_NAMESPACE, framed(*(name.encode() for name in names)).hex()))


def score_event_id(cause_source: str, cause_id: str, account_id: str, policy: str) -> str:
    """One score per cause, account and policy: a replayed batch states the same event."""
    return _named("score", cause_source, cause_id, account_id, policy)


def scoring_day_id(day: date) -> str:
    """One opening per scoring day, however many processes try."""
    return _named("scoring-day", day.isoformat())


def command_event_id(user_id: str, door: str, idempotency_key: str, index: int) -> str:
    """The `index`-th event of a command sent with an Idempotency-Key."""
    return _named("command", user_id, door, idempotency_key, str(index))


def new_id() -> str:
    """UUIDv7 (RFC 9562 §5.7): without a key, a repeat is a new act."""
    stamp = (time.time_ns() // 1_000_000) << 80
    random = secrets.randbits(80)
    return str(UUID(int=(stamp | random) & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


def id_hash(source: str, id_: str) -> bytes:
    """Key of the uniqueness table: the first 16 bytes of SHA-256(framed source, framed id)."""
    return hashlib.sha256(framed(source.encode(), id_.encode())).digest()[:16]
