"""The form on which a summary is composed: its lines in their order, what can be done to them, what they come to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.agreements.acts import LONGEST_LINE, MOST, Line
from bot.clock import DAY
from bot.desk.forms import Form
from bot.errors import Refused
from bot.privacy.masking import clean
from flows.phrasebook import LISTED, PARAMETERS, Phrase, Phrasebook
from flows.text import Euro, Text, Tongue, Value, verbatim
from flows.understanding import normalise

#: What stands for the person where someone of us could be chosen, and for no sentence of the phrasebook.
RESIDENT, FREE = "resident", "free"
#: The longest that can be filled in within a sentence, in characters, and the highest amount in cents.
LONGEST_GIVEN, HIGHEST = 80, 100_000_00
#: How far ahead a day may be.
FURTHEST = 365 * DAY
#: Sentences that are shown of what a search finds, where the page does not search by itself.
MOST_FOUND = 12

#: What is asked for each part of a sentence, and what stands for it until it is there.
ASKED = {
    "document": ("Welk papier", "papier"),
    "organisation": ("Welke organisatie", "organisatie"),
    "allowance": ("Welke toeslag", "toeslag"),
    "amount": ("Bedrag in euro", "bedrag"),
    "date": ("Welke dag", "dag"),
    "place": ("Welke plek", "plek"),
    "person": ("Wie (naam)", "persoon"),
}

#: What is wrong with a line: the field, and words.
Found = list[tuple[str, str]]

_FIELD = re.compile(r"line-([1-9][0-9]{0,5})")
_AMOUNT = re.compile(
    r"(?:€ ?)?([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,7})(?:,([0-9]{1,2}|-)|\.([0-9]{2}))?(?: ?(?:€|euro))?", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:uw|de|het|een) ")
_DO = re.compile(r"(up|down|remove|dutch):([1-9][0-9]{0,5})|due:([1-9][0-9]{0,5}):(|\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it stands in the form. ``number`` is in the names of its fields and stays the same; ``phrase`` is
    `FREE` for ``words`` of the caseworker's own; ``who`` is `RESIDENT` or the number of a colleague; ``given`` what was
    filled in, by parameter."""

    number: int
    phrase: str
    who: str = RESIDENT
    given: Mapping[str, str] = field(default_factory=dict)
    due: str = ""
    words: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether one of us does it."""
        return self.who != RESIDENT


@dataclass(frozen=True, slots=True)
class Problem:
    """What is still lacking in a field of a line, in words."""

    number: int
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Option:
    """A sentence that can be chosen: of an entry for the person (``you``) or for us (``we``). ``value`` names it in
    forms; ``found`` is where a search looks."""

    value: str
    icon: str
    sentence: str
    ours: bool
    found: str


@dataclass(frozen=True, slots=True)
class Draft:
    """All of the form. ``seen`` is the last message, ``known`` the newest summary, that there were when it was begun;
    ``client_id`` makes sending it twice the same as once."""

    client_id: str
    seen: int
    known: int
    rows: tuple[Row, ...] = ()
    note: str = ""
    find: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What lines are made from: the book, who of us there are by number, today, and the language's words."""

    book: Phrasebook
    colleagues: Mapping[int, str]
    today: date
    tongue: Tongue


# ---- the form ------------------------------------------------------------------------------------------------------


def read_rows(form: Form) -> tuple[Row, ...]:
    """The lines in the order in which they stand. Refused ``too_many_lines``."""
    numbers = [int(found[1]) for name in form if (found := _FIELD.fullmatch(name))]
    if len(numbers) > MOST:
        raise Refused("too_many_lines")
    return tuple(_row(form, number) for number in numbers)


def _row(form: Form, number: int) -> Row:
    def said(name: str) -> str:
        return " ".join(clean(form.get(f"{name}-{number}", "")).split())

    given = {name: words for name in PARAMETERS if (words := said(name))}
    return Row(number, said("line"), said("who") or RESIDENT, given, said("due"), said("words"))


def fields_of(row: Row) -> Iterator[tuple[str, str]]:
    """What `read_rows` reads it from."""
    yield f"line-{row.number}", row.phrase
    yield f"who-{row.number}", row.who
    for name, words in row.given.items():
        yield f"{name}-{row.number}", words
    yield f"due-{row.number}", row.due
    yield f"words-{row.number}", row.words


def added(draft: Draft, phrase: str, who: str, words: str = "") -> Draft:
    """With one more line, at the end. Refused ``too_many_lines``."""
    if len(draft.rows) >= MOST:
        raise Refused("too_many_lines")
    number = max((row.number for row in draft.rows), default=0) + 1
    return replace(draft, rows=(*draft.rows, Row(number, phrase, who, words=words)), find="")


def changed(draft: Draft, do: str, desk: Desk) -> Draft:
    """After one of ``up:3``, ``down:3``, ``remove:3``, ``dutch:3`` (the sentence as words of one's own) and
    ``due:3:2026-12-01``. A line that is not there any more changes nothing. Refused ``bad_form``."""
    found = _DO.fullmatch(do)
    if found is None:
        raise Refused("bad_form")
    act, number = found[1] or "due", int(found[2] or found[3])
    rows = list(draft.rows)
    at = next((place for place, row in enumerate(rows) if row.number == number), None)
    if at is None:
        return draft
    row = rows.pop(at)
    match act:
        case "up" | "down":
            rows.insert(max(0, at - 1) if act == "up" else at + 1, row)
        case "dutch":
            due = row.given.get("date", "") if "date" in asked(row, desk) else row.due
            rows.insert(at, replace(row, phrase=FREE, given={}, due=due, words=sentence_of(row, desk)))
        case "due" if "date" in asked(row, desk):
            rows.insert(at, replace(row, given={**row.given, "date": found[4]}))
        case "due":
            rows.insert(at, replace(row, due=found[4]))
    return replace(draft, rows=tuple(rows))


# ---- the book ------------------------------------------------------------------------------------------------------


def options(desk: Desk) -> tuple[Option, ...]:
    """All sentences that can be chosen, in the order of the book."""
    return tuple(
        Option(f"{phrase.name}/{form}", phrase.icon, words, ours, normalise(f"{words} {phrase.words}"))
        for phrase in desk.book.phrases.values()
        if phrase.shown
        for form, ours in (("you", False), ("we", True))
        if (words := shown(phrase, desk, ours=ours))
    )


def find(every: Collection[Option], words: str) -> list[Option]:
    """Those that have each of the ``words``, or what begins with it."""
    wanted = normalise(words).split()
    return [one for one in every if all(any(have.startswith(it) for have in one.found.split()) for it in wanted)][
        :MOST_FOUND
    ]


def chosen(value: str, desk: Desk) -> tuple[Phrase, bool]:
    """The entry of an `Option` and whether it is ours to do. Refused ``no_sentence``: there is none any more."""
    name, _, form = value.rpartition("/")
    phrase = desk.book.phrases.get(name)
    if phrase is None or not phrase.shown or form not in ("you", "we") or phrase.text(form == "we") is None:
        raise Refused("no_sentence")
    return phrase, form == "we"


def shown(phrase: Phrase, desk: Desk, *, ours: bool) -> str:
    """The Dutch sentence, with what is asked for in brackets; empty where there is none."""
    text = phrase.text(ours)
    if text is None:
        return ""
    return desk.tongue.say(text.but(**{name: f"[{ASKED[name][1]}]" for name in phrase.parameters(ours)}), "nl")


def asked(row: Row, desk: Desk) -> tuple[str, ...]:
    """What its sentence asks for, in the order in which it stands there. One that asks for a day is due on it."""
    phrase = desk.book.phrases.get(row.phrase)
    return () if phrase is None else phrase.parameters(row.is_ours)


def sentence_of(row: Row, desk: Desk) -> str:
    """What the line says in Dutch, as far as it was filled in."""
    phrase = desk.book.phrases.get(row.phrase)
    text = None if phrase is None else phrase.text(row.is_ours)
    if phrase is None or text is None:
        return row.words
    values = {}
    for name in phrase.parameters(row.is_ours):
        value, _ = _value(name, row.given.get(name, ""), desk)
        values[name] = f"[{ASKED[name][1]}]" if value is None else value
    return desk.tongue.say(text.but(**values), "nl")


def terms(desk: Desk) -> dict[str, tuple[str, ...]]:
    """What can be chosen for each parameter that has a list, in Dutch."""
    return {kind: tuple(desk.tongue.say(one.text, "nl") for one in desk.book.terms.get(kind, ())) for kind in LISTED}


# ---- what it comes to ----------------------------------------------------------------------------------------------


def lines_of(rows: Collection[Row], desk: Desk) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """What is agreed; and whatever is lacking, in which case not every line is there."""
    made, problems = [], []
    for row in rows:
        found: Found = []
        line = _line(row, desk, found)
        problems += [Problem(row.number, *one) for one in found]
        if line is not None and not found:
            made.append(line)
    return tuple(made), tuple(problems)


def lacking(line: Line, language: str, tongue: Tongue) -> str:
    """What of the line is not there in ``language``, in Dutch; empty when all of it is."""
    if tongue.has(line.text, language):
        return ""
    inner = (value for _, value in line.text.values if isinstance(value, Text))
    return tongue.say(next((one for one in inner if not tongue.has(one, language)), line.text), "nl")


def _line(row: Row, desk: Desk, found: Found) -> Line | None:
    staff = None
    if row.is_ours:
        staff = next((number for number in desk.colleagues if str(number) == row.who), None)
        if staff is None:
            found.append(("who", "Deze collega is niet bekend. Kies wie het doet."))
    due = None
    if "date" in asked(row, desk):
        due = _day(row.given.get("date", ""), desk)
    elif row.due:
        due = _day(row.due, desk)
        if due is None:
            found.append(("due", "Kies een dag die nog komt, binnen een jaar. Of laat de dag leeg."))
    text = _free(row, found) if row.phrase == FREE else _from_book(row, desk, found)
    return None if text is None else Line(text, due, staff)


def _free(row: Row, found: Found) -> Text | None:
    if not row.words:
        found.append(("words", "Hier staat nog niets. Typ wat u afsprak, of haal de regel weg."))
    elif len(row.words) > LONGEST_LINE:
        found.append(("words", f"Dit is te lang: hooguit {LONGEST_LINE} tekens. Maak er twee regels van."))
    else:
        return verbatim(row.words)
    return None


def _from_book(row: Row, desk: Desk, found: Found) -> Text | None:
    phrase = desk.book.phrases.get(row.phrase)
    if phrase is None or not phrase.shown:
        found.append(("who", "Deze zin staat niet meer in het zinnenboek. Haal de regel weg en kies een andere."))
        return None
    text = phrase.text(row.is_ours)
    if text is None:
        whom = "u of een collega" if row.is_ours else "de inwoner"
        found.append(("who", f"Deze zin is er niet voor {whom}. Kies wie anders het doet, of kies een andere zin."))
        return None
    values: dict[str, Value] = {}
    for name in phrase.parameters(row.is_ours):
        value, wrong = _value(name, row.given.get(name, ""), desk)
        if value is None:
            found.append((name, wrong))
        else:
            values[name] = value
    if not found and len(desk.tongue.say(text.but(**values), "nl")) > LONGEST_LINE:
        found.append((next(reversed(values), "who"), f"Samen is dit te lang: hooguit {LONGEST_LINE} tekens."))
    return text.but(**values)


def _value(name: str, words: str, desk: Desk) -> tuple[Value | None, str]:
    """What was filled in, or what is wrong with it."""
    if not words:
        return None, f"Vul nog in: {ASKED[name][0][:1].lower()}{ASKED[name][0][1:]}."
    if len(words) > LONGEST_GIVEN:
        return None, f"Dit is te lang: hooguit {LONGEST_GIVEN} tekens."
    match name:
        case "amount":
            cents = cents_of(words)
            return (None, "Schrijf het bedrag zo: 45 of 45,50.") if cents is None else (Euro(cents), "")
        case "date":
            day = _day(words, desk)
            return (None, "Kies een dag die nog komt, binnen een jaar.") if day is None else (day, "")
    if name in LISTED and (term := _term(name, words, desk)) is not None:
        return term, ""
    if name == "allowance":
        return None, "Kies een toeslag uit de lijst."
    return words, ""


def cents_of(words: str) -> int | None:
    """An amount as people here type it: ``45``, ``€ 1.250,50``, ``45.50``; None when it is none."""
    found = _AMOUNT.fullmatch(words.strip())
    if found is None:
        return None
    rest = (found[2] or found[3] or "").replace("-", "").ljust(2, "0")
    cents = int(found[1].replace(".", "")) * 100 + int(rest)
    return cents if 0 < cents <= HIGHEST else None


def _day(words: str, desk: Desk) -> date | None:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if desk.today <= day <= desk.today + FURTHEST else None


def _term(kind: str, words: str, desk: Desk) -> Text | None:
    wanted = _plain(words)
    return next(
        (one.text for one in desk.book.terms.get(kind, ()) if _plain(desk.tongue.say(one.text, "nl")) == wanted), None
    )


def _plain(words: str) -> str:
    """As it is compared: the article may be left out."""
    return _ARTICLE.sub("", normalise(words))
