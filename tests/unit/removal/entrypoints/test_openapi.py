"""The committed OpenAPI document is what the code answers with."""

from pathlib import Path

from removal.wiring import describing_app
from servicekit.http import openapi_bytes

COMMITTED = Path(__file__).parents[4] / "services" / "removal" / "openapi.json"


def test_the_committed_document_is_the_codes_own() -> None:
    assert COMMITTED.read_bytes() == openapi_bytes(describing_app()), "run: python -m removal openapi > openapi.json"


def test_every_door_of_this_service_is_described() -> None:
    paths = describing_app().openapi()["paths"]
    assert set(paths) == {
        "/v1/removal-requests",
        "/v1/removal-requests/{request_id}",
        "/v1/removal-requests/{request_id}/decision",
        "/v1/removal-requests/{request_id}/reversal",
        "/v1/removal-requests/{request_id}/withdrawal",
        "/v1/accounts/{account_id}/removal-eligibility",
        "/v1/parked",
    }
