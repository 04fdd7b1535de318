"""Answer what the public asks about the past: the fold of the log up to and including a position (domain §8).

The log is read as far as the position, by account or client, and folded as the live model folds it; then, of the
contracts on the page alone, what has hidden or erased something since. Texts are opened last, as for live pages.
Invariant: an answer about a position changes only by what is hidden or erased, and its version with it.
Next: story.py for the fold, domain/hiding.py for what stays hidden, queries.py for the same questions about now.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

from event_contracts import SubjectErased
from event_contracts.instant import format_time
from profile_projection.application import answer, sealed
from profile_projection.application.answer import Members
from profile_projection.application.past_row import (
    Erased,
    PastRow,
    displayed_agency,
    history_row,
    name_columns,
    profile_row,
)
from profile_projection.application.ports import After, Log, Texts
from profile_projection.application.queries import (
    FIRST_PAGE,
    Answer,
    ErasedAccountError,
    Has,
    Page,
    UnknownIdError,
    Version,
)
from profile_projection.application.story import Story
from profile_projection.domain.erasure import writers_of
from profile_projection.domain.hiding import Remembered, client_feedback_seen, talent_feedback_seen


class AtPosition(NamedTuple):
    position: int


class AtTime(NamedTuple):
    time: datetime


Moment: TypeAlias = AtPosition | AtTime


class NotYetError(Exception):
    """A position that the log does not have yet, or a time that has not come: there is no answer that would last."""


class Excerpt(NamedTuple):
    """A page of contracts as rows, who of its people is erased, and whether there is a next page."""

    rows: list[PastRow]
    erased: Erased
    more: bool


class PastPages:
    """The questions about the past, over a log and texts handed in. `cursor` as of PublicPages."""

    def __init__(self, log: Log, texts: Texts, *, now: Callable[[], datetime], cursor: Callable[[After], str]) -> None:
        self._log = log
        self._texts = texts
        self._now = now
        self._cursor = cursor

    async def position_of(self, moment: Moment) -> int:
        """The position that a moment means. Raises NotYetError; UnknownIdError before the log began: nobody was named.

        A time at or after the newest sequenced one can still gain positions; a position means the same for ever.
        """
        if isinstance(moment, AtPosition):
            if moment.position >= (await self._log.size()).size:
                raise NotYetError
            return moment.position
        if moment.time > self._now():
            raise NotYetError
        position = await self._log.position_at(moment.time)
        if position is None:
            raise UnknownIdError
        return position

    async def profile(self, account_id: str, position: int, has: Has | None) -> Answer:
        """A profile with the first page of its work history. Raises UnknownIdError, ErasedAccountError."""
        epoch = await self._texts.epoch()
        story = await self._story_of(account_id, position)
        head = await self._profile_row(account_id, story, position)
        page = await self._excerpt(story, Page(limit=FIRST_PAGE), position, owner=account_id)
        version = _version("profile", account_id, position, epoch, _living(account_id, page))
        if has is not None and has(version):
            return Answer(version, None)
        parts = [*sealed.sealed_in([head], (sealed.ACCOUNT_NAME,)), *sealed.sealed_in(page.rows, sealed.WORK_HISTORY)]
        texts = iter(await self._texts.open(parts))
        (name,) = sealed.opened_in(head, (sealed.ACCOUNT_NAME,), texts)
        items = [_work(row, *sealed.opened_in(row, sealed.WORK_HISTORY, texts)) for row in page.rows]
        (last,) = await self._log.by_position(position, 1)
        body = answer.short_profile(head, name, last.sequenced_at.astimezone(UTC).date())
        return Answer(version, body | {"work_history": self._listed(page, items)})

    async def work_history(self, account_id: str, page_asked: Page, position: int, has: Has | None) -> Answer:
        """A page of an account's ended contracts. Raises UnknownIdError, ErasedAccountError."""
        epoch = await self._texts.epoch()
        story = await self._story_of(account_id, position)
        page = await self._excerpt(story, page_asked, position, owner=account_id)
        version = _version("work-history", account_id, position, epoch, _living(account_id, page))
        if has is not None and has(version):
            return Answer(version, None)
        texts = iter(await self._texts.open(sealed.sealed_in(page.rows, sealed.WORK_HISTORY)))
        items = [_work(row, *sealed.opened_in(row, sealed.WORK_HISTORY, texts)) for row in page.rows]
        return Answer(version, self._listed(page, items))

    async def client_history(self, client_id: str, page_asked: Page, position: int, has: Has | None) -> Answer:
        """A page of a client's ended contracts; an erased client's stays, without its texts. Raises UnknownIdError."""
        epoch = await self._texts.epoch()
        story = Story()
        await story.hear(lambda last: self._log.by_client(client_id, last.position, up_to=position))
        if not story.names_client(client_id):
            raise UnknownIdError
        page = await self._excerpt(story, page_asked, position, owner=client_id)
        version = _version("client-history", client_id, position, epoch, page)
        if has is not None and has(version):
            return Answer(version, None)
        name = None if client_id in page.erased else story.rows.names.get(("client", client_id))
        place = {"client_id": client_id} | name_columns(name)
        parts = [*sealed.sealed_in([place], (sealed.CLIENT_NAME,)), *sealed.sealed_in(page.rows, sealed.CLIENT_HISTORY)]
        texts = iter(await self._texts.open(parts))
        (display_name,) = sealed.opened_in(place, (sealed.CLIENT_NAME,), texts)
        items = [_engagement(row, *sealed.opened_in(row, sealed.CLIENT_HISTORY, texts)) for row in page.rows]
        return Answer(version, {"client_id": client_id, "display_name": display_name} | self._listed(page, items))

    async def _story_of(self, account_id: str, position: int) -> Story:
        """What the log says of an account up to a position. Raises UnknownIdError."""
        story = Story()
        await story.hear(lambda last: self._log.by_stream(f"account/{account_id}", last.version, up_to=position))
        await story.hear(lambda last: self._log.by_stream(f"name/{account_id}", last.version, up_to=position))
        if not story.names_account(account_id) and not await self._log.names(account_id, up_to=position):
            raise UnknownIdError
        return story

    async def _profile_row(self, account_id: str, story: Story, position: int) -> PastRow:
        """The row above the work history; the story then also knows the account's memberships and score."""
        story.take_in(await self._log.memberships_of(account_id, up_to=position))
        agency_id = displayed_agency(account_id, story.rows.memberships)
        scored_id = agency_id or account_id
        score = await self._log.last_of(f"score/{scored_id}", up_to=position)
        story.take_in([] if score is None else [score])
        rows = story.rows
        name = rows.names.get(("account", account_id))
        return profile_row(account_id, rows.accounts.get(account_id), name, agency_id, rows.scores.get(scored_id))

    async def _excerpt(self, story: Story, page: Page, position: int, *, owner: str) -> Excerpt:
        """A page of the contracts that had ended, less what is hidden by now."""
        found = story.ended(page.after)
        then = found[: page.limit]
        now = await self._become(then, position)
        writers = {writer for each in then for writer in writers_of(each.contract)}
        erased = await self._erased({owner, *writers})
        rows = [
            history_row(was.contract, client_feedback_seen(was, is_now), talent_feedback_seen(was, is_now), erased)
            for was, is_now in zip(then, now, strict=True)
        ]
        return Excerpt(rows, erased, more=len(found) > len(then))

    async def _become(self, contracts: Sequence[Remembered], position: int) -> list[Remembered]:
        """What has become of contracts after a position, as far as the log goes."""
        if not contracts:
            return []
        story = Story.of(contracts)
        ids = [each.contract.contract_id for each in contracts]
        await story.hear(lambda last: self._log.by_contracts(ids, max(last.position, position)))
        return [story.contracts[each.contract.account_id, each.contract.contract_id] for each in contracts]

    async def _erased(self, subject_ids: Iterable[str]) -> Erased:
        """When these subjects were erased, those who were."""
        found: dict[str, datetime] = {}
        after = -1
        streams = [f"subject/{subject_id}" for subject_id in sorted(subject_ids)]
        while events := await self._log.by_streams(streams, after):
            after = events[-1].position
            for event in events:
                if isinstance(event.data, SubjectErased):
                    found.setdefault(event.data.subject_id, event.sequenced_at)
        return found

    def _listed(self, page: Excerpt, items: list[Members]) -> Members:
        if not page.more:
            return {"items": items}
        last = page.rows[-1]
        return {"items": items, "next": self._cursor(After(last["completed_at"], last["contract_id"]))}


def _living(account_id: str, page: Excerpt) -> Excerpt:
    if account_id in page.erased:
        raise ErasedAccountError
    return page


def _version(kind: str, id_: str, position: int, epoch: int, page: Excerpt) -> Version:
    """All that the bytes depend on beyond the log up to the position: what is hidden by now, and since when."""
    hidden = [
        part
        for row in page.rows
        for side in ("client", "talent")
        for part in (row[f"{side}_shown"], _spelled(row[f"{side}_since"]))
    ]
    erased = [part for subject_id, at in sorted(page.erased.items()) for part in (subject_id, _spelled(at))]
    return Version(position, ("past", kind, id_, position, epoch, *hidden, *erased))


def _spelled(at: datetime | None) -> str | None:
    return None if at is None else format_time(at)


def _work(row: PastRow, title: str | None, client_comment: str | None, response: str | None) -> Members:
    item = answer.work(row, title, client_comment, response)
    return _dated(item, row, "client")


def _engagement(row: PastRow, *texts: str | None) -> Members:
    item = answer.engagement(row, *texts)
    return _dated(_dated(item, row, "client"), row, "talent")


def _dated(item: Members, row: PastRow, side: str) -> Members:
    """The item with `since` beside what is hidden. A key destroyed ahead of its event says no time yet."""
    shown, since = item[f"{side}_feedback"], row[f"{side}_since"]
    if shown["state"] in ("removed", "erased") and since is not None:
        shown["since"] = format_time(since)
    return item
