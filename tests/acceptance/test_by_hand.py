"""A person publishes a contract's end with a Kafka client of their own, and the profile shows it."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import NoReturn

import orjson
import pytest
from tests.acceptance import readme
from tests.support.builders import id_of
from tests.support.given import Doors, Freelancer
from tests.support.sandbox import Sandbox

from fi.dev.kafka_jars import KafkaJars, fetch, find_java
from fi.error import CommandError


def must_not_miss(what: str) -> NoReturn:
    """Skip the test, or fail it where the real broker and its tools are required."""
    if os.environ.get("REQUIRE_KAFKA") == "1":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


async def test_the_kcat_command_of_the_readme(sandbox: Sandbox, doors: Doors, tmp_path: Path) -> None:
    if shutil.which("kcat") is None:
        must_not_miss("kcat")
    await readme.run(readme.commands_with("kcat -P"), sandbox, tmp_path)
    await sandbox.settle()
    shown = orjson.loads(await readme.run(readme.commands_with("/v1/profiles/ada"), sandbox, tmp_path))

    [work] = [work for work in shown["work_history"]["items"] if work["contract_id"] == "by-hand-1"]
    assert work["title"] == "Logo"
    assert work["client_feedback"] == {"state": "visible", "score": 490, "comment": "A joy to work with ✨"}
    assert await doors.profile("ada") == shown


@pytest.mark.usefixtures("real_broker")
async def test_kafkas_own_console_producer(sandbox: Sandbox, doors: Doors) -> None:
    ada = Freelancer()
    contract = ada.contract(client_feedback={"score": 455, "comment": "Typed by hand"})
    record = contract.to_kafka()
    headers = ",".join(f"{name}:{value.decode()}" for name, value in record.headers)
    await type_into_kafka(sandbox, record.topic, f"{headers}\t{ada.id}\t{record.value.decode()}\n")
    await sandbox.settle()

    shown = {"state": "visible", "score": 455, "comment": "Typed by hand"}
    assert (await doors.work(ada.id, id_of(contract)))["client_feedback"] == shown


async def type_into_kafka(sandbox: Sandbox, topic: str, lines: str) -> None:
    """Give lines of headers, key and value to Kafka's console producer."""
    options = [
        *("--bootstrap-server", sandbox.bootstrap_servers, "--topic", topic),
        *("--reader-property", "parse.key=true", "--reader-property", "parse.headers=true"),
    ]
    process = await asyncio.create_subprocess_exec(
        *kafka_jars().command("org.apache.kafka.tools.ConsoleProducer", *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(lines.encode()), 60)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, said.decode()


def kafka_jars() -> KafkaJars:
    """The jars of Kafka's own tools, and a Java to run them."""
    java = find_java()
    if java is None:
        must_not_miss("Java 17")
    try:
        return fetch(java)
    except CommandError as missing:
        must_not_miss(str(missing))
