"""Mijn afspraken: what stands and what is proposed; each leads to that one."""

from __future__ import annotations

from flows.afspraak_regels import PERSON, cancelling_button, moment_of, moving_button
from flows.afspraak_weten import TELLING
from flows.agenda import Appointment, Appointments
from flows.flow import Flow, Menu
from flows.grammar import BACK, Case, Choice, Screen, call, t
from flows.understanding import reply

flow = Flow(
    "afspraken",
    start="standing",
    menu=Menu(
        40,
        "🗓️",
        t("afspraken.menu", "Mijn afspraken"),
        words=t(
            "afspraken.menu.words",
            "mijn afspraak, mijn agenda, verzetten, afzeggen, annuleren, ik kom niet, wanneer is mijn afspraak",
        ),
        resume=False,
    ),
    table=[
        ("close", "standing", BACK),
    ],
)


@flow.screen(needs=(Appointments,))
def standing(case: Case) -> Screen:
    """Everything that stands, as buttons."""
    known = case.world.get(Appointments)
    new = Choice(
        "new",
        "📅",
        t("afspraken.new", "Nieuwe afspraak"),
        words=t("afspraken.new.words", "afspraak maken, nieuw, ja, graag"),
        goes=call("afspraak"),
    )
    proposed = Choice(
        "proposed",
        "💡",
        t("afspraken.proposed", "Kies een moment"),
        words=t("afspraken.proposed.words", "voorstel, voorgestelde momenten"),
        goes=call("afspraak", "proposed"),
    )
    close = Choice("close", "🏠", t("afspraken.close", "Naar het menu"), event="close")
    waiting = bool(known.proposed)
    if not known.standing:
        return Screen(
            (
                t("afspraken.none", "U heeft nu geen afspraak staan."),
                t("afspraken.waiting", "Er zijn wel momenten aan u voorgesteld.")
                if waiting
                else t("afspraken.offer", "Wilt u iemand spreken? Dan maken we er een."),
            ),
            (*((proposed,) if waiting else ()), new, PERSON, close),
            why=t("afspraken.offer.why", "Praten helpt vaak. U kiest zelf wanneer en hoe."),
        )
    return Screen(
        (
            t("afspraken.standing", "Dit zijn uw afspraken. Kies er een om die te bekijken of te veranderen."),
            *((t("afspraken.waiting_too", "Er zijn ook momenten aan u voorgesteld."),) if waiting else ()),
        ),
        (*_buttons(known.standing), *((proposed,) if waiting else ()), new, close),
        why=t("afspraken.standing.why", "Zo heeft u alles bij elkaar."),
    )


flow.tells(TELLING, "standing")


flow.hears(reply, "standing")


def _buttons(standing: tuple[Appointment, ...]) -> tuple[Choice, ...]:
    """Of one alone it is clear which is meant: it can be changed from here."""
    each = tuple(_button(one) for one in standing)
    return each if len(standing) > 1 else (*each, moving_button(standing[0]), cancelling_button(standing[0]))


def _button(one: Appointment) -> Choice:
    label, short = moment_of(one.at)
    goes = call("afspraak", "one", appointment=one.id)
    return Choice(f"a{one.id}", "🕐", label, short=short, goes=goes, lasting=True)
