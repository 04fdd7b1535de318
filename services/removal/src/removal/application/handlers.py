"""Steps of a command: look, ask jss, then lock, load, decide, append.

Owns the order. Knows no rule and no driver. Invariant: all I/O to others is done before the lock, and nothing is held
while it is waited for; what was only looked at is judged again under the lock.
Next: domain/decide.py for the decision.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from event_contracts import ScorePreview
from removal.application.ports import Accounts, Act, Asking, Conclude, LockedAccount, Previews, Receipt
from removal.domain.case import Case
from removal.domain.commands import RequestRemoval
from removal.domain.decide import decide
from removal.domain.policy import DecisionMode, PolicyBook

A = TypeVar("A")


class SpeaksForNobodyError(Exception):
    """The caller is neither the freelancer nor anybody in the agency."""


class ActReusedError(Exception):
    """The act's identity belongs to an act with other content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalDesk:
    """Takes requests for removal."""

    accounts: Accounts
    previews: Previews
    book: PolicyBook
    mode: DecisionMode

    async def request_removal(self, command: RequestRemoval, act: Act, *, token: str, conclude: Conclude[A]) -> A:
        """Decide and record; `conclude` writes the answer in the same transaction.

        Raises SpeaksForNobodyError, ActReusedError.
        """
        asking = Asking.of(command, up_to=self.book.regime_at(command.submitted_at).contracts_between)
        case = _spoken_for(await self.accounts.case(asking), command)
        command = replace(command, preview=await self._preview(case, command, token))

        async def work(account: LockedAccount) -> A:
            receipt = await account.earlier(act)
            if receipt is None:
                case = _spoken_for(await account.case(asking), command)
                events = decide(case, command, self.book, self.mode)
                receipt = await account.record(act, events, actor=command.requested_by, policy=self.book.name)
            return await conclude(account.connection, _of_this_act(receipt, command))

        return await self.accounts.locked(command.account_id, work)

    async def _preview(self, case: Case, command: RequestRemoval, token: str) -> ScorePreview | None:
        if not self.book.regime_at(command.submitted_at).perk or not case.owns_contract:
            return None  # no rule will ask for it
        return await self.previews.without(command.account_id, command.contract_id, token=token)


def _spoken_for(case: Case, command: RequestRemoval) -> Case:
    if not case.spoken_for_by(command.requested_by):
        raise SpeaksForNobodyError
    return case


def _of_this_act(receipt: Receipt, command: RequestRemoval) -> Receipt:
    asked = receipt.asked
    if (asked.account_id, asked.contract_id, asked.scope) != (command.account_id, command.contract_id, command.scope):
        raise ActReusedError
    return receipt
