"""An event on its way into the log: drafted by a service, sealed, then appended.

Invariant: a SealedDraft holds no personal text in clear, so everything after sealing may be stored and sent.
Next: seal.py, log.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from event_contracts.event import EventData


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event about to be recorded; texts still plain. `digest`: content digest of a marketplace fact."""

    source: str
    id: str
    time: datetime
    data: EventData
    actor: str
    correlation_id: str
    causation_id: str | None = None
    policy: str | None = None
    digest: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPart:
    """A text as ciphertext: dotted path in the data, whose key seals it, and the encrypted bytes."""

    path: str
    subject_id: str
    ciphertext: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedDraft:
    """A draft whose personal texts are commitments in `data` (JSON) and ciphertext in `sealed`.

    `named_users`: whom it names beside the account it is about: the freelancer of an agency's contract, a member.
    """

    source: str
    id: str
    time: datetime
    type: str
    stream: str
    data: Mapping[str, Any]
    actor: str
    correlation_id: str
    causation_id: str | None
    policy: str | None
    digest: bytes | None
    contract_id: str | None
    client_id: str | None
    named_users: tuple[str, ...]
    sealed: tuple[SealedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """An event that the current transaction has appended; its position comes later, from the sequencer."""

    source: str
    id: str
    type: str
    time: datetime
    stream: str
    version: int
    actor: str
    data: EventData
    sealed: Mapping[str, bytes]
    leaf_hash: bytes
