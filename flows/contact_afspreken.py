"""What is agreed about keeping in touch, and agreeing it: how often, which day, when, which way. Each can be skipped,
and is then as it was, or as it usually is [002] promise 2 [003] module 10."""

from __future__ import annotations

from flows.afspraak_regels import PERSON
from flows.aftercare import AcceptPlan, ContactPlans, Plan
from flows.contact_knoppen import CLOSE, MOMENTS, OVERVIEW, PAUSE, RESUME, as_held, talk_button
from flows.contact_terug import anew, welcome_back
from flows.contact_voorstel import WHY, ask_accept, ask_messages, no_proposal, proposed_one
from flows.contact_woorden import (
    PARTS,
    draft,
    first_day,
    lasts,
    lines,
    means_choices,
    rhythm_choices,
    usual,
    weekday_choices,
    what_happens,
    who,
)
from flows.grammar import Case, Choice, OptIn, Screen, Text, jump, t

_CHANGE = Choice(
    "change",
    "🔧",
    t("contact.change_button", "Iets veranderen"),
    event="change",
    words=t("contact.change_button.words", "veranderen, anders, minder vaak, vaker, andere dag, andere tijd, wijzigen"),
)
_STOPPING = Choice(
    "stopping",
    "🔕",
    t("contact.stopping_button", "Stoppen"),
    event="stopping",
    words=t("contact.stopping_button.words", "geen contact meer, niet meer, ik wil niet meer"),
)
#: The answers that make a plan.
_ANSWERS = ("rhythm", "weekday", "part", "means")


# ---- what is agreed ------------------------------------------------------------------------------------------------


def plan(case: Case) -> Screen:
    """What is agreed and how it can be changed; what is proposed; or else what could be agreed."""
    known = case.world.get(ContactPlans)
    if known.proposed is not None:
        return ask_accept(case, known.proposed)
    if known.plan is not None:
        return _standing(case, known, known.plan)
    if known.kind is not None:
        return _offer(case, known, usual(known.kind))
    if known.contact.closed is not None and not known.contact.open_case:
        return welcome_back(case, known.contact, anew({}), CLOSE)
    return _without_sign_up(case, known)


def _standing(case: Case, known: ContactPlans, stands: Plan) -> Screen:
    paused = stands.state == "paused"
    return Screen(
        (
            who(known.contact),
            lines(stands),
            *((_paused(stands, known),) if paused else _next(stands)),
            *lasts(stands),
        ),
        as_held(case, *((RESUME,) if paused else (PAUSE,)), _CHANGE, MOMENTS, _STOPPING, PERSON, CLOSE),
        why=WHY,
    )


def _next(stands: Plan) -> tuple[Text, ...]:
    if stands.next is None:
        return ()
    return (t("contact.next", "De volgende keer is op {day}.", day=stands.next),)


def _paused(stands: Plan, known: ContactPlans) -> Text:
    if known.stopped:
        return t("contact.paused.stopped", "⏸️ Nu even niet. U wilde geen berichten meer.")
    if stands.paused_until is None:
        return t("contact.paused.open", "⏸️ Nu even niet. U zegt zelf wanneer het weer mag.")
    return t("contact.paused", "⏸️ Nu even niet, tot en met {day}.", day=stands.paused_until)


def _offer(case: Case, known: ContactPlans, wanted: Plan) -> Screen:
    """Nothing is agreed: what is usual, by one tap, or otherwise."""
    yes = Choice(
        "yes",
        "✅",
        t("contact.offer.yes", "Ja, graag"),
        event="agree",
        words=t("contact.offer.yes.words", "ja, goed, prima, oké, doe maar, akkoord"),
    )
    other = Choice(
        "other",
        "🔧",
        t("contact.offer.other", "Liever anders"),
        event="ask",
        words=t("contact.offer.other.words", "anders, zelf kiezen, vaker, minder vaak, andere dag, bellen"),
    )
    no = Choice(
        "no",
        "👋",
        t("contact.offer.no", "Nee, dank u"),
        event="close",
        words=t("contact.offer.no.words", "nee, hoeft niet, liever niet, nu niet, menu"),
    )
    return Screen(
        (
            t("contact.offer", "We houden graag contact met u. Dan vragen we af en toe hoe het gaat."),
            t("contact.offer.usual", "Dit doen we meestal:"),
            lines(wanted),
            t("contact.offer.ask", "Is dat goed voor u?"),
        ),
        as_held(case, yes, other, MOMENTS, no),
        why=WHY,
    )


def _without_sign_up(case: Case, known: ContactPlans) -> Screen:
    """Without a sign-up there is nobody who could keep in touch."""
    sign_up = Choice(
        "help",
        "🙋",
        t("aanmelden.menu", "Ik wil hulp"),
        words=t("contact.none.help.words", "hulp, aanmelden, ja, graag"),
        goes=jump("aanmelden"),
    )
    return Screen(
        (
            t("contact.none", "Met ‘contact houden’ vragen we af en toe hoe het met u gaat."),
            t("contact.none.case", "We weten dan wat er speelt, en helpen op tijd.")
            if known.contact.open_case
            else t("contact.none.sign_up", "Dat doen we met mensen die we helpen. Wilt u hulp? Dat is gratis."),
        ),
        as_held(case, *(() if known.contact.open_case else (sign_up,)), PERSON, CLOSE),
        why=WHY,
    )


# ---- agreeing it, or something else --------------------------------------------------------------------------------


def editing(case: Case) -> bool:
    """Whether one thing is being changed: from its question straight to the end."""
    return "change" in case.answers


def change(case: Case) -> Screen:
    """One thing at a time; the rest stays as it is."""
    known = case.world.get(ContactPlans)
    wanted = draft(case, known)
    if wanted is None:
        return plan(case)
    return Screen(
        (t("contact.change", "Wat wilt u anders?"), lines(wanted.plan)),
        _CHANGES,
        saves="change",
        skippable=False,
        why=t("contact.change.why", "Dan past het beter bij u. De rest blijft zoals het was."),
    )


_CHANGES = (
    Choice(
        "rhythm",
        "🔁",
        t("contact.change.rhythm", "Hoe vaak"),
        event="rhythm",
        words=t("contact.change.rhythm.words", "vaker, minder vaak, minder, meer, ritme"),
    ),
    Choice(
        "weekday",
        "📅",
        t("contact.change.weekday", "Welke dag"),
        event="weekday",
        words=t("contact.change.weekday.words", "dag, andere dag"),
    ),
    Choice(
        "part",
        "🕒",
        t("contact.change.part", "Welk dagdeel"),
        event="part",
        words=t("contact.change.part.words", "tijd, andere tijd, ochtend, middag, avond, uur, later, vroeger"),
    ),
    Choice(
        "means",
        "📱",
        t("contact.change.means", "Op welke manier"),
        event="means",
        words=t("contact.change.means.words", "manier, bellen, telefoon, chat, gesprek"),
    ),
    Choice("back", "↩️", t("contact.change.nothing", "Niets veranderen"), event="plan"),
)


def rhythm(case: Case) -> Screen:
    """How often."""
    wanted = draft(case, case.world.get(ContactPlans))
    if wanted is None:
        return plan(case)
    return Screen(
        t("contact.rhythm", "Hoe vaak wilt u contact?"),
        rhythm_choices(wanted.plan.kind),
        saves="rhythm",
        enough=not editing(case),
        why=t("contact.rhythm.why", "U kiest wat bij u past. Later veranderen mag altijd."),
    )


def weekday(case: Case) -> Screen:
    """On which day of the week."""
    wanted = draft(case, case.world.get(ContactPlans))
    if wanted is None:
        return plan(case)
    return Screen(
        t("contact.weekday", "Welke dag komt u goed uit?"),
        weekday_choices(wanted.plan.means),
        saves="weekday",
        enough=not editing(case),
        why=t("contact.weekday.why", "Dan komt het op een dag die u past."),
    )


def part(case: Case) -> Screen:
    """At which part of the day."""
    return Screen(
        t("contact.part", "Wanneer op de dag?"),
        tuple(PARTS.values()),
        saves="part",
        enough=not editing(case),
        why=t("contact.part.why", "Dan komt het op een moment dat u past."),
    )


def means(case: Case) -> Screen:
    """Which way."""
    return Screen(
        t("contact.means", "Op welke manier wilt u contact?"),
        means_choices(),
        saves="means",
        why=t("contact.means.why", "U kiest wat u prettig vindt."),
    )


def agreed(case: Case) -> Screen:
    """It is agreed from now on; to who said *stop* nothing can go out before they want that again."""
    known = case.world.get(ContactPlans)
    wanted = draft(case, known)
    if wanted is None or case.world.refused is not None:
        return _cannot(case, known)
    if not wanted.changes:
        return Screen(
            (t("contact.same", "Dat is goed. Alles blijft zoals het was."), lines(wanted.plan), *_next(wanted.base)),
            (CLOSE,),
        )
    if known.stopped and case.picked("messages") is None:
        return ask_messages(case, "agreed", {name: case.answers[name] for name in _ANSWERS if name in case.answers})
    return Screen(
        (
            t("contact.agreed", "Fijn. Dat is afgesproken."),
            *of_agreed(wanted.plan, case),
        ),
        (MOMENTS, CLOSE),
        why=WHY,
        effects=(*((OptIn(),) if known.stopped else ()), wanted.effect),
    )


def accepted(case: Case) -> Screen:
    """Yes to what a caseworker proposed."""
    known, number = case.world.get(ContactPlans), case.answers.get("plan")
    proposed = proposed_one(case)
    if case.world.refused is not None:
        return _cannot(case, known)
    if proposed is None and known.plan is not None and known.plan.id == number:
        return plan(case)  # they said so before
    if proposed is None:
        return no_proposal(case)
    if known.stopped and case.picked("messages") is None:
        return ask_messages(case, "accepted", {"plan": number})
    return Screen(
        (t("contact.agreed", "Fijn. Dat is afgesproken."), *of_agreed(proposed, case)),
        as_held(case, OVERVIEW, MOMENTS, CLOSE),
        why=WHY,
        effects=(*((OptIn(),) if known.stopped else ()), AcceptPlan(proposed.id)),
    )


def of_agreed(wanted: Plan, case: Case) -> tuple[Text, ...]:
    """What is agreed, what happens next, and that it can be changed."""
    known = case.world.get(ContactPlans)
    day = first_day(wanted, case.moment.now.date())
    return (
        lines(wanted),
        *what_happens(wanted, known.contact, day),
        *lasts(wanted),
        t("contact.agreed.change", "Wilt u iets anders? Typ ‘contact houden’. Even pauze mag altijd."),
    )


def _cannot(case: Case, known: ContactPlans) -> Screen:
    """It cannot be agreed any more: a colleague was before it, or the help ended."""
    return Screen(
        t("contact.cannot", "Dit kan nu niet meer worden afgesproken. Een mens kijkt graag met u mee."),
        (talk_button(known.contact), CLOSE),
    )
