"""The daily tick: contracts age out of the score's windows with no other event (domain §6.1)."""

from typing import ClassVar

from event_contracts.event import EventData
from event_contracts.field import Day


class ScoringDayOpened(EventData):
    """A UTC day has begun for the scores."""

    TYPE: ClassVar[str] = "integrity.scoring-day.opened.v1"

    day: Day

    @property
    def stream(self) -> str:
        return "scoring-days"
