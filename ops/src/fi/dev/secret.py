"""The secrets of a system that runs in containers: files, named like the variables they stand for.

For development: the keys of key.py, a random password for the database and the address that holds it.
Invariant: what was made once stays; a log without its sealing key, or a database with another password, is lost.
Next: docker-compose.yml, whose first job makes them; servicekit.settings reads them (FI_SECRETS_DIR).
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from fi.dev import key
from fi.dev.home import Home
from fi.error import CommandError

OWNER_ONLY = 0o400


def ensure_secrets(home: Home, *, folder: Path, password_file: Path, database: str) -> list[Path]:
    """Make what is missing and give where everything is.

    `folder` gets what our processes are told: `fi_sealing_key`, `fi_database_url`, `jwks.json`; `password_file` is for
    the database alone. The key that signs tokens stays in the home. `database` is the address without a password.
    Raises CommandError when `database` is no such address.
    """
    home.create()
    key.ensure_keys(home)
    if not password_file.exists():
        _write(password_file, secrets.token_urlsafe(24))
    contents = {
        folder / "fi_sealing_key": key.sealing_key(home),
        folder / "fi_database_url": _with_password(database, password_file.read_text()),
        folder / "jwks.json": key.jwks_file(home).read_text(),
    }
    for file, text in contents.items():
        _write(file, text)
    return [password_file, *contents]


def _with_password(database: str, password: str) -> str:
    parts = urlsplit(database)
    if not parts.username or parts.password is not None:
        raise CommandError(f"{parts._replace(netloc='…').geturl()}: give postgresql://USER@HOST:PORT/NAME, no password")
    return parts._replace(netloc=parts.netloc.replace("@", f":{password}@")).geturl()


def _write(file: Path, text: str) -> None:
    """Replace the file as a whole: a process that starts meanwhile reads the old or the new one."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.chmod(OWNER_ONLY)
    fresh.replace(file)
