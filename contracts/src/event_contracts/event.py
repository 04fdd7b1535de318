"""What all events share: a frozen model of their data, the stream and ids it names, its sealed parts.

Knows no envelope (cloudevents.py, recorded.py) and no storage.
Invariant: `to_json` of a model read from a recorded event gives the very JSON it was read from.
Next: sealed.py for the parts, registry.py for all kinds of events.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from pydantic import BaseModel, ConfigDict

from event_contracts.sealed import Part, PlainPart, Sealed


class Wire(BaseModel):
    """A frozen JSON object; unknown members are ignored, null in an optional one is absence."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def to_json(self) -> dict[str, Any]:
        """The object as JSON values: times and enums as text, absent members left out."""
        return self.model_dump(mode="json", exclude_none=True)


class EventData(Wire):
    """The `data` of one kind of event."""

    TYPE: ClassVar[str]
    PARTS: ClassVar[tuple[Part, ...]] = ()

    @property
    def stream(self) -> str:
        """The stream it is recorded in, such as `account/A1` (architecture §4)."""
        raise TypeError(f"{type(self).__name__} names no stream")

    @property
    def subject(self) -> str:
        """The id in the stream's name; the whole name of a stream without one."""
        stream = self.stream
        return stream.partition("/")[2] or stream

    @property
    def named_accounts(self) -> tuple[str, ...]:
        """Ids of accounts that are known to exist because this fact names them (domain §1)."""
        return ()

    @property
    def named_agency(self) -> str | None:
        """The account that is an agency because this fact says so (domain §1)."""
        return None

    if TYPE_CHECKING:

        @property
        def contract_id(self) -> str | None:
            """The contract it is about, if any."""

        @property
        def account_id(self) -> str | None:
            """The account it is about, if any."""

        @property
        def client_id(self) -> str | None:
            """The client it is about, if any."""

    else:

        def __getattr__(self, name: str) -> object:
            # Reached only by kinds of events without such a field: a field of the base would be one of theirs too.
            if name in ("contract_id", "account_id", "client_id"):
                return None
            return super().__getattr__(name)

    def part(self, path: str) -> str | int | Sealed | None:
        """The value of a sealed part, by its path with dots; None also when what holds it is absent."""
        value: object = self
        for name in path.split("."):
            value = getattr(value, name) if value is not None else None
        return cast("str | int | Sealed | None", value)

    def texts(self) -> tuple[PlainPart, ...]:
        """The parts to be sealed before the event is recorded."""
        found: list[PlainPart] = []
        for part in self.PARTS:
            value = self.part(part.path)
            if value is None:
                if part.always is None or not getattr(self, part.always):
                    continue
                value = ""
            if not isinstance(value, Sealed):
                found.append(PlainPart(part.path, getattr(self, part.under), str(value)))
        return tuple(found)

    def with_parts(self, values: Mapping[str, Sealed | None]) -> Self:
        """The same event with these parts, by path, in place of what stands there."""
        changed = self
        for path, value in values.items():
            parent, _, name = path.rpartition(".")
            if parent:
                holder = cast("BaseModel", getattr(changed, parent)).model_copy(update={name: value})
                changed = changed.model_copy(update={parent: holder})
            else:
                changed = changed.model_copy(update={name: value})
        return changed


class InvalidDataError(ValueError):
    """An event on its way in breaks a rule; `field`: path with dots in its data, or an attribute such as `ce_time`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message

    @property
    def pointer(self) -> str:
        """The field as a JSON pointer into `data`."""
        return "/" + self.field.replace(".", "/")
