"""What may enter the log, and which field is named when it may not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from event_contracts import (
    MARKETPLACE_TYPES,
    REGISTRY,
    AccountRenamed,
    AgencyMemberChanged,
    BadgeChanged,
    ClientFeedback,
    ClientRenamed,
    ClientStandingChanged,
    CloudEvent,
    ContractCompleted,
    FeedbackEdited,
    FeedbackGiven,
    FeedbackResponded,
    FeedbackWithdrawn,
    InvalidDataError,
    UnknownTypeError,
    UnknownVersionError,
    admit,
    instant_of,
)

LIMIT = 16 * 1024
IDS = {"contract_id": "c1", "freelancer_id": "f1", "client_id": "k1"}
VALID: dict[str, dict[str, Any]] = {
    ContractCompleted.TYPE: {
        **IDS,
        "title": "A logo",
        "started_at": "2026-01-01T00:00:00Z",
        "completed_at": "2026-02-01T00:00:00Z",
        "ended_by": "client",
        "earned": {"amount": 5000, "currency": "USD"},
        "paid_periods": 0,
        "client_feedback": {"score": 500, "private_rating": 10, "comment": "Great"},
        "talent_feedback": {"score": 450, "comment": "Kind"},
    },
    FeedbackGiven.TYPE: {**IDS, "direction": "client_to_talent", "score": 500, "private_rating": 0, "comment": "Great"},
    FeedbackEdited.TYPE: {**IDS, "agency_id": "a1", "direction": "talent_to_client", "comment": "Kind"},
    FeedbackWithdrawn.TYPE: {**IDS, "direction": "client_to_talent"},
    FeedbackResponded.TYPE: {**IDS, "direction": "client_to_talent", "text": "Thank you"},
    BadgeChanged.TYPE: {"account_id": "f1", "account_kind": "freelancer", "badge": "top_rated"},
    AgencyMemberChanged.TYPE: {"agency_id": "a1", "user_id": "f1", "role": "none", "exclusive": False},
    AccountRenamed.TYPE: {"account_id": "a1", "account_kind": "agency", "display_name": "North"},
    ClientStandingChanged.TYPE: {"client_id": "k1", "standing": "flagged"},
    ClientRenamed.TYPE: {"client_id": "k1", "display_name": "Globex"},
}


def inbound(type_: str, data: Any = None, **attributes: Any) -> CloudEvent:
    given = {"id": "e-1", "source": "/marketplace", "time": "2026-02-01T00:00:00Z", **attributes}
    return CloudEvent(type=type_, data=VALID[type_] if data is None else data, **given)


def changed(type_: str, path: str, value: Any) -> dict[str, Any]:
    """Valid data of a type with one field changed, by its path with dots; `...` takes it away."""
    name, _, rest = path.partition(".")
    data = dict(VALID[type_])
    if rest:
        value = {**data[name], rest: value}
        if value[rest] is ...:
            del value[rest]
    if value is ...:
        del data[name]
    else:
        data[name] = value
    return data


def refused_field(type_: str, path: str, value: Any) -> str:
    with pytest.raises(InvalidDataError) as refused:
        admit(inbound(type_, changed(type_, path, value)))
    return refused.value.field


def test_every_marketplace_type_has_a_valid_example() -> None:
    assert set(VALID) == MARKETPLACE_TYPES


@pytest.mark.parametrize("type_", VALID)
def test_valid_data_becomes_its_class_and_keeps_every_value(type_: str) -> None:
    event = admit(inbound(type_))
    assert type(event) is REGISTRY[type_]
    assert event.to_json() == VALID[type_]


@pytest.mark.parametrize("type_", VALID)
def test_unknown_fields_are_ignored(type_: str) -> None:
    more = {**VALID[type_], "new": {"deep": [1.5, "\ud800", "\0"]}, "\ud800": 1}
    assert admit(inbound(type_, more)).to_json() == VALID[type_]


REQUIRED = [
    (type_, name)
    for type_, data in VALID.items()
    for name in data
    if name not in ("agency_id", "score", "comment", "private_rating", "client_feedback", "talent_feedback")
]


@pytest.mark.parametrize(("type_", "name"), REQUIRED)
@pytest.mark.parametrize("value", [..., None], ids=["missing", "null"])
def test_a_required_field_that_is_not_there(type_: str, name: str, value: Any) -> None:
    assert refused_field(type_, name, value) == name


OPTIONAL = [
    (ContractCompleted.TYPE, "client_feedback"),
    (ContractCompleted.TYPE, "client_feedback.score"),
    (ContractCompleted.TYPE, "client_feedback.private_rating"),
    (ContractCompleted.TYPE, "client_feedback.comment"),
    (ContractCompleted.TYPE, "talent_feedback"),
    (ContractCompleted.TYPE, "talent_feedback.comment"),
    (FeedbackGiven.TYPE, "score"),
    (FeedbackGiven.TYPE, "private_rating"),
    (FeedbackGiven.TYPE, "comment"),
    (FeedbackEdited.TYPE, "agency_id"),
]


@pytest.mark.parametrize(("type_", "path"), OPTIONAL)
def test_null_in_an_optional_field_is_absence(type_: str, path: str) -> None:
    left_out = admit(inbound(type_, changed(type_, path, ...)))
    assert admit(inbound(type_, changed(type_, path, None))) == left_out
    assert left_out.to_json() == changed(type_, path, ...)


CONTRACT = ContractCompleted.TYPE
GIVEN = FeedbackGiven.TYPE
WRONG: list[tuple[str, str, Any]] = [
    (CONTRACT, "contract_id", ""),
    (CONTRACT, "contract_id", "c" * 65),
    (CONTRACT, "contract_id", "with space"),
    (CONTRACT, "contract_id", "c1\n"),
    (CONTRACT, "contract_id", "ünïcode"),
    (CONTRACT, "contract_id", "c\0"),
    (CONTRACT, "contract_id", "c\ud800"),
    (CONTRACT, "contract_id", 7),
    (CONTRACT, "freelancer_id", "a/b"),
    (CONTRACT, "agency_id", ""),
    (CONTRACT, "client_id", ["k1"]),
    (CONTRACT, "title", 5),
    (CONTRACT, "title", "holds \0"),
    (CONTRACT, "title", "holds \ud800"),
    (CONTRACT, "title", "x" * (LIMIT + 1)),
    (CONTRACT, "title", {"sealed": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}),
    (CONTRACT, "started_at", "yesterday"),
    (CONTRACT, "started_at", 1_700_000_000),
    (CONTRACT, "completed_at", "2026-02-01T00:00:00.1234567Z"),
    (CONTRACT, "completed_at", "2025-12-31T23:59:59.999999Z"),
    (CONTRACT, "ended_by", "CLIENT"),
    (CONTRACT, "ended_by", "nobody"),
    (CONTRACT, "earned", 5000),
    (CONTRACT, "earned.amount", -1),
    (CONTRACT, "earned.amount", 50.0),
    (CONTRACT, "earned.amount", "5000"),
    (CONTRACT, "earned.amount", True),
    (CONTRACT, "earned.amount", 2**53),
    (CONTRACT, "earned.amount", ...),
    (CONTRACT, "earned.currency", "EUR"),
    (CONTRACT, "earned.currency", "usd"),
    (CONTRACT, "earned.currency", ...),
    (CONTRACT, "paid_periods", -1),
    (CONTRACT, "paid_periods", 1.5),
    (CONTRACT, "paid_periods", False),
    (CONTRACT, "paid_periods", 1e30),
    (CONTRACT, "client_feedback", "great"),
    (CONTRACT, "client_feedback.score", 99),
    (CONTRACT, "client_feedback.score", 501),
    (CONTRACT, "client_feedback.score", 4.5),
    (CONTRACT, "client_feedback.score", "500"),
    (CONTRACT, "client_feedback.private_rating", -1),
    (CONTRACT, "client_feedback.private_rating", 11),
    (CONTRACT, "client_feedback.private_rating", 9.0),
    (CONTRACT, "client_feedback.private_rating", True),
    (CONTRACT, "client_feedback.private_rating", "9"),
    (CONTRACT, "client_feedback.private_rating", {"sealed": "AAAA"}),
    (CONTRACT, "client_feedback.comment", ["Great"]),
    (CONTRACT, "client_feedback.comment", "é" * (LIMIT // 2 + 1)),
    (CONTRACT, "client_feedback.comment", {"sealed": "AAAA"}),
    (CONTRACT, "talent_feedback.score", 0),
    (CONTRACT, "talent_feedback.score", ...),
    (CONTRACT, "talent_feedback.comment", "\udfff"),
    (GIVEN, "direction", "sideways"),
    (GIVEN, "score", 500.0),
    (GIVEN, "private_rating", 10.5),
    (GIVEN, "comment", "\0"),
    (FeedbackResponded.TYPE, "text", ""),
    (FeedbackResponded.TYPE, "text", 5),
    (BadgeChanged.TYPE, "badge", "TOP_RATED"),
    (BadgeChanged.TYPE, "account_kind", "client"),
    (AgencyMemberChanged.TYPE, "role", "boss"),
    (AgencyMemberChanged.TYPE, "exclusive", 1),
    (AgencyMemberChanged.TYPE, "exclusive", "true"),
    (AccountRenamed.TYPE, "display_name", "x" * (LIMIT + 1)),
    (ClientRenamed.TYPE, "display_name", "\ud83d"),
    (ClientStandingChanged.TYPE, "standing", "bad"),
]


@pytest.mark.parametrize(("type_", "path", "value"), WRONG, ids=[f"{path}={value!r:.20}" for _, path, value in WRONG])
def test_a_wrong_field_is_named(type_: str, path: str, value: Any) -> None:
    assert refused_field(type_, path, value) == path


@pytest.mark.parametrize(("type_", "path", "value"), WRONG, ids=[f"{path}={value!r:.20}" for _, path, value in WRONG])
def test_a_refusal_can_stand_in_a_header_and_repeats_no_text(type_: str, path: str, value: Any) -> None:
    with pytest.raises(InvalidDataError) as refused:
        admit(inbound(type_, changed(type_, path, value)))
    said = str(refused.value)
    assert said.isascii()
    assert said.isprintable()
    assert len(said) < 200
    assert refused.value.pointer == "/" + path.replace(".", "/")


@pytest.mark.parametrize(
    ("type_", "path", "value"),
    [
        (CONTRACT, "contract_id", "c" * 64),
        (CONTRACT, "contract_id", "A-Za-z0-9._:~-"),
        (CONTRACT, "title", ""),
        (CONTRACT, "title", "x" * LIMIT),
        (CONTRACT, "title", "😀" * (LIMIT // 4)),
        (CONTRACT, "started_at", "2026-02-01T00:00:00Z"),
        (CONTRACT, "earned.amount", 0),
        (CONTRACT, "earned.amount", 2**53 - 1),
        (CONTRACT, "client_feedback.score", 100),
        (CONTRACT, "client_feedback.private_rating", 0),
        (CONTRACT, "client_feedback.comment", "é" * (LIMIT // 2)),
        (AccountRenamed.TYPE, "display_name", ""),
    ],
    ids=lambda value: f"{value!r:.20}",
)
def test_the_limits_themselves_are_allowed(type_: str, path: str, value: Any) -> None:
    assert admit(inbound(type_, changed(type_, path, value))).to_json() == changed(type_, path, value)


def test_other_offsets_are_converted() -> None:
    data = changed(CONTRACT, "completed_at", "2026-02-01T01:00:00.50+01:00")
    assert admit(inbound(CONTRACT, data)).to_json()["completed_at"] == "2026-02-01T00:00:00.5Z"


@pytest.mark.parametrize("data", [[], "text", 5, True, [{}]], ids=repr)
def test_data_that_is_no_object(data: Any) -> None:
    with pytest.raises(InvalidDataError, match=r"^data: is not an object"):
        admit(inbound(CONTRACT, data))


@pytest.mark.parametrize("type_", [FeedbackGiven.TYPE, FeedbackEdited.TYPE])
@pytest.mark.parametrize(
    "content", [{}, {"comment": ""}, {"score": None, "private_rating": None, "comment": None}], ids=repr
)
@pytest.mark.parametrize("direction", ["client_to_talent", "talent_to_client"])
def test_feedback_that_says_nothing_is_invalid(type_: str, content: dict[str, Any], direction: str) -> None:
    with pytest.raises(InvalidDataError, match=r"^score: "):
        admit(inbound(type_, {**IDS, "direction": direction, **content}))


@pytest.mark.parametrize("content", [{"score": 100}, {"private_rating": 0}, {"comment": "x"}], ids=repr)
def test_one_thing_said_is_enough(content: dict[str, Any]) -> None:
    data = {**IDS, "direction": "client_to_talent", **content}
    assert admit(inbound(GIVEN, data)).to_json() == data


@pytest.mark.parametrize("rating", [9, 11, "nine", {"sealed": "AAAA"}], ids=repr)
def test_a_private_rating_in_talent_feedback_is_ignored(rating: Any) -> None:
    data = {**IDS, "direction": "talent_to_client", "private_rating": rating}
    assert admit(inbound(GIVEN, {**data, "score": 400})).to_json() == {
        **IDS,
        "direction": "talent_to_client",
        "score": 400,
    }
    with pytest.raises(InvalidDataError, match=r"^score: "):
        admit(inbound(GIVEN, data))


def test_an_empty_comment_is_no_comment() -> None:
    given = admit(inbound(GIVEN, changed(GIVEN, "comment", "")))
    assert isinstance(given, FeedbackGiven)
    assert given.comment is None
    ended = admit(inbound(CONTRACT, changed(CONTRACT, "client_feedback.comment", "")))
    assert isinstance(ended, ContractCompleted)
    assert ended.client_feedback == ClientFeedback(score=500, private_rating=10)


@pytest.mark.parametrize("feedback", [{}, {"comment": ""}, {"private_rating": 3}, {"score": None}], ids=repr)
def test_empty_talent_feedback_in_a_contract_says_nothing(feedback: dict[str, Any]) -> None:
    ended = admit(inbound(CONTRACT, changed(CONTRACT, "talent_feedback", feedback)))
    assert isinstance(ended, ContractCompleted)
    assert ended.talent_feedback is None


def test_empty_client_feedback_in_a_contract_is_kept_so_that_its_rating_is_sealed_like_any() -> None:
    ended = admit(inbound(CONTRACT, changed(CONTRACT, "client_feedback", {})))
    assert isinstance(ended, ContractCompleted)
    assert ended.client_feedback == ClientFeedback()
    assert ended.to_json()["client_feedback"] == {}


@pytest.mark.parametrize("name", ["id", "source"])
@pytest.mark.parametrize("value", ["", "x" * 129, "é", "tab\t", "\x7f", "\ud800", "\0", "line\n"], ids=ascii)
def test_ids_and_sources_of_events_are_short_printable_ascii(name: str, value: str) -> None:
    with pytest.raises(InvalidDataError) as refused:
        admit(inbound(CONTRACT, **{name: value}))
    assert refused.value.field == f"ce_{name}"


def test_a_space_is_printable_and_128_characters_are_enough() -> None:
    assert admit(inbound(CONTRACT, id=" " * 128, source="~" * 128)).contract_id == "c1"


@pytest.mark.parametrize("time", [None, "", "now", "2026-02-01T00:00:00.1234567Z", "2026-02-01"])
def test_the_time_of_an_event_must_be_an_instant(time: str | None) -> None:
    with pytest.raises(InvalidDataError, match=r"^ce_time: "):
        admit(inbound(CONTRACT, time=time))


def test_the_time_of_an_event_is_read_as_utc() -> None:
    assert instant_of(inbound(CONTRACT, time="2026-02-01T02:00:00+02:00")) == datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "type_",
    [
        "",
        "marketplace.contract.started.v1",
        "marketplace.contract.started.v2",
        "integrity.score.recomputed.v1",
        "integrity.score.recomputed.v2",
        "marketplace.contract.completed",
        "marketplace.contract.completed.vnext",
    ],
)
def test_a_type_that_the_marketplace_does_not_publish(type_: str) -> None:
    with pytest.raises(UnknownTypeError):
        admit(inbound(type_, {}))


@pytest.mark.parametrize("version", ["v2", "v0", "v01", "v10"])
def test_a_version_that_is_not_known(version: str) -> None:
    with pytest.raises(UnknownVersionError):
        admit(inbound(f"marketplace.contract.completed.{version}", {}))
