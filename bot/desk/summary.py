"""A summary of a talk: composed from the phrasebook, looked at as the resident will read it, sent; also on paper."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from aiohttp import web

from bot.agenda import keeping
from bot.agreements import acts, showing
from bot.agreements.acts import LONGEST_LINE, LONGEST_NOTE, MOST, Line
from bot.clock import DAY, from_ms, to_ms
from bot.content import Content
from bot.desk import composing, wording
from bot.desk.access import File, Moved, Sent, open_file
from bot.desk.agreed import REFUSED
from bot.desk.composing import FREE, RESIDENT, Draft, Problem, Row
from bot.desk.page import Visit, go, staff_only, status_of
from bot.desk.planned import arrange
from bot.errors import Refused
from bot.phrasebook import read_book
from bot.privacy.masking import clean
from locales.formatting import say_date

#: Refusals that no page with what was typed on it can say.
_BARE = ("bad_form", "gone", "erased", "not_allowed", "moved", "too_many_lines")
_NUMBER = re.compile(r"[0-9]{1,18}")
Act = Callable[[Visit, File, Draft], Awaitable[web.StreamResponse]]

_SOON, _LATER = timedelta(days=7), timedelta(days=14)


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/summary?seen=seq``: an empty one."""
    file = await open_file(visit.house, visit.staff, visit.file_id, acting=True)
    newest = next((one.id for one in await file.agreements()), 0)
    seen = min(_number(visit.request.query.get("seen", "")) or file.head.last_seq, file.head.last_seq)
    draft = Draft(secrets.token_urlsafe(12), seen, newest)
    return await _compose(visit, file, draft, fresh=True)


def _posted(act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Does ``act`` with the file and what was posted; where the file became one with another, that is said there, with
    what was typed."""

    @staff_only()
    async def handle(visit: Visit) -> web.StreamResponse:
        try:
            file = await open_file(visit.house, visit.staff, visit.file_id, acting=True)
        except Moved as error:
            other = await open_file(visit.house, visit.staff, error.to, acting=True)
            return await _compose(visit, other, replace(_draft(visit), seen=0), refused=error.code)
        return await act(visit, file, _draft(visit))

    return handle


@_posted
async def look(visit: Visit, file: File, draft: Draft) -> web.StreamResponse:
    """``POST …/summary/preview``: as the resident will read it; ``do`` may ask for a change in the form instead."""
    desk, do = await _desk(visit), visit.form.get("do", "preview")
    if do == "edit":
        return await _compose(visit, file, draft)
    if do == "search":
        return await _compose(visit, file, draft, searched=True)
    if do == "preview":
        return await _preview(visit, file, draft)
    try:
        if do.startswith("add:"):
            draft = _added(visit, file, draft, do.removeprefix("add:"), desk)
        else:
            draft = composing.changed(draft, do, desk)
    except Refused as error:
        if error.code == "bad_form":
            raise
        return await _compose(visit, file, draft, refused=error.code)
    if visit.form.get("at") == "preview" and draft.rows:
        return await _preview(visit, file, draft)
    return await _compose(visit, file, draft)


@_posted
async def send(visit: Visit, file: File, draft: Draft) -> web.StreamResponse:
    """``POST …/summary``: it goes to the resident, and the file is opened at what was agreed."""
    desk = await _desk(visit)
    lines, problems = composing.lines_of(draft.rows, desk)
    if problems:
        return await _compose(visit, file, draft, problems=problems)
    newer = _newer(visit, await file.agreements(), draft)
    if newer is not None:
        return await _preview(visit, file, draft, refused="newer_summary")
    try:
        await acts.send(
            visit.house,
            file.id,
            visit.staff,
            lines,
            note=draft.note,
            client_id=f"{draft.client_id} {_mark(lines, draft.note)}",
            seen_seq=draft.seen,
        )
    except Refused as error:
        if error.code in _BARE:
            raise
        return await _preview(visit, file, draft, refused=error.code)
    return go(f"/desk/file/{file.id}?summary={draft.client_id}#agreements")


@staff_only()
async def on_paper(visit: Visit) -> web.Response:
    """``GET …/summary/{summary}/print``: one page in the resident's language with the Dutch beside it."""
    file = await open_file(visit.house, visit.staff, visit.file_id)
    number = int(visit.request.match_info["summary"])
    sent = next((one for one in await file.agreements() if one.id == number), None)
    if sent is None:
        raise Refused("no_page")
    language = file.head.language
    return visit.render(
        "summary_print.html",
        file=file,
        name=file.name or "Zonder naam",
        sent=sent,
        made=say_date(from_ms(sent.made_at, visit.house.calendar.zone).date(), "nl"),
        language=language,
        language_name=wording.language_name(language),
        parts=showing.on_paper(visit.house, language, sent),
    )


def _mark(lines: Sequence[Line], note: str) -> str:
    """Of what is sent: who changed something after a lost connection, sends something else."""
    return sha256(repr((lines, note)).encode()).hexdigest()[:16]


# ---- what the form says --------------------------------------------------------------------------------------------


def _draft(visit: Visit) -> Draft:
    """Refused ``bad_form``, ``too_many_lines``."""
    form = visit.form
    return Draft(
        visit.client_id,
        _number(form.get("seen", "")),
        _number(form.get("known", "")),
        composing.read_rows(form),
        clean(form.get("note", "")).strip(),
        " ".join(form.get("find", "").split()),
    )


def _number(said: str) -> int:
    return int(said) if _NUMBER.fullmatch(said) else 0


def _added(visit: Visit, file: File, draft: Draft, wanted: str, desk: composing.Desk) -> Draft:
    if wanted == FREE:
        return composing.added(draft, FREE, RESIDENT, draft.find)
    phrase, ours = composing.chosen(wanted, desk)
    return composing.added(draft, phrase.name, _usual(visit, file, desk) if ours else RESIDENT)


def _usual(visit: Visit, file: File, desk: composing.Desk) -> str:
    """Who of us does something, unless another is chosen: who writes, else whose file it is."""
    known = [one for one in (visit.staff.id, file.head.assigned_to) if one in desk.colleagues]
    return str(next(iter((*known, *desk.colleagues)), ""))


async def _desk(visit: Visit) -> composing.Desk:
    house = visit.house
    book = await read_book(house)
    today = house.calendar.day_of(house.clock.now())
    return composing.Desk(book, await keeping.team(house), today, house.tongue)


def _newer(visit: Visit, sent: Sequence[Sent], draft: Draft) -> Sent | None:
    """What a colleague sent since this one was begun."""
    return next((one for one in sent if one.id > draft.known and one.made_by != visit.staff.id), None)


# ---- its pages -----------------------------------------------------------------------------------------------------


async def _compose(
    visit: Visit,
    file: File,
    draft: Draft,
    *,
    problems: Sequence[Problem] = (),
    refused: str = "",
    searched: bool = False,
    fresh: bool = False,
) -> web.Response:
    desk = await _desk(visit)
    options = composing.options(desk)
    sent = await file.agreements()
    status = status_of(refused) if refused else 400 if problems else 200
    return visit.render(
        "summary.html",
        status,
        **_usual_words(visit, file, sent, draft),
        problems=problems,
        place_of={row.number: place for place, row in enumerate(draft.rows, 1)},
        refused=_said(refused),
        fresh=fresh,
        most=MOST,
        options=options,
        asks={one.value: _asks(one.value, desk) for one in options},
        matches=composing.find(options, draft.find) if searched else (),
        searched=searched,
        rows=[_shown(row, desk) for row in draft.rows],
        colleagues=desk.colleagues,
        usual=_usual(visit, file, desk),
        resident=file.name or "De inwoner",
        terms=composing.terms(desk),
        asked_for=composing.ASKED,
        quick=await _quick(visit, file, desk.today),
        today=desk.today.isoformat(),
        furthest=(desk.today + composing.FURTHEST).isoformat(),
        longest_given=composing.LONGEST_GIVEN,
        longest_line=LONGEST_LINE,
        longest_note=LONGEST_NOTE,
    )


async def _preview(visit: Visit, file: File, draft: Draft, *, refused: str = "") -> web.Response:
    desk, language = await _desk(visit), file.head.language
    lines, problems = composing.lines_of(draft.rows, desk)
    if problems or not lines:
        return await _compose(visit, file, draft, problems=problems, refused="" if problems else "empty")
    if len(draft.note) > LONGEST_NOTE:
        return await _compose(visit, file, draft, refused="too_long")
    lacks = _lacks(draft.rows, lines, language, desk)
    sent = await file.agreements()
    card, _ = await file.card()
    common = _usual_words(visit, file, sent, draft)
    if refused == "newer_summary":  # it is known from here on
        draft = replace(draft, known=max(one.id for one in sent))
    return visit.render(
        "summary_preview.html",
        status_of(refused) if refused else 200,
        **{**common, "draft": draft},
        refused=_said(refused),
        fields=[field for row in draft.rows for field in composing.fields_of(row)],
        lacks=lacks,
        shown=[] if lacks else _as_read(visit, file, lines, draft.note, desk),
        stays=[] if language == "nl" else _stays(lines, draft.note),
        outlook=card.outlook,
    )


def _as_read(visit: Visit, file: File, lines: Sequence[Line], note: str, desk: composing.Desk) -> list[Content]:
    held = file.head.held_by is not None
    language, names = file.head.language, desk.colleagues
    return showing.preview(visit.house, language, lines, note, visit.staff, names, held=held)


def _usual_words(visit: Visit, file: File, sent: Sequence[Sent], draft: Draft) -> Mapping[str, Any]:
    newer = _newer(visit, sent, draft)
    at = None if newer is None else wording.moment(newer.made_at, visit.house.clock.now(), visit.house.calendar)
    return {
        "file": file,
        "name": file.name or "de inwoner",
        "draft": draft,
        "language_name": wording.language_name(file.head.language),
        "newer": ""
        if newer is None
        else f"{newer.name} stuurde deze inwoner net ook een samenvatting ({at}). Kijk of het niet dubbel is.",
    }


def _shown(row: Row, desk: composing.Desk) -> Mapping[str, Any]:
    """A line with what its template asks: of an entry with two forms the fields of both."""
    phrase = desk.book.phrases.get(row.phrase)
    asked = composing.asked(row, desk)
    names = [] if phrase is None else dict.fromkeys((*asked, *phrase.parameters(not row.is_ours)))
    sentence = "" if phrase is None else composing.shown(phrase, desk, ours=row.is_ours)
    return {
        "number": row.number,
        "phrase": row.phrase,
        "who": row.who,
        "given": row.given,
        "due": row.due,
        "words": row.words,
        "names": tuple(names),
        "has_day": "date" in asked,
        "icon": "✏️" if phrase is None else phrase.icon,
        "sentence": sentence or ("Eigen regel" if row.phrase == FREE else "Deze zin is er niet meer"),
        "has_you": phrase is None or phrase.you is not None,
        "has_we": phrase is None or phrase.we is not None,
    }


def _asks(value: str, desk: composing.Desk) -> tuple[str, ...]:
    phrase, ours = composing.chosen(value, desk)
    return phrase.parameters(ours)


async def _quick(visit: Visit, file: File, today: date) -> list[tuple[str, str, str]]:
    """Days that are often meant: the key for it, the day, and its words."""
    days = [("w", today + _SOON, "over 1 week"), ("t", today + _LATER, "over 2 weken")]
    standing = arrange(await file.appointments(), to_ms(visit.house.clock.now())).standing
    if standing:
        talk = visit.house.calendar.day_of(from_ms(standing[0].starts_at))
        days.append(("v", max(today, talk - DAY), "vóór de afspraak"))
    return [(key, day.isoformat(), words) for key, day, words in days]


def _lacks(
    rows: Sequence[Row], lines: Sequence[Line], language: str, desk: composing.Desk
) -> list[tuple[int, int, str, str]]:
    """Per line that cannot go in the language: its number, its place, its sentence, and what of it is not there."""
    return [
        (row.number, place, desk.tongue.say(line.text, "nl"), what)
        for place, (row, line) in enumerate(zip(rows, lines, strict=True), 1)
        if (what := composing.lacking(line, language, desk.tongue))
    ]


def _stays(lines: Sequence[Line], note: str) -> list[str]:
    """What nobody translates: what was typed."""
    typed = [line.text.msgid for line in lines if not line.text.context]
    given = [value for line in lines for _, value in line.text.values if isinstance(value, str)]
    return [*typed, *given, *([note] if note else [])]


def _said(refused: str) -> str:
    return REFUSED.get(refused) or wording.REFUSALS.get(refused, "")
