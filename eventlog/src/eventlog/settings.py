"""What the log's processes and its users need to be told."""

from servicekit.settings import DatabaseSettings, KafkaSettings, SealingSettings


class SequencerSettings(DatabaseSettings, KafkaSettings):
    """The sequencer seals nothing and answers nobody, so it asks for no key and no token issuer."""


class KeySettings(DatabaseSettings, SealingSettings):
    """Where the subjects' keys are and what unwraps them."""
