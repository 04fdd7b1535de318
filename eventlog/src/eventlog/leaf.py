"""The leaf: the one canonical JSON document that is log row, Merkle leaf and Kafka value.

Knows nothing of storage. Invariant: nobody re-serialises a leaf once its hash is taken.
Format: audit-log, Leaf; a CloudEvents 1.0 event in structured mode (interfaces §2).
Next: seal.py for what stands in place of personal text, log.py for the append.
"""

import hashlib
import secrets
from datetime import datetime

from event_contracts.canonical import canonical
from event_contracts.instant import format_time
from eventlog.draft import SealedDraft

LIMIT = 4096
FIRST_PREV = b"\x00" * 32
"""What the first event of a stream carries as the leaf hash of its predecessor."""


class LeafTooLargeError(Exception):
    """A leaf of 4 KiB or more: it could not leave the log as promised, so it may not enter."""


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf), 32 bytes (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def leaf_of(draft: SealedDraft, *, stream: str, version: int, prev: bytes, recorded_at: datetime) -> bytes:
    """The finished bytes of an event that becomes `version` of `stream`, after the event whose leaf hash is `prev`.

    Raises LeafTooLargeError.
    """
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": draft.id,
        "source": draft.source,
        "type": draft.type,
        "time": format_time(draft.time),
        "subject": stream.partition("/")[2] or stream,
        "datacontenttype": "application/json",
        "data": draft.data,
        "stream": stream,
        "streamversion": version,
        "prev": prev.hex(),
        "nonce": secrets.token_hex(16),  # public hash tiles must reveal nothing that can be guessed
        "recordedtime": format_time(recorded_at),
        "actor": draft.actor,
        "correlationid": draft.correlation_id,
    }
    if draft.causation_id is not None:
        event["causationid"] = draft.causation_id
    if draft.policy is not None:
        event["policy"] = draft.policy
    leaf = canonical(event)
    if len(leaf) >= LIMIT:
        raise LeafTooLargeError(f"{draft.type} {draft.id}: {len(leaf)} bytes, the limit is {LIMIT - 1}")
    return leaf
