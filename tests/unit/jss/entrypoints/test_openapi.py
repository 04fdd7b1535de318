"""The committed OpenAPI document is the one the doors have."""

from pathlib import Path

from jss.entrypoints.http import described_app
from servicekit.http import openapi_bytes

COMMITTED = Path(__file__).parents[4] / "services" / "jss" / "openapi.json"


def test_the_committed_document_is_todays() -> None:
    assert COMMITTED.read_bytes() == openapi_bytes(described_app()), (
        "run `python -m jss openapi > services/jss/openapi.json`"
    )


def test_every_door_of_the_service_is_described() -> None:
    paths = described_app().openapi()["paths"]
    door = "/v1/accounts/{account_id}/score"
    assert sorted(paths) == [door, f"{door}/explanation", f"{door}/history", f"{door}/preview"]
    assert paths[f"{door}/preview"]["get"]["security"] == [{"bearer": []}]
    assert "security" not in paths[door]["get"]
