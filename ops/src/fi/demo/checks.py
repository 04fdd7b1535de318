"""Hold what the doors say against what the domain rules demand.

Invariant: a check never stops the story; at its end it is known how many held and which did not.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that is not as it must be."""

    what: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected!r}, found {self.found!r}"


@dataclass(slots=True)
class Checks:
    """All that was checked so far."""

    held: int = 0
    failures: list[Failure] = field(default_factory=list)

    def equal(self, what: str, found: Any, expected: Any) -> None:
        if found == expected:
            self.held += 1
        else:
            self.failures.append(Failure(what, expected, found))

    @property
    def count(self) -> int:
        return self.held + len(self.failures)
