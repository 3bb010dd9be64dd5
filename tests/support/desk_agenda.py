"""Hours of the team of a ``Balie``, appointments in them, and what its pages say of these."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientResponse
from sqlalchemy import Row, insert, update

from bot.agenda import acts
from bot.clock import to_ms
from bot.desk.accounts import Staff
from bot.takeover import locked
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.town import MONDAY, Resident, local

#: What is offered in the hours that tests give.
KINDS = "phone,office,home,video"


def on(day: int, clock: str) -> datetime:
    """A moment so many days after the Monday on which tests begin."""
    hour, minute = clock.split(":")
    return MONDAY.replace(hour=int(hour), minute=int(minute)) + timedelta(days=day)


async def give_hours(
    balie: Balie,
    staff_id: int | None,
    days: Sequence[int] = range(5),
    *,
    hours: tuple[int, int] = (9, 17),
    **other: Any,
) -> None:
    """Weekly hours of a member of staff; ``days`` with Monday 0, ``hours`` on the clock."""
    starts, ends = (hour * 60 for hour in hours)
    values = {"staff_id": staff_id, "starts": starts, "ends": ends, "kinds": KINDS, "place": "Stadhuis", **other}
    async with balie.house.db.begin() as conn:
        await conn.execute(insert(tables.working_hours), [{**values, "weekday": day} for day in days])


async def agreed(balie: Balie, one: Resident) -> list[Row[*tuple[Any, ...]]]:
    """A resident's appointments, in order of their making."""
    return await balie.town.rows(tables.appointment, conversation_id=one.conversation_id)


def starts(row: Row[*tuple[Any, ...]]) -> datetime | None:
    """When it begins, as people here read it."""
    return local(row.starts_at)


def path(one: Resident, *parts: object) -> str:
    """An address within the file."""
    return "/".join(str(part) for part in (f"/desk/file/{one.conversation_id}", *parts))


def chosen(at: datetime, *who: Staff) -> str:
    """What the field of a moment says."""
    return "-".join(str(part) for part in (to_ms(at), *(one.id for one in who)))


async def plan(browser: Browser, one: Resident, query: str = "") -> dict[str, str]:
    """Opens the page to choose on; gives what its forms say by themselves."""
    assert (await browser.get(path(one, f"plan{query}"))).status == 200
    return {name: browser.field(name) for name in ("client_id", "kind", "from", "showing")}


async def booked(
    balie: Balie, one: Resident, staff: Staff, at: datetime, *who: Staff, kind: str = "phone", place: str = ""
) -> int:
    """An appointment that the desk made; gives its number."""
    number = [one.id for one in who or (staff,)]
    name = f"test-{to_ms(at)}-{kind}"
    await acts.book(balie.house, one.conversation_id, staff, kind=kind, at=at, who=number, place=place, client_id=name)
    return int((await agreed(balie, one))[-1].id)


async def press(browser: Browser, one: Resident, number: int, act: str) -> ClientResponse:
    """Opens the file and presses a button of an appointment there."""
    await browser.get(path(one))
    return await press_here(browser, one, number, act)


async def press_here(browser: Browser, one: Resident, number: int, act: str) -> ClientResponse:
    """Presses it on the page as it was opened before."""
    form = re.search(rf'action="{path(one, "appointments", number, act)}">(.*?)</form>', browser.page, re.DOTALL)
    assert form is not None, act
    client_id = re.search(r'name="client_id" value="([^"]+)"', form[1])
    assert client_id is not None
    return await browser.post(path(one, "appointments", number, act), client_id=client_id[1])


def section(page: str) -> str:
    """The appointments of a file, as words on one line."""
    found = re.search(r'<section class="box" id="appointments".*?</section>', page, re.DOTALL)
    assert found is not None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def history(page: str) -> list[str]:
    """What happened, newest first."""
    found = re.search(r'<ol class="history">.*?</ol>', page, re.DOTALL)
    lines = re.findall(r"<li>(.*?)</li>", found[0] if found else "", re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]


async def detailed(balie: Balie, one: Resident, number: int, details: Mapping[str, Any], **columns: Any) -> None:
    """What the person said about an appointment."""
    async with locked(balie.house, one.conversation_id) as (talk, conn):
        sealed = talk.seal("appointment", json.dumps(details))
        statement = update(tables.appointment).where(tables.appointment.c.id == number)
        await conn.execute(statement.values(details_sealed=sealed, **columns))
