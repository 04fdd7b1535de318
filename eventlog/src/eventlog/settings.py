"""What the log's processes and its users need to be told."""

from eventlog.publish import EVENTS
from servicekit.settings import DatabaseSettings, KafkaSettings, SealingSettings


class SequencerSettings(DatabaseSettings, KafkaSettings):
    """The sequencer seals nothing and answers nobody, so it asks for no key and no token issuer.

    `FI_KAFKA_EVENTS_TOPIC`: another topic takes over when the number of partitions must grow (architecture §1.12).
    """

    kafka_events_topic: str = EVENTS


class KeySettings(DatabaseSettings, SealingSettings):
    """Where the subjects' keys are and what unwraps them."""
