"""All facts of a data set, in order of their time.

Holds the later facts of contracts that ended a while ago, at most some two months' worth, and nothing else.
Invariant: the same wish gives the same facts in the same order.
Next: contract.py and people.py for where they come from.
"""

import heapq
from collections.abc import Iterator
from itertools import count

from fi.generate.cast import Cast
from fi.generate.contract import Contracts
from fi.generate.data_set import DataSet
from fi.generate.fact import Fact
from fi.generate.people import badge_changes, introductions, renames, role_changes, standing_changes


def facts_of(wish: DataSet) -> Iterator[Fact]:
    """Every fact once, oldest first."""
    cast = Cast(wish)
    return heapq.merge(
        introductions(wish, cast),
        badge_changes(wish, cast),
        renames(wish, cast),
        role_changes(wish, cast),
        standing_changes(wish, cast),
        _lives(wish, cast),
        key=lambda fact: fact.at,
    )


def _lives(wish: DataSet, cast: Cast) -> Iterator[Fact]:
    contracts = Contracts(wish, cast)
    waiting: list[tuple[object, int, Fact]] = []
    order = count()  # of equal times the one made first comes first; facts themselves are not compared
    for number, ended_at in enumerate(wish.moments(wish.contracts, wish.dice("ends"))):
        while waiting and waiting[0][2].at <= ended_at:
            yield heapq.heappop(waiting)[2]
        end, *later = contracts.life(number, ended_at)
        yield end
        for fact in later:
            heapq.heappush(waiting, (fact.at, next(order), fact))
    while waiting:
        yield heapq.heappop(waiting)[2]
