"""What a caseworker does with what was agreed. Each is a form that was posted; the resident is told what changes for
them, and afterwards the file, or the page with one's own tasks, is opened anew."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date

from aiohttp import web

from bot.agreements import acts
from bot.desk.access import Moved, open_file
from bot.desk.file import page_of
from bot.desk.page import Visit, go, staff_only
from bot.desk.tasks import page_of as tasks_of
from bot.errors import Refused
from bot.signals import INBOX

_INSTANT = re.compile(r"[0-9]{1,15}")
_STATES = ("done", "open", "dropped")

Act = Callable[[Visit], Awaitable[None]]


def _act(act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Does ``act``; a refusal is said on the page that the form is of."""

    @staff_only()
    async def handle(visit: Visit) -> web.StreamResponse:
        is_of_tasks = visit.form.get("back") == "tasks"
        try:
            await open_file(visit.house, visit.staff, visit.file_id, acting=True)
        except Moved as error:
            return await page_of(visit, other=error.to, refused=error.code)
        try:
            await act(visit)
        except Refused as error:
            if error.code == "bad_form":
                raise
            code = "agreement_gone" if error.code == "gone" else error.code
            return await (tasks_of if is_of_tasks else page_of)(visit, refused=code)
        return go("/desk/tasks" if is_of_tasks else f"/desk/file/{visit.file_id}#agreements")

    return handle


@_act
async def settle(visit: Visit) -> None:
    """``POST …/agreements/{agreement}/settle``: ``state`` (``done|open|dropped``), and ``due`` where another day is
    given (empty: none); ``client_id``."""
    state, client_id = visit.form.get("state", ""), visit.client_id
    if state not in _STATES:
        raise Refused("bad_form")
    house, staff, number = visit.house, visit.staff, int(visit.request.match_info["agreement"])
    if "due" not in visit.form:
        await acts.settle(house, visit.file_id, staff, number, state=state, client_id=client_id)
        return
    due = _day(visit.form["due"])
    await acts.settle(
        house,
        visit.file_id,
        staff,
        number,
        state=state,
        due=due,
        client_id=f"{client_id} {due}",  # two colleagues may each have another day
    )


@_act
async def seen(visit: Visit) -> None:
    """``POST …/agreements/seen``: what the person did ``at`` the latest was read."""
    at = visit.form.get("at", "")
    if not _INSTANT.fullmatch(at):
        raise Refused("bad_form")
    await acts.seen(visit.house, visit.file_id, at=int(at))
    visit.house.signals.publish([INBOX, str(visit.file_id)])


def _day(words: str) -> date | None:
    if not words:
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise Refused("no_day") from None
