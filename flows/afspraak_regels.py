"""What an appointment reads like, and the buttons that belong to one: the same in every message about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.agenda import Appointment, Appointments, FreeSlots, Kind, Slot
from flows.grammar import Case, Choice, Contact, Promised, Screen, Text, call, t, verbatim
from flows.reach import answer_here, on_webchat
from flows.text import Short
from flows.warned import same_promise, standing

#: Every way to meet, in the order in which they are offered.
KINDS: tuple[Choice, ...] = (
    Choice(
        Kind.PHONE,
        "📞",
        t("afspraak.kind.phone", "Telefoon"),
        words=t("afspraak.kind.phone.words", "bellen, telefonisch, gebeld worden, bel mij, maakt niet uit"),
    ),
    Choice(
        Kind.OFFICE,
        "🏢",
        t("afspraak.kind.office", "Op kantoor"),
        words=t("afspraak.kind.office.words", "kantoor, langskomen, bij jullie, bij u, gemeentehuis, persoonlijk"),
    ),
    Choice(
        Kind.HOME,
        "🏠",
        t("afspraak.kind.home", "Bij mij thuis"),
        words=t("afspraak.kind.home.words", "thuis, huisbezoek, bij mij, kom bij mij, bij mij langs"),
    ),
    Choice(
        Kind.ELSEWHERE,
        "📍",
        t("afspraak.kind.elsewhere", "Ergens anders"),
        words=t("afspraak.kind.elsewhere.words", "andere plek, buiten, bibliotheek, buurthuis"),
    ),
    Choice(
        Kind.VIDEO,
        "🎥",
        t("afspraak.kind.video", "Videobellen"),
        words=t("afspraak.kind.video.words", "video, beeldbellen, online, zoom, teams"),
    ),
    Choice(
        Kind.CALL,
        "☎️",
        t("afspraak.kind.call", "Samen een schuldeiser bellen"),
        short=t("afspraak.kind.call.short", "Samen bellen"),
        words=t("afspraak.kind.call.words", "samen bellen, schuldeiser, deurwaarder bellen"),
    ),
    Choice(
        Kind.PAPERS,
        "🗂️",
        t("afspraak.kind.papers", "Samen papieren ordenen"),
        short=t("afspraak.kind.papers.short", "Papieren ordenen"),
        words=t("afspraak.kind.papers.words", "papieren, post, administratie, brieven"),
    ),
)
CLOSE = Choice(
    "close",
    "👌",
    t("afspraak.close", "Zo is het goed"),
    event="close",
    words=t("afspraak.close.words", "klaar, goed, prima, verder, nee, niets, oké"),
)
PERSON = Choice(
    "mens",
    "💬",
    t("afspraak.person", "Praten met een mens"),
    short=t("afspraak.person.short", "Een mens spreken"),
    goes=call("overdracht", "asked"),
)
#: Where to be reached, on the one channel where nobody can be written to.
GIVE_NUMBER = Choice("number", "📞", t("afspraak.give_number", "Mijn nummer geven"), goes=call("overdracht", "number"))
MOST_PROPOSED = 3


def lines(one: Appointment, *, neutral: bool = False) -> tuple[Text, ...]:
    """When, with whom and where. ``neutral``: what goes out unasked does not say what the talk is for (rule 11)."""
    who = verbatim(one.names[0]) if one.names else t("afspraak.someone", "een medewerker")
    others = tuple(verbatim(name) for name in one.names[1:])
    kind = None if neutral and one.kind in (Kind.CALL, Kind.PAPERS) else one.kind
    match kind:
        case Kind.PHONE:
            how = t("afspraak.line.phone", "📞 U wordt gebeld door {name}.", name=who)
        case Kind.OFFICE:
            how = t("afspraak.line.office", "🏢 Op kantoor, met {name}.", name=who)
        case Kind.HOME:
            how = t("afspraak.line.home", "🏠 Bij u thuis, met {name}.", name=who)
        case Kind.ELSEWHERE:
            how = t("afspraak.line.elsewhere", "📍 Op een plek die u goed uitkomt, met {name}.", name=who)
        case Kind.VIDEO if one.place:
            how = t("afspraak.line.video.with", "🎥 Via videobellen, met {name}.", name=who)
        case Kind.VIDEO:
            how = t("afspraak.line.video", "🎥 Via videobellen, met {name}. De link krijgt u van tevoren.", name=who)
        case Kind.CALL:
            how = t("afspraak.line.call", "☎️ Samen een schuldeiser bellen, met {name}.", name=who)
        case Kind.PAPERS:
            how = t("afspraak.line.papers", "🗂️ Samen papieren ordenen, met {name}.", name=who)
        case _:
            how = t("afspraak.line.with", "👤 Met {name}.", name=who)
    return (
        t("afspraak.line.when", "📅 {moment}", moment=one.at),
        how,
        *((t("afspraak.line.others", "👥 Ook erbij: {names}.", names=others),) if others else ()),
        *((_place(one),) if one.place else ()),
    )


def _place(one: Appointment) -> Text:
    """Where they go to; for a video talk that is its link."""
    if one.kind == Kind.VIDEO:
        return t("afspraak.line.link", "🔗 Link van het videogesprek: {link}", link=one.place)
    return t("afspraak.line.place", "🚩 Waar: {place}", place=one.place)


def calendar(one: Appointment) -> tuple[Text, ...]:
    """The link that puts it into a calendar, where the file itself is not sent."""
    return (t("afspraak.calendar", "Zet het in uw agenda: {link}", link=one.link),) if one.link else ()


def bring(one: Appointment) -> Text:
    """What to bring: nothing (rule 3), unless it is about papers."""
    if one.kind == Kind.PAPERS:
        return t("afspraak.booked.papers", "Neem gerust uw post mee. Dichte brieven mogen ook.")
    return t("afspraak.booked.bring", "U hoeft niets mee te nemen of klaar te leggen.")


def of_slot(slot: Slot, kind: str, free: FreeSlots) -> Appointment:
    """What the appointment at this free moment will be."""
    until = slot.at + timedelta(minutes=slot.minutes)
    return Appointment(0, kind, slot.at, until, (slot.name,), place=slot.place, link=free.link)


def stands(one: Appointment | None, case: Case) -> bool:
    """Whether it is booked and still to come: what is gone cannot be confirmed, moved or cancelled."""
    return one is not None and one.state == "booked" and one.until > case.moment.now


def standing_one(case: Case) -> Appointment | None:
    """The appointment that the screen is about, as long as it stands."""
    one = case.world.get(Appointments).one
    return one if one is not None and stands(one, case) else None


def moment_of(at: datetime) -> tuple[Text, Text]:
    """A moment as a label, and its short form."""
    return t("afspraak.moment", "{moment}", moment=at), t("afspraak.moment.short", "{moment}", moment=Short(at))


# ---- buttons that work however old their message is ------------------------------------------------------------------


def coming_button(one: Appointment) -> Choice:
    """*Ik kom.*"""
    return Choice(
        "coming",
        "✅",
        t("afspraak.coming_button", "Ik kom"),
        words=t(
            "afspraak.coming_button.words",
            "ja, ja ik kom, ik ben er, ik kom eraan, tot dan, oké, prima, toch komen",
        ),
        goes=call("afspraak", "coming", appointment=one.id),
        lasting=True,
    )


def moving_button(one: Appointment) -> Choice:
    """*Verzetten.*"""
    return Choice(
        "moving",
        "🔁",
        t("afspraak.moving_button", "Verzetten"),
        words=t(
            "afspraak.moving_button.words",
            "verplaatsen, ander moment, andere dag, andere tijd, liever verzetten, ik kom later, later, eerder",
        ),
        goes=call("afspraak", "moving", appointment=one.id),
        lasting=True,
    )


def cancelling_button(one: Appointment) -> Choice:
    """*Afzeggen.*"""
    return Choice(
        "cancelling",
        "❌",
        t("afspraak.cancelling_button", "Afzeggen"),
        words=t(
            "afspraak.cancelling_button.words",
            "nee, ik kom niet, ik kan niet, ik kan dan niet, ik ben er niet, ik ben ziek, ziek, annuleren",
        ),
        goes=call("afspraak", "cancelling", appointment=one.id),
        lasting=True,
    )


def again_button(one: Appointment) -> Choice:
    """Another appointment in the place of one that is over."""
    return Choice(
        "again",
        "📅",
        t("afspraak.again_button", "Nieuw moment"),
        words=t("afspraak.again_button.words", "ja, nieuwe afspraak, ander moment, opnieuw, graag"),
        goes=call("afspraak", "again", again=one.id),
        lasting=True,
    )


def three(one: Appointment) -> tuple[Choice, ...]:
    """What one can do with an appointment that stands."""
    return (coming_button(one), moving_button(one), cancelling_button(one))


def choose(one: Appointment) -> Choice:
    """One of the proposed moments."""
    label, short = moment_of(one.at)
    goes = call("afspraak", "chosen", appointment=one.id)
    return Choice(f"a{one.id}", "📅", label, short=short, goes=goes, lasting=True)


def proposals(case: Case) -> tuple[Choice, ...]:
    """The proposed moments that still can be had."""
    return tuple(choose(one) for one in case.world.get(Appointments).proposed[:MOST_PROPOSED])


def unless_held(case: Case, *choices: Choice) -> tuple[Choice, ...]:
    """Buttons that need the conversation itself; while a human holds it only those that last are shown."""
    return () if case.moment.held else choices


# ---- what several screens say ----------------------------------------------------------------------------------------


def no_longer(case: Case) -> Screen:
    """An old button, of an appointment that is over, was moved to someone else or never was theirs."""
    new = Choice("new", "📅", t("afspraak.no_longer.new", "Nieuwe afspraak"), goes=call("afspraak"))
    return Screen(
        t("afspraak.no_longer", "Deze afspraak staat niet meer. Dat geeft niet."),
        unless_held(case, new, CLOSE),
    )


def human_finds(case: Case) -> tuple[Text, ...]:
    """That a human looks for a moment, and by which day; after a crisis its own promise, never a later day (rule 4)."""
    warned = standing(case.facts, case.moment)
    if warned is not None:
        return (*same_promise(case, warned), *answer_here(case))
    if "first_contact" in case.moment.gemeente.promises:
        day = case.world.get(Promised).first_contact
        finds = t("afspraak.human_finds.day", "Een medewerker zoekt een moment met u, uiterlijk {day}.", day=day)
    else:
        finds = t("afspraak.human_finds", "Een medewerker zoekt een moment met u.")
    return (finds, *answer_here(case))


def human_choices(case: Case) -> tuple[Choice, ...]:
    """For who waits for that human: where to call, on the one channel where nobody can be written to."""
    return (*((GIVE_NUMBER,) if on_webchat(case) else ()), CLOSE)


def human(case: Case) -> Text:
    """Who reads along."""
    name = case.world.get(Contact).contact_name
    return verbatim(name) if name else t("afspraak.human", "Een medewerker")
