"""Fold facts into a contract, in any order and any number of times, always to the same contract (domain §1).

Total: it never raises and never judges; the fact already happened.
Invariant: evolve(evolve(c, f), g) == evolve(evolve(c, g), f), and evolve(evolve(c, f), f) == evolve(c, f).
Next: policy.py for what the contract then counts.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from jss.domain.facts import ContractFact, Ended, Rated, RemovalApproved, RemovalReversed, ReportUpheld
from jss.domain.state import Contract


def evolve(contract: Contract, fact: ContractFact) -> Contract:
    """The contract after one more fact about it."""
    match fact:
        case Ended(terms):
            known = contract.terms
            return contract if known is not None and known.stamp >= terms.stamp else replace(contract, terms=terms)
        case Rated(stamp, outcome):
            return replace(contract, feedback=contract.feedback.meet(stamp, outcome, public=False))
        case RemovalApproved(request_id):
            return replace(contract, approved=contract.approved | {request_id})
        case RemovalReversed(request_id):
            return replace(contract, reversed=contract.reversed | {request_id})
        case ReportUpheld():
            return replace(contract, upheld=True)
        case _:
            assert_never(fact)


def evolve_all(contract: Contract, facts: Iterable[ContractFact]) -> Contract:
    """The contract after several facts."""
    for fact in facts:
        contract = evolve(contract, fact)
    return contract
