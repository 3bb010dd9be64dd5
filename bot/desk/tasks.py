"""What one agreed to do, over all files: what is late first; a coordinator sees everyone's."""

from __future__ import annotations

from aiohttp import web

from bot.desk import agreed
from bot.desk.access import open_tasks
from bot.desk.agreed import by, groups
from bot.desk.page import Visit, staff_only, status_of
from bot.desk.wording import REFUSALS
from bot.reference import reference

#: Who may see what colleagues are to do.
_OVERSEES = ("coordinator",)


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/tasks``; ``?who=team`` shows everyone's to who may see them."""
    return await page_of(visit)


async def page_of(visit: Visit, *, refused: str = "") -> web.Response:
    """That page; ``refused`` says why what was just asked was not done."""
    house = visit.house
    oversees = visit.staff.role in _OVERSEES
    of_team = oversees and (visit.form.get("who") or visit.request.query.get("who")) == "team"
    found = await open_tasks(house, visit.staff, everyone=of_team)
    today = house.calendar.day_of(house.clock.now())
    own = [one for one in found if one.staff_id == visit.staff.id]
    return visit.render(
        "tasks.html",
        status_of(refused) if refused else 200,
        groups=groups(found, today),
        by=lambda day: by(day, today),
        reference=reference,
        say=lambda text: house.tongue.say(text, "nl"),
        of_team=of_team,
        oversees=oversees,
        refused=agreed.REFUSED.get(refused) or REFUSALS.get(refused, ""),
        tasks_count=sum(one.due is not None and one.due <= today for one in own),
    )
