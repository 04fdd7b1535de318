"""The configuration a process is started with: environment variables, or files in a secrets folder.

Owns names, types and checks of what several processes share. Services add their own fields in a subclass.
Invariant: read once in ``__main__``, frozen, passed down; no default for a secret; none asks for what it does not use.
Next: process.py, which is given them.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from servicekit.kafka import KafkaConnection, Mechanism, Protocol

_POSTGRES_URL = re.compile(r"postgres(ql)?://.+", re.DOTALL)
_ORIGIN = re.compile(r"[!-*,-.0-~]+(/[!-*,-.0-~]+)*")  # printable, no space, no plus, no slash at either end


def _postgres_url(value: str) -> str:
    if not _POSTGRES_URL.fullmatch(value):
        raise ValueError("must begin with postgresql://")
    return value


def _origin(value: str) -> str:
    if not _ORIGIN.fullmatch(value):
        raise ValueError("must be a URL prefix without scheme and trailing slash, with no space and no '+'")
    return value


PostgresUrl = Annotated[str, AfterValidator(_postgres_url), Field(repr=False)]


class ProcessSettings(BaseSettings):
    """What every process has: where its health doors are, how much it logs, and in the sandbox the test clock."""

    model_config = SettingsConfigDict(env_prefix="FI_", frozen=True, extra="ignore", hide_input_in_errors=True)

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=1, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    test_clock: Path | None = None
    dev: bool = False

    @model_validator(mode="after")
    def _test_clock_only_in_the_sandbox(self) -> Self:
        if self.test_clock is not None and not self.dev:
            raise ValueError("FI_TEST_CLOCK is refused outside `fi dev`: business time would stand still")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, the environment, then files named like the variables in the folder ``FI_SECRETS_DIR``."""
        folder = os.environ.get("FI_SECRETS_DIR")
        files = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder else ()
        return (init_settings, env_settings, *files)


class DatabaseSettings(ProcessSettings):
    """Where PostgreSQL is; the subjects' keys may live in a database of their own."""

    database_url: PostgresUrl
    keys_database_url: PostgresUrl = ""

    @model_validator(mode="before")
    @classmethod
    def _keys_beside_the_rest(cls, values: dict[str, object]) -> dict[str, object]:
        if not values.get("keys_database_url") and values.get("database_url"):
            return values | {"keys_database_url": values["database_url"]}
        return values


class KafkaSettings(ProcessSettings):
    """Where Kafka is and how many partitions the log's topic was made with."""

    kafka_bootstrap_servers: str = Field(min_length=1)
    kafka_partitions: int = Field(default=8, ge=1, le=10_000)
    kafka_security_protocol: Protocol = "PLAINTEXT"
    kafka_security_mechanism: Mechanism = "PLAIN"
    kafka_security_username: str | None = None
    kafka_security_password: SecretStr | None = None
    kafka_security_ca_file: Path | None = None
    kafka_security_cert_file: Path | None = None
    kafka_security_key_file: Path | None = None

    @model_validator(mode="after")
    def _sasl_needs_a_name(self) -> Self:
        if self.kafka_security_protocol.startswith("SASL") and not (
            self.kafka_security_username and self.kafka_security_password
        ):
            raise ValueError("SASL needs FI_KAFKA_SECURITY_USERNAME and FI_KAFKA_SECURITY_PASSWORD")
        return self

    @property
    def kafka(self) -> KafkaConnection:
        """The connection as our clients take it."""
        return KafkaConnection(
            bootstrap_servers=self.kafka_bootstrap_servers,
            protocol=self.kafka_security_protocol,
            mechanism=self.kafka_security_mechanism,
            username=self.kafka_security_username,
            password=self.kafka_security_password,
            ca_file=self.kafka_security_ca_file,
            cert_file=self.kafka_security_cert_file,
            key_file=self.kafka_security_key_file,
        )


class AuthSettings(ProcessSettings):
    """Whose tokens are believed: a JWKS by URL or as a file, the issuer, and the audience that must be us."""

    auth_jwks: str = Field(min_length=1)
    auth_issuer: str = Field(min_length=1)
    auth_audience: str = Field(min_length=1)


class SealingSettings(ProcessSettings):
    """The key that wraps the subjects' keys: 32 bytes in base64."""

    sealing_key: SecretStr


class LogSettings(ProcessSettings):
    """Under which name the log signs: a URL prefix without scheme and trailing slash."""

    log_origin: Annotated[str, AfterValidator(_origin)]


class ServiceSettings(DatabaseSettings, KafkaSettings, AuthSettings, SealingSettings, LogSettings):
    """Everything a service's processes share. A process that needs less combines the classes above."""
