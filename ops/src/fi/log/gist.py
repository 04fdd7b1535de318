"""The gist of one event in a few words, for people; its kind stands beside it.

Shows what the log holds, so never a text that is sealed; ✎ stands for one.
Invariant: every kind of event has its words.
Next: table.py for many of them.
"""

from functools import singledispatch

import event_contracts as events
from event_contracts import Direction
from event_contracts.marketplace_feedback import FeedbackContentFact

SCOPES = {"jss_only": "JSS only", "jss_and_profile": "JSS and profile"}


def kind_of(type_: str) -> str:
    """A short name of a type: `contract.completed`, `removal.approved`."""
    name = type_.removeprefix("marketplace.").removeprefix("integrity.").removesuffix(".v1")
    return name.removeprefix("feedback-")


def stars(score: int | None) -> str:
    """A public score as people know it; `no score` when there is none."""
    return "no score" if score is None else f"{score / 100:.2f}"


def dollars(cents: int) -> str:
    return f"${cents / 100:,.2f}" if cents % 100 else f"${cents // 100:,}"


@singledispatch
def gist(data: events.EventData) -> str:
    """What the event says, besides its kind."""
    raise TypeError(f"{type(data).__name__} has no words")


# ---------------------------------------------------------------- contracts and feedback


@gist.register
def _(data: events.ContractCompleted) -> str:
    said = [f"{data.contract_id}: {dollars(data.earned.amount)}"]
    if data.paid_periods:
        said.append(f"{data.paid_periods} periods")
    if data.client_feedback:
        said.append(f"client {_content(data.client_feedback.score, data.client_feedback.comment)}")
    if data.talent_feedback:
        said.append(f"talent {_content(data.talent_feedback.score, data.talent_feedback.comment)}")
    return ", ".join(said)


@gist.register
def _(data: FeedbackContentFact) -> str:
    return f"{data.contract_id}: {_author(data.direction)} {_content(data.score, data.comment)}"


@gist.register
def _(data: events.FeedbackWithdrawn) -> str:
    return f"{data.contract_id}: {_author(data.direction)}"


@gist.register(events.FeedbackResponded)
@gist.register(events.FeedbackAnswered)
def _(data: events.FeedbackResponded | events.FeedbackAnswered) -> str:
    author = _author(data.direction)
    return f"{data.contract_id}: {'talent' if author == 'client' else 'client'} answers the {author}"


# ---------------------------------------------------------------- people


@gist.register
def _(data: events.BadgeChanged) -> str:
    return f"{data.account_id}: {data.badge}"


@gist.register
def _(data: events.AgencyMemberChanged) -> str:
    return f"{data.agency_id}: {data.user_id} {data.role}{', exclusively' if data.exclusive else ''}"


@gist.register
def _(data: events.AccountRenamed) -> str:
    return f"{data.account_kind} {data.account_id}"


@gist.register
def _(data: events.ClientRenamed) -> str:
    return data.client_id


@gist.register
def _(data: events.ClientStandingChanged) -> str:
    return f"{data.client_id}: {data.standing}"


# ---------------------------------------------------------------- removals and reports


@gist.register
def _(data: events.FeedbackRemovalRequested) -> str:
    return f"{data.contract_id}: {SCOPES[data.scope]}, by {data.requested_by}"


@gist.register
def _(data: events.FeedbackRemovalRefused) -> str:
    return f"{data.contract_id}: {', '.join(data.failed)}"


@gist.register(events.FeedbackRemovalApproved)
@gist.register(events.FeedbackRemovalDenied)
def _(data: events.FeedbackRemovalApproved | events.FeedbackRemovalDenied) -> str:
    return f"{data.contract_id}: {SCOPES[data.scope]}, by {data.decided_by}"


@gist.register
def _(data: events.FeedbackRemovalWithdrawn) -> str:
    return f"{data.contract_id}: by {data.withdrawn_by}"


@gist.register(events.FeedbackRemovalReversalProposed)
@gist.register(events.FeedbackRemovalReversed)
def _(data: events.FeedbackRemovalReversalProposed | events.FeedbackRemovalReversed) -> str:
    return f"{data.contract_id}: {SCOPES[data.scope]}, by {data.by}"


@gist.register
def _(data: events.FeedbackReportFiled) -> str:
    return f"{data.contract_id}: {_author(data.direction)}'s feedback, {data.ground}, by {data.reported_by}"


@gist.register(events.FeedbackReportUpheld)
@gist.register(events.FeedbackReportDismissed)
def _(data: events.FeedbackReportUpheld | events.FeedbackReportDismissed) -> str:
    return f"{data.contract_id}: {_author(data.direction)}'s feedback, by {data.decided_by}"


# ---------------------------------------------------------------- scores, subjects, operations


@gist.register
def _(data: events.JobSuccessScoreRecomputed) -> str:
    before = "none" if data.previous is None else f"{data.previous} %"
    now = "none" if data.score is None else f"{data.score} % over {data.window_months} months"
    return f"{data.account_id}: {before} → {now}{f' ({data.reason})' if data.reason else ''}"


@gist.register
def _(data: events.ScoringDayOpened) -> str:
    return data.day.isoformat()


@gist.register(events.SubjectErased)
@gist.register(events.SubjectHeld)
@gist.register(events.SubjectHoldLifted)
def _(data: events.SubjectErased | events.SubjectHeld | events.SubjectHoldLifted) -> str:
    return f"{data.subject_id}: by {data.by}"


@gist.register(events.ParkedRecordRetried)
@gist.register(events.ParkedRecordSkipped)
def _(data: events.ParkedRecordRetried | events.ParkedRecordSkipped) -> str:
    return f"{data.topic}/{data.partition}@{data.offset}: by {data.by}"


@gist.register
def _(data: events.LogKeyRotated) -> str:
    return f"at size {data.at_size}"


def _content(score: int | None, comment: object) -> str:
    return f"{stars(score)}{' ✎' if comment is not None else ''}"


def _author(direction: Direction) -> str:
    return "client" if direction is Direction.CLIENT_TO_TALENT else "talent"
