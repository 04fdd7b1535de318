"""Questions about requests and eligibility, and who is answered.

Owns who may ask. Knows no HTTP. Invariant: a request is known only to those who speak for its account, and to staff.
Next: domain/decide.py for eligibility, adapters/requests.py for what is read.
"""

from dataclasses import dataclass
from datetime import datetime

from event_contracts import Scope, ScorePreview
from removal.application.handlers import SpeaksForNobodyError
from removal.application.ports import Accounts, Asking, Place, Previews, Requests
from removal.domain.decide import eligibility
from removal.domain.policy import PolicyBook
from removal.domain.rules import Ruling
from removal.domain.state import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, at which moment; `staff`: the token carries `removals:read`."""

    user_id: str
    staff: bool
    token: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What a request without acknowledgement would be told; `preview`: the score it would rest on, if there is any."""

    ruling: Ruling
    preview: ScorePreview | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalQueries:
    """Answers questions about removals."""

    accounts: Accounts
    requests: Requests
    previews: Previews
    book: PolicyBook

    async def request(self, request_id: str, asker: Asker) -> Request | None:
        """The request, or None when there is none that the asker may know of."""
        found = await self.requests.by_id(request_id)
        if found is None or not await self._may_see(found.asked.account_id, asker):
            return None
        return found

    async def page(
        self, asker: Asker, *, account_id: str | None, status: str | None, after: Place | None, limit: int
    ) -> list[Request]:
        """Requests of an account; of all only for staff. Raises SpeaksForNobodyError."""
        if not asker.staff and (account_id is None or not await self._may_see(account_id, asker)):
            raise SpeaksForNobodyError
        return await self.requests.page(account_id=account_id, status=status, after=after, limit=limit)

    async def eligibility(
        self, account_id: str, asker: Asker, *, contract_id: str | None, scope: Scope | None
    ) -> Eligibility:
        """Judged now, as a request by the asker. Raises SpeaksForNobodyError."""
        regime = self.book.regime_at(asker.now)
        asking = _asking(account_id, asker, contract_id=contract_id, up_to=regime.contracts_between)
        case = await self.accounts.case(asking)
        if not asker.staff and not case.spoken_for_by(asker.user_id):
            raise SpeaksForNobodyError
        preview = None
        if contract_id is not None and regime.perk and case.owns_contract:
            preview = await self.previews.without(account_id, contract_id, token=asker.token)
            case = await self.accounts.case(asking)  # what the preview rests on may be newer than what was read
        return Eligibility(*eligibility(case, scope=scope, preview=preview, submitted_at=asker.now, book=self.book))

    async def _may_see(self, account_id: str, asker: Asker) -> bool:
        if asker.staff:
            return True
        case = await self.accounts.case(_asking(account_id, asker, contract_id=None, up_to=0))
        return case.spoken_for_by(asker.user_id)


def _asking(account_id: str, asker: Asker, *, contract_id: str | None, up_to: int) -> Asking:
    return Asking(
        account_id=account_id,
        user_id=asker.user_id,
        contract_id=contract_id,
        submitted_at=asker.now,
        up_to=up_to,
    )
