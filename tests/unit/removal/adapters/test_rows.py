"""Rows as columns: what is read back is what was written."""

from datetime import datetime

import pytest
from tests.unit.removal.given import (
    FEBRUARY,
    JANUARY,
    MARCH,
    MICROSECOND,
    a_top_rated_freelancer,
    contract_ended,
    given,
    request_removal,
)

from event_contracts import Stamp
from removal.adapters import rows
from removal.domain.state import (
    Approved,
    Asked,
    Denied,
    Lifecycle,
    Pending,
    Proposal,
    Request,
    RequestKey,
    Reversed,
    Withdrawn,
)

COLUMNS = """
    request_id account_id contract_id client_id scope status requested_by channel submitted_at evidence
    decided_by decided_at automatic proposed_by proposed_at ended_by ended_at version
"""


def asked() -> Asked:
    story = given(a_top_rated_freelancer(), contract_ended("logo")).decided_by_people().when(request_removal("logo"))
    (request,) = (row for row in story.rows.values() if isinstance(row, Request))
    return request.asked


ASKED = asked()
APPROVED = Approved(asked=ASKED, decided_by="policy", decided_at=JANUARY, automatic=True)
PROPOSED = Approved(
    asked=ASKED,
    decided_by="agent",
    decided_at=JANUARY,
    automatic=False,
    proposal=Proposal(proposed_by="one", proposed_at=FEBRUARY),
)


@pytest.mark.parametrize(
    "lifecycle",
    [
        Pending(ASKED),
        APPROVED,
        PROPOSED,
        Denied(asked=ASKED, decided_by="agent", decided_at=FEBRUARY),
        Withdrawn(asked=ASKED, withdrawn_by="ana", withdrawn_at=FEBRUARY),
        Reversed(approval=PROPOSED, reversed_by="two", reversed_at=MARCH),
    ],
    ids=lambda lifecycle: type(lifecycle).__name__,
)
def test_a_request_in_every_state_comes_back(lifecycle: Lifecycle) -> None:
    request = Request(RequestKey(ASKED.request_id), lifecycle, 7)
    record = dict(zip(COLUMNS.split(), rows.request_columns(request), strict=True))
    assert record["status"] == type(lifecycle).__name__.lower()
    assert rows.request_of(record) == request


@pytest.mark.parametrize("time", [JANUARY, JANUARY + MICROSECOND])
def test_a_stamp_comes_back_to_the_microsecond(time: datetime) -> None:
    stamp = Stamp(FEBRUARY, time, 'id with " and \\', "/source")
    assert rows.stamp_of(rows.stamp_text(stamp)) == stamp
    assert rows.stamp_of(rows.stamp_text(None)) is None
