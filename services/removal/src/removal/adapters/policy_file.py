"""Policy books: the shipped ones by name, others from a YAML file (`FI_POLICY_BOOK`, interfaces §5).

Invariant: a book with an unknown key, a missing number or a date without a time zone is refused at start, never
half understood.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from event_contracts import AgencyRole, Badge
from removal.domain.policy import PolicyBook, PolicyBookError, Regime, shipped


class _RegimeEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    effective_from: AwareDatetime
    perk: Annotated[bool, Field(strict=True)]
    cooldown_months: Annotated[int, Field(strict=True, ge=0, le=1200)] | None = None
    contracts_between: Annotated[int, Field(strict=True, ge=0, le=100_000)] | None = None
    badges: frozenset[Badge] | None = None
    agency_roles: frozenset[AgencyRole] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """A regime with the perk says every number: a default would be a rule that stands in no book."""
        missing = [name for name in type(self).model_fields if getattr(self, name) is None]
        if self.perk and missing:
            raise ValueError(f"a regime with the perk also needs {', '.join(missing)}")
        return self

    def regime(self) -> Regime:
        numbers = {name: value for name in _NUMBERS if (value := getattr(self, name)) is not None}
        return Regime(effective_from=_utc(self.effective_from), perk=self.perk, **numbers)


_NUMBERS = ("cooldown_months", "contracts_between", "badges", "agency_roles")


class _BookFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    regimes: Annotated[tuple[_RegimeEntry, ...], Field(min_length=1)]


def policy_book(name_or_path: str) -> PolicyBook:
    """The book that the setting means. Raises PolicyBookError."""
    books = shipped()
    if name_or_path in books:
        return books[name_or_path]
    path = Path(name_or_path)
    if not path.is_file():
        raise PolicyBookError(f"{name_or_path} is neither one of {', '.join(books)} nor a file")
    try:
        entries = _BookFile.model_validate(yaml.safe_load(path.read_bytes()))
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as wrong:
        raise PolicyBookError(f"{name_or_path}: {wrong}") from wrong
    if entries.name in books:
        raise PolicyBookError(f"{name_or_path}: the name {entries.name} belongs to a shipped book")
    return PolicyBook(entries.name, tuple(entry.regime() for entry in entries.regimes))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
