"""What may be said about an appointment once it stands: a number, a place, someone along, an interpreter; and, after
one that was missed, what would help next time [000]. All of it optional, one question at a time."""

from __future__ import annotations

from datetime import date

from flows.afspraak_getypt import read_standing
from flows.afspraak_regels import CLOSE, again_button, lines, no_longer
from flows.afspraak_staat import EXTRA, mine_at_that_time
from flows.agenda import Amend, Appointments, Differently, Kind, Meetings
from flows.flow import Read
from flows.grammar import Case, Choice, Json, Moment, Screen, SetContact, Text, call, t, verbatim
from flows.reach import given, read_contact
from flows.understanding import day_in, days_from_in, part_in, refuses, reply, suits, way
from flows.woorden import NAMES, languages

#: What can be said, by the name under which it goes to the desk.
_LINES = (
    ("phone", t("afspraak.said.phone", "📞 Nummer: {what}")),
    ("place", t("afspraak.said.place", "📍 Waar: {what}")),
    ("company", t("afspraak.said.company", "👥 Mee: {what}")),
    ("interpreter", t("afspraak.said.interpreter", "🗣️ Tolk: {what}")),
    ("access", t("afspraak.said.access", "♿ Handig om te weten: {what}")),
    ("remark", t("afspraak.said.remark", "✏️ Ook nog: {what}")),
)


def number(case: Case) -> Screen:
    """Where to call."""
    return Screen(
        t("afspraak.number", "Op welk nummer kunnen we u bellen?"),
        saves="phone",
        free=True,
        why=t("afspraak.number.why", "Dan belt de medewerker het goede nummer."),
    )


def read_number(text: str, moment: Moment) -> Read | None:
    """A telephone number; an e-mail address is none."""
    read = read_contact(text, moment)
    return read if read is not None and isinstance(read.value, dict) and "phone" in read.value else None


def read_reach(text: str, moment: Moment) -> Read | None:
    """A telephone number or an e-mail address, given at once; or second thoughts."""
    read = read_contact(text, moment)
    return read_made(text, moment) if read is None else Read(read.value, "contact", saves="contact")


def read_made(text: str, moment: Moment) -> Read | None:
    """Second thoughts about what was made just now, before a *no* in them counts as nothing more to say."""
    match reply(text):
        case "coming":
            return Read(None, "close", saves="said")
        case None:
            read = read_standing(text, moment)
            if read is None or (read.event == "way" and not suits(text)):
                return None
    return _SECOND_THOUGHTS


def read_there(text: str, moment: Moment) -> Read:
    """Where to meet, in any words, unless it should be otherwise after all."""
    otherwise = reply(text) in ("moving", "cancelling") or (
        suits(text) and way(text) not in (None, Kind.HOME, Kind.ELSEWHERE)
    )
    return _SECOND_THOUGHTS if otherwise else Read({"text": text})


def read_over(text: str, moment: Moment) -> Read | None:
    """No new moment after one that is over; that is all right."""
    return _NO_NEW if refuses(text) else None


def new_moment(text: str) -> str | None:
    """Who names a day, or wants another moment, after one that is over wants a new one."""
    named = day_in(text, _ANY_DAY) or days_from_in(text, _ANY_DAY) or part_in(text)
    return "again" if named or reply(text) == "moving" else None


def none_of_these(text: str) -> str | None:
    """Who cannot come, or would like another day, takes none of the proposed moments."""
    return "no_proposal" if reply(text) in ("moving", "cancelling") else None


#: Which day is named does not matter, only that one is.
_ANY_DAY = date(2026, 1, 1)
_NO_NEW = Read(
    None,
    "close",
    t("afspraak.no_new", "Dat is goed. Wilt u later toch een afspraak? Typ dan ‘afspraak’."),
    saves="said",
)
_SECOND_THOUGHTS = Read(None, "mine", saves="said")


def reached(case: Case) -> Screen:
    """Where to be reached, given without being asked for twice. Who has a number already means: for this talk."""
    mine, known = mine_at_that_time(case), case.world.get(Meetings).phone
    phone, email, contact = given(case, "phone"), given(case, "email"), case.told("contact")
    if mine is None or contact is None:
        return no_longer(case)
    details: dict[str, Json] = {"phone": contact} if phone is not None else {}
    new = SetContact(phone=None if known else phone, email=email)
    return Screen(
        (t("afspraak.reached", "Dank u. We kunnen u bereiken via {contact}.", contact=contact), *lines(mine)[:1]),
        (EXTRA, CLOSE),
        effects=(
            *((Amend(mine.id, details),) if details else ()),
            *((new,) if new != SetContact() else ()),
        ),
    )


def place(case: Case) -> Screen:
    """Where to meet: at home or elsewhere."""
    return Screen(
        t("afspraak.place", "Waar zullen we afspreken? Typ het adres of de plek."),
        saves="place",
        free=True,
        why=t("afspraak.place.why", "Dan weet de medewerker waar die u kan vinden."),
    )


def extra(case: Case) -> Screen:
    """What else there is to say."""
    return Screen(
        t("afspraak.extra", "Wat wilt u nog doorgeven?"),
        (
            Choice(
                "company",
                "👥",
                t("afspraak.extra.company", "Ik neem iemand mee"),
                event="company",
                short=t("afspraak.extra.company.short", "Iemand mee"),
                words=t("afspraak.extra.company.words", "iemand mee, familie, vriend, samen"),
            ),
            Choice(
                "interpreter",
                "🗣️",
                t("afspraak.extra.interpreter", "Ik wil een tolk"),
                event="interpreter",
                words=t("afspraak.extra.interpreter.words", "tolk, taal, vertalen"),
            ),
            Choice(
                "access",
                "♿",
                t("afspraak.extra.access", "Lift, horen of zien"),
                event="access",
                words=t("afspraak.extra.access.words", "rolstoel, slecht horen, slecht zien, lift, hulp nodig"),
            ),
            Choice(
                "remark",
                "✏️",
                t("afspraak.extra.remark", "Iets anders"),
                event="remark",
                words=t("afspraak.extra.remark.words", "anders, opmerking, vraag"),
            ),
            CLOSE,
        ),
        why=t("afspraak.extra.why", "Dan kunnen we daar rekening mee houden."),
    )


def company(case: Case) -> Screen:
    """Someone along."""
    return Screen(
        t("afspraak.company", "Goed idee. Wie neemt u mee? Een naam hoeft niet."),
        (Choice("someone", "👥", t("afspraak.company.someone", "Iemand die ik ken")),),
        saves="company",
        free=True,
        why=t("afspraak.company.why", "Dan staat er een stoel klaar."),
    )


def interpreter(case: Case) -> Screen:
    """An interpreter, never a child (rule 13)."""
    others = [code for code in case.moment.gemeente.languages if code != "nl"]
    return Screen(
        t("afspraak.interpreter", "In welke taal wilt u een tolk? Uw kind hoeft niet te vertalen."),
        languages(case, *others),
        saves="interpreter",
        free=True,
        why=t("afspraak.interpreter.why", "Dan kunt u praten in de taal die u het beste kent."),
    )


def access(case: Case) -> Screen:
    """What makes it possible to come and take part."""
    return Screen(
        t("afspraak.access", "Wat helpt u? Denk aan een lift, of dat u slecht hoort of ziet."),
        saves="access",
        free=True,
        why=t("afspraak.access.why", "Dan maken we het u makkelijk."),
    )


def remark(case: Case) -> Screen:
    """Anything else."""
    return Screen(
        t("afspraak.remark", "Wat wilt u de medewerker vooraf vertellen?"),
        saves="remark",
        free=True,
        why=t("afspraak.remark.why", "De medewerker leest dit voor de afspraak."),
    )


def noted(case: Case) -> Screen:
    """Kept with the appointment."""
    mine = mine_at_that_time(case)
    if mine is None:
        return no_longer(case)
    details = _details(case)
    number = case.answers.get("phone")
    only = number.get("phone") if isinstance(number, dict) and not case.world.get(Meetings).phone else None
    said = tuple(line.but(what=_shown(case, name)) for name, line in _LINES if name in details)
    thanks = t("afspraak.noted", "Dank u. Dit staat bij uw afspraak:")
    return Screen(
        (thanks, *lines(mine)[:1], *said) if said else (t("afspraak.noted.nothing", "Dat is goed."), *lines(mine)[:1]),
        (EXTRA, CLOSE),
        effects=(
            *((Amend(mine.id, details),) if details else ()),
            *((SetContact(phone=only),) if isinstance(only, str) else ()),
        ),
    )


def _details(case: Case) -> dict[str, Json]:
    """What was said, as the desk reads it."""
    found: dict[str, Json] = {}
    for name, _ in _LINES:
        picked, told = case.picked(name), case.told(name)
        if told is not None:
            found[name] = told
        elif picked == "someone":
            found[name] = True
        elif picked in NAMES:
            found[name] = NAMES[picked][1].partition(",")[0]
    return found


def _shown(case: Case, name: str) -> Text:
    """The same in the person's language."""
    picked, told = case.picked(name), case.told(name)
    if told is not None:
        return verbatim(told)
    if picked in NAMES:
        return verbatim(NAMES[picked][0])
    return t("afspraak.company.someone", "Iemand die ik ken")


# ---- after one that was missed ---------------------------------------------------------------------------------------


def missed(case: Case) -> Screen:
    """No reproach, a new choice of moments, and what could be done differently [000]."""
    mine = case.world.get(Appointments).one
    if mine is None or mine.state != "no_show":
        return no_longer(case)
    return Screen(
        (
            t("afspraak.missed", "Jammer dat het niet lukte op {day}. Dat kan gebeuren.", day=mine.at.date()),
            t("afspraak.missed.ask", "Zullen we een nieuw moment zoeken? Of kan het beter anders?"),
        ),
        (
            again_button(mine),
            Choice(
                "differently",
                "💡",
                t("afspraak.missed.differently", "Liever anders"),
                words=t("afspraak.missed.differently.words", "anders, op een andere manier, het lag aan"),
                goes=call("afspraak", "differently", appointment=mine.id),
                lasting=True,
            ),
        ),
        why=t("afspraak.missed.why", "We spreken u graag. U mag zeggen wat daarbij helpt."),
    )


DIFFERENTLY = (
    Choice(
        "other_time",
        "🕐",
        t("afspraak.differently.time", "Een andere tijd"),
        words=t("afspraak.differently.time.words", "tijd, later, eerder, avond, ochtend"),
    ),
    Choice(
        "phone",
        "📞",
        t("afspraak.differently.phone", "Liever bellen"),
        words=t("afspraak.differently.phone.words", "bellen, telefoon, telefonisch"),
    ),
    Choice(
        "home",
        "🏠",
        t("afspraak.differently.home", "Bij mij thuis"),
        words=t("afspraak.differently.home.words", "thuis, huisbezoek"),
    ),
    Choice(
        "company",
        "👥",
        t("afspraak.differently.company", "Met iemand erbij"),
        words=t("afspraak.differently.company.words", "samen, iemand mee, niet alleen"),
    ),
    Choice(
        "interpreter",
        "🗣️",
        t("afspraak.differently.interpreter", "Met een tolk"),
        words=t("afspraak.differently.interpreter.words", "tolk, taal"),
    ),
    Choice(
        "reminder",
        "🔔",
        t("afspraak.differently.reminder", "Anders herinneren"),
        words=t("afspraak.differently.reminder.words", "vergeten, herinnering, seintje, vaker bericht"),
    ),
)


def differently(case: Case) -> Screen:
    """What would help next time."""
    return Screen(
        t("afspraak.differently", "Wat zou u de volgende keer helpen? U mag het ook typen."),
        DIFFERENTLY,
        saves="differently",
        free=True,
        why=t("afspraak.differently.why", "Dan maken we het u makkelijker om elkaar te spreken."),
    )


def heard(case: Case) -> Screen:
    """Kept for the caseworker, and a new moment."""
    mine = case.world.get(Appointments).one
    if mine is None:
        return no_longer(case)
    answer = case.told("differently") or case.picked("differently")
    return Screen(
        (
            t("afspraak.heard", "Dank u. Daar houden we rekening mee.")
            if answer
            else t("afspraak.noted.nothing", "Dat is goed."),
            t("afspraak.heard.new", "Wilt u nu een nieuw moment kiezen?"),
        ),
        (again_button(mine), CLOSE),
        why=t("afspraak.heard.why", "Dan staat er weer een afspraak voor u klaar."),
        effects=(Differently(mine.id, answer),) if answer else (),
    )
