"""What a caseworker does with the appointments of a file. Each is a form that was posted; the resident is told at once,
and afterwards the file is opened anew, at its appointments."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime
from functools import partial

from aiohttp import web

from bot.agenda import acts
from bot.clock import DAY, from_ms
from bot.desk.access import Moved, open_file
from bot.desk.file import page_of
from bot.desk.page import Visit, go, staff_only
from bot.desk.plan import page_of as plan_of
from bot.errors import Refused

#: How far ahead something can be agreed.
FURTHEST = 366 * DAY

#: A moment of the page: its instant in milliseconds UTC, and the numbers of who is there.
_CHOSEN = re.compile(r"(\d{1,14})((?:-\d{1,18}){1,2})")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_NUMBER = re.compile(r"\d{1,18}")

Act = Callable[[Visit, str], Awaitable[None]]
Moment = tuple[datetime, tuple[int, ...]]


def _act(act: Act, *, planning: bool = False) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Does ``act``, which gets the form's own number (the same form again does nothing). A refusal is said on the page
    that the form is of: the file, or (``planning``) that on which moments are chosen."""

    @staff_only()
    async def handle(visit: Visit) -> web.StreamResponse:
        try:
            await open_file(visit.house, visit.staff, visit.file_id, acting=True)
        except Moved as error:
            return await page_of(visit, other=error.to, refused=error.code)
        client_id = visit.client_id
        try:
            await act(visit, client_id)
        except Refused as error:
            if error.code == "gone":
                return await page_of(visit, refused="no_appointment")
            if error.code == "bad_form":
                raise
            return await (plan_of if planning else page_of)(visit, refused=error.code)
        return go(f"/desk/file/{visit.file_id}#appointments")

    return handle


@partial(_act, planning=True)
async def book(visit: Visit, client_id: str) -> None:
    """``POST …/appointments/book``: ``kind``, ``place``, and a ``moment`` that is free, or any ``day`` and ``time``
    ``with`` a colleague and perhaps ``also`` another."""
    at, who = _one(visit)
    kind, place, seen = visit.form.get("kind", ""), _place(visit), _seen(visit)
    await acts.book(
        visit.house,
        visit.file_id,
        visit.staff,
        kind=kind,
        at=at,
        who=who,
        place=place,
        client_id=client_id,
        seen_seq=seen,
    )


@partial(_act, planning=True)
async def propose(visit: Visit, client_id: str) -> None:
    """``POST …/appointments/propose``: as ``book``, with several fields that begin with ``moment``."""
    kind, place, seen = visit.form.get("kind", ""), _place(visit), _seen(visit)
    moments = tuple(_moments(visit))
    await acts.propose(
        visit.house,
        visit.file_id,
        visit.staff,
        kind=kind,
        moments=moments,
        place=place,
        client_id=client_id,
        seen_seq=seen,
    )


@partial(_act, planning=True)
async def move(visit: Visit, client_id: str) -> None:
    """``POST …/appointments/{appointment}/move``: the moment as in ``book``."""
    at, who = _one(visit)
    house, staff, seen = visit.house, visit.staff, _seen(visit)
    await acts.move(house, visit.file_id, staff, _number(visit), at=at, who=who, client_id=client_id, seen_seq=seen)


@_act
async def give_link(visit: Visit, client_id: str) -> None:
    """``POST …/appointments/{appointment}/link``: ``link``, of a video talk that stands."""
    house, staff, seen = visit.house, visit.staff, _seen(visit)
    link = visit.form.get("link", "").strip()
    await acts.give_link(house, visit.file_id, staff, _number(visit), link=link, client_id=client_id, seen_seq=seen)


@_act
async def cancel(visit: Visit, client_id: str) -> None:
    """``POST …/appointments/{appointment}/cancel``."""
    await acts.cancel(visit.house, visit.file_id, visit.staff, _number(visit), client_id=client_id)


@_act
async def held(visit: Visit, client_id: str) -> None:
    """``POST …/appointments/{appointment}/held``: they were there."""
    await acts.mark(visit.house, visit.file_id, visit.staff, _number(visit), "held", client_id=client_id)


@_act
async def no_show(visit: Visit, client_id: str) -> None:
    """``POST …/appointments/{appointment}/no-show``: they were not there."""
    await acts.mark(visit.house, visit.file_id, visit.staff, _number(visit), "no_show", client_id=client_id)


@_act
async def seen(visit: Visit, client_id: str) -> None:
    """``POST …/appointments/{appointment}/seen``: this caseworker saw what the resident did with it."""
    file = await open_file(visit.house, visit.staff, visit.file_id, acting=True)
    if _number(visit) not in {one.id for one in await file.appointments()}:
        raise Refused("gone")
    await acts.seen(visit.house, visit.staff, _number(visit))


# ---- what a form says ----------------------------------------------------------------------------------------------


def _number(visit: Visit) -> int:
    return int(visit.request.match_info["appointment"])


def _seen(visit: Visit) -> int:
    """The last message there was when the page was opened; where it does not say, none was seen."""
    seen = visit.form.get("seen", "")
    return int(seen) if seen.isascii() and _NUMBER.fullmatch(seen) else 0


def _place(visit: Visit) -> str:
    """On one line: it goes into calendars."""
    return " ".join(visit.form.get("place", "").split())


def _one(visit: Visit) -> Moment:
    found = list(_moments(visit))
    if len(found) != 1:
        raise Refused("no_moment")
    return found[0]


def _moments(visit: Visit) -> Iterator[Moment]:
    """What was chosen, and what was typed. Refused ``bad_form``, ``no_moment``, ``no_colleague``."""
    now = visit.house.clock.now()
    for name, value in visit.form.items():
        if not name.startswith("moment"):
            continue
        if not value.isascii() or (chosen := _CHOSEN.fullmatch(value)) is None:
            raise Refused("bad_form")
        if int(chosen[1]) > (now + FURTHEST).timestamp() * 1000:
            raise Refused("no_moment")
        yield from_ms(int(chosen[1])), tuple(int(who) for who in chosen[2][1:].split("-"))
    day, time = visit.form.get("day", ""), visit.form.get("time", "")
    if day or time:
        yield _typed(visit, day, time, now), _colleagues(visit)


def _typed(visit: Visit, day: str, time: str, now: datetime) -> datetime:
    clock = _TIME.fullmatch(time)
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Refused("no_moment") from None
    today = visit.house.calendar.day_of(now)
    if clock is None or not today <= on <= today + FURTHEST:
        raise Refused("no_moment")
    return visit.house.calendar.instant(on, int(clock[1]) * 60 + int(clock[2]))


def _colleagues(visit: Visit) -> tuple[int, ...]:
    given = [one for name in ("with", "also") if (one := visit.form.get(name, ""))]
    if not given:
        raise Refused("no_colleague")
    if not all(one.isascii() and _NUMBER.fullmatch(one) for one in given):
        raise Refused("bad_form")
    return tuple(int(one) for one in given)
