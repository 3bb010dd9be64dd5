"""Gesprek voorbereiden: what to talk about, and how things go by someone's own experience [004] 1.4.3.

Only after a personal talk and only when a caseworker invites. Every answer is kept at once; no is an answer as well.
"""

from __future__ import annotations

from flows import meten
from flows import voorbereiden_gesprek as gesprek
from flows.flow import Flow, Lasting, Telling
from flows.grammar import (
    BACK,
    Case,
    Choice,
    Interrupt,
    Never,
    Outcome,
    Screen,
    Text,
    call,
    t,
)
from flows.measuring import EndMeasurement, Kind, Measurement
from flows.voorbereiden_regels import CLOSE, missing

_BEGIN = t("voorbereiden.begin", "Beginnen")
_DECLINE = t("voorbereiden.decline", "Liever niet")

flow = Flow(
    "voorbereiden",
    start="invited",
    lasting={
        "topics": Lasting("measurement", _BEGIN, held="with_human"),
        "areas": Lasting("measurement", _BEGIN, held="with_human"),
        "declined": Lasting("measurement", _DECLINE, held="declined"),
    },
    table=[
        # what to talk about
        ("next", "topics", "own", gesprek.tells_of_other),
        ("next", "topics", "first", gesprek.has_several),
        ("next", "topics", "summary"),
        ("next", "own", "first", gesprek.has_several),
        ("next", "own", "summary"),
        ("next", "first", "summary"),
        *(("good", screen, "noted") for screen in ("topics", "summary")),
        *(("enough", screen, "noted") for screen in ("topics", "own", "first")),
        # how it goes
        ("next", "areas", "rate"),
        ("next", "rate", "areas"),
        *(("enough", screen, "ended") for screen in ("areas", "rate")),
        ("close", "*", BACK),
    ],
)

# ---- the invitation ------------------------------------------------------------------------------------------------


@flow.screen(needs=(Measurement,))
def invited(case: Case) -> Screen:
    """A caseworker invites; also for who asks for it by name while an invitation stands."""
    mine = case.world.get(Measurement)
    if not mine.id or mine.ended:
        return missing(case)
    later = Choice(
        "later",
        "🕒",
        t("voorbereiden.later", "Straks"),
        event="close",
        words=t("voorbereiden.later.words", "nu niet, later, morgen, een andere keer"),
    )
    return Screen(
        (*_INVITED[Kind(mine.kind)](mine), *_once_begun(mine)),
        (
            Choice(
                "begin",
                "✍️",
                t("voorbereiden.go_on", "Verder gaan") if mine.answers else _BEGIN,
                words=t("voorbereiden.begin.words", "ja, graag, oké, begin, start, verder, nu"),
                goes=call("voorbereiden", "topics" if mine.kind == Kind.AGENDA else "areas", measurement=mine.id),
                lasting=True,
            ),
            *(() if case.moment.held else (later,)),
            Choice(
                "no",
                "🙅",
                _DECLINE,
                words=t("voorbereiden.decline.words", "nee, liever niet, geen zin, hoeft niet, wil ik niet"),
                goes=call("voorbereiden", "declined", measurement=mine.id),
                lasting=True,
            ),
        ),
        sensitive=True,
        why=t("voorbereiden.invited.why", "{name} leest uw antwoorden, voor het gesprek met u.", name=mine.name),
    )


def _agenda(mine: Measurement) -> tuple[Text, ...]:
    return (
        t(
            "voorbereiden.invited",
            "{name} vraagt: waar wilt u het over hebben in het volgende gesprek?",
            name=mine.name,
        ),
        t("voorbereiden.invited.free", "Het duurt een paar minuten. Het mag, het hoeft niet."),
    )


def _living(mine: Measurement) -> tuple[Text, ...]:
    return (
        t(
            "voorbereiden.invited.living",
            "{name} wil graag weten hoe het met u gaat. Niet alleen met geld.",
            name=mine.name,
        ),
        *_OWN_VIEW,
    )


def _healthy(mine: Measurement) -> tuple[Text, ...]:
    return (
        t("voorbereiden.invited.healthy", "{name} wil graag weten hoe het gaat met uw geldzaken.", name=mine.name),
        *_OWN_VIEW,
    )


_OWN_VIEW = (
    t("voorbereiden.invited.own", "U kiest onderwerpen en zegt hoe het gaat. Alleen wat u zelf vindt, telt."),
    t("voorbereiden.invited.free", "Het duurt een paar minuten. Het mag, het hoeft niet."),
)
_INVITED = {Kind.AGENDA: _agenda, Kind.LIVING: _living, Kind.HEALTHY: _healthy}


def _once_begun(mine: Measurement) -> tuple[Text, ...]:
    if mine.answers:
        return (t("voorbereiden.begun", "U was al begonnen. Wat u zei, is bewaard."),)
    return (t("voorbereiden.any_time", "Nu geen tijd? Typ later ‘voorbereiden’, dan gaat u hier verder."),)


@flow.screen(needs=(Measurement,))
def declined(case: Case) -> Screen:
    """They want none of it, and hear no reproach."""
    mine = case.world.get(Measurement)
    if not mine.id or mine.ended:
        return missing(case)
    return Screen(
        (
            t("voorbereiden.declined", "Dat is helemaal goed. U hoeft niets in te vullen."),
            t("voorbereiden.declined.talk", "In het gesprek met {name} is alles welkom.", name=mine.name),
        ),
        () if case.moment.held else (CLOSE,),
        effects=(EndMeasurement(mine.id, declined=True),),
        sensitive=True,
    )


@flow.screen(needs=(Measurement,))
def with_human(case: Case) -> Screen:
    """A human holds the conversation: these questions wait."""
    mine = case.world.get(Measurement)
    if not mine.id or mine.ended:
        return missing(case)
    return Screen(
        t("voorbereiden.with_human", "U praat nu met een medewerker. Deze vragen blijven staan voor later."),
        sensitive=True,
    )


for _screen in (
    gesprek.topics,
    gesprek.own,
    gesprek.first,
    gesprek.summary,
    gesprek.noted,
    meten.areas,
    meten.rate,
    meten.ended,
):
    flow.screen(needs=(Measurement,))(_screen)
flow.hears(meten.hear_sign, "rate")


flow.tells(
    Telling(
        find=lambda text: None,
        tell=lambda asked, case: (),
        flows=frozenset({"voorbereiden"}),
        about=lambda text, moment: False,
    ),
    "invited",
)

# ---- a caseworker invites ------------------------------------------------------------------------------------------


@flow.due("invited")
def invite(case: Case) -> Outcome:
    """Told at once: a human did it. In a hold too, beside the conversation."""
    about = case.facts.get("about")
    number = about.get("measurement") if isinstance(about, dict) else None
    return Interrupt("invited", {"measurement": number}) if isinstance(number, int) else Never("geen uitnodiging")
