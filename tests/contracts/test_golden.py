"""Golden samples: leaves as recorded, one per type, kept for ever.

Each must still decode to today's class, and what is decoded must give its bytes again: else the log could not be read
or a replay would hash other bytes. A sample is never edited; a new version of a type brings a new file.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from event_contracts import REGISTRY, CloudEvent, Recorded, Sealed, model_of, read_structured
from event_contracts.canonical import canonical

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(GOLDEN.glob("*.json"))
SEQUENCED_AT = datetime(2026, 3, 4, 9, 31, tzinfo=UTC)


def decoded(sample: Path) -> Recorded:
    return Recorded.decode(sample.read_bytes(), position=7, sequenced_at=SEQUENCED_AT)


def test_every_type_has_its_sample() -> None:
    assert {sample.stem for sample in SAMPLES} >= set(REGISTRY)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_decodes_to_todays_class(sample: Path) -> None:
    recorded = decoded(sample)
    assert type(recorded.data) is model_of(sample.stem)
    assert recorded.type == sample.stem
    assert recorded.stream == recorded.data.stream


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_re_encodes_to_the_same_bytes(sample: Path) -> None:
    leaf = sample.read_bytes()
    event = read_structured(leaf)
    data = decoded(sample).data.to_json()
    again = CloudEvent(
        id=event.id,
        source=event.source,
        type=event.type,
        time=event.time,
        subject=event.subject,
        data=data,
        extensions=event.extensions,
    )
    assert again.to_structured().value == leaf
    assert canonical(data) in leaf


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_holds_its_parts_sealed(sample: Path) -> None:
    data = decoded(sample).data
    assert data.texts() == ()
    assert any(isinstance(data.part(part.path), Sealed) for part in data.PARTS) or not data.PARTS or _automatic(sample)


def _automatic(sample: Path) -> bool:
    return sample.stem == "integrity.feedback-removal.approved.v1"  # decided by policy: nobody typed a reason


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_sample_fits_a_leaf(sample: Path) -> None:
    assert len(sample.read_bytes()) < 4096
