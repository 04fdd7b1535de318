"""What every event tells of itself: its stream, the ids it names, its parts to seal, its JSON."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from event_contracts import (
    REGISTRY,
    AccountKind,
    AccountRenamed,
    AgencyMemberChanged,
    AgencyRole,
    Badge,
    BadgeChanged,
    ClientFeedback,
    ClientRenamed,
    ContractCompleted,
    FeedbackGiven,
    FeedbackRemovalApproved,
    FeedbackResponded,
    JobSuccessScoreRecomputed,
    PlainPart,
    Rule,
    RuleFinding,
    Scope,
    ScoreCause,
    ScorePreview,
    ScoreWindow,
    ScoringDayOpened,
    Sealed,
    SubjectErased,
    TalentFeedback,
)

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
SEALED = Sealed("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")


def a_contract(**changes: object) -> ContractCompleted:
    data: dict[str, object] = {
        "contract_id": "c1",
        "freelancer_id": "f1",
        "client_id": "k1",
        "title": "Logo",
        "started_at": "2026-01-01T00:00:00Z",
        "completed_at": "2026-02-01T00:00:00Z",
        "ended_by": "client",
        "earned": {"amount": 5000, "currency": "USD"},
        "paid_periods": 0,
    }
    return ContractCompleted.admit(data | changes)


def approved(**changes: object) -> FeedbackRemovalApproved:
    data: dict[str, object] = {
        "request_id": "r1",
        "account_id": "f1",
        "contract_id": "c1",
        "client_id": "k1",
        "scope": Scope.JSS_ONLY,
        "automatic": True,
        "decided_by": "policy",
        "decided_at": AT,
    }
    return FeedbackRemovalApproved.model_validate(data | changes)


def test_a_contract_counts_for_the_agency_when_there_is_one() -> None:
    assert a_contract().stream == "account/f1"
    for_agency = a_contract(agency_id="a1")
    assert (for_agency.account_id, for_agency.stream, for_agency.subject) == ("a1", "account/a1", "a1")


def test_streams_are_those_of_the_architecture() -> None:
    assert BadgeChanged(account_id="f1", account_kind=AccountKind.FREELANCER, badge=Badge.NONE).stream == "account/f1"
    assert AccountRenamed(account_id="f1", account_kind=AccountKind.FREELANCER).stream == "name/f1"
    assert ClientRenamed(client_id="k1").stream == "name/k1"
    assert SubjectErased(subject_id="k1", by="s1", at=AT).stream == "subject/k1"
    assert ScoringDayOpened(day=date(2026, 3, 4)).stream == "scoring-days"
    assert ScoringDayOpened(day=date(2026, 3, 4)).subject == "scoring-days"


def test_every_kind_of_event_names_a_stream_of_its_own() -> None:
    for kind in REGISTRY.values():
        assert "stream" in {name for base in kind.__mro__[:-1] if base.__name__ != "EventData" for name in vars(base)}


def test_ids_an_event_does_not_have_are_none() -> None:
    day = ScoringDayOpened(day=date(2026, 3, 4))
    assert (day.contract_id, day.account_id, day.client_id) == (None, None, None)
    member = AgencyMemberChanged(agency_id="a1", user_id="u1", role=AgencyRole.OWNER, exclusive=True)
    assert (member.account_id, member.contract_id) == ("a1", None)
    with pytest.raises(AttributeError):
        getattr(day, "anything")  # noqa: B009 - the type checker knows it is not there


def test_who_is_named_by_a_fact() -> None:
    assert a_contract(agency_id="a1").named_accounts == ("f1", "a1")
    assert a_contract(agency_id="a1").named_agency == "a1"
    assert a_contract().named_agency is None
    member = AgencyMemberChanged(agency_id="a1", user_id="u1", role=AgencyRole.NONE, exclusive=False)
    assert (member.named_accounts, member.named_agency) == (("a1", "u1"), "a1")
    assert BadgeChanged(account_id="a1", account_kind=AccountKind.AGENCY, badge=Badge.NONE).named_agency == "a1"
    assert approved().named_accounts == ()  # requests name nobody


def test_parts_are_sealed_under_who_wrote_them_and_ratings_under_whom_they_are_about() -> None:
    contract = a_contract(
        agency_id="a1",
        client_feedback={"score": 500, "private_rating": 7, "comment": "Great"},
        talent_feedback={"score": 500, "comment": "Kind"},
    )
    assert contract.texts() == (
        PlainPart("title", "k1", "Logo"),
        PlainPart("client_feedback.comment", "k1", "Great"),
        PlainPart("client_feedback.private_rating", "a1", "7"),
        PlainPart("talent_feedback.comment", "f1", "Kind"),
    )


@pytest.mark.parametrize(("direction", "author"), [("client_to_talent", "k1"), ("talent_to_client", "f1")])
def test_comments_belong_to_the_author_and_responses_to_the_recipient(direction: str, author: str) -> None:
    ids = {"contract_id": "c1", "freelancer_id": "f1", "agency_id": "a1", "client_id": "k1", "direction": direction}
    given = FeedbackGiven.admit({**ids, "comment": "So so"})
    assert PlainPart("comment", author, "So so") in given.texts()
    (response,) = FeedbackResponded.admit({**ids, "text": "Thanks"}).texts()
    assert response == PlainPart("text", "f1" if author == "k1" else "k1", "Thanks")


def test_a_rating_of_client_feedback_is_sealed_even_when_absent() -> None:
    assert PlainPart("client_feedback.private_rating", "f1", "") in a_contract(client_feedback={}).texts()
    assert all(part.path != "client_feedback.private_rating" for part in a_contract().texts())
    ids = {"contract_id": "c1", "freelancer_id": "f1", "client_id": "k1", "score": 400}
    assert FeedbackGiven.admit({**ids, "direction": "client_to_talent"}).texts() == (
        PlainPart("private_rating", "f1", ""),
    )
    assert FeedbackGiven.admit({**ids, "direction": "talent_to_client"}).texts() == ()


def test_sealed_parts_take_the_place_of_plain_ones() -> None:
    contract = a_contract(client_feedback={"private_rating": 7, "comment": "Great"}, talent_feedback={"score": 100})
    sealed = contract.with_parts({part.path: SEALED for part in contract.texts()} | {"title": None})
    assert sealed.title is None
    assert sealed.client_feedback == ClientFeedback(private_rating=SEALED, comment=SEALED)
    assert sealed.talent_feedback == TalentFeedback(score=100)
    assert sealed.to_json()["client_feedback"]["comment"] == {"sealed": SEALED.sealed}
    assert ContractCompleted.model_validate(sealed.to_json()) == sealed


def test_sealed_parts_need_no_sealing() -> None:
    contract = a_contract(client_feedback={"private_rating": 7, "comment": "Great"})
    assert contract.with_parts({part.path: SEALED for part in contract.texts()}).texts() == ()


@pytest.mark.parametrize("value", [{"sealed": 5}, {"other": "x"}, 5, ["x"]], ids=repr)
def test_what_is_neither_text_nor_commitment_is_no_part(value: object) -> None:
    with pytest.raises(ValidationError):
        approved(automatic=False, decided_by="s1", reason=value)


def test_nobody_typed_a_reason_for_an_automatic_decision() -> None:
    assert approved().texts() == ()
    assert approved(automatic=False, decided_by="s1", reason="Fair").texts() == (PlainPart("reason", "s1", "Fair"),)


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        approved().automatic = False  # type: ignore[misc]


def test_times_must_be_aware() -> None:
    with pytest.raises(ValidationError, match="is not an RFC 3339 time"):
        approved(decided_at=datetime(2026, 3, 4))  # noqa: DTZ001 - the naive datetime is the point


def test_a_finding_tells_a_stated_null_from_what_it_does_not_have() -> None:
    assert RuleFinding(code=Rule.CONTRACT_UNKNOWN, holds=True).to_json() == {"code": "CONTRACT_UNKNOWN", "holds": True}
    first_request = RuleFinding(code=Rule.TOO_SOON, holds=True, value=None, threshold=3, passes_at=None)
    assert list(first_request.to_json().items()) == [
        ("code", "TOO_SOON"),
        ("holds", True),
        ("value", None),
        ("threshold", 3),
    ]
    nothing_to_judge = RuleFinding(code=Rule.ALREADY_REMOVED, holds=None)
    assert nothing_to_judge.to_json() == {"code": "ALREADY_REMOVED", "holds": None}
    for finding in (first_request, nothing_to_judge):
        assert RuleFinding.model_validate(finding.to_json()).to_json() == finding.to_json()


def test_no_score_is_an_explicit_null() -> None:
    preview = ScorePreview(current=None, preview=None, account_version=3, as_of=date(2026, 3, 4))
    assert preview.to_json() == {"current": None, "preview": None, "account_version": 3, "as_of": "2026-03-04"}
    score = JobSuccessScoreRecomputed(
        account_id="f1",
        policy="jss-v1",
        as_of=date(2026, 3, 4),
        score=None,
        window_months=None,
        windows={"6": ScoreWindow(p=0, n=0, t=0, counted=0, clients=0, score=None)},
        removed_count=0,
        not_counted={},
        previous=None,
        cause=ScoreCause(source="/m", id="e1", position=0),
    )
    written = score.to_json()
    assert (written["score"], written["window_months"], written["previous"]) == (None, None, None)
    assert written["windows"]["6"]["score"] is None
    assert "reason" not in written


def test_enums_are_written_as_the_wire_spells_them() -> None:
    assert approved(scope="jss_and_profile").scope is Scope.JSS_AND_PROFILE
    assert type(approved().to_json()["scope"]) is str
    assert approved().to_json()["scope"] == "jss_only"
