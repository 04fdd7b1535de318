"""Parts of an event that a person wrote or that must stay private: plain on the way in, sealed in the log.

Says which parts there are and under whose id each is sealed (interfaces §2.1). Knows no keys and no ciphertext.
Invariant: in a recorded event a part is a commitment or absent, never plain.
Next: event.py for how an event lists its parts, eventlog's seal.py for commitment and encryption.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple, TypeAlias

from pydantic import PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

MAX_TEXT_BYTES: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Sealed:
    """What stands in a recorded event in place of a part: the base64 of its commitment."""

    sealed: str


class Part(NamedTuple):
    """One part of a kind of event.

    `path`: where in `data`, with dots. `under`: name of the event's attribute that holds the id of the subject under
    whose key it is sealed. `required`: an event on its way in must have it. `always`: name of the event's attribute
    that tells whether it is sealed even when absent, as the empty text.
    """

    path: str
    under: str
    required: bool = False
    always: str | None = None


class PlainPart(NamedTuple):
    """A part of an event about to be recorded: path, whose key seals it, and its text."""

    path: str
    subject_id: str
    text: str


def readable_text(value: str) -> str:
    """The text if it may enter the log. Raises ValueError: over 16 KiB of UTF-8, a NUL, a lone surrogate."""
    if "\0" in value:
        raise ValueError("holds a NUL character")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise ValueError("holds a lone surrogate") from None
    if size > MAX_TEXT_BYTES:
        raise ValueError("is longer than 16 KiB")
    return value


def _sealed(value: object, info: ValidationInfo) -> Sealed | None:
    """The commitment if `value` is one; None if it is something else. From outside nothing comes sealed."""
    if isinstance(value, Sealed):
        return value
    if isinstance(value, dict) and isinstance(value.get("sealed"), str) and not (info.context or {}).get("inbound"):
        return Sealed(value["sealed"])
    return None


def _text(value: object, info: ValidationInfo) -> str | Sealed | None:
    if value is None:
        return None
    if isinstance(value, str):
        return readable_text(value)
    sealed = _sealed(value, info)
    if sealed is None:
        raise ValueError("is not a text")
    return sealed


def _comment(value: object, info: ValidationInfo) -> str | Sealed | None:
    return _text(value, info) or None  # an empty comment is no comment everywhere (domain §1)


def _rating(value: object, info: ValidationInfo) -> int | Sealed | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= 10:
            raise ValueError("is not between 0 and 10")
        return value
    sealed = _sealed(value, info)
    if sealed is None:
        raise ValueError("is not an integer")
    return sealed


def _wire(value: Any) -> Any:
    return {"sealed": value.sealed} if isinstance(value, Sealed) else value


_SEALED_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "As recorded: the base64 of the part's commitment.",
    "properties": {"sealed": {"type": "string", "contentEncoding": "base64"}},
    "required": ["sealed"],
    "additionalProperties": False,
}
TEXT_SCHEMA: Final[dict[str, Any]] = {"type": "string", "description": "At most 16 KiB of UTF-8, no NUL."}
RATING_SCHEMA: Final[dict[str, Any]] = {"type": "integer", "minimum": 0, "maximum": 10}


def _either(plain: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [plain, _SEALED_SCHEMA, {"type": "null"}], "x-sealed": True})


TextPart: TypeAlias = Annotated[
    str | Sealed | None, PlainValidator(_text), PlainSerializer(_wire), _either(TEXT_SCHEMA)
]
"""A text that a person typed; absent also when its subject had been erased before it was recorded."""
CommentPart: TypeAlias = Annotated[
    str | Sealed | None, PlainValidator(_comment), PlainSerializer(_wire), _either(TEXT_SCHEMA)
]
RatingPart: TypeAlias = Annotated[
    int | Sealed | None, PlainValidator(_rating), PlainSerializer(_wire), _either(RATING_SCHEMA)
]
"""A private rating 0-10; as a text to be sealed its decimal digits, absent the empty text."""
