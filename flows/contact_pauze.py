"""Not for a while, again, or not any more: by one tap, at once, however old the button is."""

from __future__ import annotations

from datetime import date, timedelta

from flows.aftercare import ContactPlans, EndPlan, PausePlan, Plan, ResumePlan
from flows.contact_knoppen import CLOSE, END, OVERVIEW, PAUSE, PAUSES, RESUME, WEEKS, as_held, pause_button
from flows.contact_voorstel import WHY, after_the_end, ask_messages, nothing_stands
from flows.contact_woorden import ANY_DAY, DAYS, lines
from flows.grammar import Case, Choice, OptIn, Screen, Text, call, t

_OPEN = 0


def pause(case: Case) -> Screen:
    """At once, and then until when, with other times to choose."""
    found, weeks = case.world.get(ContactPlans).plan, case.answers.get("weeks")
    if found is None:
        return _nothing_to_pause(case)
    if not isinstance(weeks, int) or weeks not in PAUSES:
        weeks = WEEKS
    until = None if weeks == _OPEN else case.moment.now.date() + timedelta(weeks=weeks)
    stays = found.state == "paused" and found.paused_until == until
    others = tuple(pause_button(each) for each in PAUSES if each != weeks)
    return Screen(
        (_pauses(until), t("contact.pause.help", "Is er iets? Typ ‘mens’, dan helpen we u ook nu.")),
        as_held(case, *others, RESUME, END, CLOSE),
        effects=() if stays else (PausePlan(found.id, until),),
    )


def _pauses(until: date | None) -> Text:
    if until is None:
        return t("contact.pause.open", "Dat is goed. We wachten tot u zegt dat het weer mag.")
    return t("contact.pause", "Dat is goed. We vragen nu even niet hoe het gaat, tot en met {day}.", day=until)


def _nothing_to_pause(case: Case) -> Screen:
    """Who wants no messages at all is told how."""
    return Screen(
        (
            t("contact.pause.nothing", "We hebben nu geen vast contact afgesproken."),
            t("contact.pause.stop", "Wilt u helemaal geen berichten meer? Typ ‘stop’."),
        ),
        as_held(case, OVERVIEW, CLOSE),
    )


def resume(case: Case) -> Screen:
    """Again, from now on."""
    known = case.world.get(ContactPlans)
    found = known.plan
    if found is None:
        return nothing_stands(case)
    if known.stopped and case.picked("messages") is None:
        return ask_messages(case, "resume", {"plan": case.answers.get("plan")})
    return Screen(
        (t("contact.resume", "Fijn. We houden weer contact, zoals we afspraken."), lines(found)),
        as_held(case, OVERVIEW, PAUSE, CLOSE),
        why=WHY,
        effects=(
            *((OptIn(),) if known.stopped else ()),
            *((ResumePlan(found.id),) if found.state == "paused" else ()),
        ),
    )


def stopping(case: Case) -> Screen:
    """Before contact ends: a pause is possible too."""
    found = case.world.get(ContactPlans).plan
    if found is None:
        return _nothing_to_pause(case)
    return Screen(
        (
            t("contact.stopping", "Dat kan. Wilt u even pauze, of helemaal geen contact meer?"),
            lines(found),
        ),
        (PAUSE, END, _STAYS),
        why=t("contact.stopping.why", "Dan doen we precies wat u wilt."),
    )


_STAYS = Choice(
    "stays",
    "👌",
    t("contact.stays", "Laat het zo"),
    event="close",
    words=t("contact.stays.words", "laat maar, zo laten, niets, doorgaan, verder"),
)


def ended(case: Case) -> Screen:
    """They want none any more; a slip is undone by one tap."""
    known = case.world.get(ContactPlans)
    if known.plan is None:
        return nothing_stands(case)
    return Screen(
        (t("contact.ended", "Dat is goed."), *after_the_end(known.plan)),
        as_held(case, _again(known.plan), CLOSE),
        effects=(EndPlan(known.plan.id),),
    )


def _again(found: Plan) -> Choice:
    """The same as before, after all."""
    return Choice(
        "again",
        "↩️",
        t("contact.again_button", "Toch wel contact"),
        words=t("contact.again_button.words", "toch wel, foutje, per ongeluk, vergissing, weer contact"),
        goes=call(
            "contact",
            "agreed",
            rhythm=found.rhythm.value,
            weekday=ANY_DAY if found.weekday is None else DAYS[found.weekday],
            part=found.part.value,
            means=found.means.value,
        ),
    )
