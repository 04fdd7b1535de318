"""The subjects' keys: made once, wrapped at rest, cached for as long as no erasure is known.

Invariant: a key is used at most one second after the erasure epoch was last checked; an erased key is never made
again (its tombstone stays). Next: ../seal.py for what the keys seal, ../open.py for the doors.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.framing import framed
from servicekit.postgres import Pool
from servicekit.sqlfile import statements

_SQL = statements(__package__)
_NONCE = 12
CHECK_SECONDS = 1.0
CAPACITY = 100_000
"""Keys held in memory at most: about 60 MB."""


class SubjectKeys:
    """Ciphers by subject id; None stands for an erased subject."""

    def __init__(self, pool: Pool, sealing_key: bytes, *, capacity: int = CAPACITY) -> None:
        """`sealing_key`: the 32-byte key-encryption key (`FI_SEALING_KEY`)."""
        self._pool = pool
        self._wrapper = AESGCM(sealing_key)
        self._capacity = capacity
        self._ciphers: OrderedDict[str, AESGCM | None] = OrderedDict()
        self._epoch = -1
        self._checked_at = float("-inf")

    async def ready_to_seal(self, subject_ids: Iterable[str]) -> Mapping[str, AESGCM | None]:
        """The ciphers of all these subjects; keys that do not exist yet are made."""
        wanted = set(subject_ids)
        found = await self.ready_to_open(wanted)
        missing = sorted(wanted - found.keys())
        if not missing:
            return found
        made = [self._wrap(subject_id, secrets.token_bytes(32)) for subject_id in missing]
        await self._pool.execute(_SQL["make_keys"], missing, made)
        return {**found, **await self._fetch(missing)}

    async def ready_to_open(self, subject_ids: Iterable[str]) -> dict[str, AESGCM | None]:
        """The ciphers of these subjects as far as they ever had a key."""
        await self._forget_what_was_erased()
        wanted = set(subject_ids)
        found = {subject_id: self._ciphers[subject_id] for subject_id in wanted if subject_id in self._ciphers}
        for subject_id in found:
            self._ciphers.move_to_end(subject_id)
        missing = sorted(wanted - found.keys())
        return {**found, **await self._fetch(missing)} if missing else found

    async def erasure_epoch(self) -> int:
        """How many erasures there were, known to be true at most one second ago."""
        await self._forget_what_was_erased()
        return self._epoch

    async def _forget_what_was_erased(self) -> None:
        now = time.monotonic()
        if now - self._checked_at < CHECK_SECONDS:
            return
        epoch = await self._pool.fetchval(_SQL["read_erasure_epoch"])
        if epoch != self._epoch:
            self._ciphers.clear()
            self._epoch = epoch
        self._checked_at = now  # taken before the read: the second counts from what the read surely saw

    async def _fetch(self, subject_ids: list[str]) -> dict[str, AESGCM | None]:
        rows = await self._pool.fetch(_SQL["find_keys"], subject_ids)
        found = {
            row["subject_id"]: None
            if row["wrapped"] is None
            else AESGCM(self._unwrap(row["subject_id"], row["wrapped"]))
            for row in rows
        }
        self._ciphers.update(found)
        while len(self._ciphers) > self._capacity:
            self._ciphers.popitem(last=False)
        return found

    def _wrap(self, subject_id: str, key: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._wrapper.encrypt(nonce, key, framed(b"subject-key", subject_id.encode()))

    def _unwrap(self, subject_id: str, wrapped: bytes) -> bytes:
        return self._wrapper.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], framed(b"subject-key", subject_id.encode()))
