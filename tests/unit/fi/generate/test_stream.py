"""What a generated data set promises, judged by the contracts that the intake judges it by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import orjson
import pytest

from event_contracts import MARKETPLACE_TYPES, CloudEvent, MarketplaceEvent, admit
from event_contracts.instant import parse_time
from fi.generate.data_set import DataSet, Skew
from fi.generate.fact import Fact
from fi.generate.stream import facts_of

WISH = DataSet(accounts=120, contracts=3000, seed=42, until=datetime(2026, 3, 2, 9, tzinfo=UTC))
SCRIPTS = {
    "Latin with accents": ("\u00c0", "\u1ef9"),
    "Cyrillic": ("\u0400", "\u04ff"),
    "Arabic": ("\u0600", "\u06ff"),
    "Devanagari": ("\u0900", "\u097f"),
    "Han": ("\u4e00", "\u9fff"),
    "kana": ("\u3040", "\u30ff"),
    "Hangul": ("\uac00", "\ud7a3"),
    "emoji": ("\U0001f300", "\U0001faff"),
}


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    return list(facts_of(WISH))


def admitted(fact: Fact) -> MarketplaceEvent:
    line: dict[str, Any] = orjson.loads(fact.line(WISH.source))
    event = CloudEvent(**{name: line[name] for name in ("id", "source", "type", "time", "subject", "data")})
    return admit(event)


def of_type(facts: Iterable[Fact], word: str) -> list[Fact]:
    return [fact for fact in facts if f".{word}." in fact.type]


def test_every_event_is_one_that_the_intake_admits(facts: list[Fact]) -> None:
    assert {admitted(fact).TYPE for fact in facts} == MARKETPLACE_TYPES


def test_the_same_wish_gives_the_same_bytes(facts: list[Fact]) -> None:
    again = facts_of(replace(WISH))
    assert [fact.line(WISH.source) for fact in again] == [fact.line(WISH.source) for fact in facts]


def test_another_seed_shares_no_id(facts: list[Fact]) -> None:
    other = replace(WISH, seed=43)
    assert not {fact.id for fact in facts} & {fact.id for fact in facts_of(other)}
    assert not {fact.subject for fact in facts} & {fact.subject for fact in facts_of(other)}


def test_ids_are_unique_and_facts_come_in_order_of_their_time(facts: list[Fact]) -> None:
    assert len({fact.id for fact in facts}) == len(facts)
    assert [fact.at for fact in facts] == sorted(fact.at for fact in facts)
    assert facts[-1].at <= WISH.until


def test_contracts_fill_thirty_months_up_to_the_end(facts: list[Fact]) -> None:
    ended = [parse_time(fact.data["completed_at"]) for fact in of_type(facts, "completed")]
    assert len(ended) == WISH.contracts
    assert (WISH.until - min(ended)).days >= 910
    assert (WISH.until - max(ended)).days == 0


@pytest.mark.parametrize("script", SCRIPTS)
def test_comments_come_in_many_scripts(facts: list[Fact], script: str) -> None:
    low, high = SCRIPTS[script]
    comments = [comment for comment in comments_of(facts) if any(low <= letter <= high for letter in comment)]
    assert len(comments) > 3


def test_comments_are_long_and_empty_too(facts: list[Fact]) -> None:
    sizes = [len(comment.encode()) for comment in comments_of(facts)]
    assert sizes.count(0) > 10
    assert 4_000 < max(sizes) < 16 * 1024


def test_rare_things_are_about_as_frequent_as_promised(facts: list[Fact]) -> None:
    shares = {word: len(of_type(facts, word)) / len(facts) for word in ("edited", "standing-changed", "withdrawn")}
    assert 0.013 < shares["edited"] < 0.027
    assert 0.006 < shares["standing-changed"] < 0.014
    assert 0.002 < shares["withdrawn"] < 0.012


def test_feedback_is_embedded_and_given_apart_by_both_sides(facts: list[Fact]) -> None:
    ended, given = of_type(facts, "completed"), of_type(facts, "given")
    for name, direction in (("client_feedback", "client_to_talent"), ("talent_feedback", "talent_to_client")):
        embedded = {fact.subject for fact in ended if name in fact.data}
        apart = {
            fact.subject for fact in given if fact.data["direction"] == direction and not fact.id.endswith("-anew")
        }
        assert len(embedded) > len(apart) > 300
        assert not embedded & apart
    assert {fact.data["direction"] for fact in of_type(facts, "responded")} == {"client_to_talent", "talent_to_client"}


def test_earnings_meet_all_three_classes_of_weight_and_nothing(facts: list[Fact]) -> None:
    def weight_class(cents: int) -> str:
        return "none" if not cents else "100" if cents <= 25_000 else "125" if cents <= 100_000 else "150"

    ended = of_type(facts, "completed")
    seen = Counter(weight_class(fact.data["earned"]["amount"]) for fact in ended)
    assert all(seen[each] > 30 for each in ("none", "100", "125", "150"))
    assert {0, 1, 2, 8, 9} <= {fact.data["paid_periods"] for fact in ended}


def test_private_ratings_turn_some_praise_and_stand_alone_sometimes(facts: list[Fact]) -> None:
    said = [fact.data["client_feedback"] for fact in of_type(facts, "completed") if "client_feedback" in fact.data]
    assert any(each.get("score", 0) >= 450 and each.get("private_rating", 10) <= 6 for each in said)
    assert any(set(each) == {"private_rating"} for each in said)
    assert any(set(each) == {"comment"} for each in said)


def test_agencies_have_one_owner_and_work_through_their_members(facts: list[Fact]) -> None:
    members: dict[str, set[str]] = {}
    owners: Counter[str] = Counter()
    for fact in of_type(facts, "member-changed"):
        members.setdefault(fact.data["agency_id"], set()).add(fact.data["user_id"])
        owners[fact.data["agency_id"]] += fact.data["role"] == "owner"
    assert len(members) == WISH.accounts // 8
    assert set(owners.values()) == {1}
    for fact in of_type(facts, "completed"):
        if agency := fact.data.get("agency_id"):
            assert fact.data["freelancer_id"] in members[agency]


def test_activity_is_as_uneven_as_asked_for(facts: list[Fact]) -> None:
    def busiest(ended: list[Fact]) -> float:
        accounts = Counter(fact.data.get("agency_id") or fact.data["freelancer_id"] for fact in ended)
        return accounts.most_common(1)[0][1] / len(ended)

    assert busiest(of_type(facts, "completed")) > 0.15
    assert busiest(of_type(facts_of(replace(WISH, skew=Skew.UNIFORM)), "completed")) < 0.02


@pytest.mark.parametrize(("accounts", "contracts"), [(1, 0), (1, 1), (8, 3), (9, 50)])
def test_small_data_sets_are_whole(accounts: int, contracts: int) -> None:
    small = list(facts_of(replace(WISH, accounts=accounts, contracts=contracts)))
    assert len(of_type(small, "completed")) == contracts
    assert all(admitted(fact) for fact in small)


def test_the_first_facts_come_before_all_contracts_are_made() -> None:
    huge = replace(WISH, contracts=10**6, accounts=5)
    assert len(list(islice(facts_of(huge), 50))) == 50


def comments_of(facts: Iterable[Fact]) -> list[str]:
    said = [fact.data for fact in facts if ".feedback." in fact.type]
    said += [
        fact.data.get(name, {})
        for fact in of_type(facts, "completed")
        for name in ("client_feedback", "talent_feedback")
    ]
    return [content["comment"] for content in said if "comment" in content]
