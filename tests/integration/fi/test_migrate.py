"""`fi migrate` makes what is missing, again and again, and says in one line what is in its way."""

import asyncpg
import orjson
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from tests.support.sandbox import fi

from fi.dev.postgres_server import database_url
from fi.topic import EVENTS, TOPICS

SCHEMAS = {"keys", "log", "removal", "jss", "profile"}


async def test_an_empty_database_and_broker_get_all_they_need_once(postgres_url: str, kafka_bootstrap: str) -> None:
    owner = await asyncpg.connect(postgres_url)
    await owner.execute("CREATE DATABASE migrated")
    told = {"FI_DATABASE_URL": database_url(postgres_url, "migrated"), "FI_KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap}
    try:
        first = orjson.loads(await fi("migrate", "--json", environment=told | {"FI_KAFKA_PARTITIONS": "3"}))
        assert {name.partition("/")[0] for name in first["migrations"]} == SCHEMAS
        assert set(first["topics"]) == set(TOPICS)
        second = orjson.loads(await fi("migrate", "--json", environment=told | {"FI_KAFKA_PARTITIONS": "3"}))
        assert second == {"migrations": [], "topics": []}
        await _check_topic(kafka_bootstrap)
        await fi("migrate", environment=told | {"FI_KAFKA_PARTITIONS": "4"}, code=1)
    finally:
        await owner.execute("DROP DATABASE migrated WITH (FORCE)")
        await owner.close()
        await _delete_topics(kafka_bootstrap)


async def _check_topic(bootstrap_servers: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        (described,) = await admin.describe_topics([EVENTS])
        assert len(described["partitions"]) == 3
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, EVENTS)])
        entries = answer.to_object()["resources"][0]["config_entries"]
        configs = {entry["config_names"]: entry["config_value"] for entry in entries}
        assert configs["retention.ms"] == "-1"
        assert configs["cleanup.policy"] == "delete"
    finally:
        await admin.close()


async def _delete_topics(bootstrap_servers: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics(list(TOPICS))
    finally:
        await admin.close()


async def test_what_cannot_be_reached_is_named_without_a_traceback() -> None:
    nowhere = {"FI_DATABASE_URL": "postgresql://postgres@127.0.0.1:9/x", "FI_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9"}
    await fi("migrate", environment=nowhere, code=1)
    await fi("migrate", environment={"FI_DATABASE_URL": "", "FI_KAFKA_BOOTSTRAP_SERVERS": ""}, code=1)
