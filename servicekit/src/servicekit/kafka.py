"""How to reach the Kafka cluster.

Owns the security options as aiokafka spells them. Knows no topic.
Invariant: one description of the connection for consumers, producers and admin clients.
Next: settings.py where it is read, consumer.py where it is used.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaConnection:
    """Where the brokers are and how to be let in. The servers are ``host:port``, separated by commas."""

    bootstrap_servers: str
    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism = "PLAIN"
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None

    @property
    def servers(self) -> list[str]:
        """The bootstrap servers one by one."""
        return [server.strip() for server in self.bootstrap_servers.split(",") if server.strip()]

    def client_options(self) -> dict[str, Any]:
        """Return keyword arguments for any aiokafka client."""
        options: dict[str, Any] = {"bootstrap_servers": self.servers, "security_protocol": self.protocol}
        if self.encrypted:
            options["ssl_context"] = self.ssl_context()
        if self.signed_in:
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username or "",
                "sasl_plain_password": self.password_text,
            }
        return options

    @property
    def encrypted(self) -> bool:
        """Whether TLS is spoken."""
        return self.protocol in ("SSL", "SASL_SSL")

    @property
    def signed_in(self) -> bool:
        """Whether a name and a password are given (SASL)."""
        return self.protocol.startswith("SASL")

    @property
    def password_text(self) -> str:
        """The password, empty when there is none."""
        return self.password.get_secret_value() if self.password else ""

    def ssl_context(self) -> ssl.SSLContext:
        """The context for TLS, with our certificate when one is configured."""
        context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        if self.cert_file:
            context.load_cert_chain(str(self.cert_file), str(self.key_file) if self.key_file else None)
        return context
