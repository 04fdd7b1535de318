"""One event in a sentence, for people.

Shows what the log holds, so never a text that is sealed. Invariant: every kind of event has its words.
Next: table.py for many of them.
"""

from functools import singledispatch

import event_contracts as events
from event_contracts import Direction
from event_contracts.marketplace_feedback import FeedbackContentFact

SCOPES = {"jss_only": "JSS only", "jss_and_profile": "JSS and profile"}


def kind_of(type_: str) -> str:
    """The type without what all types share: `marketplace.contract.completed.v1` is `contract.completed`."""
    return type_.removeprefix("marketplace.").removeprefix("integrity.").removesuffix(".v1")


def stars(score: int | None) -> str:
    """A public score as people know it; `no score` when there is none."""
    return "no score" if score is None else f"{score / 100:.2f}"


def dollars(cents: int) -> str:
    return f"${cents / 100:,.2f}"


@singledispatch
def sentence(data: events.EventData) -> str:
    """What the event says."""
    raise TypeError(f"{type(data).__name__} has no words")


# ---------------------------------------------------------------- contracts and feedback


@sentence.register
def _(data: events.ContractCompleted) -> str:
    said = [f"{data.contract_id} ended, {dollars(data.earned.amount)}"]
    if data.paid_periods:
        said.append(f"{data.paid_periods} paid periods")
    if data.client_feedback:
        said.append(f"client says {_content(data.client_feedback.score, data.client_feedback.comment)}")
    if data.talent_feedback:
        said.append(f"talent says {_content(data.talent_feedback.score, data.talent_feedback.comment)}")
    return ", ".join(said)


@sentence.register
def _(data: FeedbackContentFact) -> str:
    verb = "now says" if isinstance(data, events.FeedbackEdited) else "says"
    return f"{_author(data.direction)} {verb} {_content(data.score, data.comment)} on {data.contract_id}"


@sentence.register
def _(data: events.FeedbackWithdrawn) -> str:
    return f"{_author(data.direction)} took back the feedback on {data.contract_id}"


@sentence.register(events.FeedbackResponded)
@sentence.register(events.FeedbackAnswered)
def _(data: events.FeedbackResponded | events.FeedbackAnswered) -> str:
    author = _author(data.direction)
    return f"{'talent' if author == 'client' else 'client'} answered the {author}'s feedback on {data.contract_id}"


# ---------------------------------------------------------------- people


@sentence.register
def _(data: events.BadgeChanged) -> str:
    return f"{data.account_id} has the badge {data.badge}"


@sentence.register
def _(data: events.AgencyMemberChanged) -> str:
    return f"{data.user_id} is {data.role} of {data.agency_id}{', exclusively' if data.exclusive else ''}"


@sentence.register
def _(data: events.AccountRenamed) -> str:
    return f"{data.account_kind} {data.account_id} has a name"


@sentence.register
def _(data: events.ClientRenamed) -> str:
    return f"client {data.client_id} has a name"


@sentence.register
def _(data: events.ClientStandingChanged) -> str:
    return f"{data.client_id} is in standing {data.standing}"


# ---------------------------------------------------------------- removals and reports


@sentence.register
def _(data: events.FeedbackRemovalRequested) -> str:
    return f"{data.requested_by} asks to remove {data.contract_id} ({SCOPES[data.scope]})"


@sentence.register
def _(data: events.FeedbackRemovalRefused) -> str:
    failed = ", ".join(data.failed)
    return f"{data.contract_id} ({SCOPES[data.scope]}) refused to {data.requested_by}: {failed}"


@sentence.register(events.FeedbackRemovalApproved)
@sentence.register(events.FeedbackRemovalDenied)
def _(data: events.FeedbackRemovalApproved | events.FeedbackRemovalDenied) -> str:
    verb = "removed" if isinstance(data, events.FeedbackRemovalApproved) else "not removed"
    return f"{data.contract_id} {verb} ({SCOPES[data.scope]}), decided by {data.decided_by}"


@sentence.register
def _(data: events.FeedbackRemovalWithdrawn) -> str:
    return f"{data.withdrawn_by} takes back the request for {data.contract_id}"


@sentence.register
def _(data: events.FeedbackRemovalReversalProposed) -> str:
    return f"{data.by} proposes to undo the removal of {data.contract_id}"


@sentence.register
def _(data: events.FeedbackRemovalReversed) -> str:
    return f"removal of {data.contract_id} undone by {data.by}"


@sentence.register
def _(data: events.FeedbackReportFiled) -> str:
    return f"{data.reported_by} reports the {_author(data.direction)}'s feedback on {data.contract_id}: {data.ground}"


@sentence.register(events.FeedbackReportUpheld)
@sentence.register(events.FeedbackReportDismissed)
def _(data: events.FeedbackReportUpheld | events.FeedbackReportDismissed) -> str:
    verb = "upheld" if isinstance(data, events.FeedbackReportUpheld) else "dismissed"
    return f"report about {data.contract_id} {verb} by {data.decided_by}"


# ---------------------------------------------------------------- scores, subjects, operations


@sentence.register
def _(data: events.JobSuccessScoreRecomputed) -> str:
    before = "none" if data.previous is None else f"{data.previous} %"
    now = "none" if data.score is None else f"{data.score} % over {data.window_months} months"
    return f"score {before} → {now}{f' ({data.reason})' if data.reason else ''}"


@sentence.register
def _(data: events.ScoringDayOpened) -> str:
    return f"scoring day {data.day}"


@sentence.register
def _(data: events.SubjectErased) -> str:
    return f"{data.subject_id} erased by {data.by}"


@sentence.register(events.SubjectHeld)
@sentence.register(events.SubjectHoldLifted)
def _(data: events.SubjectHeld | events.SubjectHoldLifted) -> str:
    verb = "held" if isinstance(data, events.SubjectHeld) else "no longer held"
    return f"{data.subject_id} {verb}, by {data.by}"


@sentence.register(events.ParkedRecordRetried)
@sentence.register(events.ParkedRecordSkipped)
def _(data: events.ParkedRecordRetried | events.ParkedRecordSkipped) -> str:
    verb = "retried" if isinstance(data, events.ParkedRecordRetried) else "skipped"
    return f"{data.topic}/{data.partition}@{data.offset} {verb} by {data.by}"


@sentence.register
def _(data: events.LogKeyRotated) -> str:
    return f"the log's key was rotated at size {data.at_size}"


def _content(score: int | None, comment: object) -> str:
    return f"{stars(score)}{' and a comment' if comment is not None else ''}"


def _author(direction: Direction) -> str:
    return "client" if direction is Direction.CLIENT_TO_TALENT else "talent"
