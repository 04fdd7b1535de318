"""What an erased person's texts leave behind: that they were there, and nothing of what they said.

Knows nothing of keys. Scores and states stay as they are (interfaces §2.1).
Next: evolve.py for how texts enter a contract.
"""

from collections.abc import Iterator
from dataclasses import replace

from event_contracts.slot import FeedbackSlot
from profile_projection.domain.state import PublicContract, Response, Review, Text


def writers_of(contract: PublicContract) -> frozenset[str]:
    """Under whose keys this contract's texts are sealed, hidden texts among them."""
    return frozenset(text.subject_id for text in _texts(contract))


def without_texts_of(contract: PublicContract, gone: frozenset[str]) -> PublicContract:
    """The contract after these subjects' erasure; itself when none of them wrote anything here."""
    if not any(text.subject_id in gone and text.ciphertext is not None for text in _texts(contract)):
        return contract
    terms = contract.terms
    return replace(
        contract,
        terms=replace(terms, title=_blanked(terms.title, gone)) if terms is not None else None,
        client_feedback=_without_comment(contract.client_feedback, gone),
        talent_feedback=_without_comment(contract.talent_feedback, gone),
        account_response=_without_text(contract.account_response, gone),
        client_response=_without_text(contract.client_response, gone),
    )


def _texts(contract: PublicContract) -> Iterator[Text]:
    if contract.terms is not None and contract.terms.title is not None:
        yield contract.terms.title
    for slot in (contract.client_feedback, contract.talent_feedback):
        if slot.content is not None and slot.content.comment is not None:
            yield slot.content.comment
    for response in (contract.account_response, contract.client_response):
        if response is not None and response.text is not None:
            yield response.text


def _blanked(text: Text | None, gone: frozenset[str]) -> Text | None:
    return text.blanked if text is not None and text.subject_id in gone else text


def _without_comment(slot: FeedbackSlot[Review], gone: frozenset[str]) -> FeedbackSlot[Review]:
    if slot.content is None:
        return slot
    return replace(slot, content=replace(slot.content, comment=_blanked(slot.content.comment, gone)))


def _without_text(response: Response | None, gone: frozenset[str]) -> Response | None:
    return None if response is None else replace(response, text=_blanked(response.text, gone))
