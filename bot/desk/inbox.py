"""The inbox: what runs out first on top, in queues, searched by name, code or telephone number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import Row
from yarl import URL

from bot.desk import card, wording
from bot.desk.page import Visit, staff_only
from bot.desk.wording import Countdown
from bot.effects import digits
from bot.house import House
from bot.identity import read_code
from bot.privacy.vault import Unreadable
from flows.grammar import Urgency
from flows.understanding import normalise
from storage import inbox
from storage.inbox import PAGE, QUEUES, Queue, Search

#: Longest search, in characters, and the furthest page.
_LONGEST, _LAST = 100, 2000

#: A number of fewer digits is no telephone number.
_SHORTEST_PHONE = 6


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
    code: str
    language: str
    language_name: str
    urgency: str
    reason: str
    clock: Countdown | None
    queue: str
    alarm: bool
    assigned_name: str | None
    holder_name: str | None
    here: tuple[tuple[str, str], ...]  # who is looking or typing right now


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk``."""
    return visit.render("inbox.html", **await _view(visit))


@staff_only(part=True)
async def rows(visit: Visit) -> web.Response:
    """``GET /desk/rows``: the parts of the same page that change."""
    return visit.render("_inbox.html", **await _view(visit))


async def _view(visit: Visit) -> Mapping[str, Any]:
    asked = _read(visit.request)
    house = visit.house
    searching = bool(asked.words)
    async with house.db.read() as conn:
        found = await inbox.rows(
            conn,
            None if searching else asked.queue,
            assigned_to=visit.staff.id if asked.mine else None,
            search=_search(house, asked.words) if searching else None,
            page=asked.page,
        )
        why = await inbox.reasons(conn, [row.id for row in found[:PAGE]])
        counts = await inbox.counts(conn, visit.staff.id)
    await house.vault.prepare({row.key_id for row in found[:PAGE]})
    names = {one.id: one.name for one in await visit.desk.accounts.colleagues()}
    return {
        "asked": asked,
        "lines": [_line(row, why.get(row.id), visit, names) for row in found[:PAGE]],
        "more": len(found) > PAGE,
        "counts": counts,
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


def _search(house: House, words: str) -> Search:
    """Names, numbers and codes are stored encrypted: only whole ones can be found."""
    phone, code = digits(words), read_code(words)
    return Search(
        name=house.vault.index("name", normalise(words)),
        phone=house.vault.index("phone", phone) if len(phone) >= _SHORTEST_PHONE else None,
        code=house.vault.index("code", code) if code else None,
    )


def _line(
    row: Row[*tuple[Any, ...]], why: tuple[str, bytes | None] | None, visit: Visit, names: Mapping[int, str]
) -> Line:
    house = visit.house
    calendar, now = house.calendar, house.clock.now()
    try:
        code = house.vault.unseal_text(row.code_sealed, "code")
        name = house.vault.unseal_text(row.name_sealed, "name") if row.name_sealed else "Zonder naam"
        reason = _reason(house, why)
    except Unreadable:
        code, name, reason = "", "Gewist", ""
    here = visit.desk.presence.at(row.id)
    return Line(
        id=row.id,
        name=name,
        code=code,
        language=row.language,
        language_name=wording.language_name(row.language),
        urgency=wording.URGENCIES[Urgency(row.urgency)],
        reason=reason,
        clock=None if row.due_at is None else wording.countdown(row.due_at, now, row.urgency, calendar),
        queue=wording.QUEUES.get(row.queue, row.queue),
        alarm=bool(row.alarm),
        assigned_name=row.assigned_name,
        holder_name=row.holder_name,
        here=tuple((names[who], state) for who, state in here.items() if who in names and who != visit.staff.id),
    )


def _reason(house: House, why: tuple[str, bytes | None] | None) -> str:
    if why is None:
        return ""
    kind, sealed = why
    detail = json.loads(house.vault.unseal_text(sealed, "event")) if sealed else {}
    if kind == "alarm":
        return wording.capital(wording.category(str(detail.get("category", ""))))
    return card.reason(kind, detail.get("reason"))
