"""A feedback of the past shows as it did then, unless it is removed now; and it says since when."""

from collections.abc import Sequence
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.profile_projection.domain.test_evolve import STORY
from tests.unit.profile_projection.given import (
    TALENT_TO_CLIENT,
    Fact,
    contract_completed,
    day,
    feedback_edited,
    feedback_given,
    feedback_withdrawn,
    recorded,
    removal_approved,
    removal_reversed,
    report_upheld,
)

from profile_projection.domain.evolve import evolve_contract
from profile_projection.domain.hiding import (
    Remembered,
    Seen,
    client_feedback_seen,
    remembered,
    talent_feedback_seen,
)
from profile_projection.domain.policy import REMOVED, Shown, client_feedback_shown, talent_feedback_shown
from profile_projection.domain.state import PublicContract

UNKNOWN = PublicContract(account_id="A1", contract_id="C1", client_id="K1")


def every_state(facts: Sequence[Fact]) -> list[Remembered]:
    """The contract before any fact and after each of them; the n-th is sequenced on day n."""
    states = [Remembered(UNKNOWN)]
    for number, event in enumerate(recorded(facts), start=1):
        states.append(remembered(states[-1], evolve_contract(states[-1].contract, event), day(number)))
    return states


def seen(*facts: Fact) -> list[Seen]:
    """The client feedback as of each position, looking back after the last of the facts."""
    states = every_state(facts)
    return [client_feedback_seen(then, states[-1]) for then in states]


def since(number: int, shown: Shown = Shown.PERK) -> Seen:
    return Seen(shown, day(number))


NOTHING, VISIBLE = Seen(Shown.NONE, None), Seen(Shown.VISIBLE, None)


def test_what_is_removed_now_was_removed_wherever_it_showed() -> None:
    assert seen(contract_completed(), feedback_given(), feedback_edited(), removal_approved()) == [
        *(NOTHING, NOTHING),
        *(since(4), since(4), since(4)),
    ]


def test_what_shows_now_shows_as_it_did() -> None:
    facts = feedback_given(), removal_approved(), removal_reversed(), removal_approved(scope="jss_only", request="R2")

    assert seen(*facts) == [NOTHING, VISIBLE, since(2), VISIBLE, VISIBLE]


def test_a_second_reason_to_hide_does_not_begin_anew() -> None:
    facts = feedback_given(), removal_approved(), report_upheld(), removal_reversed()

    assert seen(*facts) == [NOTHING, since(2, Shown.TERMS), since(2), since(2, Shown.TERMS), since(2, Shown.TERMS)]


def test_feedback_given_anew_shows_again_and_withdrawn_again_is_hidden_since_then() -> None:
    given = feedback_given(), feedback_withdrawn(), feedback_given(at=day(14))
    assert seen(*given) == [NOTHING, VISIBLE, since(2, Shown.AUTHOR), VISIBLE]

    withdrawn = since(4, Shown.AUTHOR)
    assert seen(*given, feedback_withdrawn(at=day(15))) == [
        *(NOTHING, withdrawn, since(2, Shown.AUTHOR)),
        *(withdrawn, withdrawn),
    ]


def test_the_two_sides_are_hidden_apart() -> None:
    said = contract_completed(client_feedback={"score": 300}, talent_feedback={"score": 400})
    states = every_state([said, removal_approved(), report_upheld(direction=TALENT_TO_CLIENT)])

    assert client_feedback_seen(states[1], states[-1]) == since(2)
    assert talent_feedback_seen(states[1], states[2]) == VISIBLE
    assert talent_feedback_seen(states[1], states[-1]) == since(3, Shown.TERMS)


@settings(max_examples=200, deadline=None)
@given(st.permutations(STORY), st.data())
def test_nothing_else_about_the_past_ever_changes(facts: list[Fact], data: st.DataObject) -> None:
    states = every_state(facts)
    then = data.draw(st.integers(0, len(states) - 1))
    for now in range(then, len(states)):
        for shown_of, seen_of in (
            (client_feedback_shown, client_feedback_seen),
            (talent_feedback_shown, talent_feedback_seen),
        ):
            was, is_now = shown_of(states[then].contract), shown_of(states[now].contract)
            looked_back = seen_of(states[then], states[now])
            assert looked_back.shown is (is_now if was is Shown.VISIBLE and is_now in REMOVED else was)
            assert (looked_back.since is None) == (looked_back.shown not in REMOVED)
            if looked_back.since is not None:
                _hid_it(
                    looked_back.since, [shown_of(state.contract) for state in states], then if was in REMOVED else now
                )


def _hid_it(at: datetime, shown: list[Shown], last: int) -> None:
    """The event sequenced then hid what was not hidden before, and it has stayed hidden up to the last state."""
    number = (at - day(0)).days
    assert shown[number - 1] not in REMOVED
    assert all(each in REMOVED for each in shown[number : last + 1])
