"""Old versions of events, read as today's: each upcaster takes the data of one version to the next.

Invariant: a published type is never changed; a new version brings an upcaster from the one before it.
Next: registry.py for today's versions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Upcaster:
    """One step: data of an old type becomes data of type `to`. `apply` must not change what it is given."""

    to: str
    apply: Callable[[Mapping[str, Any]], dict[str, Any]]


def upcast(type_: str, data: Any, upcasters: Mapping[str, Upcaster]) -> tuple[str, Any]:
    """(type, data) after all steps that lead on from `type_`; unchanged when there is none."""
    while (step := upcasters.get(type_)) is not None:
        type_, data = step.to, step.apply(data)
    return type_, data


def latest(type_: str, upcasters: Mapping[str, Upcaster]) -> str:
    """The type that data of `type_` ends up as."""
    while (step := upcasters.get(type_)) is not None:
        type_ = step.to
    return type_
