"""A file: the conversation in Dutch beside the resident's language, the handoff card, notes, who else is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot import uploads
from bot.clock import to_ms
from bot.desk import agreed, touch, wording
from bot.desk.access import MESSAGES, File, count_tasks, open_file
from bot.desk.measured import summary_of
from bot.desk.page import Visit, largest_file, staff_only, status_of
from bot.desk.planned import RECENT, arrange
from bot.desk.trouble import troubles
from flows.grammar import Urgency
from storage.inbox import QUEUES

#: How many messages from before are looked at again on news: their delivery may have changed.
_AGAIN = 30


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}``; ``?before=seq`` shows older messages."""
    return await page_of(visit)


@staff_only(part=True)
async def parts(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/parts?after=seq``: what may have changed since the page was made."""
    file = await open_file(visit.house, visit.staff, visit.file_id)
    after = max(0, _number(visit.request, "after") - _AGAIN)
    messages = found = await file.messages(after=after)
    while len(found) == MESSAGES:
        found = await file.messages(after=found[-1].seq)
        messages = messages + found
    return visit.render("_file.html", messages=messages, **await _context(visit, file))


@staff_only()
async def attachment(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/attachment/{attachment}``: shown in place when it can do no harm there, else saved."""
    file = await open_file(visit.house, visit.staff, visit.file_id)
    number = int(visit.request.match_info["attachment"])
    media_type, data = await file.attachment(number)
    inline = media_type in uploads.INLINE and "save" not in visit.request.query
    name = f"bijlage-{number}.{uploads.ending(media_type)}"
    headers = {
        "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=data, content_type=media_type, headers=headers)


async def page_of(
    visit: Visit, *, other: int | None = None, refused: str = "", draft: str = "", note: str = ""
) -> web.Response:
    """The page of the file in the address, or of ``other``; ``refused`` says why what was just asked was not done, and
    what was typed is still there."""
    file = await open_file(visit.house, visit.staff, visit.file_id if other is None else other)
    before = _number(visit.request, "before")
    messages = await file.messages(before=before or file.head.last_seq + 1)
    return visit.render(
        "file.html",
        status_of(refused) if refused else 200,
        messages=messages,
        # What is past its term is not there any more: numbers begin at more than one.
        older=messages[0].seq if len(messages) == MESSAGES and messages[0].seq > 1 else None,
        newer=bool(before),
        refused=wording.REFUSALS.get(refused, ""),
        draft=draft,
        note=note,
        largest_file=largest_file(visit.house),
        **await _context(visit, file),
    )


async def _context(visit: Visit, file: File) -> Mapping[str, Any]:
    house, head = visit.house, file.head
    colleagues = await visit.desk.accounts.colleagues()
    names = {one.id: one.name for one in colleagues}
    here = visit.desk.presence.at(file.id)
    now = house.clock.now()
    card, complete = await file.card()
    kept, helpers = await file.touch(), await file.helpers()
    return {
        "file": file,
        "head": head,
        "name": file.name or "Zonder naam",
        "card": card,
        "complete": complete,
        "notes": await file.notes(),
        "appointments": arrange(await file.appointments(), to_ms(now)),
        "agreements": agreed.panel(await file.agreements()),
        "agreed": agreed,
        "tasks_count": await count_tasks(house, visit.staff),
        "today": house.calendar.day_of(now),
        "measuring": summary_of((await file.measurements())[0]),
        "progress": await file.progress(),
        "ending": await file.ending(),
        "touch": touch.summary_of(kept),
        "asked_for": kept.asked_for,
        "signals": (await file.signals())[0],
        "helpers": [one for one in helpers if one.state != "ended"],
        "helper_names": {one.id: one.name for one in helpers},
        "apart": visit.form.get("private") == "yes",
        "held": next((one for one in await file.holds() if one.stands), None),
        "typed_links": _typed_links(visit),
        "now": to_ms(now),
        "recent": RECENT,
        "names": names,
        "colleagues": [one for one in colleagues if one.may_act],
        "urgency": wording.URGENCIES[Urgency(head.urgency)],
        "queue": wording.QUEUES[head.queue] if head.queue in QUEUES else head.queue,
        "clock": None if head.due_at is None else wording.countdown(head.due_at, now, head.urgency, house.calendar),
        "mine": head.held_by == visit.staff.id,
        "troubles": await troubles(house),
        "here": [(names[who], state) for who, state in here.items() if who in names and who != visit.staff.id],
        "countdown": lambda due_at: wording.countdown(due_at, now, Urgency.NORMAL, house.calendar),
    }


def _typed_links(visit: Visit) -> dict[str, str]:
    """A link that was refused, by the number of its appointment: it still stands there, to be put right."""
    return {visit.request.match_info["appointment"]: visit.form["link"]} if "link" in visit.form else {}


def _number(request: web.Request, name: str) -> int:
    """A sequence number in the query; 0 when it is none."""
    given = request.query.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 9 else 0
