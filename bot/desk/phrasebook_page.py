"""The phrasebook page: every entry with its translations, and what the municipality adds to it or leaves out. Everyone
looks, a coordinator or beheerder changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from bot import phrasebook
from bot.desk import phrasebook_words
from bot.desk.accounts import Staff
from bot.desk.hours_form import Typed
from bot.desk.hours_page import ARRANGES
from bot.desk.page import Visit, go, staff_only
from bot.desk.phrasebook_words import Sentence
from bot.errors import Refused
from bot.phrasebook import Given
from flows.phrasebook import Phrase
from flows.text import Value
from locales.catalog import SOURCE
from storage.phrases import OWN

_CONFLICTS = ("double_phrase", "gone_phrase", "other_phrase")
_LONGEST_SEARCH = 100
#: Words of the form that is looked at before it is kept.
_PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry on the page: its Dutch, how it reads in every language, the languages that it lacks, and what finds
    it."""

    phrase: Phrase
    dutch: tuple[str, ...]
    said: tuple[tuple[str, list[Sentence]], ...]
    lacking: tuple[str, ...]
    found_by: str

    @property
    def is_own(self) -> bool:
        """Whether the municipality added it."""
        return self.phrase.name.startswith(OWN)


def may_change(staff: Staff) -> bool:
    """Whether this member of staff looks after texts."""
    return staff.role in ARRANGES


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/phrasebook?q=&only=``: those found by all words of ``q``; ``only`` is ``own``, ``off`` or
    ``lacking``."""
    return await _list(visit)


@staff_only()
async def show_new(visit: Visit) -> web.Response:
    """``GET /desk/phrasebook/new``."""
    _check(visit)
    return await _form(visit, None)


@staff_only()
async def show_own(visit: Visit) -> web.Response:
    """``GET /desk/phrasebook/{number}``: the form of an own entry."""
    _check(visit)
    return await _form(visit, await _own(visit))


Save = Callable[[Visit], Awaitable[web.StreamResponse]]


def _saving(save: Save) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A posted form of an entry; with ``act`` *preview* it is only shown how it would read. A refusal is said on the
    page, which keeps what was typed."""

    @staff_only()
    async def handle(visit: Visit) -> web.StreamResponse:
        _check(visit)
        phrase = await _own(visit)
        try:
            if visit.form.get("act") != _PREVIEW:
                return await save(visit)
            draft = phrasebook.draft(visit.house, _given(visit))
        except Refused as error:
            if error.code not in phrasebook_words.REFUSALS:
                raise
            return await _form(visit, await _own(visit), refused=error.code)
        return await _form(visit, phrase, draft=draft)

    return handle


@_saving
async def add(visit: Visit) -> web.StreamResponse:
    """``POST /desk/phrasebook/new``: ``icon``, ``words``, ``you-…`` and ``we-…`` per language."""
    return _saved(await phrasebook.add(visit.house, visit.staff.id, _given(visit)))


@_saving
async def change(visit: Visit) -> web.StreamResponse:
    """``POST /desk/phrasebook/{number}``: as for a new one, and ``seen``."""
    number, seen = int(visit.request.match_info["number"]), visit.form.get("seen", "")
    before, given = await _own(visit), _given(visit)
    await phrasebook.change(visit.house, visit.staff.id, number, given, seen=seen)
    return _saved(number, _left_behind(before, phrasebook.draft(visit.house, given)))


@staff_only()
async def switch(visit: Visit) -> web.StreamResponse:
    """``POST /desk/phrasebook/switch``: ``name``, ``shown`` (``yes`` or ``no``)."""
    _check(visit)
    name, shown = visit.form.get("name", ""), visit.form.get("shown")
    if shown not in ("yes", "no"):
        raise Refused("bad_form")
    try:
        await phrasebook.switch(visit.house, visit.staff.id, name, shown=shown == "yes")
    except Refused as error:
        if error.code not in phrasebook_words.REFUSALS:
            raise
        return await _list(visit, refused=error.code)
    return go(f"/desk/phrasebook?saved={name}#phrase-{name}")


# ---- the pages -----------------------------------------------------------------------------------------------------


async def _list(visit: Visit, *, refused: str | None = None) -> web.Response:
    query = visit.request.query
    asked, only = " ".join(query.get("q", "")[:_LONGEST_SEARCH].split()), query.get("only", "")
    house, book = visit.house, await phrasebook.read_book(visit.house)
    values = phrasebook_words.examples(house, book)
    entries = [_entry(visit, one, values) for one in book.phrases.values()]
    kinds = {
        "own": [one for one in entries if one.is_own],
        "off": [one for one in entries if not one.phrase.shown],
        "lacking": [one for one in entries if one.lacking and one.phrase.shown],
    }
    shown = [one for one in kinds.get(only, entries) if all(word in one.found_by for word in asked.casefold().split())]
    return visit.render(
        "phrasebook.html",
        HTTPStatus.OK if refused is None else HTTPStatus.CONFLICT,
        entries=sorted(shown, key=lambda one: not one.is_own),
        count=len(entries),
        kinds=kinds,
        asked=asked,
        only=only if only in kinds else "",
        saved=next((one for one in entries if one.phrase.name == query.get("saved")), None),
        left_behind=[code for code in house.config.identity.languages if code in query.getall("same", [])],
        refused=None if refused is None else phrasebook_words.REFUSALS[refused],
        may=may_change(visit.staff),
        terms={
            kind: [phrasebook_words.filled(house, term.text, {}, house.config.identity.languages) for term in terms]
            for kind, terms in book.terms.items()
        },
        book_words=phrasebook_words,
    )


async def _form(
    visit: Visit, phrase: Phrase | None, *, refused: str | None = None, draft: Phrase | None = None
) -> web.Response:
    """The form of one entry; None: of a new one. ``draft`` is what was typed, to be looked at."""
    house, book = visit.house, await phrasebook.read_book(visit.house)
    values, languages = phrasebook_words.examples(house, book), house.config.identity.languages
    # Who was told that a colleague changed it, and keeps it all the same, knows what that was.
    is_same = refused != "other_phrase" and "seen" in visit.form
    seen = visit.form["seen"] if is_same else phrasebook.mark(phrase) if phrase is not None else ""
    looked_at = draft or (phrase if refused in (None, "other_phrase") else None)
    status = HTTPStatus.OK if refused is None else HTTPStatus.BAD_REQUEST
    return visit.render(
        "phrase.html",
        HTTPStatus.CONFLICT if refused in _CONFLICTS else status,
        phrase=phrase,
        seen=seen,
        typed=Typed("phrase" if visit.form else "", visit.form),
        kept=_kept(phrase),
        refused=None if refused is None else phrasebook_words.REFUSALS[refused],
        said=() if looked_at is None else _said(visit, looked_at, values),
        lacking="" if looked_at is None else phrasebook_words.lacking(phrasebook.lacking(house, looked_at)),
        samples={code: phrasebook_words.samples(house, values, code) for code in languages},
        languages=languages,
        longest=phrasebook.LONGEST,
        longest_words=phrasebook.LONGEST_WORDS,
        book_words=phrasebook_words,
    )


def _entry(visit: Visit, phrase: Phrase, values: Mapping[str, Value]) -> Entry:
    texts = [text for text in (phrase.you, phrase.we) if text is not None]
    dutch = tuple(phrasebook_words.read(text.msgid) for text in texts)
    own = (words for text in texts for _, words in text.own)
    found_by = " ".join((phrase.icon, *dutch, phrase.words, *own)).casefold()
    return Entry(phrase, dutch, _said(visit, phrase, values), phrasebook.lacking(visit.house, phrase), found_by)


def _said(visit: Visit, phrase: Phrase, values: Mapping[str, Value]) -> tuple[tuple[str, list[Sentence]], ...]:
    """By form, how it reads in every language of the municipality."""
    languages = visit.house.config.identity.languages
    forms = (("you", phrase.you), ("we", phrase.we))
    return tuple(
        (form, phrasebook_words.filled(visit.house, text, values, languages))
        for form, text in forms
        if text is not None
    )


def _kept(phrase: Phrase | None) -> dict[str, str]:
    """What stands in the form of an entry, by field."""
    if phrase is None:
        return {}
    fields = {"icon": phrase.icon, "words": phrase.words}
    for form, text in (("you", phrase.you), ("we", phrase.we)):
        if text is not None:
            said = {SOURCE: text.msgid, **dict(text.own)}
            fields |= {f"{form}-{code}": phrasebook_words.typed(words) for code, words in said.items()}
    return fields


def _given(visit: Visit) -> Given:
    return phrasebook_words.given(visit.form, visit.house.config.identity.languages)


async def _own(visit: Visit) -> Phrase | None:
    """The own entry in the address; None where it is about a new one. Refused ``no_page``."""
    if "number" not in visit.request.match_info:
        return None
    name = f"{OWN}{int(visit.request.match_info['number'])}"
    found = (await phrasebook.read_book(visit.house)).phrases.get(name)
    if found is None:
        raise Refused("no_page")
    return found


def _check(visit: Visit) -> None:
    if not may_change(visit.staff):
        raise Refused("not_allowed")


def _left_behind(before: Phrase | None, after: Phrase) -> list[str]:
    """The languages in which a translation stayed as it was while the Dutch did not."""
    forms = ((before.you, after.you), (before.we, after.we)) if before is not None else ()
    changed = ((old, new) for old, new in forms if old is not None and new is not None and old.msgid != new.msgid)
    return sorted({code for old, new in changed for code, words in new.own if dict(old.own).get(code) == words})


def _saved(number: int, left_behind: Iterable[str] = ()) -> web.Response:
    same = "".join(f"&same={code}" for code in left_behind)
    return go(f"/desk/phrasebook?saved={OWN}{number}{same}#phrase-{OWN}{number}")
