"""Work through the events that touch many accounts at once, in chunks that never hold a whole account.

Invariant: each account is brought up to date before anything newer of it is folded (architecture §5).
Next: judge.py for each account's evaluation.
"""

from collections.abc import Collection, Sequence

from event_contracts import ClientStandingChanged, ScoringDayOpened, SubjectErased
from event_contracts.recorded import Recorded
from jss.application.judge import Due, as_of, judge
from jss.application.ports import ClientKey, JudgedContract, ScoreLog, Tables
from jss.domain.calendar import crossed
from jss.domain.day_sum import Changes, note_change
from jss.domain.policy import share_of
from jss.domain.state import Contract


class Broadcasting:
    """Applies broadcast events inside one transaction."""

    def __init__(self, *, tables: Tables, score_log: ScoreLog) -> None:
        self._tables = tables
        self._score_log = score_log

    async def apply(self, event: Recorded, flagged: dict[ClientKey, bool]) -> None:
        """Apply one broadcast event to its partition's accounts. `flagged` takes the standing it turns."""
        match event.data:
            case ClientStandingChanged(client_id=client_id):
                key = (event.partition, client_id)
                flagged[key] = not flagged[key]
                await self._turn(event, key, flagged=flagged[key])
            case ScoringDayOpened():
                await self._open_day(event)
            case SubjectErased(subject_id=subject_id):
                await self._tables.erase(event.partition, [subject_id], event.version)

    async def _turn(self, event: Recorded, key: ClientKey, *, flagged: bool) -> None:
        """The client's contracts stop counting, or count again; an account is judged when its last one has turned."""
        open_account: str | None = None
        async for chunk in self._tables.contracts_of_client(key):
            await self._turn_contracts(chunk, event.partition, flagged=flagged)
            accounts = dict.fromkeys(contract.account_id for contract in chunk)
            done = [account for account in (open_account, *accounts) if account not in (None, chunk[-1].account_id)]
            await self._judge(dict.fromkeys(account for account in done if account is not None), event)
            open_account = chunk[-1].account_id
        if open_account is not None:
            await self._judge([open_account], event)

    async def _turn_contracts(self, contracts: Sequence[Contract], partition: int, *, flagged: bool) -> None:
        changes: Changes = {}
        judged = []
        for contract in contracts:
            old, new = (share_of(contract, client_flagged=state) for state in (not flagged, flagged))
            note_change(changes, contract.account_id, old, new)
            if old != new:
                judged.append(JudgedContract(contract, new))
        partitions = {contract.account_id: partition for contract in contracts}
        await self._tables.save_contracts(judged, partitions)
        await self._tables.change_days(changes, partitions)

    async def _open_day(self, event: Recorded) -> None:
        """Judge the accounts for which a window's edge was crossed since the scoring day before."""
        day = as_of(event)
        last = await self._tables.open_day(event, day)
        async for accounts in self._tables.accounts_with_days(event.partition, list(crossed(last, day))):
            await self._judge(accounts, event)

    async def _judge(self, accounts: Collection[str], event: Recorded) -> None:
        held = await self._tables.accounts(dict.fromkeys(accounts, event.partition))
        due = {account_id: Due(event) for account_id in accounts}
        await judge(due, held, tables=self._tables, score_log=self._score_log)
