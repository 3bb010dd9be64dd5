"""What was agreed, as it reads in every message about it: lines with their day, and the buttons that belong to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flows.afspraak_regels import unless_held as unless_held
from flows.agreements import FURTHEST, Agreement, Agreements, Summary
from flows.grammar import Case, Choice, Promised, Screen, Text, call, t, verbatim
from flows.reach import answer_here
from flows.text import Short
from flows.warned import same_promise, standing

LIST = Choice(
    "list",
    "📋",
    t("afspraken.list_button", "Mijn lijst"),
    event="list",
    words=t("afspraken.list_button.words", "lijst, actielijst, mijn acties, overzicht, terug naar de lijst"),
)
CLOSE = Choice(
    "close",
    "👌",
    t("afspraken.good", "Zo is het goed"),
    event="close",
    words=t("afspraken.good.words", "goed, prima, verder, nee, niets, oké, dank u"),
)
#: Of a longer list the others are in the text, and follow as these get done.
MOST_BUTTONS = 40


# ---- which ---------------------------------------------------------------------------------------------------------


def own_open(case: Case, day: str | None = None) -> tuple[Agreement, ...]:
    """What the person still does, in the order of its days; of one ``day`` (ISO 8601) only where it is given."""
    theirs = (one for one in case.world.get(Agreements).open if not one.ours)
    return tuple(one for one in theirs if day is None or (one.due is not None and one.due.isoformat() == day))


def mine(case: Case) -> Agreement | None:
    """The one that is asked about, if the person does it."""
    one = case.world.get(Agreements).one
    return None if one is None or one.ours else one


# ---- how it reads --------------------------------------------------------------------------------------------------


def words(one: Agreement, case: Case) -> Text:
    """What is done. What a human typed stays as they typed it, and that is said."""
    if one.text.context or case.language == "nl":
        return one.text
    return t("afspraken.in_dutch", "{words} (in het Nederlands)", words=one.text)


def line(one: Agreement, case: Case, number: int | None = None) -> Text:
    """What, by when, and how it stands; with its number in the list where it has one."""
    what = words(one, case)
    match one.state:
        case "done":
            return t("afspraken.line.done", "✅ {what}", what=what)
        case "dropped":
            return t("afspraken.line.dropped", "➖ {what}\nDit hoeft niet meer.", what=what)
        case "stuck":
            return t("afspraken.line.stuck", "{line}\n😕 Dit lukt nog niet.", line=_to_do(one, what, number))
    return _to_do(one, what, number)


def _to_do(one: Agreement, what: Text, number: int | None) -> Text:
    if number is None:
        if one.day is None:
            return t("afspraken.line.plain", "📌 {what}", what=what)
        return t("afspraken.line.plain_day", "📌 {what}\n📅 Uiterlijk {day}", what=what, day=one.day)
    if one.day is None:
        return t("afspraken.line", "{number}. {what}", number=f"{number}", what=what)
    return t("afspraken.line.day", "{number}. {what}\n📅 Uiterlijk {day}", number=f"{number}", what=what, day=one.day)


def both(every: Sequence[Agreement], case: Case) -> tuple[Text, ...]:
    """What the person does and what each of us does, under one another and numbered through."""
    theirs = [one for one in every if not one.ours]
    said: list[Text] = []
    if theirs:
        said.append(t("afspraken.you", "Wat u doet:"))
        said += [line(one, case, number) for number, one in enumerate(theirs, 1)]
    number = len(theirs)
    for name in dict.fromkeys(one.name for one in every if one.ours):
        said.append(t("afspraken.we", "Wat {name} doet:", name=name))
        for one in every:
            if one.ours and one.name == name:
                number += 1
                said.append(line(one, case, number))
    return tuple(said)


def of_summary(one: Summary, case: Case) -> tuple[Text, ...]:
    """Its lines and the note below them."""
    noted: tuple[Text, ...] = ()
    if one.note and case.language == "nl":
        noted = (t("afspraken.note", "{name} schrijft: {words}", name=one.name, words=verbatim(one.note)),)
    elif one.note:
        noted = (
            t("afspraken.note.dutch", "{name} schrijft in het Nederlands: {words}", name=one.name, words=one.note),
        )
    return (*both(one.lines, case), *noted)


# ---- buttons -------------------------------------------------------------------------------------------------------


def buttons(every: Iterable[Agreement], case: Case, screen: str = "action", icon: str = "📌") -> tuple[Choice, ...]:
    """One for each, that leads to ``screen`` however old it is; numbered as in the list."""
    return tuple(
        Choice(
            f"a{one.id}",
            icon,
            one.text,
            short=t("afspraken.number", "Nummer {number}", number=f"{number}"),
            goes=call("afspraken", screen, agreement=one.id),
            lasting=True,
        )
        for number, one in enumerate(tuple(every)[:MOST_BUTTONS], 1)
    )


def done_button(one: Agreement) -> Choice:
    """It is done."""
    return Choice(
        "done",
        "✅",
        t("afspraken.done_button", "Dat is klaar"),
        words=t("afspraken.done_button.words", "klaar, gedaan, gelukt, ja, dat heb ik gedaan, af"),
        goes=call("afspraken", "done", agreement=one.id),
        lasting=True,
    )


def stuck_button(one: Agreement) -> Choice:
    """It does not work out."""
    return Choice(
        "stuck",
        "😕",
        t("afspraken.stuck_button", "Het lukt niet"),
        words=t("afspraken.stuck_button.words", "lukt niet, niet gelukt, kan niet, moeilijk, nee, hulp nodig"),
        goes=call("afspraken", "stuck", agreement=one.id),
        lasting=True,
    )


def later_button(one: Agreement) -> Choice:
    """On another day."""
    return Choice(
        "later",
        "⏰",
        t("afspraken.later_button", "Een andere dag"),
        words=t("afspraken.later_button.words", "later, andere dag, uitstellen, nog niet, verzetten, meer tijd"),
        goes=call("afspraken", "later", agreement=one.id),
        lasting=True,
    )


def other_day(one: Agreement) -> tuple[Choice, ...]:
    """On another day, where it can be."""
    return () if one.is_fixed else (later_button(one),)


def undone_button(one: Agreement) -> Choice:
    """A tick by mistake."""
    return Choice(
        "undone",
        "↩️",
        t("afspraken.undone_button", "Toch niet klaar"),
        words=t("afspraken.undone_button.words", "nog niet, foutje, per ongeluk, vergissing, toch niet, nee"),
        goes=call("afspraken", "undone", agreement=one.id),
        lasting=True,
    )


def three(one: Agreement) -> tuple[Choice, ...]:
    """What can be done with one that is open."""
    return (done_button(one), stuck_button(one), *other_day(one))


def day_button(day: date) -> Choice:
    """A day to choose."""
    return Choice(
        day.isoformat(),
        "📅",
        t("afspraken.later.day", "{day}", day=day),
        short=t("afspraken.later.day.short", "{day}", day=Short(day)),
    )


# ---- what several screens say --------------------------------------------------------------------------------------


def not_there(case: Case) -> Screen:
    """An old button, of what is somebody else's or never was."""
    return Screen(
        t("afspraken.not_there", "Dit staat niet op uw lijst. Dat geeft niet."),
        unless_held(case, LIST, CLOSE),
    )


def human_answers(case: Case) -> tuple[Text, ...]:
    """Who reads it, and by which day they answer; after a crisis its own promise, never a later day (rule 4)."""
    warned = standing(case.facts, case.moment)
    if warned is not None:
        return (*same_promise(case, warned), *answer_here(case))
    if "first_contact" in case.moment.gemeente.promises:
        day = case.world.get(Promised).first_contact
        return (t("afspraken.answer.day", "U hoort uiterlijk {day} van ons.", day=day), *answer_here(case))
    return (t("afspraken.answer", "Een medewerker leest het en schrijft u terug."), *answer_here(case))


def day_of(case: Case) -> date | None:
    """The day that was chosen or typed."""
    try:
        return date.fromisoformat(case.picked("day") or "")
    except ValueError:
        return None


def no_day(day: date, case: Case) -> Text | None:
    """Why nothing can be put on that day; None: it can."""
    today = case.moment.now.date()
    if day < today:
        return t("afspraken.later.over", "Die dag is al voorbij.")
    if day > today + FURTHEST:
        return t("afspraken.later.far", "Die dag is meer dan een jaar weg. Zo ver vooruit spreken we nog niets af.")
    return None
