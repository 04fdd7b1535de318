"""What is so before a test acts, and how it acts and looks: the outside doors in domain words.

Knows the sandbox and the builders, no service. A door that should answer and does not fails here, with its answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from tests.support.builders import ENDED, a_badge, a_contract_completed, a_member
from tests.support.sandbox import Sandbox, an_id

from event_contracts import Publication
from fi.dev.clock import move_clock
from fi.dev.instance import the_instance
from fi.dev.settle import settled

JSON = dict[str, Any]
TOMBSTONE = "This feedback has been removed."


@dataclass(frozen=True, slots=True)
class Freelancer:
    """A freelancer who speaks for the account of the same id."""

    id: str = field(default_factory=lambda: an_id("freelancer"))

    def contract(self, **known: Any) -> Publication:
        """A contract of this freelancer; members as of `a_contract_completed`."""
        return a_contract_completed(self.id, **known)

    def badge(self, badge: str = "top_rated", **known: Any) -> Publication:
        """The freelancer's badge."""
        return a_badge(self.id, badge, **known)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency, with one person in each role."""

    id: str = field(default_factory=lambda: an_id("agency"))
    owner: str = field(default_factory=lambda: an_id("owner"))
    business_manager: str = field(default_factory=lambda: an_id("manager"))
    admin: str = field(default_factory=lambda: an_id("admin"))
    member: str = field(default_factory=lambda: an_id("member"))

    def contract(self, **known: Any) -> Publication:
        """A contract that the member performed for the agency."""
        return a_contract_completed(self.member, agency_id=self.id, **known)

    def badge(self, badge: str = "top_rated", **known: Any) -> Publication:
        """The agency's badge."""
        return a_badge(self.id, badge, kind="agency", **known)

    def people(self) -> list[Publication]:
        """Everybody's role."""
        roles = ("owner", "business_manager", "admin", "member")
        return [a_member(self.id, getattr(self, role), role) for role in roles]


def good_contracts(
    account: Freelancer | Agency, count: int, *, completed_at: datetime = ENDED, score: int = 500
) -> list[Publication]:
    """Contracts of as many clients, an hour apart, each with the same score."""
    return [
        account.contract(completed_at=completed_at + timedelta(hours=hour), client_feedback={"score": score})
        for hour in range(count)
    ]


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of a running system, in domain words. Every read is as of everything settled so far."""

    sandbox: Sandbox

    async def request_removal(
        self,
        account_id: str,
        contract_id: str,
        scope: str = "jss_and_profile",
        *,
        by: str | None = None,
        acknowledge: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Ask for a removal, by default as the account's own freelancer; gives whatever the door answers."""
        body = {
            "account_id": account_id,
            "contract_id": contract_id,
            "scope": scope,
            "acknowledge_score_effect": acknowledge,
        }
        sub = by or account_id
        return await self.sandbox.post("removal", "/v1/removal-requests", sub=sub, json=body, headers=headers)

    async def granted(self, *asked: str, **options: Any) -> JSON:
        """Ask for a removal that must be approved, and wait until it is folded everywhere."""
        answer = await self.request_removal(*asked, **options)
        assert answer.status_code == 201, answer.text
        body: JSON = answer.json()
        assert body["status"] == "approved", body
        await self.sandbox.settle()
        return body

    async def refused(self, *asked: str, **options: Any) -> JSON:
        """Ask for a removal that must be refused by rules; gives the problem."""
        answer = await self.request_removal(*asked, **options)
        assert answer.status_code == 409, answer.text
        body: JSON = answer.json()
        assert body["type"] == "urn:feedback-integrity:problem:removal-refused", body
        return body

    async def clock_at(self, time: datetime) -> datetime:
        """Move the clock forward to a time and wait until the day reached has been folded everywhere."""
        move_clock(self.sandbox.home.clock, time)
        await settled(the_instance(self.sandbox.home), day=time.date())
        return time

    async def profile(self, account_id: str) -> JSON:
        """The public profile."""
        return await self._seen("profile-projection", f"/v1/profiles/{account_id}")

    async def work_history(self, account_id: str, **query: Any) -> JSON:
        """A page of the account's work history."""
        return await self._seen("profile-projection", f"/v1/profiles/{account_id}/work-history", params=query)

    async def work(self, account_id: str, contract_id: str) -> JSON:
        """One contract as the account's page shows it."""
        return _one((await self.profile(account_id))["work_history"], contract_id)

    async def history(self, client_id: str, **query: Any) -> JSON:
        """A page of the client's public history."""
        return await self._seen("profile-projection", f"/v1/clients/{client_id}/history", params=query)

    async def engagement(self, client_id: str, contract_id: str) -> JSON:
        """One contract as the client's page shows it."""
        return _one(await self.history(client_id), contract_id)

    async def score(self, account_id: str) -> JSON:
        """The score that the account displays."""
        return await self._seen("jss", f"/v1/accounts/{account_id}/score")

    async def score_history(self, account_id: str) -> list[JSON]:
        """The account's recorded scores, newest first."""
        items: list[JSON] = (await self._seen("jss", f"/v1/accounts/{account_id}/score/history"))["items"]
        return items

    async def preview(self, account_id: str, contract_id: str, *, by: str | None = None) -> JSON:
        """The score as it would be without one contract."""
        path = f"/v1/accounts/{account_id}/score/preview"
        return await self._seen("jss", path, sub=by or account_id, params={"without_contract": contract_id})

    async def eligibility(self, account_id: str, *, by: str | None = None, **query: str) -> JSON:
        """What a request would be told now."""
        path = f"/v1/accounts/{account_id}/removal-eligibility"
        return await self._seen("removal", path, sub=by or account_id, params=query)

    async def parked(self) -> list[JSON]:
        """Everything that was parked, oldest first."""
        found: list[JSON] = []
        query: dict[str, Any] = {"limit": 100}
        while True:
            page = await self._seen("removal", "/v1/parked", sub="operator", scope="ops:act", params=query)
            found += page["items"]
            if "next" not in page:
                return found
            query["cursor"] = page["next"]

    async def _seen(self, service: str, path: str, **options: Any) -> JSON:
        answer = await self.sandbox.get(service, path, **options)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        body: JSON = answer.json()
        return body


def rules_of(answer: JSON) -> dict[str, JSON]:
    """The findings of an answer, by code."""
    listed = answer["rules"] if "rules" in answer else answer["evidence"]["rules"]
    return {finding["code"]: finding for finding in listed}


def failed(answer: JSON) -> list[str]:
    """The codes that are not met, in the order reported."""
    return [code for code, finding in rules_of(answer).items() if finding["holds"] is False]


def _one(page: JSON, contract_id: str) -> JSON:
    found: list[JSON] = [item for item in page["items"] if item["contract_id"] == contract_id]
    assert len(found) == 1, f"{contract_id} in {[item['contract_id'] for item in page['items']]}"
    return found[0]
