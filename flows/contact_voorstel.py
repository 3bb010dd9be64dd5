"""What a caseworker does about keeping in touch, told at once: a proposal, what was agreed in a talk, a change."""

from __future__ import annotations

from collections.abc import Mapping

from flows.aftercare import ContactPlans, EndPlan, Plan, PlanKind, Rhythm
from flows.contact_knoppen import CLOSE, OVERVIEW, PAUSE, RESUME, as_held, talk_button
from flows.contact_woorden import lasts, lines, what_happens, who
from flows.grammar import Case, Choice, Json, Screen, Text, call, t

#: Why, in one sentence, by the kind of plan: what it is called among us is not said.
_REASONS: Mapping[PlanKind, Text] = {
    PlanKind.FIXED: t("contact.reason.fixed", "Zo staat u er niet alleen voor."),
    PlanKind.WATCH: t("contact.reason.watch", "Verandert er iets terwijl u betaalt? Dan helpen we op tijd."),
    PlanKind.FOLLOW: t("contact.reason.follow", "Het gaat goed. We kijken nog even mee, zodat dat zo blijft."),
    PlanKind.AFTERCARE: t("contact.reason.aftercare", "Dit hoort bij de hulp. Zo weten we of het goed blijft gaan."),
}
WHY = t("contact.why", "Zo weten wij hoe het met u gaat, en kunnen we op tijd helpen.")
#: What a caseworker may do with a plan that stands.
CHANGED = ("paused", "ended", "resumed")


def proposed_one(case: Case) -> Plan | None:
    """The proposal that this is about, as long as it waits for an answer."""
    found = case.world.get(ContactPlans).proposed
    return found if found is not None and found.id == case.answers.get("plan") else None


# ---- a proposal ----------------------------------------------------------------------------------------------------


def proposed(case: Case) -> Screen:
    """Told at once when a caseworker proposes it."""
    found = proposed_one(case)
    return no_proposal(case) if found is None else ask_accept(case, found)


def ask_accept(case: Case, found: Plan) -> Screen:
    """Who, how often, when, why; and is that good?"""
    name = found.name or case.world.get(ContactPlans).contact.name
    return Screen(
        (
            t("contact.proposed", "{name} wil graag contact met u houden.", name=name)
            if name
            else t("contact.proposed.we", "We willen graag contact met u houden."),
            lines(found),
            _REASONS[found.kind],
            *lasts(found),
            t("contact.proposed.ask", "Is dat goed voor u?"),
        ),
        (
            Choice(
                "yes",
                "✅",
                t("contact.proposed.yes", "Ja, dat is goed"),
                words=t("contact.proposed.yes.words", "ja, goed, prima, oké, graag, akkoord"),
                goes=call("contact", "accepted", plan=found.id),
                lasting=True,
            ),
            Choice(
                "other",
                "🔧",
                t("contact.offer.other", "Liever anders"),
                words=t("contact.offer.other.words", "anders, zelf kiezen, vaker, minder vaak, andere dag, bellen"),
                goes=call("contact", "change", plan=found.id),
                lasting=True,
            ),
            Choice(
                "no",
                "🙅",
                t("contact.proposed.no", "Liever niet"),
                words=t("contact.proposed.no.words", "nee, niet, geen contact, hoeft niet, wil ik niet"),
                goes=call("contact", "declined", plan=found.id),
                lasting=True,
            ),
        ),
        why=WHY,
    )


def no_proposal(case: Case) -> Screen:
    """An old button: it was answered, or taken back."""
    return Screen(
        t("contact.proposed.over", "Dit voorstel is er niet meer. Dat geeft niet."),
        as_held(case, OVERVIEW, CLOSE),
    )


def declined(case: Case) -> Screen:
    """No to a proposal, without a reproach."""
    found = proposed_one(case)
    if found is None:
        return no_proposal(case)
    return Screen(
        (t("contact.declined", "Dat is helemaal goed."), *after_the_end(found)),
        as_held(case, talk_button(case.world.get(ContactPlans).contact), CLOSE),
        effects=(EndPlan(found.id),),
    )


def after_the_end(ended: Plan) -> tuple[Text, ...]:
    """What is left where someone wants no contact: of *nazorg* one more time within the year [004] 3.1.9."""
    yourself = t("contact.ended.yourself", "U kunt ons zelf altijd schrijven. Typ dan ‘contact houden’ of ‘mens’.")
    if ended.kind is PlanKind.AFTERCARE:
        once = t("contact.ended.once", "We vragen nog één keer hoe het gaat, binnen een jaar. Daarna niet meer.")
        return (once, yourself)
    return (t("contact.ended.none", "We vragen dan niet meer uit onszelf hoe het gaat."), yourself)


def with_human(case: Case) -> Screen:
    """Something else, while a human holds the conversation: that human agrees on it with them."""
    return Screen(t("contact.with_human", "Er leest nu een medewerker met u mee. Typ gerust wat u liever wilt."))


def ask_messages(case: Case, screen: str, answers: dict[str, Json]) -> Screen:
    """They said *stop*, and want to hear from us here: do they want messages again? A human who is there asks that."""
    if case.moment.held:
        return with_human(case)
    return Screen(
        (
            t("contact.stopped", "U wilde geen berichten meer. Zonder berichten kunnen we geen contact houden."),
            t("contact.stopped.ask", "Mogen we u weer berichten sturen?"),
        ),
        (
            Choice(
                "yes",
                "🔔",
                t("contact.stopped.yes", "Ja, dat mag"),
                words=t("contact.stopped.yes.words", "ja, goed, prima, graag, oké"),
                goes=call("contact", screen, **answers, messages="yes"),
            ),
            Choice(
                "no",
                "👋",
                t("contact.stopped.no", "Nee, liever niet"),
                event="close",
                words=t("contact.stopped.no.words", "nee, niet, geen berichten"),
            ),
        ),
        why=t("contact.stopped.why", "U zei eerder ‘stop’. Daarom vragen we het eerst."),
    )


# ---- what a caseworker did -----------------------------------------------------------------------------------------


def told_agreed(case: Case) -> Screen:
    """As it was agreed in a talk: told, with the same ways to change it."""
    known = case.world.get(ContactPlans)
    if known.plan is None:
        return nothing_stands(case)
    return Screen(
        (
            who(known.contact),
            lines(known.plan),
            *(what_happens(known.plan, known.contact, known.plan.next) if known.plan.next else ()),
            *lasts(known.plan),
            _MAY_CHANGE,
        ),
        as_held(case, OVERVIEW, PAUSE, CLOSE),
        why=WHY,
    )


_MAY_CHANGE = t("contact.told.change", "Wilt u het anders? Dat mag altijd. Kies ‘Contact houden’.")


def told_changed(case: Case) -> Screen:
    """A caseworker paused it, ended it, or took it up again."""
    known, what = case.world.get(ContactPlans), case.picked("what")
    if what == "ended":
        stays = known.plan is not None and known.plan.rhythm is Rhythm.ONCE
        after = after_the_end(known.plan) if stays and known.plan is not None else (_YOURSELF,)
        return Screen(
            (t("contact.told.ended", "We stoppen met contact houden zoals we dat afspraken."), *after),
            as_held(case, talk_button(known.contact), CLOSE),
        )
    if known.plan is None:
        return nothing_stands(case)
    if what == "paused":
        until = known.plan.paused_until
        pauses = (
            t("contact.told.paused.open", "We vragen nu even niet hoe het gaat, tot u zegt dat het weer mag.")
            if until is None
            else t("contact.told.paused", "We vragen nu even niet hoe het gaat, tot en met {day}.", day=until)
        )
        return Screen((pauses, _YOURSELF), as_held(case, RESUME, talk_button(known.contact), CLOSE))
    return Screen(
        (t("contact.told.resumed", "We houden weer contact met u."), lines(known.plan), _MAY_CHANGE),
        as_held(case, OVERVIEW, PAUSE, CLOSE),
    )


_YOURSELF = t("contact.ended.yourself", "U kunt ons zelf altijd schrijven. Typ dan ‘contact houden’ of ‘mens’.")


def nothing_stands(case: Case) -> Screen:
    """An old button, or a message that something came before."""
    return Screen(
        t("contact.nothing", "Er is nu geen vast contact afgesproken."),
        as_held(case, OVERVIEW, CLOSE),
    )
