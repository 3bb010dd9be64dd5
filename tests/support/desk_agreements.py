"""What was agreed in a talk, at the desk of a ``Balie``: forms as a browser sends them, and what the pages say."""

from __future__ import annotations

import html
import re

from aiohttp import ClientResponse

from bot.desk.accounts import Staff
from tests.support.desk import Balie, Browser
from tests.support.town import Resident

Field = tuple[str, str]


async def opened(balie: Balie, staff: Staff, one: Resident) -> Browser:
    """The page on which a summary is composed, in a browser of its own."""
    browser = await balie.browser(staff)
    assert (await browser.get(f"/desk/file/{one.conversation_id}/summary")).status == 200
    return browser


def fields(number: int, phrase: str, who: str = "resident", **given: str) -> list[Field]:
    """A line of the form; ``given`` are ``due``, ``words`` and what the sentence asks."""
    return [
        (f"line-{number}", phrase),
        (f"who-{number}", who),
        *((f"{name}-{number}", words) for name, words in given.items()),
    ]


async def composed(
    browser: Browser, one: Resident, *given: Field, path: str = "summary/preview", **other: str
) -> ClientResponse:
    """Sends the form with these lines as it stands on the page that is open."""
    form = {name: browser.field(name) for name in ("client_id", "seen", "known")} | dict(given) | other
    return await browser.post(f"/desk/file/{one.conversation_id}/{path}", **form)


async def preview(browser: Browser, one: Resident, *given: Field, **other: str) -> ClientResponse:
    """Looks at it as the resident will read it."""
    return await composed(browser, one, *given, do="preview", **other)


def words(fragment: str) -> str:
    """What it says, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", fragment)).split())


def rows_of(page: str) -> list[str]:
    """The sentences of the lines in the form, in their order."""
    (form,) = re.findall(r'<ol class="lines".*?</ol>', page, re.DOTALL)
    return [words(one) for one in re.findall(r'<span class="sentence">(.*?)</span>', form, re.DOTALL)]


def shown(page: str) -> list[list[str]]:
    """The paragraphs of each message in the preview: as the resident reads them, in their own language first."""
    sections = re.findall(r'<section class="typed.*?</section>', page, re.DOTALL)
    return [[html.unescape(part) for part in re.findall(r"<p>(.*?)</p>", one, re.DOTALL)] for one in sections]


def lines(page: str) -> list[str]:
    """The paragraphs as the resident reads them."""
    return [part for one in shown(page)[::2] for part in one]
