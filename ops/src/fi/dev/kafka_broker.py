"""The embedded Apache Kafka: one KRaft node (broker and controller), its data below the home.

Invariant: topics are never made by using them, and a killed broker serves again within seconds.
Next: kafka_jars.py for what it runs, topic.py for the topics.
"""

import socket
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from fi.dev.kafka_jars import VERSION, KafkaJars
from fi.dev.port import LOOPBACK
from fi.dev.program import Program, run


@dataclass(frozen=True, slots=True)
class KafkaBroker:
    """One broker: its data folder, its two ports, the jars it runs and their class-data archive."""

    data: Path
    port: int
    controller_port: int
    jars: KafkaJars
    archive: Path | None

    version = VERSION

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def settings_file(self) -> Path:
        return self.data / "server.properties"

    def program(self) -> Program:
        return Program(
            name="kafka",
            argv=self.jars.command("kafka.Kafka", str(self.settings_file), options=self._options()),
            address=self.bootstrap_servers,
            before=self.prepare,
            ready=lambda: why_not_ready(self.bootstrap_servers),
        )

    def prepare(self) -> None:
        """Write the settings; format the storage on first use."""
        self.data.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{name}={value}\n" for name, value in self.settings().items())
        self.settings_file.write_text(text)
        if not (self.data / "logs" / "meta.properties").exists():
            cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            arguments = ("format", f"--cluster-id={cluster}", "-c", str(self.settings_file), "--ignore-formatted")
            argv = self.jars.command("kafka.tools.StorageTool", *arguments, options=self._options())
            run(argv, what="formatting Kafka's storage", timeout=120)

    def settings(self) -> dict[str, str]:
        """The broker's settings, as in server.properties."""
        single = ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{LOOPBACK}:{self.controller_port}",
            "listeners": f"PLAINTEXT://{LOOPBACK}:{self.port},CONTROLLER://{LOOPBACK}:{self.controller_port}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.data / "logs"),
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": "0",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.num.partitions": "4",
            **{f"{topic}.replication.factor": "1" for topic in single},
            **{f"{topic}.min.isr": "1" for topic in single[1:]},
            # A killed broker may register again only when its old session has expired (default 9 s).
            "broker.session.timeout.ms": "2000",
            "broker.heartbeat.interval.ms": "500",
            # The default of 128 MB does not fit beside the rest into a heap of 256 MB.
            "log.cleaner.dedupe.buffer.size": "4194304",
        }

    def _options(self) -> tuple[str, ...]:
        return (f"-XX:SharedArchiveFile={self.archive}", "-Xshare:auto") if self.archive else ()


def listens(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


async def why_not_ready(bootstrap_servers: str) -> str | None:
    """None when a broker answers with its cluster's metadata, else why not."""
    host, _, port = bootstrap_servers.partition(",")[0].rpartition(":")
    if host == LOOPBACK and not listens(int(port)):
        return f"nothing listens on {bootstrap_servers}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=5000)
    try:
        await admin.start()
        await admin.list_topics()
    except (KafkaError, OSError, TimeoutError) as failure:
        return f"{type(failure).__name__}: {failure}"
    finally:
        await admin.close()
    return None
