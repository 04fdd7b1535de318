import ssl
from typing import Any

import pytest
from faststream.kafka import KafkaBroker
from pydantic import SecretStr

from servicekit.consumer import _security
from servicekit.kafka import KafkaConnection


def a_connection(**options: Any) -> KafkaConnection:
    return KafkaConnection(bootstrap_servers="a:1,b:2", **options)


SIGNED_IN = {"username": "us", "password": SecretStr("hush")}


def test_a_plain_connection_asks_for_nothing() -> None:
    assert a_connection().client_options() == {"bootstrap_servers": ["a:1", "b:2"], "security_protocol": "PLAINTEXT"}
    assert _security(a_connection()) is None


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_consumers_and_other_clients_are_let_in_the_same_way(protocol: Any, mechanism: Any) -> None:
    connection = a_connection(protocol=protocol, mechanism=mechanism, **SIGNED_IN)
    ours = connection.client_options()
    builder: Any = KafkaBroker(connection.servers, security=_security(connection)).config.broker_config.builder
    theirs = builder.keywords
    assert isinstance(theirs.get("ssl_context"), ssl.SSLContext) == ("ssl_context" in ours)
    assert theirs.get("security_protocol", "PLAINTEXT") == protocol  # what aiokafka takes when nothing is said
    for name in ("sasl_mechanism", "sasl_plain_username", "sasl_plain_password"):
        assert theirs.get(name) == ours.get(name), name
