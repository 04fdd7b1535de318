"""The life of one contract: how it ended, and what both sides said about it, then and later.

Invariant: nothing in it is later than the data set's end, and its end comes first.
Next: rating.py for scores and comments, stream.py where the lives of all contracts meet.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any, Final

from event_contracts import (
    ContractCompleted,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackResponded,
    FeedbackWithdrawn,
)
from event_contracts.instant import format_time
from event_contracts.vocabulary import Direction, EndedBy
from fi.generate.cast import Account, Cast, Client
from fi.generate.data_set import DataSet
from fi.generate.fact import Fact
from fi.generate.picker import Among, Picker
from fi.generate.rating import client_says, talent_says

EMBEDDED: Final = 0.6
CLIENT_SPEAKS, TALENT_SPEAKS = 0.9, 0.72
EDITED, WITHDRAWN, GIVEN_ANEW = 0.026, 0.008, 0.5
ANSWERED: Final = {Direction.CLIENT_TO_TALENT: 0.09, Direction.TALENT_TO_CLIENT: 0.05}
ENDERS: Final = Among({EndedBy.CLIENT: 70, EndedBy.FREELANCER: 22, EndedBy.MARKETPLACE: 8})


class Size(StrEnum):
    """What was earned: one of the three classes of weight, nothing, or just on the edge between two classes."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    NOTHING = "nothing"
    EDGE = "edge"


SIZES: Final = Among({Size.SMALL: 44, Size.MEDIUM: 29, Size.LARGE: 22, Size.NOTHING: 3, Size.EDGE: 2})


class Contracts:
    """Makes the contracts of one data set."""

    def __init__(self, wish: DataSet, cast: Cast) -> None:
        self._wish = wish
        self._cast = cast
        self._accounts = Picker(wish.accounts, wish.skew)
        self._clients = Picker(wish.clients, wish.skew)
        self._dice = wish.dice("contracts")

    def life(self, number: int, ended_at: datetime) -> list[Fact]:
        """All facts about one contract, the first of them that it ended; the others in any order."""
        dice = self._dice
        account = self._cast.account(self._accounts.pick(dice.random()))
        client = self._cast.client(self._clients.pick(dice.random()))
        contract = _Contract(f"ct-{self._wish.name}-{number}", account, client, ended_at, dice)
        return [fact for fact in contract.facts() if fact.at <= self._wish.until]


class _Contract:
    def __init__(self, id_: str, account: Account, client: Client, ended_at: datetime, dice: Random) -> None:
        self._id = id_
        self._account = account
        self._client = client
        self._ended_at = ended_at
        self._dice = dice
        freelancer = dice.choice(account.members).user_id if account.members else account.id
        self._ids = {"contract_id": id_, "freelancer_id": freelancer, "client_id": client.id}
        if account.members:
            self._ids["agency_id"] = account.id

    def facts(self) -> Iterator[Fact]:
        speaks = {
            Direction.CLIENT_TO_TALENT: self._dice.random() < CLIENT_SPEAKS,
            Direction.TALENT_TO_CLIENT: self._dice.random() < TALENT_SPEAKS,
        }
        said = {direction: self._says(direction) for direction, does in speaks.items() if does}
        embedded = {direction: content for direction, content in said.items() if self._dice.random() < EMBEDDED}
        yield self._end(embedded)
        for direction, content in said.items():
            yield from self._feedback(direction, None if direction in embedded else content)

    def _end(self, embedded: dict[Direction, dict[str, Any]]) -> Fact:
        dice = self._dice
        earned, periods = _earned(dice)
        lasted = timedelta(days=90 * periods + 2 + int(dice.random() * 58), seconds=int(dice.random() * 86_400))
        data: dict[str, Any] = self._ids | {
            "title": dice.choice(self._client.language.titles),
            "started_at": format_time(self._ended_at - lasted),
            "completed_at": format_time(self._ended_at),
            "ended_by": ENDERS.pick(dice.random()),
            "earned": {"amount": earned, "currency": "USD"},
            "paid_periods": periods,
        }
        for direction, content in embedded.items():
            name = "client_feedback" if direction is Direction.CLIENT_TO_TALENT else "talent_feedback"
            data[name] = content
        return Fact(self._ended_at, f"{self._id}/completed", ContractCompleted.TYPE, self._id, data)

    def _feedback(self, direction: Direction, given: dict[str, Any] | None) -> Iterator[Fact]:
        """What is said apart from the contract's end; `given` None: the feedback itself is embedded there."""
        dice, at = self._dice, self._ended_at
        if given is not None:
            at = self._later(at, days=14)
            yield self._said(FeedbackGiven.TYPE, direction, at, given)
        if dice.random() < ANSWERED[direction]:
            answer = {"text": self._answer(direction)}
            yield self._said(FeedbackResponded.TYPE, direction, self._later(at, days=20), answer)
        if dice.random() < EDITED:
            at = self._later(at, days=30)
            yield self._said(FeedbackEdited.TYPE, direction, at, self._says(direction))
        if dice.random() < WITHDRAWN:
            at = self._later(at, days=60)
            yield self._said(FeedbackWithdrawn.TYPE, direction, at, {})
            if dice.random() < GIVEN_ANEW:
                anew = self._said(FeedbackGiven.TYPE, direction, self._later(at, days=9), self._says(direction))
                yield anew._replace(id=f"{anew.id}-anew")

    def _said(self, type_: str, direction: Direction, at: datetime, content: dict[str, Any]) -> Fact:
        what = type_.split(".")[2]
        id_ = f"{self._id}/{direction}/{what}"
        return Fact(at, id_, type_, self._id, self._ids | {"direction": direction} | content)

    def _says(self, direction: Direction) -> dict[str, Any]:
        if direction is Direction.CLIENT_TO_TALENT:
            return client_says(self._dice, self._client.language, self._account.quality)
        return talent_says(self._dice, self._account.language)

    def _answer(self, direction: Direction) -> str:
        who = self._account if direction is Direction.CLIENT_TO_TALENT else self._client
        return self._dice.choice(who.language.reply)

    def _later(self, at: datetime, *, days: int) -> datetime:
        """A moment after `at`, sooner more often than later."""
        return at + timedelta(milliseconds=1 + int(self._dice.random() ** 2 * days * 86_400_000))


def _earned(dice: Random) -> tuple[int, int]:
    """US cents and paid 90-day periods, in all three classes of weight and on the edges between them."""
    size = SIZES.pick(dice.random())
    if size is Size.NOTHING:
        return 0, 0
    if size is Size.EDGE:
        return dice.choice((25_000, 25_001, 100_000, 100_001)), 0
    if size is Size.SMALL:
        return 500 + int(dice.random() * 24_500), 0
    if size is Size.MEDIUM:
        return 25_001 + int(dice.random() * 74_999), int(dice.random() < 0.1)
    return 100_001 + int(dice.random() ** 3 * 4_000_000), int(dice.random() ** 2 * 10)
