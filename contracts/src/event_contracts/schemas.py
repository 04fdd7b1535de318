"""JSON Schemas of all events, generated from the models into `contracts/schemas` (committed, checked for drift).

`python -m event_contracts.schemas [DIRECTORY]` writes them. Of a marketplace event there are two: `<type>.json`, what
its producer sends, and `<type>.recorded.json`, what our topic carries, its sealed parts as commitments.
Invariant: nothing here states a rule that the models do not.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from event_contracts.event import EventData
from event_contracts.registry import MARKETPLACE, REGISTRY

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Final = 0
_SEALED: Final = 1
_ABSENT: Final = 2
"""Where the forms of a sealed part stand in its schema (sealed.py)."""


def schemas() -> Mapping[str, dict[str, Any]]:
    """Every schema by its file name."""
    published = {f"{type_}.json": _published(kind) for type_, kind in MARKETPLACE.items()}
    recorded = {
        f"{type_}.recorded.json" if type_ in MARKETPLACE else f"{type_}.json": _recorded(kind)
        for type_, kind in REGISTRY.items()
    }
    return dict(sorted({**published, **recorded}.items()))


def written(schema: Mapping[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(directory: Path) -> None:
    """Write all schemas into the directory; files of types that are no more are left to be deleted by hand."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (directory / name).write_text(written(schema))


def _recorded(kind: type[EventData]) -> dict[str, Any]:
    return _headed(kind, _tidied(_parts_as(_SEALED, kind.model_json_schema())), " Data as recorded.")


def _published(kind: type[EventData]) -> dict[str, Any]:
    schema = _headed(kind, _tidied(_parts_as(_PLAIN, kind.model_json_schema())), " Data as published.")
    for part in kind.PARTS:
        if part.required:
            schema["required"] = [*schema["required"], part.path]
            schema["properties"][part.path] = schema["properties"][part.path]["anyOf"][0]
    return schema


def _headed(kind: type[EventData], schema: dict[str, Any], form: str) -> dict[str, Any]:
    head = {"$schema": DIALECT, "title": kind.__name__, "description": (kind.__doc__ or "") + form}
    return {**head, **{name: value for name, value in schema.items() if name not in head}}


def _parts_as(form: int, schema: Any) -> Any:
    """With one form of sealed parts alone: outside nobody sends the sealed one, the log never holds the plain one."""
    match schema:
        case {"x-sealed": True, "anyOf": forms, **rest}:
            others = {name: value for name, value in rest.items() if name != "x-sealed"}
            return {"anyOf": [forms[form], forms[_ABSENT]], **others}
        case dict():
            return {name: _parts_as(form, value) for name, value in schema.items()}
        case list():
            return [_parts_as(form, value) for value in schema]
        case _:
            return schema


def _tidied(schema: Any, *, names: bool = False) -> Any:
    """Without the titles that only repeat a field's name. `names`: the keys are names of fields, not keywords."""
    match schema:
        case dict():
            return {
                key: _tidied(value, names=key in ("properties", "$defs") and not names)
                for key, value in schema.items()
                if names or key != "title"
            }
        case list():
            return [_tidied(value) for value in schema]
        case _:
            return schema


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "contracts/schemas"))
