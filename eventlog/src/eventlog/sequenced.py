"""An event with its position, as the sequencer hands it to the publisher and as Kafka carries it."""

from dataclasses import dataclass
from datetime import datetime

from asyncpg import Record


@dataclass(frozen=True, slots=True)
class Sequenced:
    """`position`: zero-based, for ever; `sealed`: path → ciphertext of the parts that are still there."""

    position: int
    sequenced_at: datetime
    stream: str
    leaf: bytes
    leaf_hash: bytes
    sealed: dict[str, bytes]


def sequenced(row: Record, position: int, at: datetime) -> Sequenced:
    """From a row of log.events with its sealed parts beside it."""
    return Sequenced(position, at, row["stream"], row["leaf"], row["leaf_hash"], sealed_of(row))


def sealed_of(row: Record) -> dict[str, bytes]:
    """Path → ciphertext of the sealed parts that a row still has."""
    return dict(zip(row["paths"], row["ciphertexts"], strict=True)) if row["paths"] is not None else {}
