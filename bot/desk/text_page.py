"""One text: its translations, where it is said, other words for it, and who confirmed it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web
from yarl import URL

from bot.clock import from_ms
from bot.desk import texts_words
from bot.desk.page import Visit, go, staff_only
from bot.desk.texts_page import languages_of, may_change
from bot.errors import Refused
from bot.texts import acts, checks, excerpts, looking
from bot.texts.acts import Wrong
from bot.texts.checks import Finding
from bot.texts.excerpts import Piece
from bot.texts.looking import Others, Said
from flows.text import Text
from locales.catalog import SOURCE
from storage import wordings as store

#: Lines of the record that are shown.
_RECORD = 20
_CONFLICTS = ("other_text",)

#: What was typed, to be looked at: language and words.
Draft = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or button of an excerpt, as it reads. ``is_it``: it is the text of this page, or holds it."""

    words: str
    is_it: bool = False
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the text is said, in one language; ``tap``: the button that led there."""

    language: str
    before: tuple[str, ...]
    tap: Line | None
    paragraphs: tuple[Line, ...]
    buttons: tuple[Line, ...]


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/texts/{context}?language=``; ``saved`` after something was done."""
    return await _page(visit, visit.request.query.get("language", ""))


@staff_only()
async def act(visit: Visit) -> web.StreamResponse:
    """``POST /desk/texts/{context}``: ``language``, ``seen``, and ``act`` is ``save`` or ``preview`` (of ``words``;
    ``anyway``: however it reads), ``standard``, ``confirm`` or ``take_back`` (``speaks``)."""
    form, context, language = visit.form, _context(visit), visit.form.get("language", "")
    what, words = form.get("act", ""), form.get("words", "")
    if language not in (SOURCE, *languages_of(visit)) or what not in _ACTS:
        raise Refused("bad_form")
    if what not in ("confirm", "take_back") and not may_change(visit.staff):
        raise Refused("not_allowed")
    draft = (language, words) if what in ("save", "preview") else None
    try:
        if await _ACTS[what](visit, context, language):
            return _done(context, language, what)
    except Wrong as error:
        code = "wrong_text" if error.refusals else "hard_text"
        return await _page(visit, language, refused=code, draft=draft, findings=error.refusals or error.remarks)
    except Refused as error:
        if error.code not in texts_words.REFUSALS:
            raise
        if await _is_done(visit, context, language):
            return _done(context, language, what)
        return await _page(visit, language, refused=error.code, draft=draft)
    return await _page(visit, language, draft=draft)


# ---- what is done --------------------------------------------------------------------------------------------------


async def _save(visit: Visit, context: str, language: str) -> bool:
    seen, words = visit.form.get("seen", ""), visit.form.get("words", "")
    anyway = visit.form.get("anyway") == "yes"
    await acts.change(visit.house, visit.staff.id, context, language, words, seen=seen, anyway=anyway)
    return True


async def _preview(visit: Visit, context: str, language: str) -> bool:
    """What can be kept is shown as it would read."""
    known = await looking.others(visit.house)
    _, remarks = acts.check(visit.house, context, language, visit.form.get("words", ""), known)
    if remarks:
        raise Wrong([], remarks)
    return False


async def _standard(visit: Visit, context: str, language: str) -> bool:
    await acts.back_to_standard(visit.house, visit.staff.id, context, language, seen=visit.form.get("seen", ""))
    return True


async def _confirm(visit: Visit, context: str, language: str) -> bool:
    seen, speaks = visit.form.get("seen", ""), visit.form.get("speaks") == "yes"
    is_yes = visit.form.get("act") == "confirm"
    await acts.confirm(visit.house, visit.staff.id, context, language, seen=seen, speaks=speaks, confirmed=is_yes)
    return True


_ACTS: dict[str, Callable[[Visit, str, str], Awaitable[bool]]] = {
    "save": _save,
    "preview": _preview,
    "standard": _standard,
    "confirm": _confirm,
    "take_back": _confirm,
}


#: What they leave in the record.
_LEFT = {"save": "changed", "standard": "standard", "confirm": "confirmed", "take_back": "taken_back"}


async def _is_done(visit: Visit, context: str, language: str) -> bool:
    """Whether the same form was sent twice: what it asks is the last that this colleague did about it, and holds."""
    house, what, words = visit.house, visit.form.get("act", ""), visit.form.get("words", "")
    one = looking.said(house, context, language, await looking.others(house))
    async with house.db.read() as conn:
        last = next((row for row in await store.latest(conn, context) if row.language == language), None)
    if one is None or last is None or (last.act, last.made_by) != (_LEFT.get(what), visit.staff.id):
        return False
    holds = {
        "save": one.words == checks.tidied(words, one.dutch),
        "standard": not one.own,
        "confirm": one.state == "confirmed",
        "take_back": one.state != "confirmed",
    }
    return holds[what]


def _done(context: str, language: str, what: str) -> web.Response:
    address = URL(f"/desk/texts/{context}").with_query(language=language, saved=what)
    return go(f"{address}#saved")


# ---- the page ------------------------------------------------------------------------------------------------------


async def _page(
    visit: Visit,
    language: str,
    *,
    refused: str = "",
    draft: Draft | None = None,
    findings: list[Finding] | None = None,
) -> web.Response:
    house, context, every = visit.house, _context(visit), languages_of(visit)
    await house.wordings.refresh()
    known = await looking.others(house)
    translations = [one for code in every if (one := looking.said(house, context, code, known)) is not None]
    dutch = looking.said(house, context, SOURCE, known)
    if dutch is None:
        raise Refused("no_page")
    language = language if language in (SOURCE, *every) else every[0] if every else SOURCE
    one = next((each for each in translations if each.language == language), dutch)
    async with house.db.read() as conn:
        record = await store.record_of(conn, context, _RECORD)
    instead = draft if draft is not None and refused in ("", "hard_text") else None
    other = known.get(context)
    text = _text(visit, context, known)
    status = HTTPStatus.CONFLICT if refused in _CONFLICTS else HTTPStatus.BAD_REQUEST if refused else HTTPStatus.OK
    return visit.render(
        "text.html",
        status,
        context=context,
        part=texts_words.PARTS[texts_words.part_of(context)],
        dutch=dutch,
        translations=translations,
        one=one,
        was=_was(visit, one),
        standard=_standard_words(visit, context, language),
        typed=draft[1] if draft is not None else one.words or "",
        is_draft=draft is not None,
        reads=[(code, _say(visit, text, code, instead)) for code in dict.fromkeys((SOURCE, language))],
        limit=checks.limit_of(context),
        elsewhere=looking.is_fixed_here(house, context, language, known),
        other=other,
        fixed=checks.is_fixed(context),
        scenes=_scenes(visit, context, language, instead),
        synonyms=context.endswith(checks.SYNONYMS),
        record=[(row, from_ms(row.made_at, house.calendar.zone)) for row in record],
        refused=texts_words.REFUSALS[refused] if refused else "",
        code=refused,
        findings=[texts_words.finding(each) for each in findings or []],
        saved=visit.request.query.get("saved", "") if not refused else "",
        may=may_change(visit.staff),
        text_words=texts_words,
    )


def _context(visit: Visit) -> str:
    return visit.request.match_info["context"]


def _dutch_of(visit: Visit) -> dict[str, str]:
    return {**visit.house.tongue.dutch, **looking.sentences(visit.house)}


def _text(visit: Visit, context: str, known: Others) -> Text:
    """The text with made-up values."""
    if context in known:
        return known[context].text
    if context in visit.house.tongue.dutch:
        return checks.sampled(visit.house.tongue, context)
    return Text(context, _dutch_of(visit)[context])


def _say(visit: Visit, text: Text, language: str, instead: Draft | None) -> str:
    """As it reads, with what was typed instead of what is there; Dutch where there is no translation."""
    if instead is not None and instead[0] == language:
        dutch = looking.standard_dutch(visit.house, _context(visit))
        text = checks.tried(text, _context(visit), language, checks.tidied(instead[1], dutch))
    tongue = visit.house.tongue
    return tongue.say(text, language if tongue.has(text, language) else SOURCE)


def _scenes(visit: Visit, context: str, language: str, instead: Draft | None) -> list[Scene]:
    """Where it is said, in Dutch and in the language that is looked at; empty where no conversation comes by it."""
    found = excerpts.find(context, _dutch_of(visit))
    if found is None:
        return []

    def line(piece: Piece, code: str) -> Line:
        return Line(_say(visit, piece.text, code, instead), piece.is_it, piece.icon)

    return [
        Scene(
            code,
            tuple(_say(visit, text, code, instead) for text in found.before),
            line(found.tap, code) if found.tap is not None else Line(texts_words.DID[found.did]),
            tuple(line(piece, code) for piece in found.paragraphs),
            tuple(line(piece, code) for piece in found.buttons),
        )
        for code in dict.fromkeys((SOURCE, language))
    ]


def _was(visit: Visit, one: Said) -> str:
    """The Dutch that a stale translation was made or confirmed for."""
    if one.state != "stale":
        return ""
    return looking.made_for(visit.house, one)


def _standard_words(visit: Visit, context: str, language: str) -> str:
    found: Any = visit.house.tongue.standard(context, language, looking.sentences(visit.house).get(context))
    return "" if found is None else found.words
