"""Kafka's jars and the class-data archive that makes its start quick; both kept in the shared cache.

Fetches with Maven, by pom.xml. Knows nothing of instances.
Invariant: the class path is always the same jars in the same order; another order makes Java ignore the archive.
"""

import hashlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from fi.dev.cache import cached
from fi.dev.program import run
from fi.error import CommandError

VERSION = "4.3.1"
OLDEST_JAVA = 17
QUICK_START = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms64m", "-Xmx256m")


@dataclass(frozen=True, slots=True)
class KafkaJars:
    """A Java and the folder of jars it runs."""

    java: Path
    libraries: Path

    @property
    def class_path(self) -> str:
        return ":".join(str(jar) for jar in sorted(self.libraries.glob("*.jar")))

    def command(self, main_class: str, *arguments: str, options: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The argv that runs one of Kafka's classes, quick to start."""
        logging = f"-Dlog4j2.configurationFile={_resource('log4j2.xml')}"
        flags = (*QUICK_START, logging, *options)
        return (str(self.java), *flags, "-cp", self.class_path, main_class, *arguments)


def find_java() -> Path | None:
    """A Java that can run Kafka 4 (17 or newer), or None."""
    found = shutil.which("java")
    if found is None:
        return None
    try:
        answer = run((found, "-version"), what="java -version", timeout=30)
    except CommandError:
        return None
    version = re.search(r'version "(\d+)', answer)
    return Path(found).resolve() if version and int(version[1]) >= OLDEST_JAVA else None


def why_not_at_hand(java: Path) -> str | None:
    """None when the jars are in the cache, fetching them first where Maven can; else what is missing."""
    try:
        fetch(java)
    except CommandError as failure:
        return str(failure)
    return None


def fetch(java: Path) -> KafkaJars:
    """The jars, fetched with Maven on first use. Raises CommandError when that fails."""
    return KafkaJars(java, cached(_entry(), _download))


def archive_of(jars: KafkaJars) -> Path:
    """The class-data archive for this Java and these jars; the first call runs a broker to make it (up to 10 s)."""
    java = hashlib.sha256(f"{jars.java}{jars.java.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    entry = cached(f"{_entry()}-classes-{java}", lambda folder: _record_classes(jars, folder / "kafka.jsa"))
    return entry / "kafka.jsa"


def _entry() -> str:
    return f"kafka-{VERSION}-{hashlib.sha256(_resource('pom.xml').read_bytes()).hexdigest()[:12]}"


def _download(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise CommandError("Maven (mvn) is needed once to fetch Kafka's jars, and is not installed")
    with tempfile.TemporaryDirectory() as project:
        pom = shutil.copy(_resource("pom.xml"), Path(project) / "pom.xml")
        goal = ("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}")
        run((maven, "-q", "-B", "-f", str(pom), *goal), what="fetching Kafka's jars with Maven", timeout=900)
    if not list(folder.glob("kafka_*.jar")):
        raise CommandError("Maven ended well but brought no Kafka jars")


def _record_classes(jars: KafkaJars, archive: Path) -> None:
    from fi.dev.kafka_broker import KafkaBroker, listens  # noqa: PLC0415 - the broker knows its jars, not the reverse
    from fi.dev.port import free_ports  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as data:
        port, controller = free_ports(2)
        broker = KafkaBroker(Path(data), port, controller, jars, archive=None)
        broker.prepare()
        log = Path(data) / "start.log"
        argv = jars.command("kafka.Kafka", str(broker.settings_file), options=(f"-XX:ArchiveClassesAtExit={archive}",))
        with log.open("wb") as output:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output)  # noqa: S603
        try:
            deadline = time.monotonic() + 90
            while not listens(port) and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=90)
        finally:
            process.kill()
        if not archive.exists():
            raise CommandError(f"the broker did not start to record its classes:\n{log.read_text()[-2000:]}")


def _resource(name: str) -> Path:
    return Path(str(resources.files("fi.dev").joinpath(name)))
