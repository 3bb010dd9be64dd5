"""The calendar: a week of one colleague or of the team, and what residents did with one's appointments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aiohttp import web
from yarl import URL

from bot.agenda import acts, keeping
from bot.agenda.hours import MIDNIGHT, days_from
from bot.agenda.reading import read_agenda
from bot.clock import DAY, from_ms, to_ms
from bot.desk import agenda_words
from bot.desk.access import UNMARKED, count_tasks, open_calendar, open_news, open_unmarked
from bot.desk.hours_page import TEAM, may_change
from bot.desk.page import Visit, go, staff_only
from bot.desk.week import days_of
from bot.errors import Refused
from bot.signals import INBOX
from locales.formatting import say_date

_WEEK = re.compile(r"(20\d\d|21\d\d)-W(\d\d)")
_NUMBER = re.compile(r"\d{1,18}")
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the Monday of a week, and of whom (None: the team)."""

    monday: date
    who: int | None

    def address(self, path: str = "/desk/calendar", *, weeks: int = 0) -> str:
        """The address of this view, or of so many weeks later."""
        year, week, _ = (self.monday + weeks * _DAYS * DAY).isocalendar()
        who = TEAM if self.who is None else str(self.who)
        return str(URL(path).with_query({"week": f"{year}-W{week:02}", "who": who}))

    @property
    def week(self) -> str:
        """As in the address."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02}"


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/calendar?week=2026-W48&who=``: a number, or ``team``."""
    return visit.render("calendar.html", **await _view(visit))


@staff_only(part=True)
async def parts(visit: Visit) -> web.Response:
    """``GET /desk/calendar/parts``: the parts of the same page that change."""
    return visit.render("_calendar.html", **await _view(visit))


@staff_only()
async def seen(visit: Visit) -> web.StreamResponse:
    """``POST /desk/calendar/seen``: ``appointment``; ``week`` and ``who`` say where one was."""
    number = visit.form.get("appointment", "")
    if not _NUMBER.fullmatch(number):
        raise Refused("bad_form")
    await acts.seen(visit.house, visit.staff, int(number))
    visit.house.signals.publish([INBOX])
    return go((await _asked(visit, visit.form))[0].address() + "#news")


async def _asked(visit: Visit, said: Mapping[str, str]) -> tuple[Asked, dict[int, str]]:
    """What is asked for, and the team; what cannot be understood counts as not said."""
    house, team = visit.house, await keeping.team(visit.house)
    today = house.calendar.day_of(house.clock.now())
    monday = _monday(said.get("week", "")) or today - today.weekday() * DAY
    who = said.get("who", "")
    own = visit.staff.id if visit.staff.id in team and who != TEAM else None
    return Asked(monday, {str(number): number for number in team}.get(who, own)), team


def _monday(week: str) -> date | None:
    found = _WEEK.fullmatch(week)
    if found is None:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


async def _view(visit: Visit) -> Mapping[str, Any]:
    asked, team = await _asked(visit, visit.request.query)
    house, calendar = visit.house, visit.house.calendar
    now = house.clock.now()
    days = days_from(asked.monday, _DAYS)
    start, end = to_ms(calendar.instant(days[0], 0)), to_ms(calendar.instant(days[-1], MIDNIGHT))
    booked = await open_calendar(house, visit.staff, start, end, who=asked.who)
    async with house.db.read() as conn:
        agenda = await read_agenda(house, conn, days)
    today = calendar.day_of(now)
    news = await open_news(house, visit.staff)
    year, week, _ = asked.monday.isocalendar()
    return {
        "asked": asked,
        "team": team,
        "is_mine": asked.who == visit.staff.id,
        "may": may_change(visit.staff, asked.who),
        "title": f"Week {week}" + ("" if year == today.isocalendar()[0] else f" van {year}"),
        "span": f"{say_date(days[0], 'nl')} t/m {say_date(days[-1], 'nl')}",
        "is_this_week": days[0] <= today <= days[-1],
        "days": days_of(agenda, days, booked, now, who=asked.who),
        "said_day": lambda day: say_date(day, "nl"),
        "news": [(one, _said_at(one.starts_at, visit)) for one in news],
        "news_count": len(news),
        "tasks_count": await count_tasks(house, visit.staff),
        "lacking": await visit.desk.free.lacking(),
        "agenda": agenda_words,
        "unmarked": await open_unmarked(house, visit.staff),
        "unmarked_most": UNMARKED,
    }


def _said_at(at: int, visit: Visit) -> str:
    local = from_ms(at, visit.house.calendar.zone)
    return f"{say_date(local.date(), 'nl')} {local:%H:%M}"
