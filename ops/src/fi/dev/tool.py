"""Run one of Kafka's own command line classes against an instance.

For machines that have neither kcat nor a Kafka installation: the jars are the ones the embedded broker runs.
"""

import os
from typing import NoReturn

from fi.dev import kafka_jars
from fi.dev.instance import Instance
from fi.error import CommandError

TOOLS = {
    "topics": "org.apache.kafka.tools.TopicCommand",
    "console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "configs": "kafka.admin.ConfigCommand",
}


def run_tool(instance: Instance, tool: str, arguments: tuple[str, ...]) -> NoReturn:
    """Become the tool, told where the instance's broker is. Raises CommandError where there is no Java."""
    java = kafka_jars.find_java()
    if java is None:
        raise CommandError(f"Kafka's tools need Java {kafka_jars.OLDEST_JAVA} or newer")
    where = ("--bootstrap-server", instance.bootstrap_servers)
    argv = kafka_jars.fetch(java).command(TOOLS[tool], *where, *arguments)
    os.execv(argv[0], argv)  # noqa: S606 - no shell is wanted
