"""Overdracht: a human is asked for. The person hears who reads along, when, and where the answer comes [002] [003].

The hold itself begins at takeover, not here: until then the chat goes on working.
"""

from __future__ import annotations

from datetime import date

from flows.flow import Flow, Menu, Read
from flows.grammar import (
    BACK,
    Case,
    Category,
    Choice,
    Contact,
    HandOver,
    Moment,
    Promised,
    Screen,
    SetContact,
    Text,
    Urgency,
    call,
    t,
)
from flows.kanalen import app_instead
from flows.numbers import EMERGENCY, LISTENING
from flows.reach import answer_here, given, on_webchat, outside_hours, read_contact, when_read
from flows.warned import Warned, same_promise, standing, urgency_of


def _gave_contact(case: Case) -> bool:
    return "contact" in case.answers


flow = Flow(
    "overdracht",
    start="asked",
    menu=Menu(
        80,
        "💬",
        t("overdracht.menu", "Praten met een mens"),
        short=t("overdracht.menu.short", "Een mens spreken"),
        words=t("overdracht.menu.words", "mens, medewerker, iemand spreken, bellen, hulpverlener"),
    ),
    table=[
        ("next", "asked", BACK),
        ("said", "asked", "noted"),
        ("number", "asked", "number"),
        ("next", "urgent", BACK),
        ("said", "urgent", "noted"),
        ("number", "urgent", "number"),
        ("next", "unclear", BACK),
        ("said", "unclear", "noted"),
        ("number", "unclear", "number"),
        ("next", "noted", BACK),
        ("said", "noted", "noted"),
        ("person", "offer", call("overdracht", "unclear")),
        ("next", "offer", BACK),
        ("next", "number", "number_saved", _gave_contact),
        ("next", "number", BACK),
        ("joined", "number", BACK),  # an app took the place of a number
        ("next", "number_saved", BACK),
        ("next", "evening", BACK),
        ("next", "held", BACK),
    ],
)

GO_ON = Choice(
    "on", "👉", t("overdracht.go_on", "Verder"), words=t("overdracht.go_on.words", "door, ga door, oké, klaar")
)


@flow.reads("asked")
@flow.reads("urgent")
@flow.reads("unclear")
@flow.reads("noted")
def said(text: str, moment: Moment) -> Read:
    """Whatever is typed here is for the human; the message itself is what is kept."""
    return Read(None, event="said")


@flow.screen(needs=(Promised, Contact))
def asked(case: Case) -> Screen:
    """*Mens*: asked for, by word or button."""
    return _handed_over(
        case,
        t("overdracht.asked", "Goed dat u het vraagt. Een mens helpt u graag."),
        HandOver("vraagt om een mens"),
    )


@flow.screen(needs=(Promised, Contact))
def unclear(case: Case) -> Screen:
    """Not understood twice: a human takes over what the chat cannot."""
    return _handed_over(
        case,
        t("overdracht.unclear", "Ik vraag er een mens bij. Die begrijpt u beter dan ik."),
        HandOver("twee keer niet begrepen"),
    )


@flow.screen(needs=(Promised, Contact))
def urgent(case: Case) -> Screen:
    """*Spoed*, and none of what is on the list: a human as soon as for who has nothing to eat."""
    return _handed_over(
        case,
        t("overdracht.urgent", "We gaan u hier snel bij helpen. Typ hier wat er aan de hand is."),
        HandOver("spoed: iets anders", Urgency.URGENT, Category.FOOD),
        day=case.world.get(Promised).food,
    )


def _handed_over(case: Case, opening: Text, effect: HandOver, day: date | None = None) -> Screen:
    warned = standing(case.facts, case.moment)
    if warned is not None:
        return _known_already(case, warned)
    gemeente = case.moment.gemeente
    if day is None and "first_contact" in gemeente.promises:
        day = case.world.get(Promised).first_contact
    last = () if day is None else (t("overdracht.day", "U krijgt antwoord uiterlijk {day}.", day=day),)
    now = _at_once(case) if effect.urgency else ()
    if not now and case.moment.open and gemeente.phone:
        now = (t("overdracht.phone", "Liever bellen? Dat kan nu: {phone}.", phone=gemeente.phone),)
    number = (NUMBER,) if on_webchat(case) else ()
    return Screen(
        (
            opening,
            when_read(case),
            *last,
            *answer_here(case),
            *now,
            t("overdracht.type", "U kunt hier alvast typen wat u wilt vragen. Of ga gewoon verder."),
        ),
        (GO_ON, *number),
        free=True,
        why=t("overdracht.asked.why", "Dan hoeft u uw verhaal niet nog een keer te vertellen."),
        effects=(effect,),
    )


def _at_once(case: Case) -> tuple[Text, ...]:
    """Where to turn when it cannot wait, as far as the municipality told us."""
    gemeente = case.moment.gemeente
    if case.moment.open and gemeente.crisis_phone:
        return (t("crisis.phone", "Speelt het vandaag of morgen? Bel ons: {phone}.", phone=gemeente.crisis_phone),)
    if not case.moment.open and gemeente.outside_hours:
        outside = outside_hours(case)
        return (t("crisis.outside", "We zijn nu dicht. Hier kunt u nu terecht: {outside}", outside=outside),)
    return ()


def _known_already(case: Case, warned: Warned) -> Screen:
    """After a crisis a human is on the way: its own promise is repeated, never a later day (rule 4)."""
    now = () if warned.category.is_danger else _at_once(case)
    return Screen(
        (*same_promise(case, warned), *now, *answer_here(case)),
        (GO_ON, *((NUMBER,) if on_webchat(case) else ())),
        free=True,
        why=t("overdracht.asked.why", "Dan hoeft u uw verhaal niet nog een keer te vertellen."),
        effects=(HandOver("vraagt om een mens", urgency_of(warned.category)),),
        sensitive=warned.category is not Category.LIFE,  # see crisis.life
        safe=warned.category is Category.VIOLENCE,
        beside_dutch=True,
    )


NUMBER = Choice(
    "number",
    "📞",
    t("overdracht.give_number", "Mijn nummer geven"),
    event="number",
    words=t("overdracht.give_number.words", "bel mij, terugbellen, telefoonnummer, e-mail"),
)


@flow.screen()
def noted(case: Case) -> Screen:
    """What was typed for the human is kept with the conversation."""
    return Screen(
        t("overdracht.noted", "Dank u. Uw bericht staat klaar voor de medewerker. U kunt nog meer typen."),
        (GO_ON,),
        free=True,
        why=t("overdracht.asked.why", "Dan hoeft u uw verhaal niet nog een keer te vertellen."),
    )


@flow.screen()
def offer(case: Case) -> Screen:
    """Not understood twice: may a human help? Never a loop."""
    return Screen(
        t("overdracht.offer", "Sorry, ik begrijp u nog niet. Dat ligt aan mij. Zal ik er een mens bij vragen?"),
        (
            Choice("yes", "💬", t("overdracht.offer.yes", "Ja, graag"), event="person"),
            Choice(
                "no",
                "👉",
                t("overdracht.offer.no", "Nee, ik ga verder"),
                words=t("overdracht.offer.no.words", "verder, ga verder, ik ga zelf verder"),
            ),
        ),
        why=t("overdracht.offer.why", "Een mens begrijpt vaak wat ik niet begrijp."),
    )


@flow.screen()
def number(case: Case) -> Screen:
    """Where a visitor of the web chat can be called: an offer, never a condition."""
    apps, app = app_instead(case)
    return Screen(
        (t("overdracht.number", "Op welk nummer kunnen we u bellen? Een e-mailadres mag ook."), *apps),
        app,
        saves="contact",
        free=True,
        why=t("overdracht.number.why", "Dan kunnen we u bereiken als u deze chat sluit."),
    )


flow.reads("number")(read_contact)


@flow.screen()
def number_saved(case: Case) -> Screen:
    """Kept as a way to reach this person."""
    return Screen(
        t("overdracht.number_saved", "Dank u. Nu kunnen we u bereiken, ook als u weggaat."),
        (GO_ON,),
        effects=(SetContact(phone=given(case, "phone"), email=given(case, "email")),),
    )


@flow.screen()
def held(case: Case) -> Screen:
    """Below what became of a file or a code, while a human holds the conversation (rule 8): shown aside."""
    return Screen(t("overdracht.held", "Er leest een medewerker met u mee. Typ gerust verder."))


@flow.screen(needs=(Promised,))
def evening(case: Case) -> Screen:
    """The one notice of an evening, while a human holds the conversation (rule 8): shown aside, nothing moves."""
    turn: tuple[Text, ...] = ()
    if case.moment.gemeente.outside_hours:
        outside = outside_hours(case)
        turn = (
            t("overdracht.evening.outside", "Kan het niet wachten? Hier kunt u terecht: {outside}", outside=outside),
        )
    return Screen(
        (
            t(
                "overdracht.evening",
                "Dank u, uw bericht is binnen. We zijn nu dicht. Een medewerker leest het vanaf {moment}.",
                moment=case.world.get(Promised).reads_at,
            ),
            *turn,
            t("overdracht.evening.talk", "Wilt u nu met iemand praten? Bel {phone}, dag en nacht.", phone=LISTENING),
            t("overdracht.evening.danger", "Is er direct gevaar? Bel {phone}.", phone=EMERGENCY),
        ),
    )
