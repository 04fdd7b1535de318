"""The tree speaks of itself alone: no machine's paths, no registry's host names, nothing left for later."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LATER = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError|xfail")
MACHINE = re.compile(r"(?<![\w.])/(?:root|home|work|Users)/")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|repo\.maven|maven\.apache\.org/m|registry\.npm|deb\.debian|docker\.io/"
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.splitlines() if not name.endswith(".lock")]
    return [path for path in paths if path != Path(__file__)]  # which must name what it forbids


def found(pattern: re.Pattern[str]) -> list[str]:
    places = []
    for path in tracked():
        try:
            text = path.read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        places += [f"{path.relative_to(ROOT)}: {match.group(0)}" for match in pattern.finditer(text)]
    return places


def test_nothing_is_left_for_later() -> None:
    assert found(LATER) == []


def test_no_path_of_a_machine() -> None:
    assert found(MACHINE) == []


def test_no_registry_is_named() -> None:
    assert found(REGISTRY) == []
