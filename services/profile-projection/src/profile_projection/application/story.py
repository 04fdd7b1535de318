"""What events read from the log tell: the rows that the live model would have, and since when what is hidden is.

Knows nothing of pages or texts. The fold is the live model's own (fold.py), so a fact has one meaning, then and now.
Invariant: of each stream events are heard in log order, each once.
Next: past.py for which events are read.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from event_contracts.recorded import Recorded
from profile_projection.application.fold import fold
from profile_projection.application.ports import After
from profile_projection.application.rows import ContractKey, ContractRow, Rows
from profile_projection.domain.hiding import Remembered, remembered


class Heard(NamedTuple):
    """The last event heard of a reading: where the next page begins."""

    position: int = -1
    version: int = 0


class Story:
    """The state so far. `contracts`: each with the time since when its removed feedback has been hidden."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.contracts: dict[ContractKey, Remembered] = {}

    @classmethod
    def of(cls, contracts: Iterable[Remembered]) -> "Story":
        """A story that goes on from contracts as they were."""
        story = cls()
        for each in contracts:
            key = (each.contract.account_id, each.contract.contract_id)
            story.contracts[key] = each
            story.rows.contracts[key] = ContractRow(each.contract, 0)
        return story

    async def hear(self, read: Callable[[Heard], Awaitable[Sequence[Recorded]]]) -> None:
        """Take in all that `read` gives, page by page; it is told what was heard last and gives nothing at the end."""
        last = Heard()
        while events := await read(last):
            self.take_in(events)
            last = Heard(events[-1].position, events[-1].version)

    def take_in(self, events: Iterable[Recorded]) -> None:
        """Go on with these events."""
        for event in events:
            fold(self.rows, [event])
            account_id, contract_id = event.data.account_id, event.data.contract_id
            if account_id is None or contract_id is None:
                continue
            row = self.rows.contracts.get((account_id, contract_id))
            if row is not None:
                known = self.contracts.get((account_id, contract_id))
                self.contracts[account_id, contract_id] = remembered(known, row.contract, event.sequenced_at)

    def names_account(self, account_id: str) -> bool:
        """Whether a fact heard names the account."""
        row = self.rows.accounts.get(account_id)
        return row is not None and row.account.named

    def names_client(self, client_id: str) -> bool:
        """Whether a fact heard names the client."""
        row = self.rows.clients.get((client_id, 0))  # read from the database every event is of partition 0
        return (row is not None and row.named) or ("client", client_id) in self.rows.names

    def ended(self, after: After | None) -> list[Remembered]:
        """The contracts heard of that have ended, newest end first, then by id; only what comes after one of them."""
        dated = [
            (each.contract.terms.completed_at, each)
            for each in self.contracts.values()
            if each.contract.terms is not None
        ]
        listed = sorted(dated, key=lambda found: found[1].contract.contract_id)
        listed.sort(key=lambda found: found[0], reverse=True)
        return [
            each
            for completed_at, each in listed
            if after is None
            or completed_at < after.completed_at
            or (completed_at == after.completed_at and each.contract.contract_id > after.contract_id)
        ]
