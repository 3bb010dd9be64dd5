"""The Dutch of the cards page: what a card consists of, how its form is read, and why a change was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from babel.lists import format_list

from bot.cards import LEFT_OUT, LONGEST, LONGEST_OWNER, PARTS, Adjusted, Words
from bot.desk.wording import language_name
from locales.formatting import say_date

#: What a card consists of; of the lines their number follows.
NAMES = {
    "title": "Titel",
    "do": "Wel doen",
    "dont": "Niet doen",
    "say": "Zin om te zeggen",
    "call": "Wie de inwoner belt",
    "message": "Voorbeeldbericht",
}
#: Why a change was refused; what was typed still stands there.
REFUSALS = {
    "card_owner_long": f"De naam van wie de kaart bijhoudt is te lang: hooguit {LONGEST_OWNER} tekens.",
    "card_date": "Vul een dag in als controledatum, van nu tot over drie jaar. Leeg mag ook.",
    "card_too_long": "Een tekst is te lang. Houd het kort: dan past de kaart op elk scherm.",
    "card_no_dutch": "Vul bij een eigen regel ook het Nederlands in. Titel, zin en wie de inwoner belt blijven staan.",
    "card_no_lines": "Laat ten minste één regel staan bij wel doen, en één bij niet doen.",
    "other_card": "Een collega heeft deze kaart net veranderd. Er is nog niets bewaard. Bewaart u opnieuw, dan geldt "
    "wat u hier typte.",
}


def name(part: str) -> str:
    """``Wel doen 2``."""
    kind, _, number = part.partition(".")
    return f"{NAMES[kind]} {number}".rstrip()


def lacking(languages: Iterable[str]) -> str:
    """What it means that a card is not whole in these languages."""
    names = [language_name(code) for code in languages]
    listed, read_by = format_list([f"het {name}" for name in names], locale="nl"), format_list(names, "or", locale="nl")
    return f"Nog niet helemaal in {listed}: wie {read_by} leest, krijgt deze kaart niet, maar wel de weg naar een mens."


def problems(one: Adjusted) -> list[str]:
    """Why some residents do not get it, or nobody does."""
    late = ["De controledatum is voorbij: inwoners krijgen deze kaart niet."] if one.overdue else []
    return [*late, *([lacking(one.lacking)] if one.lacking else [])]


def day(review: date) -> str:
    """``1 november 2027``: it may be far away."""
    return f"{say_date(review, 'nl').partition(' ')[2]} {review.year}"


def longest(part: str) -> int:
    """In characters."""
    return LONGEST[part.partition(".")[0]]


def given(form: Mapping[str, str], languages: Iterable[str]) -> Words:
    """What the form of a card says."""
    codes = tuple(languages)
    return {
        part: {"nl": LEFT_OUT}
        if f"out-{part}" in form
        else {code: words for code in codes if (words := form.get(f"{part}-{code}", "").strip())}
        for part in PARTS
    }
