"""A marketplace event about to be sent by its producer. Next: marketplace_event.py for `build`, which makes it."""

from dataclasses import dataclass
from typing import NamedTuple

from event_contracts.cloudevents import CloudEvent


class ProducerRecord(NamedTuple):
    """All that a Kafka producer needs: `await producer.send(**record._asdict())`."""

    topic: str
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Publication:
    """A valid event and the topic it belongs on."""

    topic: str
    event: CloudEvent

    def to_kafka(self) -> ProducerRecord:
        """The record in binary mode, the mode we document for producers."""
        return ProducerRecord(self.topic, *self.event.to_binary())
