"""What the desk tells of the progress, at once: a phase moved, something takes longer, a creditor answered, a decision
was sent, someone else is the contact. [001] phases 7 and 9, [002] promises 3 and 5."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.afspraak_regels import PERSON, unless_held
from flows.grammar import Case, Choice, Json, Screen, Text, call, t
from flows.progress import News, Phase, Progress
from flows.voortgang_brief import CLOSE
from flows.voortgang_stappen import AGAIN, STEPS, WELCOME, about, comes_next, in_state, names, picture

#: It leads there however old it is, so it carries a number; there is one place only.
_PLACE = 1

WHERE = Choice(
    "where",
    "🧭",
    t("voortgang.menu", "Waar sta ik?"),
    words=t("voortgang.where.words", "stappen, overzicht, bekijken"),
    goes=call("voortgang", "where", place=_PLACE),
    lasting=True,
)
LETTER = Choice(
    "decision",
    "📨",
    t("voortgang.letter_button", "Uitleg over de brief"),
    short=t("voortgang.letter_button.short", "Uitleg brief"),
    words=t("voortgang.letter_button.words", "brief, beschikking, besluit, uitleg"),
    goes=call("voortgang", "decision", place=_PLACE),
    lasting=True,
)
AGREEMENTS = Choice(
    "agreements",
    "🗓️",
    t("voortgang.agreements", "Wat we hebben afgesproken"),
    short=t("voortgang.agreements.short", "Onze afspraken"),
    goes=call("afspraken"),
)
_WHY = t("voortgang.where.why", "Zo weet u waar u aan toe bent.")

_DELAYS: dict[str, Text] = {
    "creditors": t("voortgang.delay.creditors", "We wachten op antwoord van een of meer schuldeisers."),
    "papers": t("voortgang.delay.papers", "We wachten op gegevens van een andere organisatie."),
    "judge": t("voortgang.delay.judge", "We wachten op de rechtbank."),
    "change": t("voortgang.delay.change", "Er is iets veranderd. Daarom kijken we opnieuw wat het beste is."),
    "busy": t("voortgang.delay.busy", "Het is druk bij ons. Dat ligt dus niet aan u."),
    "other": t("voortgang.delay.other", "Er is nog iets nodig voordat we verder kunnen."),
}
#: What who goes says, by code (``flows.progress.FAREWELLS``), and what who comes says when nothing else was typed.
FAREWELL_TEXTS: Mapping[str, Text] = {
    "glad": t("voortgang.farewell.glad", "Ik heb u graag geholpen. Vanaf nu gaat mijn collega met u verder."),
    "other_work": t(
        "voortgang.farewell.other_work",
        "Ik krijg ander werk. Daarom gaat mijn collega met u verder. Ik wens u het allerbeste.",
    ),
    "fits": t("voortgang.farewell.fits", "Mijn collega weet veel van uw volgende stap. Daarom gaat die met u verder."),
    "away": t("voortgang.farewell.away", "Ik ben er een tijd niet. Mijn collega zorgt dat alles gewoon doorgaat."),
}
WELCOME_TEXT = t("voortgang.welcome.ready", "Fijn om u te leren kennen. Ik help u graag verder.")


# ---- a phase that moved --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Move:
    """What the desk did: with which phase, and which others ended along with it."""

    phase: Phase
    also: tuple[Phase, ...]
    again: bool


def _moved(case: Case) -> _Move:
    answers = case.answers
    phase, also = answers.get("phase"), answers.get("also")
    return _Move(
        Phase(phase) if isinstance(phase, str) and phase in set(Phase) else Phase.SIGN_UP,
        tuple(one for one in Phase if isinstance(also, list) and one in also),
        answers.get("again") is True,
    )


def _screen(case: Case, *paragraphs: Text, person: bool = False, again: Text | None = None) -> Screen:
    """With the picture, which says the rest. ``again``: what it comes to, where that is not said first."""
    return Screen(
        paragraphs,
        (WHERE, *unless_held(case, *((PERSON,) if person else ()), CLOSE)),
        why=_WHY,
        again=again or paragraphs[0],
        picture=picture(case.world.get(Progress)),
    )


def _others(case: Case, phase: Phase) -> tuple[Text, ...]:
    """That something else goes on too."""
    others = [stage.phase for stage in in_state(case.world.get(Progress), "now") if stage.phase != phase]
    return (t("voortgang.told.beside", "Dit gaat ook gewoon door: {steps}.", steps=names(others)),) if others else ()


def told_begin(case: Case) -> Screen:
    """A phase begins: after another, beside it, or again."""
    move = _moved(case)
    step = STEPS[move.phase]
    done = (
        t("voortgang.told.done", "✅ Klaar: {steps}. Weer een stap verder!", steps=names(move.also))
        if move.also
        else None
    )
    begins = (
        t("voortgang.told.again", "{icon} Dit doen we nog een keer: {step}.", icon=step.icon, step=step.name)
        if move.again
        else t("voortgang.told.begin", "{icon} Nu begint deze stap: {step}.", icon=step.icon, step=step.name)
    )
    return _screen(
        case,
        t("voortgang.told", "Er is nieuws over uw hulp."),
        *((done,) if done else ()),
        begins,
        *((AGAIN,) if move.again else ()),
        *_others(case, move.phase),
        *about(move.phase, case.world.get(Progress)),
        again=begins,
    )


def told_end(case: Case) -> Screen:
    """A phase is done."""
    move = _moved(case)
    follows = comes_next(case.world.get(Progress))
    others = _others(case, move.phase)
    coming = (
        (
            t(
                "voortgang.told.next",
                "🔜 Daarna komt meestal: {step}. U hoort het als dat begint.",
                step=STEPS[follows].name,
            ),
        )
        if follows is not None and not others
        else ()
    )
    return _screen(
        case,
        t(
            "voortgang.told.end",
            "🎉 Deze stap is klaar: {steps}. Dat hebben we samen gedaan.",
            steps=names((move.phase, *move.also)),
        ),
        *others,
        *coming,
    )


def told_skip(case: Case) -> Screen:
    """A phase is not needed."""
    move = _moved(case)
    return _screen(
        case,
        t("voortgang.told.skip", "⏭️ Deze stap is voor u niet nodig: {step}.", step=STEPS[move.phase].name),
        t("voortgang.told.skip.later", "Dat is geen probleem. Is hij later toch nodig? Dan kan dat nog."),
    )


def told_stop(case: Case) -> Screen:
    """A phase stops; with others that go on, or all of the help."""
    move = _moved(case)
    stopped = t("voortgang.told.stop", "⏸️ We stoppen met: {steps}.", steps=names((move.phase, *move.also)))
    others = _others(case, move.phase)
    if others:
        return _screen(case, stopped, *others, person=True)
    return _screen(
        case,
        stopped,
        t("voortgang.told.stop.fine", "Dat gebeurt vaker. Wat u al deed, is niet voor niets geweest."),
        WELCOME,
        t("voortgang.told.stop.talk", "Heeft u vragen, of gaat het niet goed? Praat dan met een van ons."),
        person=True,
    )


def told_undo(case: Case) -> Screen:
    """Something was marked that was not so."""
    now = in_state(case.world.get(Progress), "now")
    return _screen(
        case,
        t("voortgang.told.undo", "Er stond iets verkeerd bij uw stappen. Dat was een foutje van ons, sorry."),
        *((t("voortgang.where", "📍 U bent nu hier: {steps}.", steps=names(s.phase for s in now)),) if now else ()),
    )


# ---- news ----------------------------------------------------------------------------------------------------------


def typed(case: Case, name: Json, words: Json) -> tuple[Text, ...]:
    """What a human typed, in Dutch: said to be so, and never translated. Without a name it is of all of us."""
    if not isinstance(words, str) or not words:
        return ()
    who = str(name or case.moment.gemeente.name)
    if case.language == "nl":
        return (t("voortgang.typed", "{name} schrijft: “{words}”", name=who, words=words),)
    return (t("voortgang.typed.dutch", "{name} schrijft in het Nederlands: “{words}”", name=who, words=words),)


def told_delay(case: Case) -> Screen:
    """It takes longer, why, and when we say more. Days of third parties are never told."""
    answers = case.answers
    return Screen(
        (
            t("voortgang.told.delay", "⏳ Het duurt iets langer. Dat is vervelend om te horen."),
            _DELAYS.get(str(answers.get("code")), _DELAYS["other"]),
            *typed(case, answers.get("by"), answers.get("words")),
            _until(answers.get("until")),
        ),
        (WHERE, *unless_held(case, PERSON, CLOSE)),
        why=_WHY,
    )


def _until(until: Json) -> Text:
    if isinstance(until, str):
        return _by(date.fromisoformat(until))
    return t("voortgang.delay.unknown", "We weten nog niet hoelang het duurt. Weten we meer, dan hoort u het meteen.")


def _by(day: date) -> Text:
    return t(
        "voortgang.delay.until",
        "U hoort uiterlijk {day} weer van ons. Ook als er dan nog niets nieuws is.",
        day=day,
    )


def told_creditor(case: Case) -> Screen:
    """What a creditor said, and what it means for the person."""
    answers = case.answers
    answer = str(answers.get("code"))
    return Screen(
        (
            creditor(answer, str(answers.get("name") or "")),
            *_means(answer),
            *typed(case, answers.get("by"), answers.get("words")),
        ),
        (WHERE, *unless_held(case, PERSON, CLOSE)),
        why=_WHY,
        sensitive=True,
    )


def creditor(answer: str, name: str) -> Text:
    """What a creditor said, in one line."""
    match answer:
        case "agreed":
            return t("voortgang.creditor.agreed", "👍 Goed nieuws: {name} doet mee met het voorstel.", name=name)
        case "refused":
            return t("voortgang.creditor.refused", "✋ {name} doet nu niet mee met het voorstel.", name=name)
        case "asks":
            return t("voortgang.creditor.asks", "❓ {name} wil eerst nog iets weten.", name=name)
    return t("voortgang.creditor.other_offer", "🔁 {name} doet een ander voorstel.", name=name)


def _means(answer: str) -> tuple[Text, ...]:
    match answer:
        case "agreed":
            return (
                t("voortgang.creditor.agreed.means", "Dat is weer een stap verder. U hoeft hier niets voor te doen."),
            )
        case "refused":
            return (
                t("voortgang.creditor.refused.means", "Dat gebeurt vaker, en het ligt niet aan u."),
                t(
                    "voortgang.creditor.refused.then",
                    "Wij kijken nu wat er nog meer kan. Belt deze schuldeiser u? Zeg dan dat u hulp heeft.",
                ),
            )
        case "asks":
            return (
                t("voortgang.creditor.asks.means", "Wij geven antwoord. Hebben we u daarbij nodig? Dan hoort u het."),
            )
    return (t("voortgang.creditor.other_offer.means", "We kijken er samen naar. U hoeft niet alleen te kiezen."),)


def told_decision(case: Case) -> Screen:
    """The decision was sent: a letter comes, and it can be explained."""
    return Screen(
        (
            t("voortgang.told.decision", "📨 Er komt een brief van de gemeente naar u toe."),
            t(
                "voortgang.told.decision.what",
                "Daarin staat het besluit over uw hulp. Zo’n brief heet een beschikking.",
            ),
            t("voortgang.told.decision.explain", "Zo’n brief is vaak lastig. We leggen hem graag uit."),
        ),
        (LETTER, *unless_held(case, PERSON, CLOSE)),
        why=_WHY,
    )


def told_contact(case: Case) -> Screen:
    """Someone else is the contact: both say so by name, and the story need not be told again [001] phase 9."""
    answers = case.answers
    goes, comes = answers.get("was"), str(answers.get("name") or "")
    farewell = FAREWELL_TEXTS.get(str(answers.get("code")))
    said = (
        (t("voortgang.contact.says", "{name}: “{words}”", name=goes, words=farewell),)
        if farewell is not None and isinstance(goes, str)
        else typed(case, goes, answers.get("words"))
    )
    welcome = t(
        "voortgang.contact.says",
        "{name}: “{words}”",
        name=comes,
        words=WELCOME_TEXT,
    )
    return Screen(
        (
            t("voortgang.told.contact", "👋 Uw contact is vanaf nu: {name}.", name=comes),
            *said,
            *(typed(case, comes, answers.get("welcome")) or (welcome,)),
            t(
                "voortgang.contact.story",
                "U hoeft uw verhaal niet nog een keer te vertellen. {name} kent uw dossier.",
                name=comes,
            ),
            t("voortgang.contact.stands", "Alles wat we met u hebben afgesproken, blijft staan."),
        ),
        (WHERE, *unless_held(case, AGREEMENTS, CLOSE)),
        why=_WHY,
    )


def found_back(case: Case, one: News, *, in_short: bool = False) -> tuple[Text, ...]:
    """A piece of news as it is read later: with its day, what was typed with it (not ``in_short``), and by when one
    hears more while that is still to come."""
    words = () if in_short else typed(case, one.by, one.words)
    by = (_by(one.until),) if one.until is not None and one.until >= case.moment.now.date() else ()
    return (_line(one), *words, *by)


def _line(one: News) -> Text:
    match one.kind:
        case "delay":
            why = _DELAYS.get(one.code, _DELAYS["other"])
            what = t("voortgang.news.delay", "⏳ Het duurt iets langer. {why}", why=why)
        case "creditor":
            what = creditor(one.code, one.name)
        case "decision":
            what = t("voortgang.news.decision", "📨 De brief met het besluit is verstuurd.")
        case _:
            what = t("voortgang.news.contact", "👋 {name} werd uw contact.", name=one.name)
    return t("voortgang.news.line", "{day}: {what}", day=one.on, what=what)
