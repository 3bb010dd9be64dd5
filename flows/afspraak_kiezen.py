"""Choosing a moment: days, then times of one of them. A few at a time, in order of time, one soon among them [002].

What was chosen is kept as the id of its button: a day is ``2026-11-24`` (``all-…``: with anyone of the team), a time
``20261124T0900Z`` (``own-…``: with the own contact only); a page of days or times says where it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from flows.afspraak_geen import OTHER_KIND, WHY_DAY, lost, nothing
from flows.afspraak_regels import (
    CLOSE,
    cancelling_button,
    lines,
    moving_button,
    no_longer,
    standing_one,
)
from flows.agenda import Appointments, FreeSlots, NoSlots, Slot
from flows.grammar import Case, Choice, Screen, Text, t
from flows.text import Short

DAYS = 5
TIMES = 8
_DAY = re.compile(r"(all-)?(from-)?(\d{4}-\d\d-\d\d)")
_AT = re.compile(r"(own-)?(\d{8}T\d{4}Z)")
_PAGE = re.compile(r"from-(\d{4}-\d\d-\d\d)-(\d{2})(\d{2})")
_HOUR = re.compile(r"(\d{2}):(\d{2})")
PARTS = ("morning", "afternoon", "evening")
#: Where days are shown from the first on, whatever was chosen before.
_FIRST = ("day", "moving", "again", "way")
_ICONS = {"morning": "🌅", "afternoon": "☀️", "evening": "🌙"}
_NONE_IN_PART = {
    "morning": t("afspraak.day.no_morning", "In de ochtend is er geen vrij moment. Deze dagen kunnen wel:"),
    "afternoon": t("afspraak.day.no_afternoon", "In de middag is er geen vrij moment. Deze dagen kunnen wel:"),
    "evening": t("afspraak.day.no_evening", "In de avond is er geen vrij moment. Deze dagen kunnen wel:"),
}
_IN_PART = {
    "morning": t("afspraak.day.in_morning", "In de ochtend kan het op deze dagen."),
    "afternoon": t("afspraak.day.in_afternoon", "In de middag kan het op deze dagen."),
    "evening": t("afspraak.day.in_evening", "In de avond kan het op deze dagen."),
}
_NONE_THAT_DAY = {
    "morning": t("afspraak.time.no_morning", "In de ochtend is er die dag geen vrij moment."),
    "afternoon": t("afspraak.time.no_afternoon", "In de middag is er die dag geen vrij moment."),
    "evening": t("afspraak.time.no_evening", "In de avond is er die dag geen vrij moment."),
}
_WHY_TIME = t("afspraak.time.why", "Dan houden we die tijd voor u vrij.")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was chosen so far: a day, or which days to show."""

    anyone: bool = False
    day: date | None = None
    first: date | None = None  # the page of days begins there
    part: str | None = None


def _wanted(case: Case) -> _Wanted:
    said = "" if case.screen in _FIRST else case.picked("day") or ""
    found = _DAY.fullmatch(said)
    if found is None:
        return _Wanted(anyone=said == "all", part=said if said in PARTS else None)
    day = _date(found[3])
    return _Wanted(bool(found[1]), None if found[2] else day, day if found[2] else None)


def part_of(slot: Slot) -> str:
    """The part of the day in which a moment lies; from when on it is evening is the municipality's to say."""
    return "evening" if slot.evening else "morning" if slot.at.hour < 12 else "afternoon"


def _own_first(case: Case) -> bool:
    """Whether only the own contact's moments are offered: they have one soon, and no colleague was asked for."""
    free = case.world.get(FreeSlots)
    return not _wanted(case).anyone and any(slot.own and slot.at.date() <= free.soon for slot in free.slots)


def _offered(case: Case) -> tuple[Slot, ...]:
    own_first = _own_first(case)
    return tuple(slot for slot in case.world.get(FreeSlots).slots if slot.own or not own_first)


def _of_day(case: Case, day: date) -> tuple[Slot, ...]:
    """The free times of a day; of one that was named in own words also those of a colleague, if there are no others."""
    own = tuple(slot for slot in _offered(case) if slot.at.date() == day)
    return own or tuple(slot for slot in case.world.get(FreeSlots).slots if slot.at.date() == day)


# ---- days ------------------------------------------------------------------------------------------------------------


def days(case: Case, *opening: Text) -> Screen:
    """The days on which there is a free moment. Where there is none at all: no shrug, a human looks for one."""
    free = case.world.get(FreeSlots)
    if not free.slots:
        return nothing(case, _kind(case))
    wanted = _wanted(case)
    slots = _offered(case)
    notices: tuple[Text, ...] = ()
    if wanted.part is not None:
        in_part = tuple(slot for slot in slots if part_of(slot) == wanted.part)
        in_part = in_part or tuple(slot for slot in free.slots if part_of(slot) == wanted.part)
        notices = ((_IN_PART if in_part else _NONE_IN_PART)[wanted.part],)
        slots = in_part or slots
    all_days = sorted({slot.at.date() for slot in slots})
    first = wanted.first or wanted.day if case.screen == "time" else wanted.first
    shown, after = _page(all_days, slots, first)
    contact = free.contact_name
    own = _own_first(case)
    ask = t("afspraak.day", "Welke dag komt u goed uit?")
    if own and contact:
        ask = t("afspraak.day.with", "Welke dag komt u goed uit? U spreekt dan {name}.", name=contact)
    late = own and not any(slot.evening for slot in slots) and any(slot.evening for slot in free.slots)
    others = own and any(not slot.own for slot in free.slots)
    turn = _turn(wanted, after, bool(first and all_days[0] < first))
    return Screen(
        (
            *opening,
            *notices,
            ask,
            *((t("afspraak.day.late", "In de avond kan het bij een collega."),) if late else ()),
        ),
        (
            *(_day_choice(day, slots, wanted.anyone, any_day=not others and day == all_days[0]) for day in shown),
            *turn,
            *((_TEAM,) if others else ()),
            _NONE_FITS,
        ),
        saves="day",
        skippable=False,
        why=WHY_DAY,
        effects=() if any(slot.at.date() <= free.soon for slot in free.slots) else (NoSlots(_kind(case)),),
        once=f"none_soon:{_kind(case)}",
    )


_TEAM = Choice(
    "all",
    "👥",
    t("afspraak.day.team", "Een collega mag ook"),
    event="page",
    short=t("afspraak.day.team.short", "Met een collega"),
    words=t("afspraak.day.team.words", "collega, iemand anders, maakt niet uit wie, maakt niet uit, iedereen"),
)
_NONE_FITS = Choice(
    "none",
    "🤷",
    t("afspraak.day.none", "Geen dag past"),
    event="none",
    words=t("afspraak.day.none.words", "geen, geen enkele, past niet, niks past, ik kan niet, ik kan dan niet, nee"),
)


def _page(all_days: list[date], slots: Iterable[Slot], first: date | None) -> tuple[list[date], date | None]:
    """A few days from ``first`` on, and where the next ones begin. The first page has a day with an evening in it,
    wherever there is one."""
    start = [day for day in all_days if first is None or day >= first] or all_days
    shown = start[:DAYS]
    after = start[DAYS] if len(start) > DAYS else None
    evenings = {slot.at.date() for slot in slots if slot.evening}
    if start == all_days and evenings and not evenings & set(shown):
        after = shown[-1]
        shown = [*shown[:-1], min(evenings)]
    return shown, after


def _turn(wanted: _Wanted, after: date | None, later: bool) -> tuple[Choice, ...]:
    """On to later days, or from the last of them back to the first."""
    prefix = "all-" if wanted.anyone else ""
    words = t("afspraak.day.more.words", "meer dagen, later, andere dag, volgende week, verder")
    if after is not None:
        label = t("afspraak.day.more", "Andere dagen")
        return (Choice(f"{prefix}from-{after.isoformat()}", "➕", label, event="page", words=words),)
    if later or wanted.part:
        id_ = "all" if wanted.anyone else "first"
        return (Choice(id_, "↩️", t("afspraak.day.first", "De eerste dagen"), event="page", words=words),)
    return ()


#: What stands for the first that there is.
_FIRST_WORDS = t(
    "afspraak.first.words",
    "maakt niet uit, maakt mij niet uit, zo snel mogelijk, snel, de eerste, eerste, zo vroeg mogelijk, nu",
)


def _day_choice(day: date, slots: Iterable[Slot], anyone: bool, *, any_day: bool) -> Choice:
    late = any(slot.evening and slot.at.date() == day for slot in slots)
    return Choice(
        f"{'all-' if anyone else ''}{day.isoformat()}",
        "🌙" if late else "📅",
        t("afspraak.day.on", "{day}", day=day),
        event="day",
        short=t("afspraak.day.on.short", "{day}", day=Short(day)),
        words=_FIRST_WORDS if any_day else None,
    )


OTHER_DAY = Choice(
    "other",
    "📅",
    t("afspraak.time.other", "Een andere dag"),
    event="other",
    words=t(
        "afspraak.time.other.words",
        "andere dag, andere dagen, geen tijd past, past niet, ik kan niet, ik kan dan niet, nee",
    ),
)


# ---- times -----------------------------------------------------------------------------------------------------------


def times(case: Case) -> Screen:
    """The free times of the chosen day. When that is full by now, the days again."""
    mine = _booked_just_now(case)
    if mine is not None:
        return mine
    wanted = _wanted(case)
    lost = () if case.world.refused != "slot_taken" else (_lost(case),)
    slots = () if wanted.day is None else _of_day(case, wanted.day)
    if wanted.day is None or not slots:
        typed = _hour(case.picked("time") or "") is not None
        if wanted.day is None or (lost and not typed):
            return days(case, *lost)
        return days(case, t("afspraak.time.full", "Op {day} is er geen vrij moment.", day=wanted.day))
    shown, after = _some(case, slots)
    own = _own_first(case) and all(slot.own for slot in slots)
    part = case.picked("time")
    none = part in PARTS and not any(part_of(slot) == part for slot in slots)
    more = Choice(
        f"from-{wanted.day.isoformat()}-{after:%H%M}" if after else "more",
        "➕",
        t("afspraak.time.more", "Meer tijden"),
        event="times",
        words=t("afspraak.time.more.words", "andere tijden, andere tijd, meer, later, eerder"),
    )
    ask = t("afspraak.time", "Hoe laat op {day}?", day=wanted.day)
    return Screen(
        (*lost, *((_NONE_THAT_DAY[str(part)],) if none else ()), ask),
        (
            *(_time_choice(slot, own, first=slot is shown[0]) for slot in shown),
            *((more,) if len(shown) < len(slots) else ()),
            OTHER_DAY,
        ),
        saves="time",
        skippable=False,
        why=_WHY_TIME,
    )


def _some(case: Case, slots: tuple[Slot, ...]) -> tuple[tuple[Slot, ...], time | None]:
    """At first a few times all over the day, or those nearest to the hour that was typed, then all of them in order.
    With where the next ones begin."""
    said = case.picked("time") or ""
    page = _PAGE.fullmatch(said)
    in_part = tuple(slot for slot in slots if part_of(slot) == said)
    if len(in_part or slots) <= TIMES:
        return in_part or slots, slots[0].at.time()
    slots = in_part or slots
    typed = _hour(said)
    if typed is not None:
        nearest = sorted(slots, key=lambda slot: _apart(slot.at.time(), typed))[:TIMES]
        return tuple(slot for slot in slots if slot in nearest), slots[0].at.time()
    if page is None or _date(page[1]) != slots[0].at.date():
        whole = tuple(slot for slot in slots if slot.at.minute == 0)
        pool = whole if len(whole) >= TIMES // 2 else slots
        count = min(TIMES, len(pool))
        step = (len(pool) - 1) / (count - 1)
        return tuple(pool[round(number * step)] for number in range(count)), slots[0].at.time()
    start = [slot for slot in slots if slot.at.strftime("%H%M") >= page[2] + page[3]] or list(slots)
    after = start[TIMES].at.time() if len(start) > TIMES else slots[0].at.time()
    return tuple(start[:TIMES]), after


def _apart(one: time, other: time) -> int:
    """Minutes between two hours of a day."""
    return abs(one.hour * 60 + one.minute - other.hour * 60 - other.minute)


def _time_choice(slot: Slot, own: bool, *, first: bool) -> Choice:
    id_ = f"{'own-' if own else ''}{slot.at.astimezone(UTC):%Y%m%dT%H%MZ}"
    label = t("afspraak.time.at", "{time} uur", time=slot.at.time())
    return Choice(id_, _ICONS[part_of(slot)], label, words=_FIRST_WORDS if first else None)


def _lost(case: Case) -> Text:
    """What was chosen cannot be had: never was free (own words), or is not any more."""
    return lost(case, _may_be(case), _hour(case.picked("time") or ""))


def _booked_just_now(case: Case) -> Screen | None:
    """Who goes back after booking has that moment, and would book a second one without knowing it."""
    mine = next((one for one in case.world.get(Appointments).standing if is_meant(case, one.at)), None)
    if mine is None or case.world.refused is not None:
        return None
    return Screen(
        (t("afspraak.time.yours", "Dit moment is al van u:"), *lines(mine)),
        (moving_button(mine), cancelling_button(mine), CLOSE),
        why=_WHY_TIME,
    )


# ---- what was chosen -------------------------------------------------------------------------------------------------


def chosen_at(case: Case) -> datetime | None:
    """The instant that was chosen, free or not."""
    found = _AT.fullmatch(case.picked("time") or "")
    if found is not None:
        try:
            return datetime.strptime(found[2], "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
        except ValueError:  # a button that someone forged
            return None
    typed, day = _hour(case.picked("time") or ""), _wanted(case).day
    if typed is None or day is None:
        return None
    return datetime.combine(day, typed, case.moment.now.tzinfo)


def _may_be(case: Case) -> tuple[datetime, ...]:
    """The instants that were meant: an hour before noon in own words may be the one after it ("8 uur"). In UTC: of the
    hour that comes twice Python says that no two zones agree on it."""
    at, typed = chosen_at(case), _HOUR.fullmatch(case.picked("time") or "")
    if at is None:
        return ()
    meant = (at, at + timedelta(hours=12)) if typed and at.hour < 12 else (at,)
    return tuple(one.astimezone(UTC) for one in meant)


def is_meant(case: Case, at: datetime) -> bool:
    """Whether this is an instant that was chosen."""
    return at.astimezone(UTC) in _may_be(case)


def chosen_slot(case: Case) -> Slot | None:
    """The free moment that was chosen."""
    said, day = case.picked("time") or "", _wanted(case).day
    slots: Iterable[Slot] = case.world.get(FreeSlots).slots
    if said.startswith("own-"):
        slots = [slot for slot in slots if slot.own]
    elif _HOUR.fullmatch(said) and day is not None:
        slots = _of_day(case, day)
    return next((slot for at in _may_be(case) for slot in slots if slot.at.astimezone(UTC) == at), None)


def lost_slot(case: Case) -> Slot:
    """Stands for a moment that is not free any more: nobody's, so that booking it is refused, and the table decides."""
    return Slot(chosen_at(case) or case.moment.now, 0, 0, "")


def _kind(case: Case) -> str:
    one = case.world.get(Appointments).one
    kind = None if "appointment" in case.answers else case.picked("kind")  # what is moved stays of its kind
    return kind or ("" if one is None else one.kind)


def _hour(said: str) -> time | None:
    """The hour that was typed; None: a button was tapped, or a part of the day was named."""
    found = _HOUR.fullmatch(said)
    return None if found is None else time(int(found[1]), int(found[2]))


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


# ---- screens ---------------------------------------------------------------------------------------------------------


def gone_meanwhile(case: Case) -> bool:
    """Whether the appointment that is being moved does not stand any more."""
    return "appointment" in case.answers and standing_one(case) is None


def day(case: Case) -> Screen:
    """Which day."""
    return no_longer(case) if gone_meanwhile(case) else days(case)


def later(case: Case) -> Screen:
    """Other days: later ones, those of a colleague, those with an evening."""
    return day(case)


def time_(case: Case) -> Screen:
    """Which time of that day."""
    return no_longer(case) if gone_meanwhile(case) else times(case)


def moving(case: Case) -> Screen:
    """Another moment for an appointment; until then it stands."""
    one = standing_one(case)
    if one is None:
        return no_longer(case)
    return days(case, t("afspraak.moving", "Verzetten mag. Uw afspraak van {moment} staat nog.", moment=one.at))


def again(case: Case) -> Screen:
    """A new moment after one that is over, in the same way."""
    one = case.world.get(Appointments).one
    if one is None:
        return no_longer(case)
    screen = days(case, t("afspraak.again", "Fijn. We zoeken een nieuw moment."))
    return screen if screen.saves is None else replace(screen, choices=(*screen.choices, OTHER_KIND))
