"""How a sign-up ends: registered, or agreed to ask again on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from flows.flow import Read
from flows.grammar import (
    BACK,
    CancelPings,
    Case,
    Category,
    Choice,
    Contact,
    Effect,
    Moment,
    OpenCase,
    PlanPing,
    Promised,
    Screen,
    SetContact,
    SignUp,
    Text,
    Urgency,
    call,
    t,
)
from flows.reach import answer_here, given, on_webchat
from flows.understanding import weekday as weekday_in
from flows.warned import day_of, urgency_of

TO_MENU = Choice("close", "🏠", t("aanmelden.to_menu", "Naar het menu"), event="close")
PERSON = Choice(
    "mens",
    "💬",
    t("aanmelden.person", "Praten met een mens"),
    short=t("aanmelden.person.short", "Een mens spreken"),
    goes=call("overdracht", "asked"),
)
ADULT = Choice(
    "adult",
    "↩️",
    t("aanmelden.minor.adult", "Ik ben 18 of ouder"),
    event="adult",
    short=t("aanmelden.minor.adult.short", "18 of ouder"),
)

#: The agreed question comes in the morning of its day.
ASK_AT = time(10)

#: What was picked at ``urgency`` or ``letter``, by the crisis table.
_CATEGORIES = {
    "cutoff": Category.UTILITIES,
    "bailiff": Category.SEIZURE,
    "seized": Category.SEIZURE,
    "food": Category.FOOD,
    "home": Category.HOME,
    "utilities": Category.UTILITIES,
    "care": Category.CARE,
    "court": Category.SEIZURE,
}
#: Answers about the form itself, not about the person.
_NOT_TOLD = ("change", "sure", "ask_in", "nudged")


def already(case: Case, *others: Choice) -> Screen:
    """Who is signed up is not signed up twice; ``others`` is for whom else it may be."""
    name = case.world.get(OpenCase).contact_name
    return Screen(
        (
            t("aanmelden.already", "U bent al aangemeld. Dat hoeft dus niet nog een keer."),
            t(
                "aanmelden.already.name",
                "{name} helpt u. Heeft u een vraag? Praat dan met een mens.",
                name=name,
            )
            if name
            else t("aanmelden.already.team", "Ons team helpt u. Heeft u een vraag? Praat dan met een mens."),
        ),
        (
            PERSON,
            *others,
            replace(TO_MENU, goes=BACK),
        ),
        saves="for_whom" if others else None,
        skippable=False,
        why=t("aanmelden.already.why", "Zo hoeft u uw verhaal niet twee keer te vertellen."),
    )


def registered_screen(case: Case, cancelled: Effect) -> Screen:
    """Who makes contact and by when, the steps and the wait; that no papers are needed; what stops creditors."""
    gemeente = case.moment.gemeente
    promised = case.world.get(Promised)
    contact = SetContact(name=case.told("name"), phone=given(case, "phone"), email=given(case, "email"))
    reachable = not on_webchat(case) or case.told("contact") is not None
    who: tuple[Text, ...] = (
        t(
            "aanmelden.registered.who",
            "Een medewerker van {gemeente} neemt contact met u op, uiterlijk {day}.",
            gemeente=gemeente.name,
            day=_first_contact(case),
        )
        if "first_contact" in gemeente.promises
        else t(
            "aanmelden.registered.who_undated",
            "Een medewerker van {gemeente} neemt contact met u op.",
            gemeente=gemeente.name,
        ),
    )
    steps = (
        t(
            "aanmelden.registered.steps",
            "Daarna komt een eerste gesprek, uiterlijk {day}. Dan maken we samen een plan.",
            day=promised.intake,
        )
        if "intake" in gemeente.promises
        else t(
            "aanmelden.registered.steps_undated",
            "Daarna komt een eerste gesprek. Dan maken we samen een plan.",
        )
    )
    flows = case.moment.flows
    return Screen(
        (
            t("aanmelden.registered", "Gelukt, uw aanmelding is binnen. Een mooie eerste stap!"),
            *who,
            steps,
            t("aanmelden.registered.papers", "U heeft hiervoor geen papieren nodig."),
            t(
                "aanmelden.registered.creditors",
                "Let op: aanmelden stopt uw schuldeisers nog niet. "
                "Dat kan pas als wij hun schrijven of iets met hen afspreken. "
                "U hoort aan wie we schrijven, en wanneer.",
            ),
            *_where(case),
        ),
        (
            *(
                (Choice("appointment", "📅", t("aanmelden.registered.slot", "Afspraak kiezen"), goes=call("afspraak")),)
                if "afspraak" in flows
                else ()
            ),
            *(
                (Choice("cards", "🗣️", t("aanmelden.registered.cards", "Tips voor nu"), goes=call("kaarten")),)
                if "kaarten" in flows
                else ()
            ),
            *(
                ()
                if reachable
                else (Choice("reach", "📞", t("aanmelden.registered.reach", "Mijn nummer geven"), event="reach"),)
            ),
            PERSON,
            TO_MENU,
        ),
        free=True,
        why=t("aanmelden.registered.why", "Dan weet u wat er nu gebeurt en wanneer."),
        effects=(
            SignUp(
                _capacity(case),
                {name: answer for name, answer in case.answers.items() if name not in _NOT_TOLD},
                _urgency(case),
            ),
            *((contact,) if contact != SetContact() else ()),
            cancelled,
        ),
    )


def _capacity(case: Case) -> str:
    picked = case.picked("for_whom")
    return picked if picked in ("helper", "professional", "bewindvoerder") else "self"


def _category(case: Case) -> Category | None:
    """What was picked as not able to wait."""
    urgency = case.picked("urgency")
    return _CATEGORIES.get((case.picked("letter") if urgency == "letter" else urgency) or "")


def _urgency(case: Case) -> Urgency:
    category = _category(case)
    return urgency_of(category) if category else Urgency.NORMAL


def _first_contact(case: Case) -> date:
    """The earlier of the two days that were promised, so that the last thing said is not the later one."""
    promised = case.world.get(Promised)
    category = _category(case)
    return min(promised.first_contact, day_of(category, promised)) if category else promised.first_contact


def _where(case: Case) -> tuple[Text, ...]:
    """Where the answer will appear."""
    reached = case.told("contact")
    if not on_webchat(case):
        return ()
    if reached is None:
        return answer_here(case)
    return (
        t(
            "aanmelden.registered.reached",
            "We bereiken u via {contact}. Terug naar deze chat kan met uw code: {code}.",
            contact=reached,
            code=case.world.get(Contact).code,
        ),
    )


def ask_days(case: Case) -> tuple[Choice, ...]:
    """Days on which the chat may ask once more; the id of a choice is its day, so that it stays the day agreed on."""
    today = case.moment.now.date()
    return (
        *(
            Choice((today + timedelta(days=days)).isoformat(), "📅", label, event="agree", words=words)
            for days, label, words in (
                (
                    3,
                    t("aanmelden.unsure.days", "Over drie dagen"),
                    t("aanmelden.unsure.days.words", "paar dagen, drie dagen"),
                ),
                (
                    7,
                    t("aanmelden.unsure.week", "Over een week"),
                    t("aanmelden.unsure.week.words", "week, volgende week"),
                ),
                (14, t("aanmelden.unsure.weeks", "Over twee weken"), t("aanmelden.unsure.weeks.words", "twee weken")),
                (30, t("aanmelden.unsure.month", "Over een maand"), t("aanmelden.unsure.month.words", "maand")),
            )
        ),
        Choice(
            "self",
            "🙋",
            t("aanmelden.unsure.self", "Ik kom zelf terug"),
            event="agree",
            words=t("aanmelden.unsure.self.words", "zelf, niet vragen, nooit"),
        ),
    )


def read_ask_day(text: str, moment: Moment) -> Read | None:
    """A day of the week by name: the next such day."""
    weekday = weekday_in(text)
    if weekday is None:
        return None
    tomorrow = moment.now.date() + timedelta(days=1)
    day = tomorrow + timedelta(days=(weekday - tomorrow.weekday()) % 7)
    return Read(day.isoformat(), event="agree")


def agreed_screen(case: Case, nudge: str, ask: str) -> Screen:
    """The day on which the chat asks once more, or none at all; nudges are off."""
    picked = case.picked("ask_in")
    day = None if picked in (None, "self") else date.fromisoformat(str(picked))
    back = (
        t(
            "aanmelden.agreed.code",
            "Uw antwoorden blijven staan. Met code {code} komt u hier terug.",
            code=case.world.get(Contact).code,
        )
        if on_webchat(case)
        else t("aanmelden.agreed.kept", "Uw antwoorden blijven staan. U kunt hier altijd verder.")
    )
    effects: tuple[Effect, ...] = (CancelPings((nudge, ask)),)
    if day is not None:
        at = datetime.combine(day, ASK_AT, case.moment.now.tzinfo)
        effects = (CancelPings((nudge,)), PlanPing(ask, at))
    return Screen(
        (
            t("aanmelden.agreed", "Afgesproken. We vragen het u nog één keer op {day}.", day=day)
            if day is not None
            else t("aanmelden.agreed.self", "Dat is goed. We vragen u niets. U bent altijd welkom."),
            back,
        ),
        (
            Choice(
                "yes",
                "✅",
                t("aanmelden.agreed.yes", "Toch nu aanmelden"),
                event="confirm",
                short=t("aanmelden.agreed.yes.short", "Nu aanmelden"),
            ),
            PERSON,
            TO_MENU,
        ),
        effects=effects,
    )
