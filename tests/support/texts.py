"""The desk's pages of texts, as a test reads and fills them in."""

from __future__ import annotations

import html
import re

from tests.support.desk import Balie, Browser

#: A label, and a sentence.
LABEL, OTHER = "step.skip", "step.resume"


def said(browser: Browser) -> str:
    """The page in letters."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", browser.page)))


def refusal(browser: Browser) -> str:
    """What the page says was wrong."""
    found = re.search(r'<div class="refused" role="alert".*?</div>', browser.page, re.DOTALL)
    return "" if found is None else html.unescape(re.sub(r"<[^>]+>", " ", found[0]))


def seen_in(browser: Browser) -> str:
    """The mark in the form."""
    return browser.field("seen")


async def acts_on(browser: Browser, context: str, language: str, act: str, **fields: str) -> int:
    """Opens the page of a text and posts its form; gives the status."""
    await browser.get(f"/desk/texts/{context}?language={language}")
    fields = {"language": language, "seen": seen_in(browser), "act": act, **fields}
    return (await browser.post(f"/desk/texts/{context}", **fields)).status


def words(balie: Balie, context: str, language: str) -> str:
    """What is said, before anything is filled in."""
    shown = balie.house.tongue.shown(context, language)
    assert shown is not None
    return shown.words


def shown(browser: Browser) -> list[str]:
    """The texts on the page."""
    return re.findall(r'<h2><a href="/desk/texts/([a-z0-9_.]+)', browser.page)
