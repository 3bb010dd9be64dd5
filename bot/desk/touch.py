"""Keeping in touch (contact houden) at the desk: the plan that stands, its contacts, the year in a picture. Whatever is
told is looked at first, as the resident reads it; then it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from bot import deadlines, takeover
from bot.contact import check_ins, plans
from bot.contact.plans import Wanted
from bot.contact.reading import Kept
from bot.desk import looking, touch_chart, touch_words, wording
from bot.desk.access import File, open_file
from bot.desk.page import Visit, staff_only, status_of
from bot.errors import Refused
from bot.progress.acts import LONGEST_WORDS, Look
from flows.aftercare import CHANGES, Means, Part, PlanKind, Rhythm
from flows.text import Json

#: A pause with an end is no longer than this.
_LONGEST_PAUSE = timedelta(days=366)


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/touch``; ``?year=2026-05`` shows the twelve months that end with that one."""
    return await page_of(visit)


async def page_of(visit: Visit, *, other: int | None = None, refused: str = "") -> web.Response:
    """That page, of the file that this one became part of if it did (``other``); ``refused`` says why what was just
    asked was not done, and what was typed is still there."""
    file = await open_file(visit.house, visit.staff, other or visit.file_id)
    kept = await file.touch()
    house = visit.house
    now = house.clock.now()
    today = house.calendar.day_of(now)
    due = None if kept.evaluated_by is None else wording.countdown(kept.evaluated_by, now, 0, house.calendar)
    return visit.render(
        "touch.html",
        status_of(refused) if refused else 200,
        file=file,
        name=file.name or "Zonder naam",
        kept=kept,
        contacts=[one for one in reversed(kept.check_ins) if one.state != "planned"],
        up=[one for one in kept.check_ins if one.state in ("asked", "silent")],
        evaluation=due,
        no_aftercare=await file.no_aftercare(),
        year=touch_chart.year(kept, house.calendar, today, _month(visit.request.query.get("year", ""))),
        chart=touch_chart,
        said=touch_words,
        spoken=wording.SPOKEN,
        typed=visit.form,
        tomorrow=(today + timedelta(days=1)).isoformat(),
        furthest=(today + _LONGEST_PAUSE).isoformat(),
        longest_words=LONGEST_WORDS,
        refused=touch_words.REFUSED.get(refused) or wording.REFUSALS.get(refused, ""),
    )


def summary_of(kept: Kept) -> Mapping[str, Any]:
    """What the file's own page says of it."""
    last = next((one for one in reversed(kept.check_ins) if one.state not in ("planned", "dropped")), None)
    return {"stands": kept.stands, "proposed": kept.proposed, "next": kept.next, "last": last, "moments": kept.moments}


# ---- the plan ------------------------------------------------------------------------------------------------------


@staff_only()
async def preview(visit: Visit) -> web.Response:
    """``POST …/touch/preview``: what the resident would read; nothing happens yet."""
    return await looking.preview(visit, _act, page_of, place="touch", back="Contact houden", silent=looking.SILENT)


@staff_only()
async def edit(visit: Visit) -> web.Response:
    """``POST …/touch/edit``: back to the page, with what was filled in."""
    return await page_of(visit)


@staff_only()
async def act(visit: Visit) -> web.StreamResponse:
    """``POST …/touch``: does it, and tells the resident."""
    return await looking.send(visit, _act, page_of, to="/touch")


async def _act(visit: Visit, file: File, look: Look | None) -> None:
    """What the form asks for. ``act``: ``propose`` or ``agree`` (``plan`` as ``kind:rhythm``, ``weekday``, ``part``,
    ``means``), ``pause`` (``until``), ``resume`` or ``end`` (``reason``)."""
    form, house, staff, client_id = visit.form, visit.house, visit.staff, visit.client_id
    match form.get("act", ""):
        case "propose":
            await plans.propose(house, file.id, staff, _wanted(form), client_id=client_id, look=look)
        case "agree":
            await plans.agree(house, file.id, staff, _wanted(form), client_id=client_id, look=look)
        case "pause":
            until = _day(form.get("until", ""))
            await plans.pause(house, file.id, staff, until=until, client_id=client_id, look=look)
        case "resume":
            await plans.resume(house, file.id, staff, client_id=client_id, look=look)
        case "end":
            await plans.end(house, file.id, staff, form.get("reason", ""), client_id=client_id, look=look)
        case _:
            raise Refused("bad_form")


def _wanted(form: Mapping[str, str]) -> Wanted:
    """Refused ``bad_plan``: nothing that can be agreed."""
    kind, _, rhythm = form.get("plan", "").partition(":")
    weekday = form.get("weekday", "")
    try:
        return Wanted(
            PlanKind(kind),
            Rhythm(rhythm),
            int(weekday) if weekday in tuple("0123456") else None,
            Part(form.get("part", "")),
            Means(form.get("means", "")),
        )
    except ValueError:
        raise Refused("bad_plan") from None


# ---- what the resident does not hear of ----------------------------------------------------------------------------


def _quiet(act: Callable[[Visit, File], Awaitable[None]]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Does ``act`` and opens the page anew; a refusal is said on the page, which keeps what was typed."""

    @staff_only()
    async def handle(visit: Visit) -> web.StreamResponse:
        return await looking.send(visit, lambda visit, file, _: act(visit, file), page_of, to="/touch")

    return handle


@_quiet
async def held(visit: Visit, file: File) -> None:
    """``POST …/touch/held``: one had the contact. ``check_in`` (empty: the one that is up, or one beside the rhythm),
    ``how``, an answer by the name of each question, ``changes-<what>``, ``words``, ``client_id``."""
    form = visit.form
    number = form.get("check_in", "")
    if number and not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise Refused("bad_form")
    told: dict[str, Json] = {name: form[name] for name in ("mood", "balance", "contact", "go_on") if form.get(name)}
    if changed := [each for each in CHANGES if form.get(f"changes-{each}") == "yes"]:
        told["changes"] = [*changed]
    try:
        await check_ins.held(
            visit.house,
            file.id,
            visit.staff,
            int(number) if number else None,
            told,
            form.get("words", ""),
            client_id=visit.client_id,
            how=form.get("how", ""),
        )
    except Refused as error:
        raise Refused("contact_gone" if error.code == "gone" else error.code) from None


@_quiet
async def no_aftercare(visit: Visit, file: File) -> None:
    """``POST …/touch/no-aftercare``: ``reason``, ``words``, ``client_id``."""
    reason, words = visit.form.get("reason", ""), visit.form.get("words", "")
    await plans.no_aftercare(visit.house, file.id, visit.staff, reason, words, client_id=visit.client_id)


@_quiet
async def evaluated(visit: Visit, file: File) -> None:
    """``POST …/touch/evaluated``: one looked how keeping in touch goes; ``seen`` is the evaluation on the page. What
    was evaluated meanwhile is not evaluated twice."""
    client_id = visit.client_id
    if str((await file.touch()).evaluated_by) != visit.form.get("seen"):
        return
    async with takeover.locked(visit.house, file.id) as (one, conn):
        if await takeover.is_new(client_id, one, conn):
            await deadlines.evaluated(one, conn, visit.staff.id)


# ---- parts ---------------------------------------------------------------------------------------------------------


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused("no_day") from None


def _month(typed: str) -> date | None:
    """A month in an address; what is none counts as not said."""
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None
