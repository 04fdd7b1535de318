"""The topics of the system and their settings.

Made by us, never by using them: a topic made by use has the wrong partitions and loses events after a week.
Invariant: the topic of the log keeps everything for ever, and its partition count never changes.
"""

from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code

from fi.error import CommandError
from servicekit.kafka import KafkaConnection

DAY_MS = 24 * 60 * 60 * 1000
FOR_EVER = "-1"
EVENTS = "feedback-integrity.events"
DEAD_LETTERS = "feedback-integrity.dead-letters"
MARKETPLACE = ("marketplace.contracts", "marketplace.feedback", "marketplace.accounts", "marketplace.clients")
TOPIC_ALREADY_EXISTS = 36
REPLICAS = 3  # or as many as there are brokers


class TopicError(CommandError):
    """A topic could not be made, or exists with another number of partitions."""


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """How long a topic keeps its records (milliseconds, -1 for ever) and how large one may be (bytes)."""

    retention_ms: str
    max_message_bytes: int = 1024 * 1024

    def as_configs(self) -> dict[str, str]:
        return {
            "cleanup.policy": "delete",
            "retention.ms": self.retention_ms,
            "retention.bytes": FOR_EVER,
            "max.message.bytes": str(self.max_message_bytes),
        }


_ENVELOPE = 64 * 1024  # key, headers and the batch around a value
# A value of 1 MiB is still taken, so that it is parked and not lost at its producer. A dead letter carries the parked
# record whole, and five headers beside it.
TOPICS = {
    **dict.fromkeys(MARKETPLACE, TopicSettings(str(7 * DAY_MS), max_message_bytes=1024 * 1024 + _ENVELOPE)),
    EVENTS: TopicSettings(FOR_EVER),
    DEAD_LETTERS: TopicSettings(str(30 * DAY_MS), max_message_bytes=1024 * 1024 + 2 * _ENVELOPE),
}


async def ensure_topics(kafka: KafkaConnection, *, partitions: int) -> list[str]:
    """Make the topics that are missing and give their names.

    Raises TopicError when the broker cannot be reached or refuses one, or one exists with other partitions.
    """
    admin = AIOKafkaAdminClient(**kafka.client_options(), client_id="fi-migrate")
    try:
        await admin.start()
        missing = sorted(set(TOPICS) - set(await admin.list_topics()))
        made = await _create(admin, missing, partitions)
        await _refuse_other_partitions(admin, partitions)
    except KafkaError as failure:
        raise TopicError(f"the broker at {kafka.bootstrap_servers} cannot be asked: {failure}") from failure
    finally:
        await admin.close()
    return made


async def _create(admin: AIOKafkaAdminClient, names: list[str], partitions: int) -> list[str]:
    if not names:
        return []
    copies = min(REPLICAS, len((await admin.describe_cluster())["brokers"]))
    wanted = [NewTopic(name, partitions, copies, topic_configs=TOPICS[name].as_configs()) for name in names]
    answer: Any = await admin.create_topics(wanted)
    codes: dict[str, int] = {name: code for name, code, *_ in answer.topic_errors}
    if refused := {name: code for name, code in codes.items() if code not in (0, TOPIC_ALREADY_EXISTS)}:
        raise TopicError("; ".join(f"{name}: {for_code(code).__name__}" for name, code in refused.items()))
    return [name for name, code in codes.items() if code == 0]


async def _refuse_other_partitions(admin: AIOKafkaAdminClient, partitions: int) -> None:
    found = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics(list(TOPICS))}
    if other := {name: count for name, count in found.items() if count and count != partitions}:
        listed = ", ".join(f"{name} has {count}" for name, count in sorted(other.items()))
        raise TopicError(f"FI_KAFKA_PARTITIONS is {partitions}, but {listed}; the count is fixed when a topic is made")
