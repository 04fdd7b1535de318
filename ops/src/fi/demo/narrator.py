"""Tell the story: to a program as one line of JSON per thing, or to a person (paper.py).

Knows no rule and calls no door. Invariant: what is told is what a door, the log or a check said, unchanged.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from event_contracts.recorded import Recorded
from fi.demo.checks import Checks
from fi.demo.doors import Answer
from fi.log.table import as_json
from fi.publish.outcome import Outcome
from fi.terminal import print_json

Document = Mapping[str, Any]


class Narrator(Protocol):
    """Whoever tells the story."""

    def chapter(self, title: str, text: str) -> None:
        """What comes now."""

    def scene(self, facts: Mapping[str, str]) -> None:
        """Where everything runs."""

    def published(self, what: str, sent: int, outcome: Outcome) -> None:
        """What became of a file of events."""

    def profile(self, caption: str, document: Document) -> None:
        """A profile as its door answers."""

    def client_history(self, caption: str, document: Document) -> None:
        """A client's history as its door answers."""

    def request(self, answer: Answer, by: str, *, whole: bool) -> None:
        """A request for removal and the answer; `whole`: with every rule, else with those that are not met."""

    def eligibility(self, document: Document) -> None:
        """What the eligibility door says."""

    def change(self, before: Document, after: Document) -> None:
        """What a removal did to the figures of a profile."""

    def comparison(self, columns: Mapping[str, Mapping[str, str]]) -> None:
        """What removals of different scopes did, side by side: column → area → what happened to it."""

    def events(self, caption: str, events: Sequence[Recorded]) -> None:
        """Events in the order of the log."""

    def verdict(self, checks: Checks, go_on: Sequence[str]) -> None:
        """How many checks held, and what to do next."""


class JsonNarrator:
    """For programs; the last line is {"checks": n, "failed": […]}."""

    def chapter(self, title: str, text: str) -> None:
        print_json({"chapter": title, "text": text})

    def scene(self, facts: Mapping[str, str]) -> None:
        print_json({"scene": facts})

    def published(self, what: str, sent: int, outcome: Outcome) -> None:
        print_json({"published": what, "sent": sent, **outcome.as_json()})

    def profile(self, caption: str, document: Document) -> None:
        print_json({"profile": document, "caption": caption})

    def client_history(self, caption: str, document: Document) -> None:
        print_json({"client_history": document, "caption": caption})

    def request(self, answer: Answer, by: str, *, whole: bool) -> None:
        print_json({"request": answer.sent, "by": by, "status": answer.status, "answer": answer.body})

    def eligibility(self, document: Document) -> None:
        print_json({"eligibility": document})

    def change(self, before: Document, after: Document) -> None:
        print_json({"before": _figures(before), "after": _figures(after)})

    def comparison(self, columns: Mapping[str, Mapping[str, str]]) -> None:
        print_json({"comparison": columns})

    def events(self, caption: str, events: Sequence[Recorded]) -> None:
        print_json({"caption": caption, "events": [as_json(event) for event in events]})

    def verdict(self, checks: Checks, go_on: Sequence[str]) -> None:
        print_json({"checks": checks.count, "failed": [str(failure) for failure in checks.failures]})


def _figures(profile: Document) -> Document:
    return {name: profile[name] for name in ("job_success_score", "star_rating", "number_of_jobs")}
