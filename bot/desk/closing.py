"""The end of help at the desk: why, the day of the decision, what remains open; looked at first as the resident reads
it. Also the way back."""

from __future__ import annotations

import re
from datetime import date

from aiohttp import web

from bot import closing
from bot.clock import to_ms
from bot.closing import DEATH, LONGEST_LINE, MOST_LINES
from bot.desk import ending_words, looking, progress_words, wording
from bot.desk.access import File, open_file
from bot.desk.page import Visit, go, staff_only, status_of
from bot.errors import Refused
from bot.progress.acts import LONGEST_WORDS, Look
from bot.vroegsignaal import acts as signals
from flows.aftercare import END_REASONS
from flows.progress import Phase

_DONE = re.compile(r"done-[0-9]{1,18}")


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/close``."""
    return await page_of(visit)


async def page_of(visit: Visit, *, other: int | None = None, refused: str = "") -> web.Response:
    """That page, of the file that this one became part of if it did (``other``); ``refused`` says why what was just
    asked was not done, and what was typed is still there."""
    file = await open_file(visit.house, visit.staff, other or visit.file_id, acting=True)
    house = visit.house
    now = to_ms(house.clock.now())
    today = house.calendar.day_of(house.clock.now())
    waiting = [line for sent in await file.agreements() for line in sent.lines if line.state in ("open", "stuck")]
    return visit.render(
        "closing.html",
        status_of(refused) if refused else 200,
        file=file,
        name=file.name or "Zonder naam",
        ending=await file.ending(),
        signals=await file.signals(),
        appointments=[
            one for one in await file.appointments() if one.state in ("booked", "proposed") and one.ends_at > now
        ],
        ours=[one for one in waiting if one.staff_id is not None],
        theirs=[one for one in waiting if one.staff_id is None],
        say=lambda text: house.tongue.say(text, "nl"),
        reasons={code: ending_words.REASONS[code] for code in END_REASONS},
        death=DEATH,
        phases={phase: progress_words.PHASES[phase] for phase in Phase},
        typed=visit.form,
        today=today.isoformat(),
        seen=file.head.last_seq,
        most_lines=MOST_LINES,
        longest_line=LONGEST_LINE,
        longest_words=LONGEST_WORDS,
        refused=ending_words.REFUSED.get(refused) or wording.REFUSALS.get(refused, ""),
    )


@staff_only()
async def preview(visit: Visit) -> web.Response:
    """``POST …/close/preview``: what the resident would read; nothing happens yet."""
    return await looking.preview(visit, _act, page_of, place="close", back="Hulp afsluiten", silent=looking.SILENT)


@staff_only()
async def edit(visit: Visit) -> web.Response:
    """``POST …/close/edit``: back to the page, with what was filled in."""
    return await page_of(visit)


@staff_only()
async def act(visit: Visit) -> web.StreamResponse:
    """``POST …/close``: does it, and tells the resident."""
    return await looking.send(visit, _act, page_of)


async def _act(visit: Visit, file: File, look: Look | None) -> None:
    """What the form asks for. ``act``: ``close`` (``reason``, ``ended_on``, ``open`` with a line for each thing,
    ``words``, ``done-<number>`` of what we did, ``tell``, ``seen``), ``reopen`` (``why``, ``phase``, ``tell``) or
    ``away``."""
    form, house, staff, client_id = visit.form, visit.house, visit.staff, visit.client_id
    tell = form.get("tell") == "yes"
    match form.get("act", ""):
        case "close":
            seen = form.get("seen", "")
            await closing.close(
                house,
                file.id,
                staff,
                reason=form.get("reason", ""),
                ended_on=_day(form.get("ended_on", "")),
                open_lines=form.get("open", "").split("\n"),
                words=form.get("words", ""),
                done=[int(name[5:]) for name in form if _DONE.fullmatch(name)],
                tell=tell,
                seen_seq=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= 9 else None,
                client_id=client_id,
                look=look,
            )
        case "reopen":
            why, phase = form.get("why", ""), form.get("phase", "")
            await closing.reopen(house, file.id, staff, why=why, phase=phase, tell=tell, client_id=client_id, look=look)
        case "away":
            if look is None:
                await closing.put_away(house, file.id, staff, client_id=client_id)
        case _:
            raise Refused("bad_form")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused("no_end_day") from None


# ---- by what an early signal finds this file -----------------------------------------------------------------------


@staff_only()
async def keys(visit: Visit) -> web.StreamResponse:
    """``POST …/signal-keys``: ``surname``, ``born``, ``postcode``, ``number``, ``client_id``; with ``act`` ``drop`` all
    of them go."""
    return await looking.send(visit, lambda visit, file, _: _keys(visit, file), page_of, to="/close#recognise")


async def _keys(visit: Visit, file: File) -> None:
    if visit.form.get("act") == "drop":
        await signals.drop_keys(visit.house, file.id, visit.staff)
        return
    typed = {name: visit.form.get(name, "") for name in ("surname", "born", "postcode", "number")}
    await signals.add_key(visit.house, file.id, visit.staff, **typed, client_id=visit.client_id)


@staff_only()
async def seen(visit: Visit) -> web.StreamResponse:
    """``POST …/signals/{signal}/done``: somebody acted on it."""
    file = await open_file(visit.house, visit.staff, visit.file_id, acting=True)
    await signals.seen(visit.house, file.id, visit.staff, int(visit.request.match_info["signal"]))
    return go(f"/desk/file/{file.id}#signals")
