"""Day sums: the same score as adding up every contract, and the same sums however changes come."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.jss.domain.build import TODAY, a_contract, days_of, evaluation, unhurried

from event_contracts import NotCounted
from jss.domain.calendar import WINDOWS, months_later
from jss.domain.day_sum import Changes, DaySum, note_change
from jss.domain.policy import Share, share_of
from jss.domain.state import Contract, FeedbackClass

AGES = [-1, 0, 1, 30, 181, 182, 183, 184, 364, 366, 729, 730, 731]


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """Any ended contract; few clients and days, so that they meet."""
    return a_contract(
        f"C{draw(st.integers(min_value=0, max_value=10**9))}",
        client=draw(st.sampled_from(["k1", "k2", "k3"])),
        ended_on=TODAY - timedelta(days=draw(st.sampled_from(AGES))),
        earned_cents=draw(st.sampled_from([0, 1, 250_00, 250_01, 5_000_00])),
        paid_periods=draw(st.integers(min_value=0, max_value=9)),
        score=draw(st.sampled_from([None, 100, 399, 400, 450, 500])),
        rating=draw(st.sampled_from([None, 0, 6, 7, 9, 10])),
        removed=draw(st.booleans()) and draw(st.booleans()),
        upheld=draw(st.booleans()) and draw(st.booleans()),
    )


ACCOUNTS = st.lists(contracts(), max_size=12)


def naive(account: list[Contract], as_of: date, flagged: frozenset[str]) -> tuple[int | None, int | None]:
    """Score and window, by going through every contract for every window."""
    best: tuple[int, int] | None = None
    for months in WINDOWS:
        shares = [share_of(contract, client_flagged=contract.client_id in flagged) for contract in account]
        here = [
            share
            for share in shares
            if share and share.not_counted is None and share.day <= as_of <= months_later(share.day, months)
        ]
        if len(here) < 2 or len({share.client_id for share in here}) < 2:
            continue
        good = sum(share.weight for share in here if share.outcome is FeedbackClass.POSITIVE)
        bad = sum(share.weight for share in here if share.outcome is FeedbackClass.NEGATIVE)
        total = sum(share.weight for share in here)
        tenths = 1000 * max(0, good - bad) // total
        exact_half = 1000 * max(0, good - bad) % total == 0 and tenths % 10 == 5
        score = tenths // 10 + (1 if tenths % 10 > 5 or exact_half or tenths % 10 == 5 else 0)
        if best is None or score >= best[0]:
            best = (score, months)
    return best or (None, None)


@unhurried
@given(account=ACCOUNTS, as_of=st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=800)), flagged=st.booleans())
def test_day_sums_give_the_score_of_a_plain_evaluation(account: list[Contract], as_of: date, flagged: bool) -> None:
    clients = frozenset({"k1"}) if flagged else frozenset()
    found = evaluation(*account, as_of=as_of, flagged=clients)
    assert (found.score, found.window_months) == naive(account, as_of, clients)


@unhurried
@given(before=ACCOUNTS, after=ACCOUNTS, rng=st.randoms(use_true_random=False))
def test_changes_lead_from_any_contracts_to_any_others(
    before: list[Contract], after: list[Contract], rng: Random
) -> None:
    steps: list[tuple[Share | None, Share | None]] = []
    for old, new in zip(before, after, strict=False):
        steps.append((share_of(old, client_flagged=False), share_of(new, client_flagged=False)))
    steps += [(share_of(old, client_flagged=False), None) for old in before[len(after) :]]
    steps += [(None, share_of(new, client_flagged=False)) for new in after[len(before) :]]
    rng.shuffle(steps)
    changes: Changes = {}
    for old_share, new_share in steps:
        note_change(changes, "A1", old_share, new_share)
    days, wanted = days_of(*before), days_of(*after)
    for (_, day), change in changes.items():
        clients = wanted.get(day, DaySum()).sums
        days[day] = change.applied_to(days.get(day, DaySum()), clients.first_client, clients.last_client)
    assert {day: kept for day, kept in days.items() if kept != DaySum()} == wanted


def test_a_share_that_stays_of_its_client_needs_no_look_at_the_day() -> None:
    changes: Changes = {}
    small, large = a_contract("C1", client="k", paid_periods=0), a_contract("C1", client="k", paid_periods=2)
    note_change(changes, "A1", share_of(small, client_flagged=False), share_of(large, client_flagged=False))
    (change,) = changes.values()
    assert (change.left, change.counted, change.total) == (False, 0, 200)


def test_a_share_that_stops_counting_makes_the_range_of_clients_doubtful() -> None:
    changes: Changes = {}
    counted, removed = a_contract("C1", client="k"), a_contract("C1", client="k", removed=True)
    note_change(changes, "A1", share_of(counted, client_flagged=False), share_of(removed, client_flagged=False))
    (change,) = changes.values()
    assert (change.left, change.counted, change.not_counted) == (True, -1, {NotCounted.REMOVED: 1})
    note_change(changes, "A1", None, None)
    assert len(changes) == 1
