"""Policy books from YAML: understood whole or refused at start."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from event_contracts import AgencyRole, Badge
from removal.adapters.policy_file import policy_book
from removal.domain.policy import PERK, RETIRED, PolicyBookError

BOOK = """
name: strict-2027
regimes:
  - effective_from: 2015-01-01T00:00:00Z
    perk: true
    cooldown_months: 6
    contracts_between: 20
    badges: [top_rated_plus]
    agency_roles: [owner]
  - effective_from: "2027-01-01T02:00:00+02:00"
    perk: false
"""


def written(folder: Path, text: str) -> str:
    file = folder / "book.yaml"
    file.write_text(text)
    return str(file)


def test_the_shipped_books_go_by_their_names() -> None:
    assert policy_book("perk") is PERK
    assert policy_book("retired-2024-09-03") is RETIRED


def test_a_file_says_its_regimes(tmp_path: Path) -> None:
    book = policy_book(written(tmp_path, BOOK))
    first, second = book.regimes
    assert book.name == "strict-2027"
    assert first.effective_from == datetime(2015, 1, 1, tzinfo=UTC)
    assert (first.cooldown_months, first.contracts_between) == (6, 20)
    assert (first.badges, first.agency_roles) == (frozenset({Badge.TOP_RATED_PLUS}), frozenset({AgencyRole.OWNER}))
    assert second.effective_from == datetime(2027, 1, 1, tzinfo=UTC)
    assert not second.perk


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("perk: false", "perk: false\n    colour: red"),
        ("name:", "title: x\nname:"),
        ("    cooldown_months: 6\n", ""),
        ("cooldown_months: 6", "cooldown_months: six"),
        ("cooldown_months: 6", "cooldown_months: -1"),
        ("perk: true", "perk: maybe"),
        ("top_rated_plus", "golden"),
        ("2015-01-01T00:00:00Z", "2015-01-01"),
        ("2015-01-01T00:00:00Z", "2015-01-01T00:00:00"),
        ("2015-01-01T00:00:00Z", "2028-01-01T00:00:00Z"),
        ("strict-2027", "perk"),
        ("strict-2027", "a b"),
        ("regimes:", "regimes: ["),
    ],
)
def test_what_is_not_understood_whole_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(PolicyBookError):
        policy_book(written(tmp_path, BOOK.replace(old, new, 1)))


def test_neither_a_name_nor_a_file_is_refused() -> None:
    with pytest.raises(PolicyBookError):
        policy_book("no-such-book")
