"""What was agreed in a talk, at the desk of a ``Balie``: forms as a browser sends them, and what the pages say."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from aiohttp import ClientResponse
from sqlalchemy import Row

from bot.agenda import keeping
from bot.agreements import acts
from bot.agreements.acts import Line
from bot.desk import composing
from bot.desk.accounts import Staff
from bot.phrasebook import read_book
from storage import tables
from tests.support.agreements import client_id
from tests.support.desk import Balie, Browser
from tests.support.town import Resident

Field = tuple[str, str]

#: Monday 23 November 2026, on which tests begin.
TODAY = date(2026, 11, 23)


async def opened(balie: Balie, staff: Staff, one: Resident) -> Browser:
    """The page on which a summary is composed, in a browser of its own."""
    browser = await balie.browser(staff)
    assert (await browser.get(path(one))).status == 200
    return browser


def path(one: Resident, *parts: object) -> str:
    """An address of the file's summaries."""
    return "/".join(str(part) for part in (f"/desk/file/{one.conversation_id}/summary", *parts))


def fields(number: int, phrase: str, who: str = "resident", **given: str) -> list[Field]:
    """A line of the form; ``given`` are ``due``, ``words`` and what the sentence asks."""
    return [
        (f"line-{number}", phrase),
        (f"who-{number}", who),
        *((f"{name}-{number}", words) for name, words in given.items()),
    ]


async def composed(browser: Browser, one: Resident, *given: Field, to: str = "preview", **other: str) -> ClientResponse:
    """Sends the form with these lines as it stands on the page that is open."""
    form = {name: browser.field(name) for name in ("client_id", "seen", "known")} | dict(given) | other
    return await browser.post(path(one, to) if to else path(one), **form)


async def look(browser: Browser, one: Resident, *given: Field, **other: str) -> ClientResponse:
    """Looks at it as the resident will read it."""
    return await composed(browser, one, *given, do="preview", **other)


async def send(browser: Browser, one: Resident, *given: Field, **other: str) -> ClientResponse:
    """Sends it to the resident."""
    return await composed(browser, one, *given, to="", **other)


async def agreed(balie: Balie, one: Resident, staff: Staff, *lines: Line, note: str = "") -> list[int]:
    """A summary that was sent from the desk; gives the numbers of its lines."""
    await acts.send(balie.house, one.conversation_id, staff, lines, note=note, client_id=client_id())
    await one.hears()
    return [row.id for row in (await agreements(balie, one))[-len(lines) :]]


async def agreements(balie: Balie, one: Resident) -> Sequence[Row[*tuple[Any, ...]]]:
    """All that stands there of this resident."""
    return await balie.town.rows(tables.agreement, conversation_id=one.conversation_id)


async def nothing_was_sent(balie: Balie, one: Resident) -> None:
    """Neither kept nor told."""
    assert await balie.town.rows(tables.summary) == []
    assert all(said.content.origin != "afspraken.summary" for said in await one.messages())


async def some_lines(balie: Balie, luck: random.Random) -> list[Field]:
    """A form that could have been filled in: any sentences, whoever does it, any terms and words."""
    house = balie.house
    desk = composing.Desk(await read_book(house), await keeping.team(house), TODAY, house.tongue)
    given: list[Field] = []
    for number in range(1, luck.randint(2, 7)):
        due = luck.choice(["", "2026-11-23", "2026-12-01", "2027-11-01"])
        if luck.random() < 0.2:
            said = luck.choice(["Kom dinsdag.", "«Bel» {organisation} & <b>ons</b>", "٣ أوراق", "  twee   woorden "])
            who = luck.choice(["resident", *map(str, desk.colleagues)])
            given += fields(number, "free", who, words=said, due=due)
            continue
        option = luck.choice(composing.options(desk))
        phrase, ours = composing.chosen(option.value, desk)
        values = {}
        for name in phrase.parameters(ours):
            free = {"amount": ["45", "€ 1.250,50"], "date": ["2026-12-24"], "person": ["Aïcha", "أمينة"]}
            listed = composing.terms(desk).get(name, ())
            others = [] if name in ("allowance", *free) else ["Kees & Zn. {x}", "شركة"]
            values[name] = luck.choice([*free.get(name, []), *listed, *others])
        given += fields(number, phrase.name, luck.choice([*map(str, desk.colleagues)]) if ours else "resident",
                        due=due, **values)  # fmt: skip
    return given


# ---- what the pages say --------------------------------------------------------------------------------------------


def words(fragment: str) -> str:
    """What it says, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", fragment)).split())


def rows_of(page: str) -> list[str]:
    """The sentences of the lines in the form, in their order."""
    (form,) = re.findall(r'<ol class="lines".*?</ol>', page, re.DOTALL)
    return [words(one) for one in re.findall(r'<span class="sentence">(.*?)</span>', form, re.DOTALL)]


def part(page: str, id_: str) -> str:
    """What an element says that has this id; empty when there is none. It holds no element of its own kind."""
    found = re.search(rf'<(\w+)[^>]* id="{id_}"[^>]*>(.*?)</\1>', page, re.DOTALL)
    return words(found[2]) if found else ""


def sections(page: str) -> list[list[str]]:
    """The preview, text by text: its paragraphs, the Dutch before the resident's language."""
    found = re.findall(r'<section class="typed.*?</section>', page, re.DOTALL)
    return [[html.unescape(said) for said in re.findall(r"<p>(.*?)</p>", one, re.DOTALL)] for one in found]


def panel(page: str) -> str:
    """What was agreed, on the file's page, in one line."""
    found = re.search(r'<section class="box" id="agreements".*?</section>', page, re.DOTALL)
    assert found is not None
    return words(found[0])
