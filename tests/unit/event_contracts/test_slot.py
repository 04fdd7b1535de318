"""What facts about feedback mean together, in whatever order and number they arrive."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import permutations
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from event_contracts import (
    ContractCompleted,
    Direction,
    FeedbackContent,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackResponded,
    FeedbackSlot,
    FeedbackWithdrawn,
    MarketplaceEvent,
    Recorded,
    Sealed,
    Stamp,
    feedback_stated,
)
from event_contracts.canonical import canonical
from event_contracts.instant import format_time
from event_contracts.slot import rating_of, rating_path

Fact: TypeAlias = tuple[Stamp, str | None, bool]
Slot: TypeAlias = FeedbackSlot[str]

DAY_ONE = datetime(2026, 3, 1, tzinfo=UTC)
SEALED = Sealed("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
EMBEDDED_RATING = "client_feedback.private_rating"
IDS = {"contract_id": "c1", "freelancer_id": "f1", "client_id": "k1"}


def day(number: int) -> datetime:
    return DAY_ONE + timedelta(days=number - 1)


def stamp(number: int, id_: str = "e") -> Stamp:
    return Stamp(day(number), day(number), id_, "/m")


stamps = st.builds(
    Stamp, st.sampled_from([day(1), day(2)]), st.sampled_from([day(1), day(2)]), st.sampled_from("ab"), st.just("/m")
)


@st.composite
def some_facts(draw: st.DrawFn) -> list[Fact]:
    """Facts about one slot: one stamp is one fact, as one (source, id) is one event."""
    by_stamp = draw(st.dictionaries(stamps, st.tuples(st.sampled_from([None, "x", "y"]), st.booleans()), max_size=6))
    return [(at, content, public) for at, (content, public) in by_stamp.items()]


def fold(slot: Slot, facts: list[Fact]) -> Slot:
    return reduce(lambda met, fact: met.meet(fact[0], fact[1], public=fact[2]), facts, slot)


@given(some_facts(), st.data())
def test_order_does_not_matter(facts: list[Fact], data: st.DataObject) -> None:
    assert fold(FeedbackSlot(), data.draw(st.permutations(facts))) == fold(FeedbackSlot(), facts)


@given(some_facts(), st.data())
def test_repetition_does_not_matter(facts: list[Fact], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(facts))) if facts else []
    assert fold(FeedbackSlot(), [*facts, *again]) == fold(FeedbackSlot(), facts)


@given(some_facts(), some_facts(), some_facts())
def test_grouping_does_not_matter(one: list[Fact], two: list[Fact], three: list[Fact]) -> None:
    known = {at: (content, public) for at, content, public in [*three, *two, *one]}
    groups = [[(at, *known[at]) for at, _, _ in group] for group in (one, two, three)]
    left = fold(fold(fold(FeedbackSlot(), groups[0]), groups[1]), groups[2])
    right = fold(fold(fold(FeedbackSlot(), groups[2]), groups[1]), groups[0])
    assert left == right


@given(some_facts())
def test_the_slot_is_what_the_domain_says_of_the_whole_set(facts: list[Fact]) -> None:
    slot = fold(FeedbackSlot(), facts)
    newest = max(facts, default=None, key=lambda fact: fact[0])
    earlier = [fact for fact in facts if newest is not None and fact[0] < newest[0] and fact[1] is not None]
    gone = newest is not None and newest[1] is None
    assert slot.content == (newest[1] if newest else None)
    assert slot.withdrawn == (gone and bool(earlier))
    assert slot.withdrawn_public == (gone and any(public for _, _, public in earlier))


def test_the_newest_stamp_wins_not_the_last_arrival() -> None:
    slot: Slot = FeedbackSlot()
    slot = slot.meet(stamp(2), "edited", public=True).meet(stamp(1), "given", public=True)
    assert slot.content == "edited"


def test_at_an_equal_time_the_id_decides_by_bytes() -> None:
    slot: Slot = FeedbackSlot()
    slot = slot.meet(stamp(1, "a"), "small a", public=True).meet(stamp(1, "Z"), "capital z", public=True)
    assert slot.content == "small a"


def test_a_withdrawal_of_nothing_leaves_no_trace_on_the_pages() -> None:
    slot: Slot = FeedbackSlot().meet(stamp(1), None, public=False)
    assert not slot.withdrawn
    assert not slot.withdrawn_public


def test_a_withdrawal_before_all_content_withdrew_nothing() -> None:
    slot: Slot = FeedbackSlot()
    slot = slot.meet(stamp(1), None, public=False).meet(stamp(2), "later", public=True)
    assert slot.content == "later"
    assert not slot.withdrawn


def test_a_withdrawn_private_feedback_was_never_public() -> None:
    slot: Slot = FeedbackSlot()
    slot = slot.meet(stamp(1), "rating alone", public=False).meet(stamp(2), None, public=False)
    assert slot.withdrawn
    assert not slot.withdrawn_public


def test_feedback_given_anew_fills_the_slot_again() -> None:
    slot: Slot = FeedbackSlot()
    for at, content in ((1, "first"), (2, None), (3, "anew")):
        slot = slot.meet(stamp(at), content, public=True)
    assert slot.content == "anew"
    assert not slot.withdrawn


def recorded(event: MarketplaceEvent, *, at: datetime, id_: str = "e") -> Recorded:
    """The event as the log holds it: every part sealed."""
    sealed = event.with_parts({part.path: SEALED for part in event.texts()})
    leaf = {
        "id": id_,
        "source": "/m",
        "type": event.TYPE,
        "time": format_time(at),
        "stream": event.stream,
        "streamversion": 1,
        "actor": "intake",
        "correlationid": id_,
        "data": sealed.to_json(),
    }
    return Recorded.decode(canonical(leaf), position=0, sequenced_at=at)


def contract_ended(at: datetime, *, told_at: datetime | None = None, **feedback: Any) -> Recorded:
    event = ContractCompleted.admit(
        {
            **IDS,
            "title": "Logo",
            "started_at": format_time(DAY_ONE),
            "completed_at": format_time(at),
            "ended_by": "client",
            "earned": {"amount": 5000, "currency": "USD"},
            "paid_periods": 0,
            **feedback,
        }
    )
    return recorded(event, at=told_at or at, id_="ended")


def client_gave(at: datetime, kind: type[MarketplaceEvent] = FeedbackGiven, **content: Any) -> Recorded:
    return recorded(kind.admit({**IDS, "direction": "client_to_talent", **content}), at=at, id_="gave")


def client_withdrew(at: datetime) -> Recorded:
    return recorded(FeedbackWithdrawn.admit({**IDS, "direction": "client_to_talent"}), at=at, id_="withdrew")


def slots_in_every_order(
    *events: Recorded, ratings: dict[str, dict[str, str]] | None = None
) -> set[FeedbackSlot[FeedbackContent]]:
    """The client's slot after the events, for each order of arrival. `ratings`: opened ones, by event id and path."""
    ends = set()
    for order in permutations(events):
        slot: FeedbackSlot[FeedbackContent] = FeedbackSlot()
        for event in order:
            opened = None if ratings is None else ratings.get(event.id, {})
            for stated in feedback_stated(event, ratings=opened):
                if stated.direction is Direction.CLIENT_TO_TALENT:
                    public = stated.content is not None and stated.content.public
                    slot = slot.meet(stated.stamp, stated.content, public=public)
        ends.add(slot)
    return ends


def only(slots: set[FeedbackSlot[FeedbackContent]]) -> FeedbackSlot[FeedbackContent]:
    assert len(slots) == 1
    return slots.pop()


def test_a_contract_states_both_directions() -> None:
    event = contract_ended(day(5), client_feedback={"score": 400}, talent_feedback={"score": 300, "comment": "Hm"})
    client, talent = feedback_stated(event)
    assert (client.direction, talent.direction) == (Direction.CLIENT_TO_TALENT, Direction.TALENT_TO_CLIENT)
    assert (client.contract_id, client.account_id, client.client_id) == ("c1", "f1", "k1")
    assert client.content == FeedbackContent(400, SEALED, None)
    assert talent.content == FeedbackContent(300, None, SEALED)


def test_a_contract_without_feedback_states_none() -> None:
    assert feedback_stated(contract_ended(day(5))) == ()


def test_a_response_states_no_feedback() -> None:
    response = FeedbackResponded.admit({**IDS, "direction": "client_to_talent", "text": "Thanks"})
    assert feedback_stated(recorded(response, at=day(5))) == ()


def test_embedded_feedback_holds_from_the_contracts_end_however_late_it_is_told() -> None:
    (stated,) = feedback_stated(contract_ended(day(5), told_at=day(9), client_feedback={"score": 400}))
    assert stated.stamp == Stamp(day(5), day(9), "ended", "/m")
    assert feedback_stated(client_gave(day(6), score=100))[0].stamp == Stamp(day(6), day(6), "gave", "/m")


def test_a_restated_contract_never_overrides_a_later_edit_or_withdrawal() -> None:
    ended = contract_ended(day(5), told_at=day(9), client_feedback={"score": 400})
    assert only(slots_in_every_order(ended, client_gave(day(6), FeedbackEdited, score=100))).content == FeedbackContent(
        100, SEALED, None
    )
    assert only(slots_in_every_order(ended, client_withdrew(day(6)))).withdrawn_public


def test_at_the_contracts_end_itself_the_stamp_of_the_carrying_event_decides() -> None:
    told_later = contract_ended(day(5), told_at=day(6), client_feedback={"score": 400})
    told_at_once = contract_ended(day(5), told_at=day(5), client_feedback={"score": 400})
    assert not only(slots_in_every_order(told_later, client_withdrew(day(5)))).withdrawn
    assert only(slots_in_every_order(told_at_once, client_withdrew(day(5)))).withdrawn  # "withdrew" > "ended"


@pytest.mark.parametrize("feedback", [{}, {"private_rating": 3}], ids=["nothing", "rating alone"])
def test_without_opening_ratings_a_page_follows_public_facts_alone(feedback: dict[str, Any]) -> None:
    ended = contract_ended(day(5), client_feedback=feedback)
    assert feedback_stated(ended) == ()
    slot = only(slots_in_every_order(client_gave(day(2), score=500), ended))
    assert slot.content == FeedbackContent(500, SEALED, None)
    assert only(slots_in_every_order(client_gave(day(2), score=500), client_withdrew(day(3)), ended)).withdrawn_public


def test_whoever_opens_ratings_hears_an_embedded_rating_alone() -> None:
    ended = contract_ended(day(5), client_feedback={"private_rating": 3})
    earlier = client_gave(day(2), score=500)
    slot = only(slots_in_every_order(earlier, ended, ratings={"ended": {EMBEDDED_RATING: "3"}}))
    assert slot.content == FeedbackContent(None, 3, None)
    assert slot.first_public == earlier.stamp
    assert not slot.content.public


@pytest.mark.parametrize("opened", [{EMBEDDED_RATING: ""}, {}], ids=["absent", "not openable"])
def test_whoever_opens_ratings_knows_when_an_embedded_feedback_says_nothing(opened: dict[str, str]) -> None:
    ended = contract_ended(day(5), client_feedback={})
    assert feedback_stated(ended, ratings=opened) == ()
    slot = only(slots_in_every_order(client_gave(day(2), score=500), ended, ratings={"ended": opened}))
    assert slot.content == FeedbackContent(500, None, None)


def test_a_withdrawn_embedded_rating_was_content_to_whoever_opens_it_and_never_public() -> None:
    events = contract_ended(day(5), client_feedback={"private_rating": 3}), client_withdrew(day(6))
    slot = only(slots_in_every_order(*events, ratings={"ended": {EMBEDDED_RATING: "3"}}))
    assert slot.withdrawn
    assert not slot.withdrawn_public
    assert not only(slots_in_every_order(*events)).withdrawn_public


def test_an_edit_down_to_a_rating_alone_takes_the_public_feedback_off_the_page() -> None:
    events = (
        client_gave(day(2), score=500),
        recorded(
            FeedbackEdited.admit({**IDS, "direction": "client_to_talent", "private_rating": 9}), at=day(3), id_="edit"
        ),
    )
    unopened = only(slots_in_every_order(*events))
    assert unopened.content == FeedbackContent(None, SEALED, None)
    assert not unopened.content.public
    opened = only(
        slots_in_every_order(*events, ratings={"gave": {"private_rating": ""}, "edit": {"private_rating": "9"}})
    )
    assert opened.content == FeedbackContent(None, 9, None)
    assert (unopened.stamp, unopened.first_public) == (opened.stamp, opened.first_public)


def test_what_is_empty_depends_on_what_the_reader_has_opened() -> None:
    assert FeedbackContent().empty
    assert FeedbackContent(private_rating=SEALED).empty
    assert not FeedbackContent(private_rating=0).empty
    assert not FeedbackContent(comment=SEALED).empty
    assert not FeedbackContent(score=100).empty


def test_where_a_sealed_rating_stands() -> None:
    assert rating_path(contract_ended(day(5), client_feedback={"score": 400}).data) == EMBEDDED_RATING
    assert rating_path(contract_ended(day(5)).data) is None
    assert rating_path(client_gave(day(5), score=400).data) == "private_rating"
    assert rating_path(client_withdrew(day(5)).data) is None


def test_the_empty_text_is_no_rating() -> None:
    assert (rating_of(""), rating_of("0"), rating_of("10")) == (None, 0, 10)
