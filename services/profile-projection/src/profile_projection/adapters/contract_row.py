"""A contract between memory and its row in profile.contracts, both ways.

The columns hold what the doors read, ready to show; memento.py holds the rest.
Invariant: a row read and written again is the same row.
"""

from typing import Any

from profile_projection.adapters import memento
from profile_projection.application.ports import Row
from profile_projection.application.rows import ContractRow
from profile_projection.domain.policy import client_feedback_shown, talent_feedback_shown
from profile_projection.domain.state import PublicContract, Response, Review, Text

Values = tuple[Any, ...]


def contract_values(row: ContractRow) -> Values:
    """The row's values in the order of save_contracts.sql."""
    contract, terms = row.contract, row.contract.terms
    title = terms.title if terms is not None else None
    client, talent = _content(contract.client_feedback.content), _content(contract.talent_feedback.content)
    response, client_response = _answer(contract.account_response), _answer(contract.client_response)
    return (
        contract.account_id,
        contract.contract_id,
        contract.client_id,
        row.partition,
        terms.completed_at if terms is not None else None,
        terms is not None and terms.paid,
        title.ciphertext if title is not None else None,
        title.event_id if title is not None else None,
        client_feedback_shown(contract).value,
        *client[:4],  # the client's comment is always sealed under the client
        *response,
        talent_feedback_shown(contract).value,
        *talent,
        *client_response,
        memento.kept(contract),
    )


def _content(review: Review | None) -> Values:
    if review is None:
        return (None, *_columns(None))
    return (review.score, *_columns(review.comment))


def _answer(response: Response | None) -> Values:
    return _columns(response.text if response is not None else None)


def _columns(text: Text | None) -> Values:
    return (None, None, None, None) if text is None else (text.ciphertext, text.event_id, text.path, text.subject_id)


def contract_from(record: Row) -> ContractRow:
    """The row as the fold takes it on."""
    slots, client_id = record["slots"], record["client_id"]
    title = _text(record["title_event"], "title", client_id, record["title"])
    client_comment = _text(
        record["client_comment_event"], record["client_comment_path"], client_id, record["client_comment"]
    )
    contract = PublicContract(
        account_id=record["account_id"],
        contract_id=record["contract_id"],
        client_id=client_id,
        terms=memento.terms_from(slots, record["completed_at"], title, paid=record["paid"]),
        client_feedback=memento.slot_from(slots, "client_feedback", record["client_score"], client_comment),
        talent_feedback=memento.slot_from(
            slots, "talent_feedback", record["talent_score"], _written(record, "talent_comment")
        ),
        account_response=memento.response_from(slots, "account_response", _written(record, "response")),
        client_response=memento.response_from(slots, "client_response", _written(record, "client_response")),
        approved=memento.approved_from(slots),
        reversed=memento.reversed_from(slots),
        upheld=memento.upheld_from(slots),
    )
    return ContractRow(contract, record["partition"])


def _written(record: Row, name: str) -> Text | None:
    return _text(record[f"{name}_event"], record[f"{name}_path"], record[f"{name}_author"], record[name])


def _text(event_id: str | None, path: str, subject_id: str, ciphertext: bytes | None) -> Text | None:
    return None if event_id is None else Text(event_id, path, subject_id, ciphertext)
