"""The Job Success Score as recomputed, with all it was computed from but the private ratings (domain §6)."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from event_contracts.event import EventData, Wire
from event_contracts.field import Day, Id, JobSuccessScore, Natural
from event_contracts.vocabulary import NotCounted, UnchangedReason


class ScoreWindow(Wire):
    """One window: sums of weights in hundredths (positive, negative, all), contracts counted, distinct clients.

    `clients`: 2 means two or more. `score` 0-100, null below the minimum.
    """

    p: Natural
    n: Natural
    t: Natural
    counted: Natural
    clients: Natural
    score: JobSuccessScore | None

    @model_serializer(mode="wrap")
    def _with_null(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {**write(self), "score": self.score}


class ScoreCause(Wire):
    """The event that caused the evaluation."""

    source: str
    id: str
    position: Natural


class JobSuccessScoreRecomputed(EventData):
    """The account's score under a policy; `score`, `window_months` and `previous` are null when there is none."""

    TYPE: ClassVar[str] = "integrity.score.recomputed.v1"

    account_id: Id
    policy: str
    as_of: Day
    score: JobSuccessScore | None
    window_months: Literal[6, 12, 24] | None
    windows: Mapping[Literal["6", "12", "24"], ScoreWindow]
    removed_count: Natural
    not_counted: Mapping[NotCounted, Natural]
    previous: JobSuccessScore | None
    cause: ScoreCause
    reason: UnchangedReason | None = None

    @model_serializer(mode="wrap")
    def _with_nulls(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        nullable = {"score": self.score, "window_months": self.window_months, "previous": self.previous}
        return {**write(self), **nullable}

    @property
    def stream(self) -> str:
        return f"score/{self.account_id}"
