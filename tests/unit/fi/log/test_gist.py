from pathlib import Path

import orjson
import pytest

from event_contracts.registry import REGISTRY, decode
from fi.log.gist import gist, kind_of

GOLDEN = Path(__file__).parents[3] / "contracts" / "golden"


@pytest.mark.parametrize("type_", REGISTRY)
def test_every_kind_of_event_has_its_words(type_: str) -> None:
    words = gist.dispatch(REGISTRY[type_])
    assert words is not gist.dispatch(object)


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)
def test_no_gist_shows_a_sealed_part(file: Path) -> None:
    event = orjson.loads(file.read_bytes())
    event = event.get("event", event)
    said = gist(decode(event["type"], event["data"]))
    assert said
    assert "sealed" not in said.lower()


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("marketplace.contract.completed.v1", "contract.completed"),
        ("integrity.feedback-removal.approved.v1", "removal.approved"),
    ],
)
def test_a_kind_is_short(type_: str, kind: str) -> None:
    assert kind_of(type_) == kind
