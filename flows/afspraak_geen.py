"""Where there is no moment, or none that suits: never a shrug. A human looks for one, and the desk hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from flows.afspraak_regels import CLOSE, human_choices, human_finds
from flows.agenda import Appointments, FreeSlots, NoSlots
from flows.flow import Read
from flows.grammar import Case, Choice, HandOver, Moment, Screen, Text, t

WHY_DAY = t("afspraak.day.why", "Dan kunnen we een moment voor u vrijhouden.")


OTHER_KIND = Choice(
    "kind",
    "🔀",
    t("afspraak.again.kind", "Op een andere manier"),
    event="kind",
    short=t("afspraak.again.kind.short", "Andere manier"),
    words=t("afspraak.again.kind.words", "anders, telefonisch, bellen, thuis, video"),
)


def nothing(case: Case, kind: str, *before: Text) -> Screen:
    """Nothing is free: a human finds a moment, and the desk hears of it."""
    say = Choice(
        "say",
        "✏️",
        t("afspraak.nothing.say", "Zeggen wanneer ik kan"),
        event="say",
        short=t("afspraak.nothing.say.short", "Mijn tijden typen"),
    )
    return Screen(
        (
            t("afspraak.nothing", "Er is nu geen vrij moment in onze agenda. Dat ligt niet aan u."),
            *before,
            *human_finds(case),
        ),
        (say, *((OTHER_KIND,) if kind and "appointment" not in case.answers else ()), *human_choices(case)),
        why=WHY_DAY,
        effects=(NoSlots(kind), HandOver("geen vrije tijd in de agenda")),
        once=f"nothing:{kind}",
    )


def lost(case: Case, meant: Iterable[datetime], typed: time | None) -> Text:
    """One of the instants that were ``meant`` was wanted, and cannot be had: they have something else then, it never
    was free (``typed`` in own words), or it is not any more."""
    known, free = case.world.get(Appointments), case.world.get(FreeSlots)
    lasts = timedelta(minutes=min((slot.minutes for slot in free.slots), default=0))
    moved = case.answers.get("appointment")
    mine = [one for one in known.standing if one.id != moved]
    if any(one.at < at + lasts and at < one.until for at in meant for one in mine):
        return t("afspraak.time.own", "Dan heeft u al een afspraak.")
    if typed is not None:
        return t("afspraak.time.not_free", "Om {time} uur is er geen vrij moment.", time=typed)
    return t("afspraak.time.lost", "Dat moment is net weg. Iemand anders was iets eerder.")


def none_fits(case: Case) -> Screen:
    """No day suits: a human looks for one that does."""
    return Screen(
        (
            t("afspraak.none_fits", "Dat kan gebeuren. Dan zoeken we samen verder."),
            *human_finds(case),
            t("afspraak.preference", "Wanneer kunt u goed? U kunt het hier typen. Het hoeft niet."),
        ),
        human_choices(case),
        free=True,
        why=t("afspraak.preference.why", "Dan zoeken we een moment dat u past."),
        effects=(HandOver("geen passend moment"),),
        once="none_fits",
    )


def preference(case: Case) -> Screen:
    """When it would suit, in own words, for the human."""
    return Screen(
        t("afspraak.preference", "Wanneer kunt u goed? U kunt het hier typen. Het hoeft niet."),
        (CLOSE,),
        free=True,
        why=t("afspraak.preference.why", "Dan zoeken we een moment dat u past."),
    )


def read_preference(text: str, moment: Moment) -> Read:
    """Kept in the conversation for the human."""
    return Read(None, event="said")
