from pathlib import Path

import pytest

from servicekit.migrate import MigrationError, migrations


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """An importable package with an empty folder of migrations; its name is the folder's."""
    folder = tmp_path / f"migrated_{abs(hash(request.node.name))}"
    (folder / "migrations").mkdir(parents=True)
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def write(package: Path, name: str, text: str) -> None:
    (package / "migrations" / name).write_text(text)


def test_files_come_in_the_order_of_their_numbers_with_the_up_section_only(package: Path) -> None:
    write(package, "0002_second.sql", "-- migrate:up\nSELECT 2;\n-- migrate:down\nSELECT -2;\n")
    write(package, "0001_first.sql", "-- migrate:up\nSELECT 1;\n")
    first, second = migrations(package.name)
    assert (first.version, first.up.strip(), first.in_transaction) == ("0001", "SELECT 1;", True)
    assert second.up.strip() == "SELECT 2;"


def test_a_file_may_ask_to_run_outside_a_transaction(package: Path) -> None:
    write(package, "0001_index.sql", "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY …;\n")
    assert not migrations(package.name)[0].in_transaction


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("first.sql", "-- migrate:up\nSELECT 1;"),
        ("0001-first.sql", "-- migrate:up\nSELECT 1;"),
        ("0001_first.sql", "SELECT 1;"),
        ("0001_first.sql", "-- migrate:down\nSELECT 1;\n-- migrate:up\nSELECT 2;"),
    ],
)
def test_a_file_not_in_dbmates_format_is_refused(package: Path, name: str, text: str) -> None:
    write(package, name, text)
    with pytest.raises(MigrationError, match=name):
        migrations(package.name)


def test_a_number_given_twice_is_refused(package: Path) -> None:
    write(package, "0001_first.sql", "-- migrate:up\nSELECT 1;")
    write(package, "0001_other.sql", "-- migrate:up\nSELECT 1;")
    with pytest.raises(MigrationError, match="0001"):
        migrations(package.name)
