"""The inbox: what runs out first on top, in queues, searched by name, file number, code or telephone number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from yarl import URL

from bot import cards
from bot.desk import agenda_words, card, wording
from bot.desk.access import Inbox, Listed, count_tasks, open_inbox, open_unmarked
from bot.desk.page import Visit, go, staff_only
from bot.desk.roles import HOME
from bot.desk.trouble import troubles
from bot.desk.wording import Countdown
from bot.reference import reference
from flows.grammar import Urgency
from storage.inbox import QUEUES, Queue

#: Longest search, in characters, and the furthest page.
_LONGEST, _LAST = 100, 2000
#: Appointments of which nobody said how it went that are named; the agenda has the others.
_UNMARKED = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. ``queue`` None: all, when searching."""

    queue: Queue
    mine: bool
    words: str
    page: int

    def address(self, path: str = "/desk", **changed: object) -> str:
        """The address of this view with something changed; what is as usual is left out."""
        values = {"queue": self.queue, "mine": int(self.mine), "q": self.words, "page": self.page, **changed}
        usual = {"queue": "ours", "mine": 0, "q": "", "page": 1}
        query = {name: str(value) for name, value in values.items() if value != usual[name]}
        return str(URL(path).with_query(query))


@dataclass(frozen=True, slots=True)
class Line:
    """One file in the inbox, in words."""

    id: int
    name: str
    reference: str
    language: str
    language_name: str
    urgency: str
    reason: str
    clock: Countdown | None
    queue: str
    alarm: bool
    undelivered: bool
    assigned_name: str | None
    holder_name: str | None
    here: tuple[tuple[str, str], ...]  # who is looking or typing right now


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk``; who has no inbox goes to where theirs begins. Who was found by their own code is shown as found by
    their file's number: the code opens their conversation and is to stand nowhere, also not in an address or a search
    box."""
    if visit.staff.role in HOME:
        return go(HOME[visit.staff.role])
    asked, opened = await _open(visit)
    if opened.by_code is not None:
        return go(asked.address(q=reference(opened.by_code)))
    return visit.render("inbox.html", **await _view(visit, asked, opened))


@staff_only(part=True)
async def rows(visit: Visit) -> web.Response:
    """``GET /desk/rows``: the parts of the same page that change."""
    asked, opened = await _open(visit)
    return visit.render("_inbox.html", **await _view(visit, asked, opened))


async def _open(visit: Visit) -> tuple[Asked, Inbox]:
    asked = _read(visit.request)
    house, staff = visit.house, visit.staff
    return asked, await open_inbox(house, staff, asked.queue, mine=asked.mine, words=asked.words, page=asked.page)


async def _view(visit: Visit, asked: Asked, opened: Inbox) -> Mapping[str, Any]:
    names = {one.id: one.name for one in await visit.desk.accounts.colleagues()}
    return {
        "asked": asked,
        "lines": [_line(file, visit, names) for file in opened.files],
        "elsewhere": [(number, reference(number)) for number in opened.elsewhere],
        "more": opened.more,
        "counts": opened.counts,
        "news_count": opened.news,
        "tasks_count": await count_tasks(visit.house, visit.staff),
        "troubles": await troubles(visit.house),
        "lacking": await visit.desk.free.lacking(),
        "overdue_cards": await cards.overdue(visit.house),
        "agenda": agenda_words,
        "unmarked": await open_unmarked(visit.house, visit.staff),
        "unmarked_most": _UNMARKED,
        "queues": [queue for queue in QUEUES if queue != "closed"],
    }


def _read(request: web.Request) -> Asked:
    """What is asked for; what cannot be understood counts as not said."""
    query = request.query
    queue: Queue = next((known for known in QUEUES if known == query.get("queue")), "ours")
    page = query.get("page", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= 6 else 1
    words = " ".join(query.get("q", "")[:_LONGEST].split())
    return Asked(queue, query.get("mine") == "1", words, min(max(number, 1), _LAST))


def _line(file: Listed, visit: Visit, names: Mapping[int, str]) -> Line:
    row, house = file.head, visit.house
    calendar, now = house.calendar, house.clock.now()
    here = visit.desk.presence.at(row.id)
    return Line(
        id=row.id,
        name=_name(file),
        reference=reference(row.id),
        language="" if file.shut else row.language,
        language_name="" if file.shut else wording.language_name(row.language),
        urgency=wording.URGENCIES[Urgency(row.urgency)],
        reason=_reason(file),
        clock=None if row.due_at is None else wording.countdown(row.due_at, now, row.urgency, calendar),
        queue=wording.QUEUES.get(row.queue, row.queue),
        alarm=bool(row.alarm),
        undelivered=bool(row.undelivered),
        assigned_name=None if file.shut else row.assigned_name,
        holder_name=None if file.shut else row.holder_name,
        here=tuple((names[who], state) for who, state in here.items() if who in names and who != visit.staff.id),
    )


def _name(file: Listed) -> str:
    if file.shut:
        return "Ander team"
    return "Gewist" if file.erased else file.name or "Zonder naam"


def _reason(file: Listed) -> str:
    if file.why is None:
        return card.reason(file.crises) or ""
    kind, detail = file.why
    if kind == "alarm":
        told = detail if isinstance(detail, dict) else {}
        return card.reason(file.crises) or wording.capital(wording.category(str(told.get("category", ""))))
    return card.reason(file.crises, kind, detail, marked=True) or ""
