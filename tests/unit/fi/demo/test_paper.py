"""How the story looks: 100 columns, plain where there is no terminal."""

import io
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from event_contracts import Rule
from fi.demo import rule_text
from fi.demo.checks import Checks
from fi.demo.doors import Answer
from fi.demo.expected import TOMBSTONE
from fi.demo.paper import Paper

LONG = "Deadline verpasst, पर अच्छा 🧵 " * 12
PROFILE: dict[str, Any] = {
    "account_id": "noor",
    "kind": "freelancer",
    "display_name": None,
    "badge": "top_rated",
    "job_success_score": {"score": None, "window_months": None, "removed_count": 0},
    "star_rating": {"average": 4.2, "count": 4, "removed_count": 1},
    "number_of_jobs": 4,
    "work_history": {
        "items": [
            {
                "contract_id": "c1",
                "title": LONG,
                "client_id": "delta-print",
                "completed_at": "2026-02-20T09:00:00Z",
                "client_feedback": {"state": "removed", "tombstone": TOMBSTONE, "removal_class": "perk"},
                "response": "[bold]not markup[/bold]",
            },
            {
                "contract_id": "c2",
                "title": None,
                "client_id": "delta-print",
                "completed_at": "2026-02-20T09:00:00Z",
                "client_feedback": {"state": "visible", "comment": LONG},
            },
        ],
        "next": "more",
    },
}


@pytest.fixture
def file() -> io.StringIO:
    return io.StringIO()


def test_plain_paper_has_no_colours_and_no_boxes_and_fits(file: io.StringIO) -> None:
    Paper(Console(file=file)).profile("profile", PROFILE)
    printed = file.getvalue()
    assert "\x1b" not in printed
    assert not set(printed) & set("╭╮│─")
    assert max(map(cell_len, printed.splitlines())) <= 100
    assert all(line == line.rstrip() for line in printed.splitlines())
    assert "profile: noor" in printed


def test_what_people_wrote_is_never_markup(file: io.StringIO) -> None:
    Paper(Console(file=file)).profile("profile", PROFILE)
    assert "[bold]" in file.getvalue()


def test_a_terminal_gets_cards_of_its_width(file: io.StringIO) -> None:
    Paper(Console(file=file, force_terminal=True, width=160, legacy_windows=False)).profile("profile", PROFILE)
    assert "╭" in file.getvalue()
    assert "\x1b[" in file.getvalue()


def a_refusal(*rules: dict[str, Any]) -> Answer:
    sent = {"account_id": "noor", "contract_id": "c1", "scope": "jss_only"}
    return Answer("POST", "/v1/removal-requests", 409, {"rules": list(rules)}, sent)


def test_a_refusal_shows_every_rule_or_only_what_is_not_met(file: io.StringIO) -> None:
    met: dict[str, Any] = {"code": "NOT_YOUR_CONTRACT", "holds": True}
    failed: dict[str, Any] = {"code": "TOO_SOON", "holds": False, "value": None}
    unjudged: dict[str, Any] = {"code": "NOT_TOP_RATED", "holds": None}
    Paper(Console(file=file)).request(a_refusal(met, failed, unjudged), "noor", whole=True)
    assert all(rule["code"] in file.getvalue() for rule in (met, failed, unjudged))
    file.truncate(0)
    Paper(Console(file=file)).request(a_refusal(met, failed, unjudged), "noor", whole=False)
    assert "NOT_YOUR_CONTRACT" not in file.getvalue()
    assert "the other 1 are met" in file.getvalue()


def test_every_rule_has_words() -> None:
    assert set(rule_text.WORDS) == {rule.value for rule in Rule}


@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        ({"code": "NOT_TOP_RATED", "value": "none", "threshold": "top_rated"}, "none"),
        ({"code": "CONTRACT_UNKNOWN"}, ""),
        ({"code": "TOO_SOON", "value": None, "threshold": 3}, "never asked before"),
        (
            {"code": "TOO_SOON", "value": "2026-03-02T09:00:00Z", "passes_at": "2026-06-02T09:00:00Z"},
            "last asked 2026-03-02 09:00, again from 2026-06-02 09:00 on",
        ),
        ({"code": "TOO_FEW_CONTRACTS", "value": 4, "threshold": 10, "contracts_needed": 6}, "4 of 10, 6 missing"),
        ({"code": "TOO_FEW_CONTRACTS", "value": 4, "threshold": 10}, "4 of 10, not asked of a first request"),
        ({"code": "TOO_FEW_CONTRACTS", "value": 10, "threshold": 10}, "10 of 10"),
        ({"code": "SCORE_EFFECT_UNACKNOWLEDGED", "value": None, "threshold": 74}, "74 % would become none"),
        ({"code": "SCORE_EFFECT_UNACKNOWLEDGED"}, ""),
    ],
)
def test_values_are_told_in_words(rule: dict[str, Any], seen: str) -> None:
    assert rule_text.seen(rule) == seen


def test_the_verdict_names_what_failed(file: io.StringIO) -> None:
    checks = Checks()
    checks.equal("score", 74, 74)
    checks.equal("stars", 4.1, 4.2)
    Paper(Console(file=file)).verdict(checks, ["go on"])
    assert "stars: expected 4.2, found 4.1" in file.getvalue()
    assert "1 of 2 checks" in file.getvalue()
