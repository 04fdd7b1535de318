"""What the projection's processes need to be told. Next: servicekit.settings for where it is read from."""

from pydantic import Field

from eventlog.settings import KeySettings
from servicekit.settings import DatabaseSettings, KafkaSettings


class HttpSettings(KeySettings):
    """The doors open texts, and know in how many partitions a broadcast event must have come."""

    http_port: int = Field(default=8103, ge=1, le=65535)
    kafka_partitions: int = Field(default=8, ge=1, le=10_000)


class ConsumerSettings(DatabaseSettings, KafkaSettings):
    """The fold opens nothing, so it asks for no key."""
