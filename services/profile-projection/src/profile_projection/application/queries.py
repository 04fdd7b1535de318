"""Answer what the public asks: profiles, work histories, client histories.

The version comes before the page: a reader who has it is told so before any text is fetched or opened. Texts are
opened last, all of a page in one go, and only those that show (architecture §1.10).
Invariant: a page is one statement; its version grows with whatever can change its bytes, erasures included.
Next: answer.py for the members, sealed.py for the texts, interfaces §3 for the bodies.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from profile_projection.application import answer, sealed
from profile_projection.application.answer import Members
from profile_projection.application.ports import After, Pages, Row, Texts

FIRST_PAGE: Final = 20
"""Contracts on a profile, and on a page whose reader names no limit."""


class UnknownIdError(Exception):
    """No recorded fact names this id."""


class ErasedAccountError(Exception):
    """The account's subject was erased; there is no profile any more."""


class Version(NamedTuple):
    """What an answer is made from: the newest position folded into it, and all that its bytes depend on."""

    position: int
    parts: tuple[str | int | None, ...]


class Answer(NamedTuple):
    """`body` None: the reader has this version already."""

    version: Version
    body: Members | None


class Page(NamedTuple):
    """Which page of a list: after a contract, at most so many items."""

    after: After | None = None
    limit: int = FIRST_PAGE


Has: TypeAlias = Callable[[Version], bool]
"""Whether the reader already has the answer of a version."""


class PublicPages:
    """The questions, over pages and texts handed in. `cursor` spells a page's last contract for whoever reads on."""

    def __init__(
        self, pages: Pages, texts: Texts, *, today: Callable[[], date], cursor: Callable[[After], str]
    ) -> None:
        self._pages = pages
        self._texts = texts
        self._today = today
        self._cursor = cursor

    async def profile(self, account_id: str, has: Has | None) -> Answer:
        """A profile with the first page of its work history. Raises UnknownIdError, ErasedAccountError."""
        today, epoch = self._today(), await self._texts.epoch()
        if has is not None:
            (head,) = await self._pages.profiles([account_id], items=0)
            if has(version := _profile_version(_living(head), today, epoch)):
                return Answer(version, None)
        rows = await self._pages.profiles([account_id], items=FIRST_PAGE + 1)
        head, shown = _living(rows[0]), _shown(rows, FIRST_PAGE)
        parts = [*sealed.sealed_in([head], (sealed.ACCOUNT_NAME,)), *sealed.sealed_in(shown, sealed.WORK_HISTORY)]
        texts = iter(await self._texts.open(parts))
        (name,) = sealed.opened_in(head, (sealed.ACCOUNT_NAME,), texts)
        items = [answer.work(row, *sealed.opened_in(row, sealed.WORK_HISTORY, texts)) for row in shown]
        body = answer.short_profile(head, name, today) | {"work_history": self._listed(rows, shown, items)}
        return Answer(_profile_version(head, today, epoch), body)

    async def work_history(self, account_id: str, page: Page, has: Has | None) -> Answer:
        """A page of an account's ended contracts. Raises UnknownIdError, ErasedAccountError."""
        epoch = await self._texts.epoch()
        if has is not None:
            (place,) = await self._pages.work_history(account_id, None, items=0)
            if has(version := _work_history_version(_living(place), epoch)):
                return Answer(version, None)
        rows = await self._pages.work_history(account_id, page.after, items=page.limit + 1)
        place, shown = _living(rows[0]), _shown(rows, page.limit)
        texts = iter(await self._texts.open(sealed.sealed_in(shown, sealed.WORK_HISTORY)))
        items = [answer.work(row, *sealed.opened_in(row, sealed.WORK_HISTORY, texts)) for row in shown]
        return Answer(_work_history_version(place, epoch), self._listed(rows, shown, items))

    async def client_history(self, client_id: str, page: Page, has: Has | None) -> Answer:
        """A page of a client's ended contracts; an erased client's stays, without its texts. Raises UnknownIdError."""
        epoch = await self._texts.epoch()
        if has is not None:
            (place,) = await self._pages.client_history(client_id, None, items=0)
            if has(version := _client_history_version(_known(place), epoch)):
                return Answer(version, None)
        rows = await self._pages.client_history(client_id, page.after, items=page.limit + 1)
        place, shown = _known(rows[0]), _shown(rows, page.limit)
        parts = [*sealed.sealed_in([place], (sealed.CLIENT_NAME,)), *sealed.sealed_in(shown, sealed.CLIENT_HISTORY)]
        texts = iter(await self._texts.open(parts))
        (name,) = sealed.opened_in(place, (sealed.CLIENT_NAME,), texts)
        items = [answer.engagement(row, *sealed.opened_in(row, sealed.CLIENT_HISTORY, texts)) for row in shown]
        body = {"client_id": client_id, "display_name": name} | self._listed(rows, shown, items)
        return Answer(_client_history_version(place, epoch), body)

    async def short_profiles(self, account_ids: Sequence[str], has: Has | None) -> Answer:
        """Short profiles in the order asked; ids that no fact names, and erased accounts, are left out."""
        today, epoch = self._today(), await self._texts.epoch()
        rows = [row for row in await self._pages.profiles(account_ids, items=0) if row["named"] and not row["erased"]]
        versions = [_profile_version(row, today, epoch) for row in rows]
        position = max((version.position for version in versions), default=-1)
        parts = (epoch, *account_ids, *(part for version in versions for part in version.parts))
        version = Version(position, ("short-profiles", *parts))
        if has is not None and has(version):
            return Answer(version, None)
        texts = iter(await self._texts.open(sealed.sealed_in(rows, (sealed.ACCOUNT_NAME,))))
        names = [sealed.opened_in(row, (sealed.ACCOUNT_NAME,), texts)[0] for row in rows]
        items = [answer.short_profile(row, name, today) for row, name in zip(rows, names, strict=True)]
        return Answer(version, {"items": items})

    def _listed(self, rows: Sequence[Row], shown: Sequence[Row], items: list[Members]) -> Members:
        """A page; one row more than shown means that there is a next one."""
        if len(rows) <= len(shown) or not shown:
            return {"items": items}
        last = shown[-1]
        return {"items": items, "next": self._cursor(After(last["completed_at"], last["contract_id"]))}


def _shown(rows: Sequence[Row], limit: int) -> Sequence[Row]:
    """The page's rows, without the one that only tells whether there is a next; none for a place without contracts."""
    return rows[:limit] if rows[0]["contract_id"] is not None else []


def _known(row: Row) -> Row:
    if not row["named"]:
        raise UnknownIdError
    return row


def _living(row: Row) -> Row:
    if _known(row)["erased"]:
        raise ErasedAccountError
    return row


def _profile_version(row: Row, today: date, epoch: int) -> Version:
    places = (row["account_position"], row["name_position"], row["membership_position"], row["score_position"])
    as_of = today.isoformat() if row["policy"] is None else None  # without a recorded score the page shows the date
    return Version(max(places), ("profile", row["account_id"], *places, row["displayed_from"], as_of, epoch))


def _work_history_version(row: Row, epoch: int) -> Version:
    return Version(row["account_position"], ("work-history", row["account_position"], epoch))


def _client_history_version(row: Row, epoch: int) -> Version:
    position = max(row["client_position"], row["name_position"])
    return Version(position, ("client-history", row["progress"], row["name_position"], epoch))
