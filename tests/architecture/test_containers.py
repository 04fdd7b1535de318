"""What docker-compose.yml and the Dockerfile promise, read without an engine."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from fi.dev import key
from fi.dev.engine import KAFKA_IMAGE, POSTGRES_IMAGE
from fi.dev.service import DOORS, SERVICES

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSED: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
TESTED: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "tests/support/compose.yml").read_text())["services"]
OURS = {process.replace(" ", "-"): arguments for process, arguments in SERVICES.items()}
JOBS = {"migrate", "secrets", "fi"}
BACKINGS = {"postgres", "kafka"}


def test_it_runs_the_processes_that_the_sandbox_runs() -> None:
    assert set(COMPOSED) == set(OURS) | JOBS | BACKINGS
    for service, arguments in OURS.items():
        assert COMPOSED[service]["command"] == ["python", "-m", *arguments]


def test_the_test_clock_is_told_to_every_process_and_is_not_in_the_composition_itself() -> None:
    assert {service for service, more in TESTED.items() if "FI_TEST_CLOCK" in more.get("environment", {})} == set(OURS)
    assert all("FI_DEV" not in service.get("environment", {}) for service in COMPOSED.values())


def test_every_image_is_pinned_and_the_sandbox_uses_the_same() -> None:
    images = {name: service["image"] for name, service in COMPOSED.items()}
    froms = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for image in [*images.values(), *froms]:
        assert re.search(r":\d[\w.-]*$", image), image
    assert (images["postgres"], images["kafka"]) == (POSTGRES_IMAGE, KAFKA_IMAGE)


def test_the_image_is_made_with_the_uv_that_the_makefile_uses() -> None:
    pinned = re.compile(r"uv==([\d.]+)")
    assert pinned.findall(DOCKERFILE) == pinned.findall((ROOT / "Makefile").read_text())


def test_the_image_knows_every_member_of_the_workspace() -> None:
    members = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
    found = {str(path.parent.relative_to(ROOT)) for member in members for path in ROOT.glob(f"{member}/pyproject.toml")}
    assert set(re.findall(r"^COPY (\S+)/pyproject\.toml \1/$", DOCKERFILE, re.MULTILINE)) == found


@pytest.mark.parametrize("service", sorted(COMPOSED))
def test_ports_are_published_on_the_loopback_interface_only_and_can_be_moved(service: str) -> None:
    for port in COMPOSED[service].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\$\{FI_[A-Z]+_PORT:-\d+\}:\d+", port)


@pytest.mark.parametrize("service", sorted(set(COMPOSED) - JOBS))
def test_what_should_run_is_watched_and_started_again(service: str) -> None:
    told = COMPOSED[service]
    assert told["restart"] == "unless-stopped"
    assert "disable" not in told.get("healthcheck", {})
    assert "healthcheck" in told or told["build"] == "."  # our image asks /readyz itself
    assert "/readyz" in DOCKERFILE.partition("HEALTHCHECK")[2]


def test_no_secret_is_written_down() -> None:
    for service in COMPOSED.values():
        for name, value in service.get("environment", {}).items():
            assert not re.search(r"(PASSWORD|SEALING_KEY|SIGNER_KEY|DATABASE_URL)$", name), (name, value)


def test_a_token_of_the_development_key_is_believed() -> None:
    told = COMPOSED["removal-http"]["environment"]
    assert told["FI_AUTH_ISSUER"] == f"${{FI_AUTH_ISSUER:-{key.ISSUER}}}"
    assert told["FI_AUTH_AUDIENCE"] == f"${{FI_AUTH_AUDIENCE:-{key.AUDIENCE}}}"


def test_each_door_listens_where_it_is_published() -> None:
    for process in DOORS.values():
        service = COMPOSED[process.replace(" ", "-")]
        (port,) = service["ports"]
        assert str(service["environment"]["FI_HTTP_PORT"]) == port.rpartition(":")[2]
