"""A contract written to its row and read again is the same contract."""

from functools import reduce
from typing import Any

import orjson
import pytest
from tests.unit.profile_projection.domain.test_evolve import STORY
from tests.unit.profile_projection.given import Fact, feedback_given, recorded

from profile_projection.adapters.contract_row import contract_from, contract_values
from profile_projection.application.rows import ContractRow
from profile_projection.domain.evolve import evolve_contract
from profile_projection.domain.state import PublicContract

COLUMNS = [
    "account_id",
    "contract_id",
    "client_id",
    "partition",
    "completed_at",
    "paid",
    "title",
    "title_event",
    "client_shown",
    "client_score",
    "client_comment",
    "client_comment_event",
    "client_comment_path",
    "response",
    "response_event",
    "response_path",
    "response_author",
    "talent_shown",
    "talent_score",
    "talent_comment",
    "talent_comment_event",
    "talent_comment_path",
    "talent_comment_author",
    "client_response",
    "client_response_event",
    "client_response_path",
    "client_response_author",
    "slots",
]


def stored(row: ContractRow) -> dict[str, Any]:
    """The row as the database gives it back."""
    values = dict(zip(COLUMNS, contract_values(row), strict=True))
    return values | {"slots": orjson.loads(values["slots"])}


@pytest.mark.parametrize("facts", [STORY[:n] for n in range(len(STORY) + 1)] + [(feedback_given(),)])
def test_there_and_back(facts: tuple[Fact, ...]) -> None:
    unknown = PublicContract(account_id="A1", contract_id="C1", client_id="K1")
    row = ContractRow(reduce(evolve_contract, recorded(facts), unknown), partition=2)

    again = contract_from(stored(row))

    assert again == row
    assert stored(again) == stored(row)
