"""What the processes of removal are told (interfaces §5). Read once in `__main__`, frozen, passed down."""

from pydantic import Field

from eventlog.settings import KeySettings
from removal.domain.policy import DecisionMode
from servicekit.settings import AuthSettings, KafkaSettings


class IntakeSettings(KeySettings, KafkaSettings):
    """The intake reads Kafka and answers nobody but health checks."""

    http_port: int = Field(default=8111, ge=1, le=65535)


class HttpSettings(KeySettings, AuthSettings):
    """The doors. `policy_book`: a shipped book's name or a YAML file. `jss_url`: where previews are asked for."""

    http_port: int = Field(default=8101, ge=1, le=65535)
    policy_book: str = Field(default="perk", min_length=1)
    decision_mode: DecisionMode = DecisionMode.AUTOMATIC
    jss_url: str = Field(pattern=r"^https?://.+")
