"""Secrets for containers are made once and are what a process reads."""

import stat
from pathlib import Path

import orjson
import pytest

from eventlog.settings import KeySettings
from eventlog.wiring import sealing_key
from fi.dev.home import Home
from fi.dev.secret import ensure_secrets
from fi.error import CommandError
from servicekit.settings import DatabaseSettings

DATABASE = "postgresql://owner@postgres:5432/integrity"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "secrets"
    made.mkdir()
    return made


def make(folder: Path, database: str = DATABASE) -> dict[str, bytes]:
    home = Home.at(folder.parent / "home")
    files = ensure_secrets(home, folder=folder, password_file=folder.parent / "password", database=database)
    return {file.name: file.read_bytes() for file in files}


def test_a_process_reads_them_by_the_names_of_their_variables(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FI_DATABASE_URL", raising=False)
    monkeypatch.setenv("FI_SECRETS_DIR", str(folder))
    made = make(folder)
    assert DatabaseSettings().database_url == f"postgresql://owner:{made['password'].decode()}@postgres:5432/integrity"
    assert len(sealing_key(KeySettings())) == 32
    (public,) = orjson.loads(made["jwks.json"])["keys"]
    assert "d" not in public  # the half that signs stays in the home


def test_made_again_they_are_the_same(folder: Path) -> None:
    assert make(folder) == make(folder)


def test_two_systems_share_none(tmp_path: Path) -> None:
    folders = [tmp_path / name / "secrets" for name in ("first", "second")]
    for folder in folders:
        folder.mkdir(parents=True)
    first, second = (make(folder) for folder in folders)
    assert not set(first.values()) & set(second.values())


def test_only_their_owner_may_read_them(folder: Path) -> None:
    make(folder)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in [*folder.iterdir(), folder.parent / "password"]}
    assert modes == {0o400}


@pytest.mark.parametrize("database", ["postgresql://owner:known@postgres/integrity", "postgresql://postgres/integrity"])
def test_an_address_needs_a_user_and_no_password(folder: Path, database: str) -> None:
    with pytest.raises(CommandError, match="no password") as refused:
        make(folder, database)
    assert "known" not in str(refused.value)
