"""Open sealed texts at a door, for that answer and no longer (architecture §1.10).

Invariant: nothing opened is kept. None means the subject was erased.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from eventlog.keystore.subject_keys import SubjectKeys
from eventlog.seal import unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedText:
    """One sealed part where it lies: its event's id, its path there, whose key seals it, the ciphertext."""

    event_id: str
    path: str
    subject_id: str
    ciphertext: bytes


class Opener:
    """Opens sealed texts in batches."""

    def __init__(self, keys: SubjectKeys) -> None:
        self._keys = keys

    async def open(self, parts: Sequence[SealedText]) -> list[str | None]:
        """The texts in the order asked; None where the subject was erased. Raises UnopenableError."""
        if not parts:
            return []
        ciphers = await self._keys.ready_to_open({part.subject_id for part in parts})
        return [
            None
            if (cipher := ciphers.get(part.subject_id)) is None
            else unseal(cipher, event_id=part.event_id, path=part.path, ciphertext=part.ciphertext)[1]
            for part in parts
        ]

    async def epoch(self) -> int:
        """Grows with every erasure: part of an ETag, so that no copy of an erased text is called current."""
        return await self._keys.erasure_epoch()
