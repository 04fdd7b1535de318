"""Build the log's objects, once per process."""

import base64
import binascii
import hashlib
import os
import socket
from uuid import uuid4

from eventlog.keystore.subject_keys import SubjectKeys
from eventlog.lead import Leadership
from eventlog.log import EventLog
from eventlog.open import Opener
from eventlog.settings import KeySettings, SequencerSettings
from servicekit.clock import clock_from
from servicekit.health import Health
from servicekit.postgres import Pool, create_pool


class SealingKeyError(Exception):
    """FI_SEALING_KEY is not 32 bytes in base64."""


def sealing_key(settings: KeySettings) -> bytes:
    """The key-encryption key. Raises SealingKeyError."""
    try:
        key = base64.b64decode(settings.sealing_key.get_secret_value(), validate=True)
    except binascii.Error as wrong:
        raise SealingKeyError("FI_SEALING_KEY: give 32 bytes in base64") from wrong
    if len(key) != 32:
        raise SealingKeyError(f"FI_SEALING_KEY: 32 bytes in base64 are needed, these are {len(key)}")
    return key


async def subject_keys(settings: KeySettings, pool: Pool) -> SubjectKeys:
    """The subjects' keys; through a pool of their own when they live in another database."""
    if settings.keys_database_url != settings.database_url:
        pool = await create_pool(
            settings.keys_database_url, role="key_maker", application_name="subject-keys", max_size=4
        )
    return SubjectKeys(pool, sealing_key(settings))


def event_log(settings: KeySettings, keys: SubjectKeys) -> EventLog:
    """The append side; its content digests are keyed with a key of their own."""
    digest_key = hashlib.blake2b(sealing_key(settings), digest_size=32, person=b"fi/digest-key").digest()
    return EventLog(keys, digest_key=digest_key)


def opener(keys: SubjectKeys) -> Opener:
    """What doors open texts with."""
    return Opener(keys)


async def leadership(settings: SequencerSettings, pool: Pool, health: Health) -> Leadership:
    """The sequencer process's one task."""
    holder = f"{socket.gethostname()}/{os.getpid()}/{uuid4()}"
    return Leadership(
        pool,
        settings.kafka,
        clock_from(settings),
        health,
        partitions=settings.kafka_partitions,
        holder=holder,
        topic=settings.kafka_events_topic,
    )
