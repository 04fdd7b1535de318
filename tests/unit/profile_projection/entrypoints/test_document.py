"""The committed document is the one the code makes, and describes the doors there are."""

from pathlib import Path

import profile_projection
from profile_projection.entrypoints.doors import Doors
from profile_projection.entrypoints.http import described_app, public_app
from servicekit.health import Health
from servicekit.http import openapi_bytes

COMMITTED = Path(profile_projection.__file__).parents[2] / "openapi.json"


def test_the_committed_document_is_up_to_date() -> None:
    made = openapi_bytes(described_app())

    assert COMMITTED.read_bytes() == made, "run: python -m profile_projection openapi > openapi.json"


def test_every_door_is_described_and_no_other() -> None:
    doors = Doors.__new__(Doors)  # its routes alone; none of them is called
    described = set(described_app().openapi()["paths"])

    assert {route.path for route in doors.routes()} == described


def test_the_served_application_answers_the_same_document() -> None:
    assert openapi_bytes(public_app(Doors.__new__(Doors), Health())) == openapi_bytes(described_app())
