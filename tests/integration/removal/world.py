"""Removal on a database of its own: intake, streams and doors, without processes around them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import ConsumerRecord
from tests.support.log import StandingClock

from event_contracts import (
    AccountRenamed,
    AgencyMemberChanged,
    BadgeChanged,
    ContractCompleted,
    FeedbackGiven,
    Recorded,
)
from event_contracts.publication import Publication
from eventlog.keystore.subject_keys import SubjectKeys
from eventlog.log import EventLog
from eventlog.open import Opener
from eventlog.read import LogReader
from eventlog.sequence import Sequencer
from removal.adapters import tables
from removal.adapters.bindings import ContractBindings
from removal.adapters.parking import ParkingTable
from removal.adapters.streams import AccountStreams
from removal.application.intake import Intake, Tally
from removal.entrypoints.consumer import GROUP
from servicekit.places import Places
from servicekit.postgres import Pool, close_pool, create_pool
from servicekit.record import Record

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
ONCE = NOON - timedelta(days=90)


@dataclass
class World:
    """Everything one intake and one http process would have, and a clock that stands."""

    database: str
    pool: Pool
    log: EventLog
    clock: StandingClock
    opener: Opener
    tallies: list[Tally] = field(default_factory=list)

    def intake(self, group: str = GROUP, *, bindings: ContractBindings | None = None) -> Intake:
        return Intake(
            pool=self.pool,
            places=Places("removal", group),
            log=self.log,
            bindings=bindings or ContractBindings(),
            state=tables.fold_in,
            parking=ParkingTable(),
            clock=self.clock,
            count=self.tallies.append,
        )

    @property
    def accounts(self) -> AccountStreams:
        return AccountStreams(pool=self.pool, log=self.log, clock=self.clock)

    async def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """All inline state, leaving out versions, which follow the order of arrival."""
        return {
            "accounts": await self._rows("account_id, is_agency, badge, badge_stamp FROM removal.accounts"),
            "members": await self._rows("agency_id, user_id, role, role_stamp FROM removal.members"),
            "bindings": await self._rows("contract_id, account_id, client_id FROM removal.contract_bindings"),
            "contracts": await self._rows(
                "contract_id, account_id, client_id, completed_at, earned, terms_stamp, feedback_public,"
                " feedback_stamp, upheld FROM removal.contracts"
            ),
        }

    async def recorded(self) -> list[Recorded]:
        """The whole log in its order, after a sequencer has given everything its position."""
        pool = await create_pool(self.database, role="log_sequencer", application_name="test sequencer", max_size=2)
        try:
            sequencer = await Sequencer.begin(pool, self.clock)
            while await sequencer.turn():
                pass
        finally:
            await close_pool(pool)
        return [event async for event in LogReader(self.pool).all()]

    async def parked(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.pool.fetch("SELECT * FROM removal.parked ORDER BY id")]

    @property
    def total(self) -> Tally:
        whole = Tally()
        for tally in self.tallies:
            whole.recorded += tally.recorded
            whole.duplicates += tally.duplicates
            for reason, number in tally.parked.items():
                whole.parked[reason] = whole.parked.get(reason, 0) + number
        return whole

    async def _rows(self, what: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in await self.pool.fetch(f"SELECT {what} ORDER BY 1, 2")]


@asynccontextmanager
async def a_world(database: str, *, connections: int = 20) -> AsyncIterator[World]:
    """Removal as its own role on an empty, migrated database; keys through a pool of their own, as in the processes."""
    pool = await create_pool(database, role="removal", application_name="test", max_size=connections)
    keys_pool = await create_pool(database, role="removal", application_name="test keys", max_size=2)
    keys = SubjectKeys(keys_pool, b"k" * 32)
    try:
        yield World(database, pool, EventLog(keys, digest_key=b"d" * 32), StandingClock(NOON), Opener(keys))
    finally:
        await close_pool(pool)
        await close_pool(keys_pool)


class Topics:
    """Hands out offsets, so that what is published becomes records as a consumer gets them."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str, int], int] = {}

    def record(self, publication: Publication, *, partition: int = 0) -> Record:
        sent = publication.to_kafka()
        return self.raw(sent.value, sent.headers, topic=sent.topic, key=sent.key, partition=partition)

    def records(self, publications: Iterable[Publication]) -> list[Record]:
        return [self.record(each) for each in publications]

    def raw(
        self,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | None]] = (),
        *,
        topic: str = "marketplace.contracts",
        key: bytes | None = None,
        partition: int = 0,
    ) -> Record:
        offset = self._ends.get((topic, partition), 0)
        self._ends[topic, partition] = offset + 1
        return ConsumerRecord(
            topic=topic,
            partition=partition,
            offset=offset,
            timestamp=0,
            timestamp_type=0,
            key=key,
            value=value,
            checksum=None,
            serialized_key_size=-1,
            serialized_value_size=-1,
            headers=tuple(headers),  # type: ignore[arg-type]  # null values do come
        )


def completed(contract: str, *, account: str = "ana", client: str = "acme", **said: Any) -> Publication:
    """A contract's end; `account` is a freelancer, or an agency when its id begins with `agency`."""
    agency = account if account.startswith("agency") else None
    data: dict[str, Any] = {
        "contract_id": contract,
        "freelancer_id": "ana" if agency else account,
        "agency_id": agency,
        "client_id": client,
        "title": f"Job {contract}",
        "started_at": ONCE - timedelta(days=30),
        "completed_at": ONCE,
        "ended_by": "client",
        "earned": {"amount": 20_000, "currency": "USD"},
        "paid_periods": 0,
        "client_feedback": {"score": 300, "private_rating": 4, "comment": "Late."},
    }
    attributes = {name: said.pop(name) for name in ("id", "source", "time") if name in said}
    return ContractCompleted.build(**attributes, **(data | said))


def given(
    contract: str, *, account: str = "ana", client: str = "acme", time: datetime = ONCE, **said: Any
) -> Publication:
    agency = account if account.startswith("agency") else None
    data: dict[str, Any] = {
        "contract_id": contract,
        "freelancer_id": "ana" if agency else account,
        "agency_id": agency,
        "client_id": client,
        "direction": "client_to_talent",
        "score": 450,
    }
    id_ = said.pop("id", None)
    return FeedbackGiven.build(id=id_, time=time, **(data | said))


def badge(
    account: str = "ana", badge: str = "top_rated", *, time: datetime = ONCE, kind: str = "freelancer"
) -> Publication:
    return BadgeChanged.build(time=time, account_id=account, account_kind=kind, badge=badge)


def membership(agency: str, user: str, role: str, *, time: datetime = ONCE) -> Publication:
    return AgencyMemberChanged.build(time=time, agency_id=agency, user_id=user, role=role, exclusive=False)


def renamed(account: str) -> Publication:
    kind = "agency" if account.startswith("agency") else "freelancer"
    return AccountRenamed.build(time=ONCE, account_id=account, account_kind=kind, display_name=f"The {account}")
