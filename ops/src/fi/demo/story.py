"""The facts that the marketplace tells of the people in the story.

Pure: facts follow from the moment the story begins. Next: expected.py for what must come of them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson

from event_contracts import (
    AccountRenamed,
    AgencyMemberChanged,
    BadgeChanged,
    ClientRenamed,
    ContractCompleted,
    FeedbackGiven,
    FeedbackResponded,
)
from event_contracts.publication import Publication
from fi.demo.cast import AURORAS, CARDS, CLIENTS, FLYERS, LATER, NOORS, POSTERS, Contract, days

SOURCE = "/marketplace/demo"


class Story:
    """The facts of the story, told from the moment it begins; `tag` goes into every id when others tell it too."""

    def __init__(self, begins: datetime, tag: str = "") -> None:
        self._begins = begins
        self._tag = tag

    def id(self, name: str) -> str:
        return f"{name}-{self._tag}" if self._tag else name

    def beginning(self) -> Iterator[dict[str, Any]]:
        """All that has happened when the story begins; feedback comes before the contract it is about."""
        for publication in (*self._people(), *self._reviews(), *map(self._ended, (*NOORS, POSTERS, CARDS, *AURORAS))):
            yield line_of(publication)

    def duplicate(self) -> dict[str, Any]:
        """Something that has been said already."""
        return line_of(self._ended(NOORS[0]))

    def nonsense(self) -> dict[str, Any]:
        """Feedback with a score that nobody can give."""
        line = line_of(self._said(FeedbackGiven, NOORS[0], days(-3), "client_to_talent", "seven-stars", score=500))
        return line | {"data": line["data"] | {"score": 700}}

    def another_bad_review(self) -> Iterator[dict[str, Any]]:
        """What happens in the ten days after the first request."""
        yield line_of(self._ended(FLYERS))

    def ten_contracts(self) -> Iterator[dict[str, Any]]:
        """What happens in the three months after the first request."""
        for contract in LATER:
            yield line_of(self._ended(contract))

    def _people(self) -> Iterator[Publication]:
        long_ago = self._begins - days(500)
        names = {"noor": "Noor Haddad", "tomas": "Tomás Núñez", "aurora": "Studio Aurora"}
        badges = {"noor": "top_rated", "tomas": "rising_talent", "aurora": "top_rated_plus"}
        for account, name in names.items():
            who = {"account_id": self.id(account), "account_kind": "agency" if account == "aurora" else "freelancer"}
            yield AccountRenamed.build(**self._meta(f"{account}/named", long_ago), **who, display_name=name)
            yield BadgeChanged.build(**self._meta(f"{account}/badged", long_ago), **who, badge=badges[account])
        for user, role in {"mira": "owner", "ivo": "admin", "pim": "member"}.items():
            ids = {"agency_id": self.id("aurora"), "user_id": self.id(user)}
            yield AgencyMemberChanged.build(**self._meta(f"aurora/{user}", long_ago), **ids, role=role, exclusive=False)
        for client, name in CLIENTS.items():
            yield ClientRenamed.build(
                **self._meta(f"{client}/named", long_ago), client_id=self.id(client), display_name=name
            )

    def _reviews(self) -> Iterator[Publication]:
        """What both sides say after the contract's end, and what they answer."""
        client, talent = "client_to_talent", "talent_to_client"
        video = AURORAS[-1]
        yield self._said(FeedbackResponded, video, days(-14), client, "answer", text="A new mix is on its way.")
        yield self._said(FeedbackResponded, video, days(-13), talent, "answer", text="Thank you, the new mix is great.")
        yield self._said(
            FeedbackGiven, POSTERS, days(-9), client, "given", score=200, private_rating=2, comment=POSTERS.comment
        )
        yield self._said(
            FeedbackGiven,
            POSTERS,
            days(-9),
            talent,
            "given",
            score=400,
            comment="The size changed twice after it was agreed.",
        )
        yield self._said(
            FeedbackResponded,
            POSTERS,
            days(-8),
            client,
            "answer",
            text="The dates moved with the size, as we agreed in writing.",
        )
        yield self._said(
            FeedbackResponded, POSTERS, days(-7), talent, "answer", text="Our printer was to blame for that."
        )

    def _ended(self, contract: Contract) -> Publication:
        ended_at = self._begins + contract.ended
        feedback: dict[str, Any] = {
            "client_feedback": {
                "score": contract.score,
                "private_rating": 10 if contract.score > 400 else 3,
                "comment": contract.comment,
            },
            "talent_feedback": {"score": 500},
        }
        return ContractCompleted.build(
            **self._meta(f"{contract.name}/ended", ended_at),
            **self._ids(contract),
            title=contract.title,
            started_at=ended_at - days(30 + 90 * contract.periods),
            completed_at=ended_at,
            ended_by="client",
            earned={"amount": contract.dollars * 100, "currency": "USD"},
            paid_periods=contract.periods,
            **({} if contract is POSTERS else feedback),
        )

    def _said(
        self,
        kind: type[FeedbackGiven | FeedbackResponded],
        contract: Contract,
        when: timedelta,
        direction: str,
        what: str,
        **content: Any,
    ) -> Publication:
        meta = self._meta(f"{contract.name}/{direction}/{what}", self._begins + when)
        return kind.build(**meta, **self._ids(contract), direction=direction, **content)

    def _ids(self, contract: Contract) -> dict[str, str]:
        names = {"contract_id": contract.name, "freelancer_id": contract.freelancer, "client_id": contract.client}
        if contract.agency:
            names["agency_id"] = contract.agency
        return {field: self.id(name) for field, name in names.items()}

    def _meta(self, what: str, at: datetime) -> dict[str, Any]:
        return {"id": self.id(what), "source": SOURCE, "time": at}


def line_of(publication: Publication) -> dict[str, Any]:
    """The event as a line of `fi publish`."""
    event = publication.event
    return {
        "id": event.id,
        "source": event.source,
        "time": event.time,
        "type": event.type,
        "subject": event.subject,
        "data": event.data,
    }


def lines(events: Iterator[dict[str, Any]]) -> bytes:
    """A file for `fi publish`."""
    return b"".join(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for event in events)
