"""Teksten: every text that residents may read, in Dutch and in other languages side by side. Everyone looks."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from aiohttp import web
from yarl import URL

from bot.desk import texts_words
from bot.desk.accounts import Staff
from bot.desk.hours_page import ARRANGES
from bot.desk.page import Visit, staff_only
from bot.errors import Refused
from bot.texts import looking
from bot.texts.exchange import Which, export
from bot.texts.looking import Entry, Said
from locales.catalog import SOURCE

#: On one page.
MOST = 25
_LONGEST_SEARCH = 100


def may_change(staff: Staff) -> bool:
    """Whether this member of staff words texts otherwise, and sends and takes in files of them."""
    return staff.role in ARRANGES


def languages_of(visit: Visit) -> list[str]:
    """The languages of the municipality into which is translated."""
    return [language for language in visit.house.config.identity.languages if language != SOURCE]


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/texts?q=&part=&state=&language=…&page=``: found by all words of ``q``; ``state`` (or ``own``) is that
    of one of the languages."""
    house, query = visit.house, visit.request.query
    await house.wordings.refresh()
    known = await looking.others(house)
    every = languages_of(visit)
    chosen = [code for code in every if code in query.getall("language", [])] or every[:1]
    asked = " ".join(query.get("q", "")[:_LONGEST_SEARCH].split())
    part, state = query.get("part", ""), query.get("state", "")
    entries = list(looking.entries(house, every, known))
    counts = {code: dict.fromkeys(looking.STATES, 0) for code in every}
    for entry in entries:
        for one in entry.said:
            counts[one.language][one.state] += 1
    shown = [_only(entry, chosen) for entry in entries]
    found = [one for one in shown if _is_found(one, asked) and _is_wanted(one, part, state)]
    pages = max(1, -(-len(found) // MOST))
    number = query.get("page", "1")
    page = min(pages, max(1, int(number))) if number.isascii() and number.isdecimal() and len(number) <= 6 else 1
    return visit.render(
        "texts.html",
        entries=found[(page - 1) * MOST : page * MOST],
        count=len(found),
        every=every,
        chosen=chosen,
        counts=counts,
        drafts=house.drafts,
        asked=asked,
        part=part if part in texts_words.PARTS else "",
        parts=_parts(entries),
        state=state,
        page=page,
        pages=pages,
        address=lambda to: str(URL("/desk/texts").with_query([*_kept(visit), ("page", str(to))])),
        may=may_change(visit.staff),
        text_words=texts_words,
    )


@staff_only()
async def download(visit: Visit) -> web.Response:
    """``GET /desk/texts/export?language=&which=``: a PO file of ``all`` texts, or of those that need ``work``."""
    if not may_change(visit.staff):
        raise Refused("not_allowed")
    language, which = visit.request.query.get("language", ""), visit.request.query.get("which", "")
    if language not in languages_of(visit):
        raise Refused("bad_form")
    house, wanted = visit.house, _WHICH.get(which)
    if wanted is None:
        raise Refused("bad_form")
    await house.wordings.refresh()
    data = export(house, language, wanted, await looking.others(house), texts_words.note, texts_words.room)
    return web.Response(
        body=data,
        status=HTTPStatus.OK,
        content_type="text/x-gettext-translation",
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="teksten-{language}.po"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


# ---- parts ---------------------------------------------------------------------------------------------------------

_WHICH: dict[str, Which] = {"all": "all", "work": "work"}


def _only(entry: Entry, languages: Iterable[str]) -> Entry:
    """The entry in these languages."""
    return Entry(entry.context, entry.dutch, tuple(one for one in entry.said if one.language in languages))


def _is_found(entry: Entry, asked: str) -> bool:
    if not asked:
        return True
    told = " ".join((entry.context, entry.dutch.dutch, *(one.words or "" for one in entry.said))).casefold()
    return all(word in told for word in asked.casefold().split())


def _is_wanted(entry: Entry, part: str, state: str) -> bool:
    if part in texts_words.PARTS and texts_words.part_of(entry.context) != part:
        return False
    if state == texts_words.OWN:
        return entry.dutch.own or any(one.own for one in entry.said)
    return state not in looking.STATES or any(one.state == state for one in (*entry.said, *_own_dutch(entry)))


def _own_dutch(entry: Entry) -> tuple[Said, ...]:
    """Dutch is no translation, but what a municipality put in its place may be stale."""
    return (entry.dutch,) if entry.dutch.state == "stale" else ()


def _parts(entries: Iterable[Entry]) -> dict[str, str]:
    """The parts that there are, in the order in which they are listed."""
    there = {texts_words.part_of(entry.context) for entry in entries}
    return {name: words for name, words in texts_words.PARTS.items() if name in there}


def _kept(visit: Visit) -> list[tuple[str, str]]:
    """What was asked, without the page."""
    return [(name, value[:_LONGEST_SEARCH]) for name, value in visit.request.query.items() if name != "page"]
