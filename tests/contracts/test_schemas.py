"""The JSON Schemas under contracts/schemas say what the models say, and real events satisfy them."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from event_contracts import MARKETPLACE_TYPES, ContractCompleted, FeedbackGiven
from event_contracts.schemas import main, schemas, written

COMMITTED = Path(__file__).parents[2] / "contracts" / "schemas"
GOLDEN = Path(__file__).parent / "golden"


def test_the_committed_files_are_what_the_models_generate() -> None:
    generated = {name: written(schema) for name, schema in schemas().items()}
    committed = {path.name: path.read_text() for path in COMMITTED.glob("*.json")}
    assert committed == generated, "run `python -m event_contracts.schemas` and commit contracts/schemas"


def test_the_command_writes_every_file(tmp_path: Path) -> None:
    main(tmp_path / "schemas")
    assert {path.name for path in (tmp_path / "schemas").iterdir()} == set(schemas())


@pytest.mark.parametrize("name", schemas())
def test_a_schema_is_valid_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(schemas()[name])


@pytest.mark.parametrize("sample", sorted(GOLDEN.glob("*.json")), ids=lambda sample: sample.stem)
def test_recorded_data_satisfies_its_schema(sample: Path) -> None:
    name = f"{sample.stem}.recorded.json" if sample.stem in MARKETPLACE_TYPES else f"{sample.stem}.json"
    Draft202012Validator(schemas()[name]).validate(json.loads(sample.read_bytes())["data"])


def published_contract(**changes: object) -> dict[str, Any]:
    event = ContractCompleted.build(
        contract_id="c1",
        freelancer_id="f1",
        client_id="k1",
        title="Logo",
        started_at="2026-01-01T00:00:00Z",
        completed_at="2026-02-01T00:00:00Z",
        ended_by="client",
        earned={"amount": 5000, "currency": "USD"},
        paid_periods=0,
        client_feedback={"score": 500, "private_rating": 10, "comment": "Great"},
    ).event
    return {**event.data, **changes}


def test_what_the_builder_publishes_satisfies_the_published_schema() -> None:
    Draft202012Validator(schemas()[f"{ContractCompleted.TYPE}.json"]).validate(published_contract())


@pytest.mark.parametrize(
    "changes",
    [
        {"title": None},
        {"title": {"sealed": "AAAA"}},
        {"client_feedback": {"score": 99}},
        {"client_feedback": {"private_rating": 11}},
        {"contract_id": "not an id"},
        {"earned": {"amount": 1, "currency": "EUR"}},
    ],
)
def test_the_published_schema_refuses_what_intake_refuses(changes: dict[str, object]) -> None:
    schema = Draft202012Validator(schemas()[f"{ContractCompleted.TYPE}.json"])
    assert not schema.is_valid(published_contract(**changes))


def test_the_recorded_schema_refuses_plain_text() -> None:
    plain = FeedbackGiven.build(
        contract_id="c1",
        freelancer_id="f1",
        client_id="k1",
        direction="client_to_talent",
        comment="Great",
        time="2026-02-01T00:00:00Z",
    ).event.data
    assert not Draft202012Validator(schemas()[f"{FeedbackGiven.TYPE}.recorded.json"]).is_valid(plain)
    assert Draft202012Validator(schemas()[f"{FeedbackGiven.TYPE}.json"]).is_valid(plain)
