"""The part of a contract's row that only the fold reads: stamps, and what outlasts the slots' content.

JSON in the column `slots`; what the doors read has columns of its own (contract_row.py).
Invariant: restored and kept again it is the same JSON, and it holds no text, position or version.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from event_contracts import Direction, Scope
from event_contracts.slot import FeedbackSlot, Stamp
from profile_projection.domain.state import PublicContract, Response, Review, Terms, Text


def stamp_to_json(stamp: Stamp) -> list[datetime | str]:
    return list(stamp)  # orjson writes times itself, but no named tuples


def stamp_column(stamp: Stamp) -> bytes:
    """For a jsonb column: as bytes, since asyncpg takes a list inside a list for a second dimension of the array."""
    return orjson.dumps(stamp_to_json(stamp))


def stamp_from_json(value: list[str]) -> Stamp:
    holds_from, time, id_, source = value
    return Stamp(datetime.fromisoformat(holds_from), datetime.fromisoformat(time), id_, source)


def kept(contract: PublicContract) -> bytes:
    """What the columns do not say, as JSON; members that say nothing are left out."""
    slots = {
        "terms": contract.terms and stamp_to_json(contract.terms.stamp),
        "client_feedback": _slot_to_json(contract.client_feedback),
        "talent_feedback": _slot_to_json(contract.talent_feedback),
        "account_response": _response_to_json(contract.account_response),
        "client_response": _response_to_json(contract.client_response),
        "approved": contract.approved,
        "reversed": sorted(contract.reversed),
        "upheld": sorted(contract.upheld),
    }
    return orjson.dumps({name: value for name, value in slots.items() if value})


def _slot_to_json(slot: FeedbackSlot[Review]) -> dict[str, Any] | None:
    if slot.stamp is None:
        return None
    stamps = {"stamp": slot.stamp, "first_content": slot.first_content, "first_public": slot.first_public}
    said = {name: stamp_to_json(stamp) for name, stamp in stamps.items() if stamp is not None}
    return {**said, "filled": slot.content is not None}


def _response_to_json(response: Response | None) -> dict[str, Any] | None:
    if response is None:
        return None
    return {"stamp": stamp_to_json(response.stamp), "own_door": response.own_door}


def terms_from(
    slots: Mapping[str, Any], completed_at: datetime | None, title: Text | None, *, paid: bool
) -> Terms | None:
    if completed_at is None:
        return None
    return Terms(stamp_from_json(slots["terms"]), completed_at, paid, title)


def slot_from(slots: Mapping[str, Any], name: str, score: int | None, comment: Text | None) -> FeedbackSlot[Review]:
    value = slots.get(name)
    if value is None:
        return FeedbackSlot()
    stamps = {
        member: stamp_from_json(value[member])
        for member in ("stamp", "first_content", "first_public")
        if member in value
    }
    return FeedbackSlot(content=Review(score, comment) if value["filled"] else None, **stamps)


def response_from(slots: Mapping[str, Any], name: str, text: Text | None) -> Response | None:
    value = slots.get(name)
    return None if value is None else Response(stamp_from_json(value["stamp"]), value["own_door"], text)


def approved_from(slots: Mapping[str, Any]) -> dict[str, Scope]:
    return {request_id: Scope(scope) for request_id, scope in slots.get("approved", {}).items()}


def reversed_from(slots: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(slots.get("reversed", ()))


def upheld_from(slots: Mapping[str, Any]) -> frozenset[Direction]:
    return frozenset(Direction(direction) for direction in slots.get("upheld", ()))
