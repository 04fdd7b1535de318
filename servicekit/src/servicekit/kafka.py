"""How to reach the Kafka cluster.

Owns the security options in the two spellings our clients want. Knows no topic.
Invariant: one description of the connection for consumers, producers and admin clients.
Next: settings.py where it is read, consumer.py where it is used.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512
from pydantic import SecretStr

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]

_SASL = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


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
        if self._encrypted:
            options["ssl_context"] = self._ssl_context()
        if self._signed_in:
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username or "",
                "sasl_plain_password": self._password,
            }
        return options

    def faststream_security(self) -> BaseSecurity | None:
        """Return the same for a FastStream broker, None when nothing is asked for."""
        if self.protocol == "PLAINTEXT":
            return None
        context = self._ssl_context() if self._encrypted else None
        if not self._signed_in:
            return BaseSecurity(ssl_context=context, use_ssl=True)
        kind = _SASL[self.mechanism]
        return kind(self.username or "", self._password, ssl_context=context, use_ssl=self._encrypted)

    @property
    def _encrypted(self) -> bool:
        return self.protocol in ("SSL", "SASL_SSL")

    @property
    def _signed_in(self) -> bool:
        return self.protocol.startswith("SASL")

    @property
    def _password(self) -> str:
        return self.password.get_secret_value() if self.password else ""

    def _ssl_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        if self.cert_file:
            context.load_cert_chain(str(self.cert_file), str(self.key_file) if self.key_file else None)
        return context
