"""The preview is the score that the removal then leads to."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.jss.domain.build import TODAY, a_contract, days_of, evaluation, golden, unhurried
from tests.unit.jss.domain.test_day_sum import contracts

from event_contracts import UnchangedReason
from jss.domain.decide import Cause, Ruling, decide
from jss.domain.policy import share_of
from jss.domain.preview import OthersOfDay, Preview, preview_without
from jss.domain.state import Contract


def previewed(contract: Contract, account: list[Contract]) -> Preview:
    """The preview of removing one of an account's contracts."""
    shares = [share_of(one, client_flagged=False) for one in account if one is not contract]
    own = share_of(contract, client_flagged=False)
    others = [one.client_id for one in shares if one and own and one.counted and one.day == own.day]
    return preview_without(
        contract,
        client_flagged=False,
        days=days_of(*account),
        others=OthersOfDay(first_client=min(others, default=None), last_client=max(others, default=None)),
        removed_count=sum(one.counts_as_removed for one in account),
        as_of=TODAY,
    )


def test_the_golden_example_without_d() -> None:
    account = golden()
    found = previewed(account["D"], list(account.values()))
    assert (found.current, found.preview, found.reason, found.would_vanish) == (74, 100, None, False)


def test_a_score_that_would_vanish() -> None:
    account = golden()
    found = previewed(account["D"], [account["A"], account["D"]])
    assert (found.current, found.preview, found.would_vanish) == (0, None, True)
    assert found.reason is UnchangedReason.BELOW_MINIMUM


def test_a_contract_that_does_not_count_changes_nothing() -> None:
    idle = a_contract(score=None)
    found = previewed(idle, [a_contract(), a_contract(), idle])
    assert (found.current, found.preview, found.reason) == (100, 100, UnchangedReason.NOT_COUNTED)


@unhurried
@given(account=st.lists(contracts(), min_size=1, max_size=8), pick=st.integers(min_value=0))
def test_the_preview_is_what_the_removal_records(account: list[Contract], pick: int) -> None:
    chosen = account[pick % len(account)]
    after = [replace(one, approved=one.approved | {"real"}) if one is chosen else one for one in account]
    cause = Cause(source="s", id="i", position=1, as_of=TODAY)
    ruling = Ruling(share=share_of(chosen, client_flagged=False))
    recorded = decide("A1", evaluation(*account), evaluation(*after), cause, ruling)
    found = previewed(chosen, account)
    assert recorded is not None
    assert (found.current, found.preview, found.reason) == (recorded.previous, recorded.score, recorded.reason)
