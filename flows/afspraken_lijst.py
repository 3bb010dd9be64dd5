"""The list of what was agreed: one thing on it, done, not done, on another day, and what reminds of it.

Buttons here last: messages get old, and some arrive while a human holds the conversation.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flows.afspraak_regels import PERSON, human, unless_held
from flows.afspraken_regels import (
    CLOSE,
    LIST,
    buttons,
    day_button,
    day_of,
    done_button,
    later_button,
    line,
    mine,
    no_day,
    not_there,
    other_day,
    own_open,
    stuck_button,
    three,
    undone_button,
    words,
)
from flows.agenda import Kind, Meetings
from flows.agreements import Agreement, Agreements, Postpone, Stuck, TickOff
from flows.flow import Read, Reader
from flows.grammar import Case, Choice, Json, Moment, Screen, Text, call, t
from flows.understanding import asks, day_in, doing, mentions, number_in, wish

#: Days from now that are offered where another one is wanted.
DAYS_LATER = (1, 3, 7, 14)
#: A day alone ("volgende week vrijdag") is an answer where a reason can be told too.
_ONLY_A_DAY = 4

_TOGETHER = Choice(
    "together",
    "🤝",
    t("afspraken.together_button", "Samen doen"),
    event="together",
    words=t("afspraken.together_button.words", "samen, hulp, help mij, samen met iemand"),
)
_LEAVE = Choice(
    "leave",
    "👌",
    t("afspraken.leave", "Laat het zo staan"),
    event="leave",
    words=t("afspraken.leave.words", "laat maar, later zelf, niets, zo laten"),
)


# ---- one of the list -----------------------------------------------------------------------------------------------


def action(case: Case) -> Screen:
    """One thing, and what can be done with it."""
    one = case.world.get(Agreements).one
    if one is None:
        return not_there(case)
    if one.ours:
        return Screen(
            (t("afspraken.action.ours", "Dit doet {name}.", name=one.name), line(one, case)),
            unless_held(case, LIST, CLOSE),
        )
    if one.state in ("done", "dropped"):
        return _settled(one, case)
    return Screen(
        (line(one, case), t("afspraken.action", "Hoe gaat het hiermee?")),
        (*three(one), *unless_held(case, LIST)),
        why=t("afspraken.action.why", "Dan weten we hoe het gaat, en of we kunnen helpen."),
    )


def _settled(one: Agreement, case: Case) -> Screen:
    """What nobody has to do any more."""
    if one.state == "dropped":
        return Screen(line(one, case), unless_held(case, LIST, CLOSE))
    return Screen(
        (t("afspraken.action.done", "Dit is al klaar."), line(one, case)),
        (undone_button(one), *unless_held(case, LIST)),
    )


def done(case: Case) -> Screen:
    """Ticked off: a small step is worth a word, and the last one a moment."""
    one = mine(case)
    if one is None or one.state == "dropped":
        return action(case)
    left = sum(not other.ours and other.id != one.id for other in case.world.get(Agreements).open)
    return Screen(
        (t("afspraken.line.done", "✅ {what}", what=words(one, case)), *_well_done(left)),
        (undone_button(one), *unless_held(case, *((LIST,) if left else ()), CLOSE)),
        effects=(TickOff(one.id),) if one.state in ("open", "stuck") else (),
    )


def _well_done(left: int) -> tuple[Text, ...]:
    if not left:
        return (
            t("afspraken.done.all", "Daarmee is alles op uw lijst klaar. Dat is knap, zeker als er veel speelt."),
            t("afspraken.done.all.rest", "Nu mag u even rust nemen. Wij zien ook dat het klaar is."),
        )
    if left == 1:
        return (t("afspraken.done.last", "Mooi, dat is gelukt. Nu is er nog één ding over."),)
    said = (
        t(
            "afspraken.done.three",
            "Fijn, weer een stap verder. Nog {count, plural, one {# ding} other {# dingen}} op uw lijst.",
            count=left,
        ),
        t(
            "afspraken.done.one",
            "Goed gedaan. Nog {count, plural, one {# ding} other {# dingen}} op uw lijst.",
            count=left,
        ),
        t(
            "afspraken.done.two",
            "Dat is klaar. Dat geeft rust. Nog {count, plural, one {# ding} other {# dingen}} op uw lijst.",
            count=left,
        ),
    )
    return (said[left % len(said)],)


def undone(case: Case) -> Screen:
    """The tick was a mistake."""
    one = mine(case)
    if one is None or one.state == "dropped":
        return action(case)
    return Screen(
        (t("afspraken.undone", "Dat is goed. Het staat weer op uw lijst."), line(replace(one, state="open"), case)),
        (*three(one), *unless_held(case, LIST)),
        effects=(TickOff(one.id, done=False),) if one.state == "done" else (),
    )


# ---- it does not work out ------------------------------------------------------------------------------------------


def stuck(case: Case) -> Screen:
    """A normal answer, and what would help."""
    one = mine(case)
    if one is None or one.state in ("done", "dropped"):
        return action(case)
    effects = (Stuck(one.id),) if one.state == "open" else ()
    opening = t("afspraken.stuck", "Dat geeft niet. Iets lukt niet altijd meteen, bij niemand.")
    if case.moment.held:
        name = human(case)
        reads = t("afspraken.stuck.held", "{name} leest met u mee. Typ gerust waarom het niet lukt.", name=name)
        return Screen((opening, reads), effects=effects)
    return Screen(
        (
            opening,
            line(one, case),
            t("afspraken.stuck.ask", "Wat zou u helpen? U kunt ook typen waarom het niet lukt."),
        ),
        _help(one),
        saves="reason",
        free=True,
        skippable=False,
        why=t("afspraken.stuck.why", "Dan kunnen we er samen iets op vinden. Wij zien het ook."),
        effects=effects,
    )


def heard(case: Case) -> Screen:
    """They said why."""
    one = mine(case)
    if one is None or one.state in ("done", "dropped"):
        return action(case)
    why = case.told("reason")
    return Screen(
        (
            t("afspraken.heard", "Dank u dat u het zegt. Een medewerker leest het ook."),
            t("afspraken.heard.ask", "Wat zou u nu helpen?"),
        ),
        _help(one),
        why=t("afspraken.stuck.why", "Dan kunnen we er samen iets op vinden. Wij zien het ook."),
        effects=(Stuck(one.id, {"text": why}),) if why else (),
    )


def _help(one: Agreement) -> tuple[Choice, ...]:
    return (*other_day(one), _TOGETHER, PERSON, _LEAVE)


def left(case: Case) -> Screen:
    """It stays as it is."""
    return Screen(
        t("afspraken.left", "Dat is goed. Het blijft op uw lijst staan. Wij zien ook dat het nog niet lukt."),
        (LIST, CLOSE),
    )


def together(case: Case) -> Screen:
    """Doing it together is an appointment, of a kind that someone of the team gives."""
    kinds = case.world.get(Meetings).kinds
    ways = tuple(one for one in _WAYS if one.id in kinds)
    return Screen(
        t("afspraken.together", "Dat doen we graag samen. Wat wilt u samen doen?"),
        (*ways, _ELSE, *(() if ways else (PERSON,)), LIST),
        why=t("afspraken.together.why", "Dan zoeken we een moment met iemand die u helpt."),
    )


#: What can be done together, by its kind of appointment.
_WAYS = (
    Choice(
        Kind.CALL,
        "☎️",
        t("afspraken.together.call", "Samen bellen"),
        words=t("afspraak.kind.call.words", "samen bellen, schuldeiser, deurwaarder bellen"),
        goes=call("afspraak", "day", kind=Kind.CALL.value),
    ),
    Choice(
        Kind.PAPERS,
        "🗂️",
        t("afspraken.together.papers", "Papieren en post"),
        words=t("afspraak.kind.papers.words", "papieren, post, administratie, brieven"),
        goes=call("afspraak", "day", kind=Kind.PAPERS.value),
    ),
)
_ELSE = Choice("else", "💬", t("afspraken.together.else", "Iets anders"), goes=call("afspraak"))


# ---- on another day ------------------------------------------------------------------------------------------------


def later(case: Case) -> Screen:
    """A few days to choose from; any other can be typed."""
    one = mine(case)
    if one is None or one.state in ("done", "dropped"):
        return action(case)
    return _fixed(one, case) if one.is_fixed else _asks_day(one, case)


def _asks_day(one: Agreement, case: Case, *before: Text) -> Screen:
    today = case.moment.now.date()
    return Screen(
        (
            *before,
            line(one, case),
            t("afspraken.later", "Welke dag komt beter uit? Kies een dag, of typ er zelf een."),
        ),
        (*(day_button(today + timedelta(days=days)) for days in DAYS_LATER), LIST),
        saves="day",
        skippable=False,
        why=t("afspraken.later.why", "Dan zetten we die dag bij deze afspraak."),
    )


def postponed(case: Case) -> Screen:
    """It is by another day now."""
    one, day = mine(case), day_of(case)
    if one is None or day is None or one.state in ("done", "dropped"):
        return later(case)
    refused = no_day(day, case)
    if one.is_fixed:
        return _fixed(one, case, day if refused is None else None)
    if refused is not None:
        return _asks_day(one, case, refused)
    return Screen(
        (
            t("afspraken.postponed", "Dat is goed. Het staat nu op {day}.", day=day),
            t("afspraken.postponed.again", "Lukt het dan ook niet? Dat mag u altijd zeggen."),
        ),
        (LIST, CLOSE),
        effects=() if one.state == "open" and one.due == day else (Postpone(one.id, day),),
    )


def _fixed(one: Agreement, case: Case, day: date | None = None) -> Screen:
    """Its words name the day: a human hears that another one is wanted, and which one."""
    human_looks = t("afspraken.fixed.human", "Een medewerker leest het, en kijkt met u wat er wel kan.")
    effects = (Stuck(one.id),) if one.state == "open" else ()
    if day is not None:
        human_looks = t(
            "afspraken.fixed.day",
            "Een medewerker leest dat {day} beter voor u is, en kijkt met u wat er kan.",
            day=day,
        )
        effects = (Stuck(one.id, {"text": f"Liever op {day.day}-{day.month}-{day.year}"}),)
    return Screen(
        (t("afspraken.fixed", "Deze dag kunnen we niet zomaar veranderen."), line(one, case), human_looks),
        _help(one),
        why=t("afspraken.stuck.why", "Dan kunnen we er samen iets op vinden. Wij zien het ook."),
        effects=effects,
    )


def with_human(case: Case) -> Screen:
    """Another day, while a human holds the conversation: that human agrees on it with them."""
    return Screen(
        t("afspraken.with_human", "{name} leest met u mee. Typ gerust welke dag beter uitkomt.", name=human(case)),
    )


# ---- typed ---------------------------------------------------------------------------------------------------------


def which(case: Case) -> Screen:
    """They typed that something is done, or is not: is it this, or which of these?"""
    meant, numbered, number = case.picked("what") or "done", _numbered(case), case.answers.get("number")
    every = tuple(one for one in numbered if one.state in ("open", "stuck"))
    if case.answers.get("asked"):  # this very question, which numbers what is open
        numbered = every
    if isinstance(number, int) and 1 <= number <= len(numbered):
        one = numbered[number - 1]
        if one not in every:
            return _settled(one, case)
        every = (one,)
    if not every:
        return Screen(t("afspraken.which.none", "Er staat nu niets op uw lijst dat u nog doet."), (LIST, CLOSE))
    if len(every) > 1:
        return Screen(
            (
                t("afspraken.which", "Welke bedoelt u?"),
                *(line(one, case, place) for place, one in enumerate(every, 1)),
            ),
            (*buttons(every, case, meant, _ICONS[meant]), LIST),
            why=t("afspraken.which.why", "Dan veranderen we niet per ongeluk iets anders."),
        )
    (one,) = every
    return Screen(
        (t("afspraken.which.this", "Bedoelt u dit?"), line(one, case)),
        ({"done": done_button, "stuck": stuck_button, "later": later_button}[meant](one), LIST),
        why=t("afspraken.which.why", "Dan veranderen we niet per ongeluk iets anders."),
    )


_ICONS = {"done": "✅", "stuck": "😕", "later": "⏰"}


def _numbered(case: Case) -> tuple[Agreement, ...]:
    """What the person does, as it was numbered where they typed that."""
    match case.picked("where"):
        case "summary" if (told := case.world.get(Agreements).summary) is not None:
            return tuple(one for one in told.lines if not one.ours)
        case "reminder":
            return own_open(case, case.picked("due"))
    return own_open(case)


def read_one(text: str, moment: Moment) -> Read | None:
    """What is said about the one that is asked about, or another day for it. It is read before the labels, to which
    "nog niet gedaan" is near; who asks whether it is done says nothing of it, and sees it again."""
    meant = doing(text)
    if meant is not None and not asks(text):
        return Read(meant, meant, saves="what")
    if hears_list(text):
        return Read(None, "list", saves="what")
    return read_day(text, moment) or (Read(None, "asked", saves="what") if mentions(text) else None)


def hears_list(text: str) -> str | None:
    """Whether they ask for the whole list, in whatever words."""
    return "list" if wish(text, ("afspraken",)) else None


def reads_list(where: str | None) -> Reader:
    """What is said about something on the list of ``where`` (None: on the same as before), with its number where they
    name one."""

    def read(text: str, moment: Moment) -> Read | None:
        meant = None if asks(text) else doing(text)
        if meant not in _ICONS:
            return None
        also: dict[str, Json] = {"number": number_in(text), "asked": where is None}
        return Read(meant, "which", saves="what", also=also if where is None else {**also, "where": where})

    return read


def read_day(text: str, moment: Moment) -> Read | None:
    """A day in own words."""
    day = day_in(text, moment.now.date())
    return None if day is None else Read(day.isoformat(), "day", saves="day")


def read_reason(text: str, moment: Moment) -> Read:
    """A day alone is another day; everything else is why it does not work out."""
    found = read_day(text, moment) if len(text.split()) <= _ONLY_A_DAY else None
    return found or Read({"text": text}, saves="reason")


# ---- said without being asked --------------------------------------------------------------------------------------


def reminder(case: Case) -> Screen:
    """A day comes near by which something is still open."""
    every = own_open(case, case.picked("due"))
    if not every:
        return Screen(t("afspraken.reminder.done", "Alles voor deze dag is al klaar."), unless_held(case, LIST, CLOSE))
    said: tuple[Text, ...] = (line(every[0], case),)
    choices = three(every[0])
    if len(every) > 1:
        said = tuple(line(one, case, number) for number, one in enumerate(every, 1))
        choices = buttons(every, case)
    return Screen(
        (
            t("afspraken.reminder", "Even ter herinnering: dit staat op uw lijst."),
            *said,
            t("afspraken.reminder.ask", "Hoe gaat het? Lukt iets niet, dan mag u dat altijd zeggen."),
        ),
        choices,
        why=t("afspraken.action.why", "Dan weten we hoe het gaat, en of we kunnen helpen."),
    )


def told(case: Case) -> Screen:
    """A human changed something of the list."""
    one, what = case.world.get(Agreements).one, case.picked("what")
    if one is None:
        return not_there(case)
    return Screen(
        (_TOLD[one.ours].get(what or "", _CHANGED), line(one, case)),
        (
            *(three(one) if not one.ours and one.state in ("open", "stuck") else ()),
            *unless_held(case, LIST, CLOSE),
        ),
    )


_CHANGED = t("afspraken.told", "Er is iets veranderd op uw lijst:")
_TOLD = {
    False: {
        "moved": t("afspraken.told.moved", "Dit heeft nu een andere dag:"),
        "dropped": t("afspraken.told.dropped", "Dit hoeft u niet meer te doen:"),
        "open": t("afspraken.told.open", "Dit staat weer op uw lijst:"),
    },
    True: {
        "done": t("afspraken.told.we_did", "Wij hebben dit voor u gedaan:"),
        "moved": t("afspraken.told.we_moved", "Wij doen dit op een andere dag:"),
        "dropped": t("afspraken.told.we_dropped", "Dit doen wij niet meer:"),
        "open": t("afspraken.told.we_do", "Dit doen wij toch nog voor u:"),
    },
}
