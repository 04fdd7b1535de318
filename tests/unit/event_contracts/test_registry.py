"""Every type has its class; older versions of a type are brought to today's."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from event_contracts import (
    MARKETPLACE_TYPES,
    REGISTRY,
    TOPIC_OF,
    EventData,
    MarketplaceEvent,
    UnknownTypeError,
    UnknownVersionError,
    model_of,
)
from event_contracts.registry import UPCASTERS, decode
from event_contracts.upcast import Upcaster, latest, upcast


class LampLit(EventData):
    """A kind of event that only these tests know, in its third version."""

    TYPE: ClassVar[str] = "test.lamp.lit.v3"

    lamp_id: str
    colour: str
    lumen: int

    @property
    def stream(self) -> str:
        return f"lamp/{self.lamp_id}"


def name_the_colour(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "colour": "white"}


def split_the_brightness(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "lumen": data["watts"] * 12}


LAMPS = {LampLit.TYPE: LampLit}
LAMP_UPCASTERS = {
    "test.lamp.lit.v1": Upcaster("test.lamp.lit.v2", name_the_colour),
    "test.lamp.lit.v2": Upcaster("test.lamp.lit.v3", split_the_brightness),
}


def test_an_old_event_is_brought_to_today_step_by_step() -> None:
    old = {"lamp_id": "l1", "watts": 5}
    event = decode("test.lamp.lit.v1", old, registry=LAMPS, upcasters=LAMP_UPCASTERS)
    assert event == LampLit(lamp_id="l1", colour="white", lumen=60)
    assert old == {"lamp_id": "l1", "watts": 5}


def test_a_step_leads_on_from_its_own_version_only() -> None:
    second = {"lamp_id": "l1", "watts": 5, "colour": "red"}
    assert upcast("test.lamp.lit.v2", second, LAMP_UPCASTERS)[1]["colour"] == "red"
    event = decode("test.lamp.lit.v2", second, registry=LAMPS, upcasters=LAMP_UPCASTERS)
    assert event == LampLit(lamp_id="l1", colour="red", lumen=60)


def test_todays_version_needs_no_step() -> None:
    today = {"lamp_id": "l1", "colour": "red", "lumen": 7}
    assert upcast(LampLit.TYPE, today, LAMP_UPCASTERS) == (LampLit.TYPE, today)
    assert decode(LampLit.TYPE, today, registry=LAMPS, upcasters=LAMP_UPCASTERS).to_json() == today


def test_old_versions_count_as_known() -> None:
    for version in ("v1", "v2", "v3"):
        assert model_of(f"test.lamp.lit.{version}", registry=LAMPS, upcasters=LAMP_UPCASTERS) is LampLit
    with pytest.raises(UnknownVersionError):
        model_of("test.lamp.lit.v4", registry=LAMPS, upcasters=LAMP_UPCASTERS)


@pytest.mark.parametrize("type_", sorted(REGISTRY))
def test_every_type_is_known_and_a_version_ahead_of_it_is_not(type_: str) -> None:
    assert model_of(type_) is REGISTRY[type_]
    with pytest.raises(UnknownVersionError):
        model_of(type_.rpartition(".")[0] + ".v99")


@pytest.mark.parametrize(
    "type_", ["", ".", "v1", ".v1", "marketplace", "marketplace.contract.completed", "x" * 999, "é"]
)
def test_any_other_text_is_an_unknown_type(type_: str) -> None:
    with pytest.raises(UnknownTypeError) as refused:
        model_of(type_)
    assert str(refused.value).isascii()
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 200


def test_types_are_spelled_as_names_with_a_version() -> None:
    for type_, kind in REGISTRY.items():
        assert type_ == kind.TYPE
        assert re.fullmatch(r"(marketplace|integrity)(\.[a-z]+(-[a-z]+)*){1,2}\.v\d+", type_)


def test_the_marketplaces_types_have_their_topic() -> None:
    assert set(TOPIC_OF) == MARKETPLACE_TYPES
    assert {type_ for type_ in REGISTRY if type_.startswith("marketplace.")} == MARKETPLACE_TYPES
    assert all(issubclass(REGISTRY[type_], MarketplaceEvent) for type_ in MARKETPLACE_TYPES)
    assert set(TOPIC_OF.values()) == {
        "marketplace.contracts",
        "marketplace.feedback",
        "marketplace.accounts",
        "marketplace.clients",
    }


def test_every_upcaster_ends_at_a_known_type() -> None:
    assert all(latest(type_, UPCASTERS) in REGISTRY for type_ in UPCASTERS)
