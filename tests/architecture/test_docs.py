"""Every path, make target and command that the documents name exists."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")])
FOLDERS = ("contracts", "servicekit", "eventlog", "services", "ops", "tests", "docs", "bench", "deploy")
PATH = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[^\s`*<>…{{}}]+)`")
TARGET = re.compile(r"\bmake ([a-z-]+)")
COMMAND = re.compile(r"`(?:\.venv/bin/)?fi ((?:[a-z]+ ?)+)")


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_is_there(document: Path) -> None:
    text = document.read_text()
    assert [path for path in PATH.findall(text) if not (ROOT / path).exists()] == []
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    fences = re.findall(r"```.*?```", text, re.DOTALL)
    inline = re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    assert set(TARGET.findall("\n".join(fences + inline))) - targets == set()


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_command_the_documents_name_has_a_help_page() -> None:
    named = {words for document in DOCS for words in COMMAND.findall(document.read_text())}
    for words in sorted({" ".join(words.split()[:2]) for words in named}):
        done = subprocess.run([sys.executable, "-m", "fi", *words.split(), "--help"], capture_output=True, check=False)
        assert done.returncode == 0, words
