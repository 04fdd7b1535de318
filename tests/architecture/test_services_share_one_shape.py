"""Knowing one service is knowing all three; a schema belongs to one package; modules stay small."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = {
    "removal": ROOT / "services/removal/src/removal",
    "jss": ROOT / "services/jss/src/jss",
    "profile": ROOT / "services/profile-projection/src/profile_projection",
}
SHAPE = [
    "domain/state.py", "domain/evolve.py", "application/queries.py", "application/ports.py", "adapters/sql",
    "adapters/migrations", "entrypoints/consumer.py", "entrypoints/http.py", "settings.py", "wiring.py", "__main__.py",
]  # fmt: skip
DECIDES = ["domain/commands.py", "domain/decide.py"]
SOURCES = [*ROOT.glob("*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py")]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_shape_of_the_others(service: str) -> None:
    missing = [part for part in SHAPE if not (SERVICES[service] / part).exists()]
    assert missing == []


def test_only_the_service_that_decides_commands_has_decide() -> None:
    assert all((SERVICES["removal"] / part).exists() for part in DECIDES)
    assert not any((SERVICES["profile"] / part).exists() for part in DECIDES)  # a projection takes no decisions


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_touches_no_schema_but_its_own(service: str) -> None:
    others = {"log", "keys", *SERVICES} - {service}
    foreign = re.compile(rf"\b({'|'.join(sorted(others))})\.[a-z_]+\b")
    found = {
        str(path.relative_to(ROOT)): match.group(0)
        for path in SERVICES[service].rglob("*.sql")
        if (match := foreign.search(re.sub(r"--.*", "", path.read_text())))
    }
    assert found == {}


def test_no_module_has_grown_past_what_one_reads_at_a_sitting() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_every_module_says_what_it_is_responsible_for() -> None:
    silent = [
        str(path.relative_to(ROOT)) for path in SOURCES if path.read_text() and not path.read_text().startswith('"""')
    ]
    assert silent == []


def test_no_module_is_named_for_how_instead_of_what() -> None:
    vague = re.compile(r"(^|_)(utils?|common|helpers?|manager|base|misc)$")
    assert [str(path.relative_to(ROOT)) for path in SOURCES if vague.search(path.stem)] == []


def test_no_schema_file_named_after_nothing() -> None:
    for path in [*ROOT.glob("*/src/**/sql/*.sql"), *ROOT.glob("services/*/src/**/sql/*.sql")]:
        first = path.read_text().splitlines()[0]
        assert first.startswith(f"-- {path.name}: "), f"{path}: its first line says what it is for"
