"""Fold a run of accounts' own events: load the rows they touch, evolve in memory, write back, judge.

Invariant: what an account had before a ruling is written and judged before the ruling is folded (domain §6.8).
Next: domain/evolve.py for what a fact does, judge.py for what follows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from event_contracts import AgencyMemberChanged, FeedbackRemovalReversed
from event_contracts.recorded import Recorded
from jss.application.judge import Due, judge
from jss.application.plan import Round, account_of, rounds_of
from jss.application.ports import (
    ClientKey,
    ContractKey,
    HeldAccount,
    JudgedContract,
    OpenedRatings,
    Ratings,
    ScoreLog,
    Tables,
)
from jss.domain.account import evolve_account, others_named
from jss.domain.concern import ABOUT_A_CONTRACT, CAUSES, RULINGS
from jss.domain.day_sum import Changes, note_change
from jss.domain.decide import Ruling
from jss.domain.evolve import evolve_all
from jss.domain.facts import facts_of
from jss.domain.policy import Share, share_of
from jss.domain.state import Contract


@dataclass(slots=True)
class Loaded:
    """The rows a run touches, as they stand while it is folded. `flagged`: clients whose contracts do not count."""

    accounts: dict[str, HeldAccount]
    contracts: dict[ContractKey, Contract]
    flagged: Mapping[ClientKey, bool]
    ratings: OpenedRatings

    def share(self, contract: Contract) -> Share | None:
        """What the contract brings, its client's standing being what it is now."""
        partition = self.accounts[contract.account_id].account.partition
        return share_of(contract, client_flagged=self.flagged.get((partition, contract.client_id), False))


@dataclass(slots=True)
class Folded:
    """What one round changed, to be written and judged."""

    shares: dict[ContractKey, Share | None] = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)
    due: dict[str, Due] = field(default_factory=dict)


class Folding:
    """Folds runs inside one transaction."""

    def __init__(self, *, tables: Tables, ratings: Ratings, score_log: ScoreLog) -> None:
        self._tables = tables
        self._ratings = ratings
        self._score_log = score_log

    async def fold(self, run: Sequence[Recorded], flagged: dict[ClientKey, bool]) -> None:
        """Fold a run. `flagged` holds the standings known so far in this set of events and takes those it loads."""
        if not run:
            return
        loaded = await self._load(run, flagged)
        await self._write_names(run)
        for one in rounds_of(run):
            await self._fold_round(one, loaded)

    async def _load(self, run: Sequence[Recorded], flagged: dict[ClientKey, bool]) -> Loaded:
        ratings = await self._ratings.open(run)
        partitions = {account_of(event): event.partition for event in run}
        for account_id in sorted(ratings.erased_accounts):  # its key is destroyed: nothing is stated about it any more
            await self._tables.erase(partitions[account_id], [account_id], 0)
        accounts = await self._tables.accounts(partitions)
        touched = {key: event for event in run if (key := contract_key(event)) is not None}
        contracts = await self._tables.contracts(touched.keys())
        for key, event in touched.items():
            if key not in contracts:
                contracts[key] = Contract(account_id=key[0], contract_id=key[1], client_id=event.data.client_id or "")
        wanted = {(partitions[contract.account_id], contract.client_id) for contract in contracts.values()}
        standings = await self._tables.standings(wanted - flagged.keys())
        flagged.update({key: key in standings and standings[key].flagged for key in wanted - flagged.keys()})
        return Loaded(accounts=accounts, contracts=contracts, flagged=flagged, ratings=ratings)

    async def _write_names(self, run: Iterable[Recorded]) -> None:
        names = {
            (event.partition, account_id): event.position
            for event in run
            for account_id in others_named(account_of(event), event)
        }
        await self._tables.add_names((*key, position) for key, position in names.items())
        await self._tables.save_memberships(event for event in run if isinstance(event.data, AgencyMemberChanged))

    async def _fold_round(self, groups: Round, loaded: Loaded) -> None:
        folded = Folded()
        for account_id, events in groups.items():
            held = loaded.accounts[account_id]
            for event in events:
                _fold_event(event, held, loaded, folded)
        await self._write(groups, loaded, folded)
        await judge(folded.due, loaded.accounts, tables=self._tables, score_log=self._score_log)

    async def _write(self, groups: Round, loaded: Loaded, folded: Folded) -> None:
        held = {account_id: loaded.accounts[account_id] for account_id in groups}
        partitions = {account_id: own.account.partition for account_id, own in held.items()}
        judged = [JudgedContract(loaded.contracts[key], share) for key, share in folded.shares.items()]
        await self._tables.save_accounts([own.account for own in held.values()])
        await self._tables.save_contracts(judged, partitions)
        await self._tables.change_days(folded.changes, partitions)


def contract_key(event: Recorded) -> ContractKey | None:
    """The contract an event says something about, for the score or for being known."""
    if not isinstance(event.data, (*ABOUT_A_CONTRACT, *RULINGS)):
        return None
    return account_of(event), event.data.contract_id or ""


def _fold_event(event: Recorded, held: HeldAccount, loaded: Loaded, folded: Folded) -> None:
    held.account = evolve_account(held.account, event)
    if held.erased:
        return
    ruling = None
    if (key := contract_key(event)) is not None:
        share = _fold_contract(key, event, held, loaded, folded)
        ruling = Ruling(share=share) if isinstance(event.data, RULINGS) else None
    if isinstance(event.data, CAUSES):
        folded.due[held.account.account_id] = Due(event, ruling)


def _fold_contract(
    key: ContractKey, event: Recorded, held: HeldAccount, loaded: Loaded, folded: Folded
) -> Share | None:
    """Evolve the contract and note how its share changed; the share a ruling is explained by (domain §6.8)."""
    before = loaded.contracts[key]
    after = evolve_all(before, facts_of(event, loaded.ratings.by_position.get(event.position, {})))
    loaded.contracts[key] = after
    old, new = loaded.share(before), loaded.share(after)
    folded.shares[key] = new
    note_change(folded.changes, key[0], old, new)
    removed = int(after.counts_as_removed) - int(before.counts_as_removed)
    held.account = replace(held.account, removed_count=held.account.removed_count + removed)
    return new if isinstance(event.data, FeedbackRemovalReversed) else old
