"""The product without its doors: admission, a log in a list, and the three services' own folds and decisions.

Knows no rule. Facts go in as the marketplace publishes them; answers come out as the doors spell them.
Invariant: nothing between the bytes that arrive and the answer is ours but the dictionaries that stand for tables.
Next: memory_scores.py for jss, test_histories.py for what is done with it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import ConsumerRecord
from tests.unit.model.memory_scores import MemoryScores

from event_contracts import (
    Channel,
    ClientRenamed,
    ClientStandingChanged,
    JobSuccessScoreRecomputed,
    Scope,
    ScorePreview,
    ScoringDayOpened,
)
from event_contracts.cloudevents import CloudEvent
from event_contracts.event import EventData
from event_contracts.recorded import Recorded
from event_contracts.registry import REGISTRY
from event_contracts.sealed import Sealed
from eventlog.content import content_digest
from eventlog.partition import partitions_of
from profile_projection.adapters.contract_row import contract_values
from profile_projection.application import answer
from profile_projection.application.fold import fold as fold_pages
from profile_projection.application.rows import ContractRow, Rows
from removal.application.reading import read
from removal.domain.admission import Accepted, Binding, Candidate, Identity, Parked, judge_all
from removal.domain.case import Case, case_of
from removal.domain.commands import RequestRemoval
from removal.domain.decide import RemovalEvent, decide, eligibility
from removal.domain.evolve import Fact
from removal.domain.evolve import fold as fold_rows
from removal.domain.policy import DecisionMode, PolicyBook, shipped
from removal.domain.state import Key, Row

Json = dict[str, Any]
PARTITIONS = 2
_KEY = b"digests of a story"
_NOT_REMOVALS = (ClientRenamed, ClientStandingChanged, ScoringDayOpened, JobSuccessScoreRecomputed)
_COLUMNS = """
    account_id contract_id client_id partition completed_at paid title title_event client_shown
    client_score client_comment client_comment_event client_comment_path
    response response_event response_path response_author talent_shown
    talent_score talent_comment talent_comment_event talent_comment_path talent_comment_author
    client_response client_response_event client_response_path client_response_author slots
"""
_NAMES_OF_COLUMNS = _COLUMNS.split()
"""Of profile.contracts, in the order of save_contracts.sql."""


def _digest(*, type_: str, time: datetime, data: Any) -> bytes:
    return content_digest(_KEY, type_=type_, time=time, data=data)


@dataclass
class Product:
    """`one_by_one` folds every event by itself, `in_sets` all that a step brings as one set."""

    book: PolicyBook
    mode: DecisionMode
    log: list[Recorded] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)
    known: dict[Identity, bytes | None] = field(default_factory=dict)
    bindings: dict[str, Binding] = field(default_factory=dict)
    rows: dict[Key, Row] = field(default_factory=dict)
    pages: Rows = field(default_factory=Rows)
    one_by_one: MemoryScores = field(default_factory=MemoryScores)
    in_sets: MemoryScores = field(default_factory=MemoryScores)

    @classmethod
    def under(cls, book: str, *, automatic: bool) -> "Product":
        return cls(shipped()[book], DecisionMode.AUTOMATIC if automatic else DecisionMode.MANUAL)

    # ------------------------------------------------------------- what comes in

    def deliver(self, events: Sequence[Json], now: datetime) -> list[str]:
        """Take in a batch of marketplace events; what became of each."""
        readings = [read(_record(event), _digest) for event in events]
        candidates = [found for found in readings if isinstance(found, Candidate)]
        verdicts, bound = judge_all(candidates, known=self.known, bindings=self.bindings, now=now)
        self.bindings |= bound
        judged = iter(verdicts)
        outcomes, accepted = [], []
        for found in readings:
            verdict = found if isinstance(found, Parked) else next(judged)
            if isinstance(found, Candidate) and isinstance(verdict, Accepted):
                self.known[found.identity] = found.digest
                accepted.append(found)
            outcomes.append(
                verdict.reason.value if isinstance(verdict, Parked) else
                "recorded" if isinstance(verdict, Accepted) else "duplicate"
            )  # fmt: skip
        self._append([(*one.identity, one.time, one.data) for one in accepted if one.time and one.data], now)
        return outcomes

    def state(self, type_: str, id_: str, data: Json, at: datetime) -> None:
        """Append an event of our own that no door of the domain decides about."""
        event = REGISTRY[type_].model_validate(data)
        self._append([("/feedback-integrity/removal", id_, at, event)], at)

    def _append(self, events: Iterable[tuple[str, str, datetime, EventData]], now: datetime) -> None:
        fresh: list[Recorded] = []
        for source, id_, time, data in events:
            self.versions[data.stream] += 1
            version, position = self.versions[data.stream], len(self.log) + len(fresh)
            fresh.append(_recorded(position, now, id_, source=source, time=time, data=data, version=version))
        self.log += fresh
        spread = [_in_partition(one, at) for one in fresh for at in partitions_of(one.stream, PARTITIONS)]
        facts = [one for one in fresh if not isinstance(one.data, _NOT_REMOVALS)]
        self.rows = fold_rows(self.rows, [Fact(one.data, one.stamp, one.version) for one in facts])  # type: ignore[arg-type]
        fold_pages(self.pages, spread)
        for one in spread:
            fold_pages(self.pages, [_score_record(score, now) for score in self.one_by_one.fold([one])])
        if spread:
            self.in_sets.fold(spread)

    # ------------------------------------------------------------- removal

    def request(self, command: Json, at: datetime, *, jss_answers: bool) -> list[RemovalEvent] | None:
        """Decide and record; None when the requester speaks for nobody on the account."""
        preview = self.preview(command["account_id"], command["contract_id"], at) if jss_answers else None
        order = RequestRemoval(
            act_id=command["act_id"],
            account_id=command["account_id"],
            contract_id=command["contract_id"],
            scope=Scope(command["scope"]),
            requested_by=command["requested_by"],
            channel=Channel.API,
            submitted_at=at,
            acknowledge_score_effect=command["acknowledged"],
            preview=preview,
        )
        case = self.case(order.account_id, order.contract_id, order.requested_by, at)
        if not case.spoken_for_by(order.requested_by):
            return None
        events = decide(case, order, self.book, self.mode)
        for nth, event in enumerate(events):
            self._append([("/feedback-integrity/removal", f"{order.act_id}.{nth}", at, event)], at)
        return events

    def case(self, account_id: str, contract_id: str | None, user_id: str, at: datetime) -> Case:
        return case_of(
            self.rows,
            account_id=account_id,
            user_id=user_id,
            contract_id=contract_id,
            submitted_at=at,
            up_to=self.book.regime_at(at).contracts_between,
        )

    def eligibility(
        self,
        account_id: str,
        contract_id: str | None,
        scope: str | None,
        *,
        user_id: str,
        at: datetime,
        preview: ScorePreview | None,
    ) -> list[Json]:
        """The rules as a question without acknowledgement is told them."""
        case = self.case(account_id, contract_id, user_id, at)
        asked = None if scope is None else Scope(scope)
        ruling, _ = eligibility(case, scope=asked, preview=preview, submitted_at=at, book=self.book)
        return [finding.to_json() for finding in ruling.findings]

    def preview(self, account_id: str, contract_id: str, at: datetime) -> ScorePreview | None:
        """What jss answers at its preview door."""
        found = self.one_by_one.preview(account_id, contract_id, at.astimezone(UTC).date())
        if found is None:
            return None
        preview, version = found
        return ScorePreview(
            current=preview.current,
            preview=preview.preview,
            reason=preview.reason,
            account_version=version,
            as_of=at.astimezone(UTC).date(),
        )

    # ------------------------------------------------------------- pages

    def profile(self, account_id: str) -> Json:
        """The figures and words of a profile."""
        row = self.pages.accounts.get(account_id)
        mentioned = any(user == account_id for user, _ in self.pages.mentions)
        name = self.pages.names.get(("account", account_id))
        if row is None:
            return {"named": mentioned, "display_name": None}
        figures, badge = row.account.figures, row.account.badge
        return {
            "named": row.account.named or mentioned,
            "kind": "agency" if row.account.agency else "freelancer",
            "display_name": _opened(name.text.ciphertext) if name and name.text else None,
            "badge": "none" if badge is None else badge.badge.value,
            "star_rating": answer.star_rating(figures._asdict()),
            "number_of_jobs": figures.jobs,
        }

    def names_client(self, client_id: str) -> bool:
        in_facts = any(id_ == client_id and row.named for (id_, _), row in self.pages.clients.items())
        return in_facts or ("client", client_id) in self.pages.names

    def work(self, account_id: str, contract_id: str) -> Json | None:
        """The contract in its account's work history; None when it has no place there."""
        columns = self._columns(account_id, contract_id)
        if columns is None:
            return None
        visible, stands = columns["client_shown"] == "visible", columns["client_shown"] != "none"
        comment, response = _opened(columns["client_comment"]), _opened(columns["response"])
        return answer.work(
            columns, _opened(columns["title"]), comment if visible else None, response if stands else None
        )

    def engagement(self, account_id: str, contract_id: str) -> Json | None:
        """The contract in its client's history."""
        columns = self._columns(account_id, contract_id)
        if columns is None:
            return None
        return answer.engagement(
            columns,
            _opened(columns["title"]),
            _opened(columns["client_comment"]) if columns["client_shown"] == "visible" else None,
            _opened(columns["talent_comment"]) if columns["talent_shown"] == "visible" else None,
            _opened(columns["client_response"]) if columns["talent_shown"] != "none" else None,
        )

    def _columns(self, account_id: str, contract_id: str) -> Json | None:
        row: ContractRow | None = self.pages.contracts.get((account_id, contract_id))
        if row is None or row.contract.terms is None:
            return None
        return dict(zip(_NAMES_OF_COLUMNS, contract_values(row), strict=True))


def _opened(ciphertext: bytes | None) -> str | None:
    return None if ciphertext is None else ciphertext.decode()


def _record(event: Json) -> "ConsumerRecord[bytes | None, bytes | None]":
    shaped = CloudEvent(
        id=event["id"], source=event["source"], type=event["type"], time=event["time"], data=event["data"]
    )
    key, value, headers = shaped.to_binary()
    return ConsumerRecord("t", 0, 0, 0, 0, key, value, None, 0, 0, headers)


def _recorded(
    position: int, now: datetime, id_: str, *, source: str, time: datetime, data: EventData, version: int
) -> Recorded:
    """The event as the log gives it: its texts sealed, the ciphertext being the text itself."""
    parts = data.texts()
    sealed = data.with_parts({part.path: Sealed(f"{part.path} of {id_}") for part in parts}) if parts else data
    return Recorded(
        position=position,
        sequenced_at=now,
        partition=0,
        source=source,
        id=id_,
        type=data.TYPE,
        time=time,
        stream=data.stream,
        version=version,
        actor="service:story",
        correlation_id=id_,
        causation_id=None,
        policy=None,
        data=sealed,
        sealed={part.path: part.text.encode() for part in parts},
        leaf=b"",
    )


def _in_partition(one: Recorded, partition: int) -> Recorded:
    if one.partition == partition:
        return one
    members = {name: getattr(one, name) for name in Recorded.__dataclass_fields__}
    return Recorded(**{**members, "partition": partition})


def _score_record(score: JobSuccessScoreRecomputed, now: datetime) -> Recorded:
    version = score.cause.position + 1  # grows along the stream, which is all that the pages ask of it
    source, position = "/feedback-integrity/jss", score.cause.position
    return _recorded(position, now, "score", source=source, time=now, data=score, version=version)
