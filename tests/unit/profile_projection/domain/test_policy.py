"""The seed's table and the precedence of states, as a pure function of facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import pytest
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    Fact,
    contract_completed,
    day,
    feedback_edited,
    feedback_given,
    feedback_withdrawn,
    recorded,
    removal_approved,
    removal_reversed,
    report_upheld,
    responded,
)

from profile_projection.domain.evolve import evolve_contract
from profile_projection.domain.policy import (
    Shown,
    average_in_tenths,
    client_feedback_shown,
    figures_of,
    talent_feedback_shown,
)
from profile_projection.domain.state import Figures, PublicContract

ENDED = contract_completed(
    client_feedback={"score": 250, "comment": "Not what I wanted"},
    talent_feedback={"score": 500, "comment": "A pleasure"},
)
JSS_ONLY = removal_approved(scope="jss_only")
PERK = removal_approved(scope="jss_and_profile")


def contract_after(*facts: Fact) -> PublicContract:
    """The contract C1 of account A1 and client K1 after facts in this order."""
    unknown = PublicContract(account_id="A1", contract_id="C1", client_id="K1")
    return reduce(evolve_contract, recorded(facts), unknown)


@dataclass(frozen=True)
class Row:
    """One column of the seed's table: what a removal in this scope leaves of a contract on the pages."""

    facts: Sequence[Fact]
    client: Shown
    talent: Shown
    figures: Figures


SEED_TABLE = {
    "no removal": Row([ENDED], Shown.VISIBLE, Shown.VISIBLE, Figures(250, 1, 0, 1)),
    "JSS_ONLY": Row([ENDED, JSS_ONLY], Shown.VISIBLE, Shown.VISIBLE, Figures(250, 1, 0, 1)),
    "JSS_AND_PROFILE": Row([ENDED, PERK], Shown.PERK, Shown.VISIBLE, Figures(250, 1, 1, 1)),
}


@pytest.mark.parametrize("row", SEED_TABLE.values(), ids=SEED_TABLE)
def test_the_seeds_table(row: Row) -> None:
    contract = contract_after(*row.facts, responded(), responded(direction=TALENT_TO_CLIENT))

    assert client_feedback_shown(contract) is row.client
    assert talent_feedback_shown(contract) is row.talent  # what the account said stays, and the client's answer to it
    assert figures_of(contract) == row.figures  # star rating and number of jobs never change by a removal
    assert contract.account_response is not None
    assert contract.client_response is not None


PRECEDENCE: dict[str, tuple[Shown, Sequence[Fact]]] = {
    "an upheld report before a withdrawal": (Shown.TERMS, [ENDED, feedback_withdrawn(), report_upheld(), PERK]),
    "a withdrawal before a perk removal": (Shown.AUTHOR, [ENDED, PERK, feedback_withdrawn()]),
    "a perk removal before visible feedback": (Shown.PERK, [ENDED, PERK]),
    "a perk removal outlasts an edit": (Shown.PERK, [ENDED, PERK, feedback_edited(score=500, at=day(22))]),
    "a perk removal outlasts feedback given anew": (
        Shown.PERK,
        [ENDED, PERK, feedback_withdrawn(at=day(22)), feedback_given(at=day(23))],
    ),
    "an upheld report outlasts an edit": (Shown.TERMS, [ENDED, report_upheld(), feedback_edited(at=day(26))]),
    "feedback given anew after a withdrawal shows": (
        Shown.VISIBLE,
        [ENDED, feedback_withdrawn(), feedback_given(at=day(15))],
    ),
    "withdrawn before anything was public": (
        Shown.NONE,
        [contract_completed(), feedback_given(score=None, comment=None, private_rating=3), feedback_withdrawn()],
    ),
    "a withdrawal that nothing came before": (Shown.NONE, [contract_completed(), feedback_withdrawn()]),
    "a withdrawal older than the only content": (
        Shown.VISIBLE,
        [contract_completed(), feedback_withdrawn(at=day(10.5)), feedback_given(at=day(11))],
    ),
    "a private rating alone": (
        Shown.NONE,
        [contract_completed(), feedback_given(score=None, comment=None, private_rating=9)],
    ),
    "a bare comment": (Shown.VISIBLE, [contract_completed(), feedback_given(score=None, comment="Hm")]),
    "an empty comment is no comment": (
        Shown.NONE,
        [contract_completed(client_feedback={"comment": "", "private_rating": 4})],
    ),
    "no feedback": (Shown.NONE, [contract_completed()]),
    "a perk removal where nothing public stands": (Shown.PERK, [contract_completed(), PERK]),
    "a narrower removal only": (Shown.VISIBLE, [ENDED, JSS_ONLY]),
    "the widest of two approved scopes": (
        Shown.PERK,
        [ENDED, JSS_ONLY, removal_approved(scope="jss_and_profile", request="R2")],
    ),
    "a reversal shows the feedback again": (Shown.VISIBLE, [ENDED, PERK, removal_reversed()]),
    "a reversal of one of two": (
        Shown.PERK,
        [ENDED, PERK, removal_approved(scope="jss_and_profile", request="R2"), removal_reversed(request="R2")],
    ),
    "a reversal of the wider one": (
        Shown.VISIBLE,
        [ENDED, JSS_ONLY, removal_approved(request="R2"), removal_reversed(request="R2")],
    ),
    "a restated contract does not bring back what was withdrawn": (
        Shown.AUTHOR,
        [
            ENDED,
            feedback_withdrawn(),
            contract_completed(at=day(50), client_feedback={"score": 250, "comment": "Not what I wanted"}),
        ],
    ),
}


@pytest.mark.parametrize(("shown", "facts"), PRECEDENCE.values(), ids=PRECEDENCE)
def test_the_first_state_that_applies(shown: Shown, facts: Sequence[Fact]) -> None:
    assert client_feedback_shown(contract_after(*facts)) is shown
    assert client_feedback_shown(contract_after(*reversed(facts))) is shown
    assert client_feedback_shown(contract_after(*facts, *facts)) is shown


TALENT: dict[str, tuple[Shown, Sequence[Fact]]] = {
    "no removal hides it": (Shown.VISIBLE, [ENDED, PERK, JSS_ONLY]),
    "an upheld report about it": (Shown.TERMS, [ENDED, report_upheld(direction=TALENT_TO_CLIENT)]),
    "a report about the other side": (Shown.VISIBLE, [ENDED, report_upheld()]),
    "withdrawn by its author": (Shown.AUTHOR, [ENDED, feedback_withdrawn(direction=TALENT_TO_CLIENT)]),
    "nothing said": (Shown.NONE, [contract_completed()]),
}


@pytest.mark.parametrize(("shown", "facts"), TALENT.values(), ids=TALENT)
def test_what_the_account_said_of_the_client(shown: Shown, facts: Sequence[Fact]) -> None:
    assert talent_feedback_shown(contract_after(*facts)) is shown
    assert talent_feedback_shown(contract_after(*reversed(facts))) is shown


FIGURES: dict[str, tuple[Figures, Sequence[Fact]]] = {
    "feedback before its contract has ended": (Figures(), [feedback_given()]),
    "a removal before its contract has ended": (Figures(), [feedback_given(), PERK]),
    "nothing earned is no job, its score counts": (
        Figures(480, 1, 0, 0),
        [contract_completed(earned=0), feedback_given()],
    ),
    "withdrawn leaves the average": (Figures(jobs=1), [ENDED, feedback_withdrawn()]),
    "upheld leaves the average": (Figures(jobs=1), [ENDED, report_upheld()]),
    "upheld and perk: it hides nothing in the average": (Figures(jobs=1), [ENDED, report_upheld(), PERK]),
    "an edit replaces the score": (Figures(400, 1, 0, 1), [ENDED, feedback_edited(score=400)]),
    "a hidden score that is edited stays in": (Figures(400, 1, 1, 1), [ENDED, PERK, feedback_edited(score=400)]),
    "a bare comment has no score": (Figures(jobs=1), [contract_completed(), feedback_given(score=None)]),
    "a hidden bare comment hides no score": (Figures(jobs=1), [contract_completed(), feedback_given(score=None), PERK]),
    "talent feedback is in nobody's average": (
        Figures(jobs=1),
        [contract_completed(), feedback_given(direction=TALENT_TO_CLIENT)],
    ),
    "restated terms replace the earnings": (
        Figures(jobs=0),
        [contract_completed(), contract_completed(at=day(60), earned=0)],
    ),
}


@pytest.mark.parametrize(("figures", "facts"), FIGURES.values(), ids=FIGURES)
def test_what_a_contract_adds(figures: Figures, facts: Sequence[Fact]) -> None:
    assert figures_of(contract_after(*facts)) == figures
    assert figures_of(contract_after(*reversed(facts))) == figures


@pytest.mark.parametrize(
    ("score_sum", "count", "tenths"),
    [
        (0, 0, None),
        (500, 1, 50),
        (1670, 4, 42),  # the golden example: 4.175
        (415, 1, 42),  # half up
        (414, 1, 41),
        (425, 1, 43),  # half up, not half to even
        (445 + 444, 2, 44),  # 4.445
        (3 * 435 - 1, 3, 43),  # a hair below the half
        (100, 1, 10),
        (10**15 * 415, 10**15, 42),  # exact where a float is not
        (10**15 * 415 - 1, 10**15, 41),
    ],
)
def test_the_average_is_exact_and_rounded_half_up(score_sum: int, count: int, tenths: int | None) -> None:
    assert average_in_tenths(score_sum, count) == tenths
