"""What someone can ask about an appointment wherever one is told of: when, where, with whom, for how long, and what to
bring (nothing)."""

from __future__ import annotations

from datetime import timedelta

from flows.afspraak_getypt import is_about
from flows.afspraak_kiezen import is_meant
from flows.afspraak_regels import MOST_PROPOSED, bring, standing_one
from flows.agenda import Appointment, Appointments, Kind
from flows.flow import Telling
from flows.grammar import Case, Text, t, verbatim
from flows.understanding import question

_MINUTE = timedelta(minutes=1)


def facts(asked: str, case: Case) -> tuple[Text, ...]:
    """The answer for the appointments that the screen tells of, each with its moment when there are several."""
    told = _told(case)
    said: list[Text] = []
    for one in told:
        when = t("afspraak.line.when", "📅 {moment}", moment=one.at)
        said += [*((when,) if len(told) > 1 and asked != "when" else ()), *_fact(asked, one)]
    return tuple(said)


def _told(case: Case) -> tuple[Appointment, ...]:
    known = case.world.get(Appointments)
    if "appointment" in case.answers or "again" in case.answers:
        one = known.one if case.screen == "chosen" else standing_one(case)
        return () if one is None else (one,)
    if case.screen == "proposed":
        return known.proposed[:MOST_PROPOSED]
    made = tuple(one for one in known.standing if is_meant(case, one.at))
    return made or known.standing


def _fact(asked: str, one: Appointment) -> tuple[Text, ...]:
    match asked:
        case "when":
            return (t("afspraak.fact.when", "Uw afspraak is op {moment}.", moment=one.at),)
        case "where":
            return (_where(one),)
        case "long":
            minutes = (one.until - one.at) // _MINUTE
            return (
                t(
                    "afspraak.fact.long",
                    "Het gesprek duurt ongeveer {minutes, plural, one {# minuut} other {# minuten}}.",
                    minutes=minutes,
                ),
            )
        case "company":
            return (t("afspraak.fact.company", "U mag gerust iemand meenemen. Dat is welkom."),)
        case "who" if one.names:
            return (t("afspraak.fact.who", "U spreekt {names}.", names=tuple(verbatim(name) for name in one.names)),)
        case "who":
            return (t("afspraak.fact.who.someone", "U spreekt een medewerker."),)
    return (bring(one),)


def _where(one: Appointment) -> Text:
    if one.place and one.kind == Kind.VIDEO:
        return t("afspraak.fact.where.link", "We spreken u via videobellen. Dit is de link: {link}", link=one.place)
    if one.place:
        return t("afspraak.fact.where", "De afspraak is hier: {place}.", place=one.place)
    match one.kind:
        case Kind.PHONE:
            return t("afspraak.fact.where.phone", "We bellen u. U hoeft nergens heen.")
        case Kind.VIDEO:
            return t("afspraak.fact.where.video", "We spreken u via videobellen. U hoeft nergens heen.")
        case Kind.HOME:
            return t("afspraak.fact.where.home", "We komen bij u thuis.")
        case Kind.ELSEWHERE:
            return t("afspraak.fact.where.elsewhere", "We spreken af op een plek die u goed uitkomt.")
    return t("afspraak.fact.where.office", "De afspraak is bij ons op kantoor.")


TELLING = Telling(question, facts, frozenset({"afspraak", "afspraken"}), is_about)
