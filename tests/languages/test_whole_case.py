"""A whole case in every language over every channel: no character of another language, the same buttons everywhere.

Arrives, chooses the language, signs up, books, hears what was agreed and says yes, is reminded, and answers the first
check-in. Everything that leaves is read: messages, labels, rows, alternative texts, notices, pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from bot.channels.webchat.limits import LIMITS
from bot.limiter import Limiter
from tests.languages.case import EVERY, HELPERS, CaseOf, case_of
from tests.stores import StoreUrls
from tests.support.agenda import add_hours
from tests.support.channels import WAYS, Line, open_line
from tests.support.town import MONDAY

#: Channel and style. Web chat pages come with every channel.
PLAYED = ("webchat", "telegram volledig", "telegram seintje", "whatsapp volledig", "whatsapp seintje")

#: The first check-in is in the morning of the Monday after.
AFTER_CHECK_IN = MONDAY + timedelta(days=7, hours=3)


@asynccontextmanager
async def opened(played: str, folder: Path, urls: StoreUrls) -> AsyncIterator[Line]:
    """A municipality with this channel, in all languages."""
    channel, _, style = played.partition(" ")
    way = WAYS["whatsapp" if channel == "whatsapp" else "telegram-webhook"]
    approved: dict[str, Any] = {"templates": {"seintje_v1": dict.fromkeys(EVERY, 2)}} if channel == "whatsapp" else {}
    async with open_line(way, folder, urls, style=style or "seintje", languages=EVERY, **approved) as line:
        line.app[LIMITS].says = Limiter(1000, 1000)  # nobody says all of this in a minute
        yield line


@asynccontextmanager
async def people(line: Line, spoken: Sequence[str], *, page: bool) -> AsyncIterator[list[CaseOf]]:
    """One for each language, and a colleague for each: everyone finds the same moments free."""
    cases: list[CaseOf] = []
    async with AsyncExitStack() as closing:
        for number, (language, name) in enumerate(zip(spoken, HELPERS[: len(spoken)], strict=True), 1):
            helper = await line.town.colleague(name)
            await add_hours(line.town, helper)
            cases.append(case_of(line, language, number, helper, page=page))
            closing.push_async_callback(cases[-1].close)
        yield cases


async def play(line: Line, cases: Sequence[CaseOf]) -> None:
    """All of them, side by side: the clock is everyone's."""
    for case in cases:
        await case.arrives()
        await case.signs_up()
        await case.books()
        await case.agrees()
    await line.town.move_to(AFTER_CHECK_IN)
    for case in cases:
        await case.hears()
        await case.answers()


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize("played", PLAYED)
async def test_no_character_of_another_language(played: str, store_urls: StoreUrls, tmp_path: Path) -> None:
    page = played == "webchat"
    async with opened(played, tmp_path, store_urls) as line, people(line, EVERY, page=page) as cases:
        await play(line, cases)
        wrong = [f"{case.language}: {each}" for case in cases for each in await case.wrong()]
        assert not wrong, "\n".join(wrong)
        assert played == "telegram volledig" or all(case.pages for case in cases), "pages are read where a link is"
        dutch = await cases[0].asked()
        assert len(dutch) > 20
        for case in cases[1:]:
            for place, (theirs, ours) in enumerate(zip_longest(await case.asked(), dutch)):
                assert theirs == ours, f"{case.language}, question {place}"
        assert line.fake.violations == []


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_on_the_other_database_too(store_urls: StoreUrls, tmp_path: Path) -> None:
    async with opened("whatsapp volledig", tmp_path, store_urls) as line, people(line, ["fa"], page=False) as cases:
        await play(line, cases)
        assert await cases[0].wrong() == []
        assert len(await cases[0].asked()) > 20
