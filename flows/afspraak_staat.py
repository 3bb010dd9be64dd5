"""An appointment that stands: made, moved, confirmed, cancelled; what reminds of it, and what a human did with it.

Buttons here last: messages get old, and some arrive while a human holds the conversation.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from flows.afspraak_kiezen import chosen_slot, is_meant, lost_slot
from flows.afspraak_regels import (
    CLOSE,
    GIVE_NUMBER,
    MOST_PROPOSED,
    PERSON,
    again_button,
    bring,
    calendar,
    cancelling_button,
    human,
    human_choices,
    human_finds,
    lines,
    moving_button,
    no_longer,
    of_slot,
    proposals,
    standing_one,
    stands,
    three,
    unless_held,
)
from flows.agenda import (
    Accept,
    Appointment,
    Appointments,
    Book,
    Cancel,
    Confirm,
    Decline,
    FreeSlots,
    Kind,
    Meetings,
    Move,
)
from flows.grammar import Case, Choice, Effect, HandOver, Screen, Text, call, t
from flows.reach import on_webchat

EXTRA = Choice(
    "extra",
    "➕",
    t("afspraak.extra_button", "Nog iets doorgeven"),
    event="extra",
    short=t("afspraak.extra_button.short", "Nog iets"),
    words=t("afspraak.extra_button.words", "nog iets, tolk, iemand mee, opmerking, rolstoel"),
)
_NUMBER = Choice(
    "number",
    "📞",
    t("afspraak.number_button", "Mijn nummer geven"),
    event="number",
    short=t("afspraak.number_button.short", "Mijn nummer"),
    words=t("afspraak.number_button.words", "nummer, telefoonnummer, ander nummer"),
)
_OTHER_NUMBER = Choice(
    "number",
    "📞",
    t("afspraak.other_number_button", "Een ander nummer"),
    event="number",
    short=t("afspraak.other_number_button.short", "Ander nummer"),
    words=t("afspraak.number_button.words", "nummer, telefoonnummer, ander nummer"),
)
_PLACE = Choice(
    "place",
    "📍",
    t("afspraak.place_button", "Zeggen waar"),
    event="place",
    words=t("afspraak.place_button.words", "adres, plek, waar"),
)


# ---- made and moved --------------------------------------------------------------------------------------------------


def booked(case: Case) -> Screen:
    """The moment is theirs at once; everything else is optional."""
    kind = kind_of(case)
    mine = mine_at_that_time(case)
    if mine is not None:
        return _made(case, mine)
    free, slot = case.world.get(FreeSlots), chosen_slot(case)
    if slot is None or not kind:
        return _refused(case, Book(kind, lost_slot(case)))
    return _made(case, of_slot(slot, kind, free), Book(kind, slot, free.token))


def booked_there(case: Case) -> Screen:
    """The same where we come to them: what they type is where that is."""
    return replace(booked(case), saves="place", skippable=False, free=True)


def kind_of(case: Case) -> str:
    """The kind that was picked, else that of the appointment before it; empty: none."""
    one = case.world.get(Appointments).one
    return case.picked("kind") or ("" if one is None else one.kind)


def mine_at_that_time(case: Case) -> Appointment | None:
    """What this conversation made: it is known by its moment, or by its number once it is an old one."""
    if "appointment" in case.answers:
        return standing_one(case)
    return next((one for one in case.world.get(Appointments).standing if is_meant(case, one.at)), None)


def _made(case: Case, one: Appointment, *effects: Effect) -> Screen:
    meetings = case.world.get(Meetings)
    known = meetings.phone
    phone = one.kind == Kind.PHONE
    number: tuple[Text, ...] = ()
    if phone and known:
        number = (t("afspraak.booked.number", "We bellen het nummer dat eindigt op {number}.", number=known),)
    elif phone:
        number = (t("afspraak.booked.which_number", "Op welk nummer kunnen we u bellen?"),)
    travels = one.kind in (Kind.HOME, Kind.ELSEWHERE)
    where = (t("afspraak.booked.where", "Waar zullen we afspreken?"),) if travels else ()
    alone = on_webchat(case) and not meetings.reached and not phone
    reach = (
        (t("afspraak.booked.reach", "Sluit u deze chat? Met uw nummer of e-mailadres kunnen we u nog bereiken."),)
        if alone
        else ()
    )
    return Screen(
        (
            t("afspraak.booked", "Gelukt. Uw afspraak staat."),
            *lines(one),
            *calendar(one),
            bring(one),
            *reach,
            *number,
            *where,
        ),
        (
            *((_OTHER_NUMBER if known else _NUMBER,) if phone else ()),
            *((_PLACE,) if travels else ()),
            *((GIVE_NUMBER,) if alone else ()),
            EXTRA,
            CLOSE,
        ),
        why=t("afspraak.booked.why", "Dan kan de medewerker zich op u voorbereiden."),
        effects=effects,
    )


def _refused(case: Case, effect: Effect) -> Screen:
    """The moment went before it could be taken: the effect is refused, and the table decides. Shown later, when what
    was made then is gone, it says so."""
    screen = no_longer(case)
    return Screen(screen.text, screen.choices, effects=(effect,))


def moved(case: Case) -> Screen:
    """The same appointment at another moment."""
    one = standing_one(case)
    if one is None:
        return no_longer(case)
    if is_meant(case, one.at):
        return _moved(one)
    slot = chosen_slot(case)
    if slot is None:
        return _refused(case, Move(one.id, lost_slot(case)))
    new = of_slot(slot, one.kind, case.world.get(FreeSlots))
    names = _names(one, new)
    # Where they agreed to meet stays, and so does a video talk's link, which goes with who it is with.
    stays = Kind(one.kind).travels or (one.kind == Kind.VIDEO and one.names[:1] == names[:1])
    place = one.place if stays else new.place
    return _moved(replace(new, names=names, place=place, link=one.link), Move(one.id, slot))


def _names(one: Appointment, new: Appointment) -> tuple[str, ...]:
    """Several keep it together; one may be another now."""
    return one.names if len(one.names) > 1 else new.names


def _moved(one: Appointment, *effects: Effect) -> Screen:
    return Screen(
        (t("afspraak.moved", "Gelukt. Uw afspraak staat nu op:"), *lines(one), *calendar(one)),
        (EXTRA, CLOSE),
        effects=effects,
    )


_WHY_ENOUGH = t("afspraak.enough.why", "Zo blijft er ook tijd vrij voor anderen.")


def enough(case: Case) -> Screen:
    """As many appointments as one may make: those they have, and a human for more. Who has none made many today, or
    shares a network with who did."""
    standing = case.world.get(Appointments).standing
    if not standing:
        return Screen(
            t(
                "afspraak.enough.now",
                "Zelf een moment kiezen lukt nu even niet. Dat ligt niet aan u. Een medewerker kijkt graag met u mee.",
            ),
            (PERSON, CLOSE),
            why=_WHY_ENOUGH,
        )
    return Screen(
        (
            t("afspraak.enough", "U heeft al afspraken staan. Meer tegelijk lukt hier niet."),
            *(t("afspraak.line.when", "📅 {moment}", moment=one.at) for one in standing),
            t("afspraak.enough.person", "Wilt u er toch nog een? Een medewerker kijkt met u mee."),
        ),
        (
            Choice("mine", "🗓️", t("afspraak.enough.mine", "Mijn afspraken"), goes=call("afspraken")),
            PERSON,
            CLOSE,
        ),
        why=_WHY_ENOUGH,
    )


def gone(case: Case) -> Screen:
    """Moved too late: it does not stand any more."""
    return no_longer(case)


# ---- one that stands -------------------------------------------------------------------------------------------------


def one(case: Case) -> Screen:
    """One appointment, and what can be done with it."""
    mine = standing_one(case)
    if mine is None:
        return no_longer(case)
    said = (t("afspraak.one.coming", "U heeft gezegd dat u komt. Fijn."),) if mine.coming else ()
    return Screen(
        (t("afspraak.one", "Dit is uw afspraak:"), *lines(mine), *said, *calendar(mine)),
        (*(three(mine)[1:] if mine.coming else three(mine)), *unless_held(case, EXTRA, CLOSE)),
    )


def coming(case: Case) -> Screen:
    """They come."""
    mine = standing_one(case)
    if mine is None:
        return no_longer(case)
    return Screen(
        (t("afspraak.coming", "Fijn dat u het laat weten. Tot dan!"), *lines(mine, neutral=True)),
        (moving_button(mine), cancelling_button(mine), *unless_held(case, CLOSE)),
        effects=() if mine.coming else (Confirm(mine.id),),
    )


def cancelling(case: Case) -> Screen:
    """Asked once; it is all right, and moving is possible too."""
    mine = standing_one(case)
    if mine is None:
        return no_longer(case)
    yes = Choice(
        "cancelled",
        "👍",
        t("afspraak.cancelling.yes", "Ja, afzeggen"),
        words=t("afspraak.cancelling.yes.words", "ja, zeker, afzeggen, ik weet het zeker"),
        goes=call("afspraak", "cancelled", appointment=mine.id),
        lasting=True,
    )
    keep = Choice(
        "coming",
        "✅",
        t("afspraak.cancelling.no", "Nee, ik kom wel"),
        words=t("afspraak.cancelling.no.words", "nee, toch komen, ik kom, ik kom toch"),
        goes=call("afspraak", "coming", appointment=mine.id),
        lasting=True,
    )
    return Screen(
        (
            t("afspraak.cancelling", "Afzeggen mag altijd. Verzetten kan ook."),
            t("afspraak.line.when", "📅 {moment}", moment=mine.at),
            t("afspraak.cancelling.sure", "Wilt u deze afspraak afzeggen?"),
        ),
        (yes, moving_button(mine), keep),
        why=t("afspraak.cancelling.why", "Zo zegt u niet per ongeluk af."),
    )


def cancelled(case: Case) -> Screen:
    """Cancelled, without a reproach, and a new moment whenever they like."""
    mine = case.world.get(Appointments).one
    if mine is None or not (stands(mine, case) or mine.state == "cancelled"):
        return no_longer(case)
    return Screen(
        (
            t("afspraak.cancelled", "Dat is goed. Uw afspraak is afgezegd."),
            t("afspraak.cancelled.new", "Wilt u een nieuw moment kiezen? Dat mag nu, of later."),
        ),
        (again_button(mine), *unless_held(case, CLOSE)),
        why=t("afspraak.cancelled.why", "Dan blijft u met ons in gesprek, als u dat wilt."),
        effects=(Cancel(mine.id),) if mine.state == "booked" else (),
    )


def with_human(case: Case) -> Screen:
    """Choosing another moment while a human holds the conversation: that human does it with them."""
    return Screen(
        t("afspraak.with_human", "{name} leest met u mee. Samen zoekt u een ander moment.", name=human(case)),
    )


# ---- said without being asked ----------------------------------------------------------------------------------------


def reminder(case: Case) -> Screen:
    """The day before, and two hours before."""
    mine = standing_one(case)
    if mine is None:
        return no_longer(case)
    return Screen(
        (
            t("afspraak.reminder", "Even ter herinnering: u heeft een afspraak."),
            *lines(mine, neutral=True),
            t("afspraak.reminder.ask", "Komt het nog goed uit?"),
        ),
        three(mine),
        why=t("afspraak.reminder.why", "Dan weten we of we op u kunnen rekenen. Verzetten mag altijd."),
    )


def told_booked(case: Case) -> Screen:
    """A human made an appointment."""
    return _told(case, t("afspraak.told_booked", "Er is een afspraak voor u gemaakt."))


def told_moved(case: Case) -> Screen:
    """A human moved it."""
    return _told(case, t("afspraak.told_moved", "Uw afspraak is verzet. Dit is het nieuwe moment:"))


def _told(case: Case, opening: Text) -> Screen:
    mine = standing_one(case)
    if mine is None:
        return no_longer(case)
    ask = t("afspraak.told.ask", "Komt dit u goed uit?")
    return Screen(
        (opening, *lines(mine, neutral=True), *calendar(mine), ask),
        three(mine),
        why=t("afspraak.told.why", "Dan weten we of dit moment u past. Verzetten mag altijd."),
    )


def told_cancelled(case: Case) -> Screen:
    """A human cancelled it."""
    mine = case.world.get(Appointments).one
    if mine is None or mine.state != "cancelled":
        return no_longer(case)
    return Screen(
        (
            t("afspraak.told_cancelled", "Uw afspraak van {moment} gaat niet door. Sorry daarvoor.", moment=mine.at),
            t("afspraak.told_cancelled.new", "Wilt u een nieuw moment kiezen?"),
        ),
        (again_button(mine),),
        why=t("afspraak.told_cancelled.why", "Dan spreken we u toch snel."),
    )


# ---- proposed --------------------------------------------------------------------------------------------------------


def proposed(case: Case) -> Screen:
    """Up to three moments that a caseworker proposes."""
    offered = case.world.get(Appointments).proposed
    if not offered:
        return no_longer(case)
    none = Choice(
        "no_proposal",
        "🤷",
        t("afspraak.proposed.none", "Geen van deze"),
        words=t("afspraak.proposed.none.words", "geen, nee, past niet, geen een, niks past"),
        goes=call("afspraak", "no_proposal", appointment=offered[0].id),
        lasting=True,
    )
    told = [lines(one, neutral=True) for one in offered[:MOST_PROPOSED]]
    alike = all(each[1:] == told[0][1:] for each in told)  # else each moment has its own colleague or place
    return Screen(
        (
            t("afspraak.proposed", "We willen graag met u afspreken."),
            *(told[0][1:] if alike else chain.from_iterable(told)),
            t("afspraak.proposed.ask", "Welk moment past u?"),
        ),
        (*proposals(case), none),
        why=t("afspraak.proposed.why", "Dan staat dat moment meteen voor u vast."),
    )


def chosen(case: Case) -> Screen:
    """One of those, booked by the tap."""
    mine = case.world.get(Appointments).one
    others = proposals(case)
    still = mine is not None and any(other.id == f"a{mine.id}" for other in others)
    if mine is not None and (standing_one(case) is not None or (still and case.world.refused is None)):
        return Screen(
            (t("afspraak.booked", "Gelukt. Uw afspraak staat."), *lines(mine), *calendar(mine)),
            (moving_button(mine), cancelling_button(mine), *unless_held(case, EXTRA, CLOSE)),
            effects=(Accept(mine.id),) if mine.state == "proposed" else (),
        )
    if mine is None:
        return no_longer(case)
    left = tuple(other for other in others if other.id != f"a{mine.id}")
    already = next((one for one in case.world.get(Appointments).standing if _overlap(one, mine)), None)
    if already is not None:
        return Screen(
            (
                t("afspraak.chosen.busy", "Op dat moment heeft u al een afspraak. Die staat gewoon nog:"),
                t("afspraak.line.when", "📅 {moment}", moment=already.at),
                t("afspraak.chosen.other", "Welk ander moment past u?"),
            ),
            (*left, again_button(mine), moving_button(already)),
            why=t("afspraak.proposed.why", "Dan staat dat moment meteen voor u vast."),
        )
    return Screen(
        (
            t("afspraak.chosen.lost", "Dat moment is niet meer vrij. Dat ligt niet aan u."),
            t("afspraak.chosen.other", "Welk ander moment past u?"),
        ),
        (*left, again_button(mine)),
        why=t("afspraak.proposed.why", "Dan staat dat moment meteen voor u vast."),
    )


def _overlap(one: Appointment, other: Appointment) -> bool:
    return one.at < other.until and other.at < one.until


def no_proposal(case: Case) -> Screen:
    """None of them suits: the human looks again."""
    number = case.answers.get("appointment")
    none = (Decline(number),) if isinstance(number, int) else ()
    if case.moment.held:
        return replace(with_human(case), effects=none)
    return Screen(
        (t("afspraak.no_proposal", "Dat is goed. Dank u dat u het zegt."), *human_finds(case)),
        human_choices(case),
        effects=(HandOver("geen van de voorgestelde momenten"), *none),
    )
