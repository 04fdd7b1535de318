"""Every known event type has its place; an unknown one stops whoever folds."""

from dataclasses import replace
from typing import ClassVar

import pytest
from tests.unit.jss.recorded import recorded

from event_contracts import REGISTRY
from event_contracts.event import EventData
from jss.domain.concern import (
    ABOUT_A_CONTRACT,
    BROADCAST,
    CAUSES,
    NAMES,
    PASSED_OVER,
    RULINGS,
    UnfoldableEventError,
    require_known,
)


def test_every_type_of_the_registry_stands_in_exactly_one_group() -> None:
    grouped = [*CAUSES, *NAMES, *BROADCAST, *PASSED_OVER]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == set(REGISTRY.values())
    assert {*ABOUT_A_CONTRACT, *RULINGS} <= set(CAUSES)


def test_a_type_without_a_group_is_refused() -> None:
    class SomethingNew(EventData):
        TYPE: ClassVar[str] = "integrity.something.new.v1"

    with pytest.raises(UnfoldableEventError, match=r"integrity.badge.v2 at position 7"):
        require_known(replace(recorded("A1"), data=SomethingNew(), type="integrity.badge.v2", position=7))
    require_known(recorded("A1"))
