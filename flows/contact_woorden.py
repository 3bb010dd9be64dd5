"""How a plan to keep in touch reads: how often, on which day, when and how; and the choices that make one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flows.aftercare import RHYTHMS, AgreePlan, ContactPlans, KnownContact, Means, Part, Plan, PlanKind, Rhythm
from flows.aftercare_days import next_day
from flows.grammar import Case, Choice, Text, t

#: What is picked for a day, by its number; the working days come first.
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_DAY = "any"
#: The first day of the week on which nobody of us works.
_WEEKEND = 5

_RHYTHMS: Mapping[Rhythm, Choice] = {
    Rhythm.WEEK: Choice(
        Rhythm.WEEK,
        "🔁",
        t("contact.week", "Elke week"),
        words=t("contact.week.words", "wekelijks, iedere week, per week, 1 keer per week, vaker"),
    ),
    Rhythm.TWO_WEEKS: Choice(
        Rhythm.TWO_WEEKS,
        "🔁",
        t("contact.two_weeks", "Elke 2 weken"),
        words=t("contact.two_weeks.words", "om de week, twee weken, per twee weken, 2 keer per maand"),
    ),
    Rhythm.MONTH: Choice(
        Rhythm.MONTH,
        "🔁",
        t("contact.month", "Elke maand"),
        words=t("contact.month.words", "maandelijks, iedere maand, per maand, 1 keer per maand"),
    ),
    Rhythm.TWO_MONTHS: Choice(
        Rhythm.TWO_MONTHS,
        "🔁",
        t("contact.two_months", "Elke 2 maanden"),
        words=t("contact.two_months.words", "om de maand, twee maanden, per twee maanden"),
    ),
    Rhythm.QUARTER: Choice(
        Rhythm.QUARTER,
        "🔁",
        t("contact.quarter", "Elke 3 maanden"),
        words=t("contact.quarter.words", "kwartaal, drie maanden, per kwartaal"),
    ),
    Rhythm.HALF_YEAR: Choice(
        Rhythm.HALF_YEAR,
        "🔁",
        t("contact.half_year", "Elk half jaar"),
        words=t("contact.half_year.words", "halfjaar, half jaar, zes maanden, 2 keer per jaar"),
    ),
    Rhythm.ONCE: Choice(
        Rhythm.ONCE,
        "1️⃣",
        t("contact.once", "Nog één keer"),
        words=t("contact.once.words", "eenmaal, een keer, 1 keer, eenmalig"),
    ),
}
_ANY = Choice(
    ANY_DAY,
    "📅",
    t("contact.any_day", "Elke dag is goed"),
    words=t("contact.any_day.words", "maakt niet uit, elke dag, alle dagen, geen voorkeur"),
)
_WEEKDAYS: tuple[Choice, ...] = (
    Choice(DAYS[0], "📅", t("contact.monday", "Maandag")),
    Choice(DAYS[1], "📅", t("contact.tuesday", "Dinsdag")),
    Choice(DAYS[2], "📅", t("contact.wednesday", "Woensdag")),
    Choice(DAYS[3], "📅", t("contact.thursday", "Donderdag")),
    Choice(DAYS[4], "📅", t("contact.friday", "Vrijdag")),
    Choice(DAYS[5], "📅", t("contact.saturday", "Zaterdag")),
    Choice(DAYS[6], "📅", t("contact.sunday", "Zondag")),
)
PARTS: Mapping[Part, Choice] = {
    Part.MORNING: Choice(
        Part.MORNING,
        "🌅",
        t("contact.morning", "In de ochtend"),
        words=t("contact.morning.words", "ochtend, vroeg, voor de middag"),
    ),
    Part.AFTERNOON: Choice(
        Part.AFTERNOON,
        "🌇",
        t("contact.afternoon", "In de middag"),
        words=t("contact.afternoon.words", "middag, na de lunch"),
    ),
    Part.EVENING: Choice(
        Part.EVENING,
        "🌙",
        t("contact.evening", "In de avond"),
        words=t("contact.evening.words", "avond, na het werk, laat"),
    ),
}
_MEANS: Mapping[Means, Choice] = {
    Means.CHAT: Choice(
        Means.CHAT,
        "💬",
        t("contact.chat", "Hier in de chat"),
        words=t("contact.chat.words", "chat, hier, bericht, berichtje, app, schrijven"),
    ),
    Means.PHONE: Choice(
        Means.PHONE,
        "📞",
        t("contact.phone", "Telefoon"),
        words=t("contact.phone.words", "bellen, telefonisch, gebeld worden, bel mij"),
    ),
    Means.VISIT: Choice(
        Means.VISIT,
        "🏢",
        t("contact.visit", "Een gesprek"),
        words=t("contact.visit.words", "langskomen, op kantoor, thuis, afspreken, elkaar zien"),
    ),
}


# ---- what is being agreed ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draft:
    """The plan that comes of the answers so far: ``base`` is what stands, is proposed, or is usual; ``plan`` that with
    the answers. ``new``: nothing stood."""

    base: Plan
    plan: Plan
    new: bool

    @property
    def changes(self) -> bool:
        """Whether there is anything to agree that does not stand already."""
        return self.new or self.base.state != "active" or self.plan != self.base

    @property
    def effect(self) -> AgreePlan:
        """This is how they want it."""
        plan = self.plan
        return AgreePlan(plan.kind.value, plan.rhythm.value, plan.weekday, plan.part.value, plan.means.value)


def draft(case: Case, known: ContactPlans) -> Draft | None:
    """What the answers of this frame come to; None: nothing can be agreed now."""
    stands = known.proposed or known.plan
    if stands is None and known.kind is None:
        return None
    base = stands or usual(known.kind or PlanKind.FIXED)
    kind = base.kind if known.proposed is not None else known.kind or base.kind
    rhythms = RHYTHMS[kind]
    rhythm = next((one for one in rhythms if one == case.picked("rhythm")), base.rhythm)
    plan = replace(
        base,
        kind=kind,
        rhythm=rhythm if rhythm in rhythms else rhythms[0],
        weekday=_weekday(case, base),
        part=next((one for one in Part if one == case.picked("part")), base.part),
        means=next((one for one in Means if one == case.picked("means")), base.means),
    )
    if plan.means is not Means.CHAT and plan.weekday is not None and plan.weekday >= _WEEKEND:
        plan = replace(plan, weekday=None)
    return Draft(base, plan, stands is None)


def _weekday(case: Case, base: Plan) -> int | None:
    picked = case.picked("weekday")
    if picked == ANY_DAY:
        return None
    return DAYS.index(picked) if picked in DAYS else base.weekday


def usual(kind: PlanKind) -> Plan:
    """As it usually is: in the chat, in the morning, on any day."""
    return Plan(0, kind, RHYTHMS[kind][0])


def first_day(plan: Plan, today: date) -> date:
    """The day of the first contact of what is agreed today."""
    return next_day(plan.rhythm, plan.weekday, today)


# ---- choices -------------------------------------------------------------------------------------------------------


def rhythm_choices(kind: PlanKind) -> tuple[Choice, ...]:
    """How often, the usual first."""
    return tuple(_RHYTHMS[one] for one in RHYTHMS[kind])


def weekday_choices(means: Means) -> tuple[Choice, ...]:
    """On which day: a human of us only on a working day."""
    return (_ANY, *(_WEEKDAYS if means is Means.CHAT else _WEEKDAYS[:_WEEKEND]))


def means_choices() -> tuple[Choice, ...]:
    """Which way."""
    return tuple(_MEANS.values())


# ---- how it reads --------------------------------------------------------------------------------------------------


def who(contact: KnownContact) -> Text:
    """Who keeps in touch, as the heading of how."""
    if contact.name:
        return t("contact.who", "{name} houdt contact met u. Dit spraken we af:", name=contact.name)
    return t("contact.who.we", "We houden contact met u. Dit spraken we af:")


def lines(plan: Plan) -> Text:
    """How often, on which day, when, and how; one contact needs no day of the week."""
    part, means = PARTS[plan.part], _MEANS[plan.means]
    weekday = _ANY if plan.weekday is None else _WEEKDAYS[plan.weekday]
    return t(
        "contact.lines",
        "🔁 {rhythm}\n📅 {weekday}\n{time} {part}\n{way} {means}",
        rhythm=_RHYTHMS[plan.rhythm].label,
        weekday=weekday.label,
        time=part.icon,
        part=part.label,
        way=means.icon,
        means=means.label,
    )


def lasts(plan: Plan) -> tuple[Text, ...]:
    """Until when its kind may last, where it has an end."""
    if plan.until is None or plan.rhythm is Rhythm.ONCE:
        return ()
    return (t("contact.until", "Dit loopt tot uiterlijk {day}.", day=plan.until),)


def what_happens(plan: Plan, contact: KnownContact, day: date) -> tuple[Text, ...]:
    """What happens, by whom, and around which day (rule 4)."""
    if plan.rhythm is Rhythm.ONCE:
        return (t("contact.ended.once", "We vragen nog één keer hoe het gaat, binnen een jaar. Daarna niet meer."),)
    someone = t("contact.someone", "een medewerker")
    name: str | Text = contact.name or someone
    match plan.means:
        case Means.PHONE:
            return (t("contact.next.phone", "Rond {day} wordt u gebeld door {name}.", day=day, name=name),)
        case Means.VISIT:
            return (t("contact.next.visit", "Rond {day} maakt {name} een afspraak met u.", day=day, name=name),)
    read = t("contact.next.read", "Uw antwoord wordt gelezen door {name}.", name=name)
    return (t("contact.next.chat", "Rond {day} krijgt u hier een kort bericht: hoe gaat het?", day=day), read)
