"""Someone's progress at the desk: phases, delays, creditors' answers, the decision. Whatever is told is looked at
first, as the resident reads it; then it is sent."""

from __future__ import annotations

from datetime import date

from aiohttp import web

from bot.desk import looking, progress_words, wording
from bot.desk.access import File, open_file
from bot.desk.page import Visit, staff_only, status_of
from bot.errors import Refused
from bot.progress import acts
from bot.progress.acts import LONGEST_NAME, LONGEST_WORDS, OURS, Look
from flows.progress import Phase


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/progress``."""
    return await page_of(visit)


async def page_of(visit: Visit, *, other: int | None = None, refused: str = "") -> web.Response:
    """That page, of the file that this one became part of if it did (``other``); ``refused`` says why what was just
    asked was not done, and what was typed is still there."""
    file = await open_file(visit.house, visit.staff, other or visit.file_id, acting=True)
    known = await file.progress()
    house = visit.house
    today = house.calendar.day_of(house.clock.now())
    return visit.render(
        "progress.html",
        status_of(refused) if refused else 200,
        file=file,
        name=file.name or "Zonder naam",
        known=known,
        stages=known.progress(house).stages,
        rows={phase: [row for row in known.rows if row.phase == phase] for phase in Phase},
        said=progress_words,
        typed=visit.form,
        today=today.isoformat(),
        furthest=(today + acts.FURTHEST).isoformat(),
        longest_name=LONGEST_NAME,
        longest_words=LONGEST_WORDS,
        ours=OURS,
        refused=wording.REFUSALS.get(refused, ""),
    )


@staff_only()
async def preview(visit: Visit) -> web.Response:
    """``POST …/progress/preview``: what the resident would read; nothing happens yet."""
    return await looking.preview(visit, _act, page_of, place="progress", back="Voortgang")


@staff_only()
async def edit(visit: Visit) -> web.Response:
    """``POST …/progress/edit``: back to the page, with what was filled in."""
    return await page_of(visit)


@staff_only()
async def act(visit: Visit) -> web.StreamResponse:
    """``POST …/progress``: does it, and tells the resident."""
    return await looking.send(visit, _act, page_of)


async def _act(visit: Visit, file: File, look: Look | None) -> None:
    """What the form asks for. ``act``: ``move`` (``phase``, ``how``, ``also-<phase>``, ``tell``, ``seen``), ``delay``
    (``reason``, ``words``, ``until``), ``creditor`` (``creditor``, ``answer``, ``words``) or ``decision``."""
    form, house, staff, number = visit.form, visit.house, visit.staff, file.id
    client_id = visit.client_id
    match form.get("act", ""):
        case "move":
            await acts.move(
                house,
                number,
                staff,
                form.get("phase", ""),
                form.get("how", ""),
                also=[phase for phase in Phase if form.get(f"also-{phase}") == "yes"],
                tell=form.get("tell") == "yes",
                seen=form.get("seen"),
                client_id=client_id,
                look=look,
            )
        case "delay":
            code, words, until = form.get("reason", ""), form.get("words", ""), _day(form.get("until", ""))
            await acts.tell_delay(house, number, staff, code, words=words, until=until, client_id=client_id, look=look)
        case "creditor":
            name, answer, words = form.get("creditor", ""), form.get("answer", ""), form.get("words", "")
            await acts.tell_creditor(house, number, staff, name, answer, words=words, client_id=client_id, look=look)
        case "decision":
            await acts.tell_decision(house, number, staff, client_id=client_id, look=look)
        case _:
            raise Refused("bad_form")


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused("not_ours") from None
