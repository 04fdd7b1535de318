"""What facts say of an account beside its contracts."""

from tests.unit.jss import facts
from tests.unit.jss.recorded import recorded

from event_contracts import AccountRenamed, FeedbackRemovalRefused
from jss.domain.account import Account, evolve_account, others_named

FRESH = Account(account_id="A1", partition=0)


def test_a_marketplace_fact_names_its_account_and_moves_its_version() -> None:
    found = evolve_account(FRESH, recorded("A1", position=7, version=3))
    assert found == Account(account_id="A1", partition=0, named=True, version=3, position=7)


def test_requests_name_nobody() -> None:
    refused = FeedbackRemovalRefused.model_validate(
        {
            "refusal_id": "F1",
            "account_id": "A1",
            "contract_id": "C1",
            "scope": "jss_only",
            "requested_by": "A1",
            "channel": "api",
            "submitted_at": "2026-06-30T12:00:00Z",
            "failed": ["CONTRACT_UNKNOWN"],
            "evidence": {"book": "perk", "regime_from": "2020-01-01T00:00:00Z", "rules": [], "badge": "none"},
        }
    )
    found = evolve_account(FRESH, recorded(data=refused, version=1))
    assert (found.named, found.version) == (False, 1)


def test_an_account_is_an_agency_when_any_fact_says_so() -> None:
    as_agency = evolve_account(FRESH, recorded(data=facts.ended("C1", "k1", account="F", agency="A1")))
    assert as_agency.agency
    assert evolve_account(as_agency, recorded("A1")).agency
    assert not evolve_account(FRESH, recorded("A1")).agency


def test_a_name_does_not_move_the_version_of_the_accounts_stream() -> None:
    renamed = AccountRenamed.model_validate({"account_id": "A1", "account_kind": "agency", "display_name": "Ada"})
    found = evolve_account(FRESH, recorded(data=renamed, position=5, version=9))
    assert (found.named, found.agency, found.version, found.position) == (True, True, 0, 5)


def test_an_agencys_facts_name_its_people() -> None:
    joined = facts.member("A1", "U", "admin")
    assert others_named("A1", recorded(data=joined)) == ("U",)
    assert others_named("A1", recorded(data=facts.ended("C1", "k1", account="F", agency="A1"))) == ("F",)
    assert others_named("A1", recorded("A1")) == ()
