"""Moments in the year that are hard for someone, with their own plan for them [004] 3.1.8: kept, changed, dropped, and
a light message some days before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from flows.aftercare import MOST_MOMENTS, ContactPlans, DropMoment, HardMoment, KeepMoment, MomentKind
from flows.aftercare_days import yearly
from flows.contact_knoppen import CLOSE, MOMENTS, as_held, talk_button
from flows.flow import Read
from flows.grammar import Case, Choice, Json, Moment, Screen, Text, call, t, verbatim
from flows.text import Short
from flows.understanding import agrees, declines, names_date, year_day_in

#: Nearer than this there is hardly a message before it.
_NEAR = timedelta(days=4)

_KINDS: Mapping[MomentKind, Choice] = {
    MomentKind.BIRTHDAY: Choice(
        MomentKind.BIRTHDAY,
        "🎂",
        t("contact.kind.birthday", "Verjaardag"),
        event="kind",
        words=t("contact.kind.birthday.words", "verjaardagen, jarig, feest"),
    ),
    MomentKind.DECEMBER: Choice(
        MomentKind.DECEMBER,
        "🎄",
        t("contact.kind.december", "December"),
        event="kind",
        words=t("contact.kind.december.words", "feestdagen, sinterklaas, kerst, oud en nieuw"),
    ),
    MomentKind.HOLIDAY_PAY: Choice(
        MomentKind.HOLIDAY_PAY,
        "💶",
        t("contact.kind.holiday_pay", "Vakantiegeld"),
        event="kind",
        words=t("contact.kind.holiday_pay.words", "vakantietoeslag, extra geld, vakantie"),
    ),
    MomentKind.BILL: Choice(
        MomentKind.BILL,
        "🧾",
        t("contact.kind.bill", "Een jaarlijkse rekening"),
        event="kind",
        short=t("contact.kind.bill.short", "Rekening per jaar"),
        words=t("contact.kind.bill.words", "rekening, jaarnota, eindafrekening, belasting, verzekering"),
    ),
    MomentKind.OTHER: Choice(
        MomentKind.OTHER,
        "📆",
        t("contact.kind.other", "Iets anders"),
        event="kind",
        words=t("contact.kind.other.words", "anders, ander moment"),
    ),
}
#: The day that is meant where they name none, as month and day.
_USUAL: Mapping[MomentKind, tuple[int, int]] = {MomentKind.DECEMBER: (12, 1), MomentKind.HOLIDAY_PAY: (5, 15)}
#: Days to choose from, as month and day; of the others a month is chosen, or the day typed.
_DAYS: Mapping[MomentKind, tuple[tuple[int, int], ...]] = {
    MomentKind.DECEMBER: ((12, 1), (12, 5), (12, 25), (12, 31)),
    MomentKind.HOLIDAY_PAY: ((5, 1), (5, 15), (5, 25)),
}
_MONTHS: tuple[Text, ...] = (
    t("contact.january", "Januari"),
    t("contact.february", "Februari"),
    t("contact.march", "Maart"),
    t("contact.april", "April"),
    t("contact.may", "Mei"),
    t("contact.june", "Juni"),
    t("contact.july", "Juli"),
    t("contact.august", "Augustus"),
    t("contact.september", "September"),
    t("contact.october", "Oktober"),
    t("contact.november", "November"),
    t("contact.december", "December"),
)
_ADD = Choice(
    "add",
    "➕",
    t("contact.add_button", "Een moment erbij"),
    words=t("contact.add_button.words", "toevoegen, nieuw, erbij, nog een, ja"),
    goes=call("contact", "add"),
)


# ---- the list ------------------------------------------------------------------------------------------------------


def moments(case: Case) -> Screen:
    """What is kept, in the order of their days."""
    every = case.world.get(ContactPlans).moments
    if not every:
        return Screen(
            (
                t("contact.moments.none", "Sommige dagen zijn duur of moeilijk. Dat is bij veel mensen zo."),
                t("contact.moments.none.how", "U kunt zo'n dag hier bewaren, met wat u dan helpt."),
                t("contact.moments.before", "Een paar dagen ervoor denken wij er samen met u aan."),
            ),
            (_ADD, CLOSE),
            why=_WHY,
        )
    return Screen(
        (
            t("contact.moments", "Dit zijn uw moeilijke momenten. Kies er een om die te bekijken."),
            t("contact.moments.before", "Een paar dagen ervoor denken wij er samen met u aan."),
        ),
        (*(_button(one) for one in every), *((_ADD,) if len(every) < MOST_MOMENTS else ()), CLOSE),
        why=_WHY,
    )


_WHY = t("contact.moments.why", "Wie vooraf een plan heeft, komt zo'n dag makkelijker door.")


def _button(one: HardMoment) -> Choice:
    return Choice(
        f"m{one.id}",
        _KINDS[one.kind].icon,
        t("contact.moment.button", "{what}, {day}", what=_called(one), day=Short(one.on)),
        short=t("contact.moment.button.short", "{day}", day=Short(one.on)),
        words=_called(one),
        goes=call("contact", "one", moment=one.id),
    )


def _called(one: HardMoment) -> Text:
    return verbatim(one.words) if one.words else _KINDS[one.kind].label


def one(case: Case) -> Screen:
    """One of them, with their plan."""
    found = case.world.get(ContactPlans).one
    if found is None:
        return _not_there(case)
    return Screen(
        (
            t(
                "contact.one",
                "{icon} {what}\n📅 {day}",
                icon=_KINDS[found.kind].icon,
                what=_called(found),
                day=found.on,
            ),
            *_plan_of(found),
        ),
        (_OTHER_DAY, _OTHER_PLAN, _DROP, MOMENTS, CLOSE),
        why=_WHY,
    )


def _plan_of(found: HardMoment) -> tuple[Text, ...]:
    if not found.plan:
        return ()
    return (t("contact.one.plan", "💡 Uw eigen plan: {words}", words=verbatim(found.plan)),)


_OTHER_DAY = Choice(
    "day",
    "📅",
    t("contact.one.day_button", "Andere dag"),
    event="other_day",
    words=t("contact.one.day_button.words", "dag, datum, verzetten"),
)
_OTHER_PLAN = Choice(
    "plan",
    "💡",
    t("contact.one.plan_button", "Ander plan"),
    event="other_plan",
    words=t("contact.one.plan_button.words", "plan, wat helpt mij, plan veranderen"),
)
_DROP = Choice(
    "drop",
    "🗑️",
    t("contact.one.drop_button", "Weghalen"),
    event="drop",
    words=t("contact.one.drop_button.words", "verwijderen, wissen, weg, niet meer nodig"),
)


def _not_there(case: Case) -> Screen:
    return Screen(
        t("contact.one.gone", "Dit moment staat er niet meer. Dat geeft niet."),
        as_held(case, MOMENTS, CLOSE),
    )


def dropped(case: Case) -> Screen:
    """It need not be thought of any more."""
    found = case.world.get(ContactPlans).one
    if found is None:
        return _not_there(case)
    return Screen(
        t("contact.dropped", "Dat is goed. Dit moment is weg. We schrijven u er niet meer over."),
        (MOMENTS, CLOSE),
        effects=(DropMoment(found.id),),
    )


# ---- a new one, or another day or plan ------------------------------------------------------------------------------


def add(case: Case) -> Screen:
    """What kind of moment."""
    if len(case.world.get(ContactPlans).moments) >= MOST_MOMENTS:
        return Screen(
            t("contact.add.full", "Er staan nu {count} momenten. Haal er eerst een weg.", count=MOST_MOMENTS),
            (MOMENTS, CLOSE),
        )
    return Screen(
        t("contact.add", "Wat is voor u een moeilijk moment?"),
        tuple(_KINDS.values()),
        saves="kind",
        free=True,
        skippable=False,
        why=_WHY,
    )


def read_kind(text: str, moment: Moment) -> Read | None:
    """What is no kind is what the moment is called; a date in it is kept too."""
    if declines(text):
        return Read(None, "moments", saves="typed")
    if agrees(text):
        return None
    found = _day_in(text, moment) if names_date(text) else None
    also: dict[str, Json] = {"words": {"text": text}, "on": None if found is None else found.isoformat()}
    return Read(MomentKind.OTHER.value, "told", also=also)


def has_day(case: Case) -> bool:
    """Whether the day was said along with what it is."""
    return case.picked("on") is not None


def kind_of(case: Case) -> MomentKind:
    """The kind that was chosen, or that of the moment that is changed."""
    found = case.picked("kind")
    return MomentKind(found) if found in set(MomentKind) else MomentKind.OTHER


def needs_words(case: Case) -> bool:
    """December is December; of the others it helps to know which."""
    return kind_of(case) not in _USUAL


def what(case: Case) -> Screen:
    """What it is, in their own words."""
    match kind_of(case):
        case MomentKind.BIRTHDAY:
            asked = t("contact.what.birthday", "Van wie is de verjaardag? Typ het hier.")
        case MomentKind.BILL:
            asked = t("contact.what.bill", "Welke rekening is het? Typ het hier.")
        case _:
            asked = t("contact.what", "Welk moment is het? Typ het hier, in uw eigen woorden.")
    return Screen(
        asked,
        saves="words",
        free=True,
        why=t("contact.what.why", "Dan herkent u het als wij u schrijven."),
    )


def when(case: Case) -> Screen:
    """On which day, or in which month."""
    kind = _kind_now(case)
    today = case.moment.now.date()
    if kind in _DAYS:
        choices = tuple(_day(yearly(day, month, today)) for month, day in _DAYS[kind])
    else:
        choices = tuple(
            Choice(yearly(1, month, today).isoformat(), "📅", name) for month, name in enumerate(_MONTHS, 1)
        )
    return Screen(
        t("contact.when", "Wanneer is dat? Typ de dag, bijvoorbeeld ‘5 december’. Of kies hieronder."),
        choices,
        saves="on",
        why=t("contact.when.why", "Een paar dagen ervoor krijgt u een kort bericht van ons."),
    )


def _kind_now(case: Case) -> MomentKind:
    found = case.world.get(ContactPlans).one
    return kind_of(case) if found is None else found.kind


def _day(day: date) -> Choice:
    words = _FEASTS.get((day.month, day.day))
    return Choice(day.isoformat(), "📅", t("contact.when.day", "{day}", day=Short(day)), words=words)


#: What these days are called.
_FEASTS: Mapping[tuple[int, int], Text] = {
    (12, 5): t("contact.when.fifth.words", "sinterklaas, pakjesavond, vijf december"),
    (12, 25): t("contact.when.christmas.words", "kerst, kerstmis, eerste kerstdag"),
    (12, 31): t("contact.when.new_year.words", "oud en nieuw, oudjaar, vuurwerk"),
}


def read_when(text: str, moment: Moment) -> Read | None:
    """A day or a month in own words; the year does not matter, for it comes every year."""
    found = None if text.strip(" .").isdecimal() else _day_in(text, moment)
    return None if found is None else Read(found.isoformat())


def _day_in(text: str, moment: Moment) -> date | None:
    today = moment.now.date()
    found = year_day_in(text, today)
    return None if found is None else yearly(*found, today)


def own_plan(case: Case) -> Screen:
    """What helps then, in their own words."""
    found = case.world.get(ContactPlans).one
    return Screen(
        (
            t("contact.own_plan", "Wat helpt u dan? Typ uw eigen plan."),
            t("contact.own_plan.example", "Bijvoorbeeld: ik zet elke maand iets opzij, of ik bel mijn zus."),
            *(() if found is None else _plan_of(found)),
        ),
        saves="plan",
        free=True,
        why=t("contact.own_plan.why", "We sturen het u terug, vlak voor dit moment. Wie u helpt, kan het ook lezen."),
    )


def kept(case: Case) -> Screen:
    """It is kept, new or changed; without a day nobody can think of it."""
    found = case.world.get(ContactPlans).one
    if found is None and case.answers.get("moment"):
        return _not_there(case)
    kind, on = _kind_now(case), _on(case)
    if found is None and on is None and kind in _USUAL:
        month, number = _USUAL[kind]
        on = yearly(number, month, case.moment.now.date())
    if found is None and on is None:
        return Screen(
            t("contact.kept.no_day", "Zonder dag kunnen we er niet aan denken. Dat geeft niet. Later mag ook."),
            (_ADD, CLOSE),
        )
    words = case.told("words") if needs_words(case) else None
    plan = case.told("plan")
    day = on or (found.on if found is not None else None)
    assert day is not None
    return Screen(
        (
            t("contact.kept.near", "Dat is bewaard. Het is al bijna zover. Praten mag altijd.")
            if day - case.moment.now.date() < _NEAR
            else t("contact.kept", "Dat is bewaard. Een paar dagen voor {day} denken we er samen aan.", day=day),
            *((t("contact.one.plan", "💡 Uw eigen plan: {words}", words=verbatim(plan)),) if plan else ()),
        ),
        (MOMENTS, CLOSE),
        effects=(
            KeepMoment(
                _same(case, kind, day, words) if found is None else found.id,
                kind.value if found is None else None,
                on,
                {"text": words} if words else None,
                {"text": plan} if plan else None,
            ),
        ),
    )


def _same(case: Case, kind: MomentKind, day: date, words: str | None) -> int:
    """The number of one that is the same already: who goes back and forth keeps one."""
    every = case.world.get(ContactPlans).moments
    return next((each.id for each in every if (each.kind, each.on, each.words) == (kind, day, words or "")), 0)


def _on(case: Case) -> date | None:
    try:
        return date.fromisoformat(case.picked("on") or "")
    except ValueError:
        return None


# ---- some days before ----------------------------------------------------------------------------------------------


def before(case: Case) -> Screen:
    """Light and warm: their own words, their own plan, and a human one tap away. It asks nothing."""
    known = case.world.get(ContactPlans)
    if known.one is None:
        return _not_there(case)
    return Screen(
        (
            t("contact.before", "Binnenkort is het zover: {what}, {day}.", what=_called(known.one), day=known.one.on),
            t("contact.before.plan", "U schreef wat u dan helpt: {words}", words=verbatim(known.one.plan))
            if known.one.plan
            else t("contact.before.no_plan", "Doe het op uw eigen manier. Klein beginnen is ook goed."),
            t("contact.before.us", "We denken aan u. Praten mag altijd."),
        ),
        as_held(case, talk_button(known.contact), CLOSE),
        sensitive=True,
    )
