"""The calendar's Dutch: kinds, holidays, states, and why hours were refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from babel.lists import format_list
from dateutil.easter import easter

from bot.agenda.hours import INLOOP
from bot.agenda.lacking import Lacking
from bot.clock import DAY, Calendar, general_holidays
from bot.desk.wording import MEETINGS
from locales.formatting import say_date

KINDS: dict[str, str] = {**MEETINGS, INLOOP: "Inloop"}
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

#: What a resident did with an appointment.
NEWS = {
    "booked": "maakte een afspraak",
    "moved": "verzette de afspraak",
    "cancelled": "zegde af",
    "said": "liet iets weten",
}

#: How an appointment stands; signs stand before them.
STATES = {
    "coming": "komt",
    "open": "nog niet bevestigd",
    "over": "zeg nog hoe het ging",
    "held": "geweest",
    "no_show": "niet verschenen",
}

#: Why hours were refused, and what then; what was typed still stands there.
REFUSALS = {
    "no_day": "Kies een dag.",
    "no_time": "Vul een begintijd en een eindtijd in, zoals 09:00 en 12:30.",
    "no_quarter": "Kies hele kwartieren, zoals 09:00, 09:15 of 09:30.",
    "from_to": "De eindtijd moet na de begintijd komen. Tot middernacht is 00:00.",
    "no_kinds": "Kruis aan waarvoor inwoners in deze uren een afspraak kunnen maken.",
    "no_place": "Vul in waar de inwoner naartoe komt. Zo staat het ook in de bevestiging.",
    "place_too_long": "De plek is te lang. Houd het bij een naam en een adres, hooguit 200 tekens.",
    "too_many_rows": "Er staan al veertig regels. Verwijder er eerst een.",
    "overlap": "Op een gekozen dag staan al uren die hiermee overlappen. Verander die, of kies andere tijden.",
    "overlap_days": "Op een van deze dagen staat al iets dat hiermee overlapt, hieronder of bij de vaste uren. Kies "
    "andere tijden. Komen deze uren in plaats van andere? Vul die tijd dan eerst in als afwezig.",
    "away_days": "Op een van deze dagen staat al de hele dag afwezig, hier of bij het team. Extra uren tellen dan "
    "niet. Kies andere dagen, of verwijder die dag eerst.",
    "past": "Deze dag is al geweest. Kies vandaag of een dag die nog komt.",
    "last_before_first": "De laatste dag ligt vóór de eerste.",
    "too_many_days": "Kies hooguit 62 dagen in één keer.",
    "too_far": "Kies een dag binnen twee jaar.",
    "no_length": "Een gesprek duurt een kwartier tot vier uur, in hele kwartieren. Vul minuten in, zoals 30 of 45.",
    "no_travel": "Reistijd is er alleen bij gesprekken op een andere plek: hooguit 120 minuten heen, in hele "
    "kwartieren, zoals 15 of 30.",
    "gone_row": "Dit was net al veranderd of verwijderd. U ziet hoe het nu staat.",
}


def holiday(day: date, calendar: Calendar) -> str | None:
    """What day it is when it is not a usual one, and what that means for us."""
    name = _holiday(day)
    if calendar.is_closed_day(day):
        return f"{name}: gesloten" if name else "Gesloten"
    return f"{name}: open" if name else None


def listed(kinds: Iterable[str]) -> str:
    """``bellen, op kantoor en inloop``, in the order in which the desk knows them."""
    known = {kind: KINDS[kind][:1].lower() + KINDS[kind][1:] for kind in KINDS}
    ordered = sorted(kinds, key=lambda kind: list(KINDS).index(kind) if kind in KINDS else len(KINDS))
    return format_list([known.get(kind, kind) for kind in ordered], locale="nl")


def clock(minutes: int) -> str:
    """Minutes after midnight on the clock: ``09:15``; the end of the day is ``24:00``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def days(first: date, last: date) -> str:
    """One day, or from one to another; with the year where it is another than the first's."""
    one = f"{say_date(first, 'nl')}"
    if first == last:
        return one
    year = "" if first.year == last.year else f" {last.year}"
    return f"{one} t/m {say_date(last, 'nl')}{year}"


def lacking(found: Lacking) -> tuple[str, str, str]:
    """What is lacking, what it means, and what to do for who can do something."""
    until = say_date(found.until, "nl")
    if found.what == "hours":
        return (
            "Niemand heeft uren ingevuld.",
            "Inwoners kunnen nu geen afspraak kiezen.",
            "Vul in wanneer u er bent.",
        )
    if found.what == "moments":
        return (
            f"Er is geen vrij moment tot en met {until}.",
            "Inwoners is een gesprek binnen die tijd beloofd, en ze kunnen nu niets kiezen.",
            "Maak uren vrij.",
        )
    return (
        f"Geen vrij moment tot en met {until} voor: {listed(found.kinds)}.",
        "Inwoners kunnen daarvoor zo snel niets kiezen.",
        "Maak uren vrij.",
    )


def _holiday(day: date) -> str | None:
    fixed = {
        (1, 1): "Nieuwjaarsdag",
        (5, 5): "Bevrijdingsdag",
        (12, 25): "Eerste Kerstdag",
        (12, 26): "Tweede Kerstdag",
    }
    around = {-2: "Goede Vrijdag", 1: "Tweede Paasdag", 39: "Hemelvaartsdag", 50: "Tweede Pinksterdag"}
    if day not in general_holidays(day.year):
        return None
    moving = around.get((day - easter(day.year)) // DAY)
    return moving or fixed.get((day.month, day.day), "Koningsdag")
