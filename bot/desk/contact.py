"""Another contact for a resident: who goes and who comes both say so, and what was agreed stays [001] phase 9."""

from __future__ import annotations

from aiohttp import web

from bot.agenda.keeping import team
from bot.clock import to_ms
from bot.desk import looking, wording
from bot.desk.access import File, Item, open_file
from bot.desk.page import Visit, staff_only, status_of
from bot.errors import Refused
from bot.progress import acts
from bot.progress.acts import LONGEST_WORDS, Look
from flows.voortgang_bericht import FAREWELL_TEXTS, WELCOME_TEXT


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/contact``."""
    return await page_of(visit)


async def page_of(visit: Visit, *, other: int | None = None, refused: str = "") -> web.Response:
    """That page, of the file that this one became part of if it did (``other``); ``refused`` says why what was just
    asked was not done, and what was typed is still there."""
    file = await open_file(visit.house, visit.staff, other or visit.file_id, acting=True)
    known = await file.progress()
    leaving = None if known.contact is None else known.contact[0]
    now = to_ms(visit.house.clock.now())
    appointments = [
        one
        for one in await file.appointments()
        if one.state == "booked" and one.ends_at > now and any(number == leaving for number, _ in one.staff)
    ]
    tasks = [line for sent in await file.agreements() for line in sent.lines if _waits_for(line, leaving)]
    return visit.render(
        "contact.html",
        status_of(refused) if refused else 200,
        file=file,
        name=file.name or "Zonder naam",
        known=known,
        leaving=leaving,
        appointments=appointments,
        tasks=[visit.house.tongue.say(one.text, "nl") for one in tasks],
        colleagues={number: who for number, who in (await team(visit.house)).items() if number != leaving},
        farewells={code: visit.house.tongue.say(text, "nl") for code, text in FAREWELL_TEXTS.items()},
        welcome=visit.house.tongue.say(WELCOME_TEXT, "nl"),
        typed=visit.form,
        longest_words=LONGEST_WORDS,
        refused=wording.REFUSALS.get(refused, ""),
    )


def _waits_for(one: Item, leaving: int | None) -> bool:
    return one.state == "open" and one.staff_id is not None and one.staff_id == leaving


@staff_only()
async def preview(visit: Visit) -> web.Response:
    """``POST …/contact/preview``: what the resident would read; nothing happens yet."""
    return await looking.preview(visit, _introduce, page_of, place="contact", back="Ander contact")


@staff_only()
async def edit(visit: Visit) -> web.Response:
    """``POST …/contact/edit``: back to the page, with what was filled in."""
    return await page_of(visit)


@staff_only()
async def introduce(visit: Visit) -> web.StreamResponse:
    """``POST …/contact``: ``to``, ``ready`` or ``words``, ``welcome``, ``seen``, ``client_id``."""
    return await looking.send(visit, _introduce, page_of)


async def _introduce(visit: Visit, file: File, look: Look | None) -> None:
    form, known = visit.form, {str(number): number for number in await team(visit.house)}
    if form.get("to", "") not in known:
        raise Refused("no_colleague")
    await acts.introduce(
        visit.house,
        file.id,
        visit.staff,
        known[form["to"]],
        ready=form.get("ready", ""),
        words=form.get("words", ""),
        welcome=form.get("welcome", ""),
        seen=form.get("seen"),
        client_id=visit.client_id,
        look=look,
    )
