"""What each process of jss needs to be told. Next: servicekit.settings for where it is read from."""

from pydantic import Field

from eventlog.settings import KeySettings
from servicekit.settings import AuthSettings, DatabaseSettings, KafkaSettings


class ConsumerSettings(KeySettings, KafkaSettings):
    """The consumer opens private ratings and appends scores."""


class TickSettings(KeySettings):
    """The tick appends; nothing of a scoring day is sealed, but the log is one."""


class HttpSettings(DatabaseSettings, AuthSettings):
    """The doors open nothing."""

    http_port: int = Field(default=8102, ge=1, le=65535)
