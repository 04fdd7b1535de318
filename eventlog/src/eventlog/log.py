"""The append side of the log: seal, lock, number, insert; all in the caller's transaction.

Knows nothing of positions (the sequencer's) nor of what events mean.
Invariant: heads are locked before a number is drawn, and a (source, id) is recorded once.
Next: sequence.py for positions, read.py for reading.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
from asyncpg import Record
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from event_contracts.marketplace_account import AgencyMemberChanged
from event_contracts.recorded import Recorded
from event_contracts.registry import REGISTRY
from eventlog.content import content_digest
from eventlog.draft import Appended, Draft, SealedDraft, SealedPart
from eventlog.ids import id_hash
from eventlog.keystore.subject_keys import SubjectKeys
from eventlog.leaf import leaf_hash, leaf_of
from eventlog.seal import seal
from eventlog.sequenced import sealed_of
from servicekit.postgres import Connection
from servicekit.sqlfile import statements

_SQL = statements(__package__)


class DuplicateEventError(Exception):
    """Somebody recorded one of these (source, id) meanwhile: roll back, look it up, decide again."""


@dataclass(slots=True)
class _Head:
    version: int
    leaf_hash: bytes


class Heads:
    """The locked heads of some streams; moves on with what is appended in the same transaction."""

    def __init__(self, heads: Mapping[str, _Head]) -> None:
        self._heads = heads

    def version(self, stream: str) -> int:
        """Version of the newest event of a locked stream; 0 when it has none."""
        return self._heads[stream].version

    def next_leaf(self, draft: SealedDraft, recorded_at: datetime) -> tuple[int, bytes, bytes]:
        """(version, leaf, leaf hash) of the draft as the stream's next event."""
        head = self._heads[draft.stream]
        head.version += 1
        leaf = leaf_of(draft, stream=draft.stream, version=head.version, prev=head.leaf_hash, recorded_at=recorded_at)
        head.leaf_hash = leaf_hash(leaf)
        return head.version, leaf, head.leaf_hash


class EventLog:
    """One per process. Every method that takes a connection works inside the caller's transaction."""

    def __init__(self, keys: SubjectKeys, *, digest_key: bytes) -> None:
        self._keys = keys
        self._digest_key = digest_key

    def digest(self, *, type_: str, time: datetime, data: Any) -> bytes:
        """What tells one content from another under the same (source, id); `data` as parsed from JSON."""
        return content_digest(self._digest_key, type_=type_, time=time, data=data)

    async def prepare(self, subject_ids: Iterable[str]) -> None:
        """Have the keys of these subjects at hand, so that sealing under a lock does no I/O."""
        await self._keys.ready_to_seal(subject_ids)

    async def seal(self, drafts: Sequence[Draft]) -> list[SealedDraft]:
        """Replace personal texts by commitments. A part whose subject was erased is left out of the event."""
        ciphers = await self._keys.ready_to_seal(part.subject_id for draft in drafts for part in draft.data.texts())
        return [_seal(draft, ciphers) for draft in drafts]

    async def known(
        self, connection: Connection, ids: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], bytes | None]:
        """Of these (source, id), those recorded, each with the content digest it was recorded with (None: ours)."""
        by_hash = {id_hash(*identity): identity for identity in ids}
        rows = await connection.fetch(_SQL["find_digests"], list(by_hash))
        return {by_hash[row["id_hash"]]: row["digest"] for row in rows}

    async def find(self, connection: Connection, source: str, id_: str) -> Appended | None:
        """An event by (source, id), sequenced or not: how a commit whose outcome is unknown is looked up."""
        row = await connection.fetchrow(_SQL["find_appended"], id_hash(source, id_))
        return None if row is None else _found(row)

    async def lock(self, connection: Connection, streams: Iterable[str]) -> Heads:
        """Lock the heads of these streams until the transaction ends; new streams begin at version 0."""
        wanted = sorted(set(streams))
        rows = await connection.fetch(_SQL["lock_heads"], wanted)
        if missing := sorted(set(wanted) - {row["stream"] for row in rows}):
            await connection.execute(_SQL["make_heads"], missing)
            rows += await connection.fetch(_SQL["lock_heads"], missing)
        return Heads({row["stream"]: _Head(row["version"], row["leaf_hash"]) for row in rows})

    async def append(
        self, connection: Connection, heads: Heads, drafts: Sequence[SealedDraft], *, recorded_at: datetime
    ) -> list[Appended]:
        """Append in the given order under locked heads.

        Raises DuplicateEventError, LeafTooLargeError; after either the transaction must be rolled back.
        """
        if not drafts:
            return []
        leaves = [heads.next_leaf(draft, recorded_at) for draft in drafts]
        parts = [(nth, part) for nth, draft in enumerate(drafts, start=1) for part in draft.sealed]
        named = [(nth, draft, user_id) for nth, draft in enumerate(drafts, start=1) for user_id in draft.named_users]
        try:
            await connection.execute(
                _SQL["append_events"],
                [draft.stream for draft in drafts],
                [version for version, _, _ in leaves],
                [leaf for _, leaf, _ in leaves],
                [hash_ for _, _, hash_ in leaves],
                [draft.contract_id for draft in drafts],
                [draft.client_id for draft in drafts],
                [id_hash(draft.source, draft.id) for draft in drafts],
                [draft.digest for draft in drafts],
                [nth for nth, _ in parts],
                [part.path for _, part in parts],
                [part.subject_id for _, part in parts],
                [part.ciphertext for _, part in parts],
                [nth for nth, _, _ in named],
                [user_id for _, _, user_id in named],
                [draft.type == AgencyMemberChanged.TYPE for _, draft, _ in named],
            )
        except asyncpg.UniqueViolationError as clash:
            if clash.table_name is not None and clash.table_name.startswith("event_ids"):
                raise DuplicateEventError(str(clash.detail)) from clash
            raise
        return [_appended(draft, version, hash_) for draft, (version, _, hash_) in zip(drafts, leaves, strict=True)]


def _seal(draft: Draft, ciphers: Mapping[str, AESGCM | None]) -> SealedDraft:
    data = draft.data.to_json()
    sealed: list[SealedPart] = []
    for part in draft.data.texts():
        cipher = ciphers[part.subject_id]
        if cipher is None:
            _put(data, part.path, None)
            continue
        committed, ciphertext = seal(cipher, event_id=draft.id, path=part.path, text=part.text)
        _put(data, part.path, {"sealed": committed})
        sealed.append(SealedPart(path=part.path, subject_id=part.subject_id, ciphertext=ciphertext))
    return SealedDraft(
        source=draft.source,
        id=draft.id,
        time=draft.time,
        type=draft.data.TYPE,
        stream=draft.data.stream,
        data=data,
        actor=draft.actor,
        correlation_id=draft.correlation_id,
        causation_id=draft.causation_id,
        policy=draft.policy,
        digest=draft.digest,
        contract_id=draft.data.contract_id,
        client_id=draft.data.client_id,
        named_users=tuple(id_ for id_ in draft.data.named_accounts if id_ != draft.data.account_id),
        sealed=tuple(sealed),
    )


def _put(data: dict[str, Any], path: str, value: dict[str, str] | None) -> None:
    *parents, name = path.split(".")
    for parent in parents:
        data = data[parent]
    if value is None:
        data.pop(name, None)
    else:
        data[name] = value


def _appended(draft: SealedDraft, version: int, hash_: bytes) -> Appended:
    return Appended(
        source=draft.source,
        id=draft.id,
        type=draft.type,
        time=draft.time,
        stream=draft.stream,
        version=version,
        actor=draft.actor,
        data=REGISTRY[draft.type].model_validate(draft.data),
        sealed={part.path: part.ciphertext for part in draft.sealed},
        leaf_hash=hash_,
    )


def _found(row: Record) -> Appended:
    event = Recorded.decode(
        row["leaf"], position=-1, sequenced_at=datetime.min.replace(tzinfo=UTC), sealed=sealed_of(row)
    )
    return Appended(
        source=event.source,
        id=event.id,
        type=event.type,
        time=event.time,
        stream=event.stream,
        version=event.version,
        actor=event.actor,
        data=event.data,
        sealed=event.sealed,
        leaf_hash=row["leaf_hash"],
    )
