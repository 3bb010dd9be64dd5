"""Waar sta ik: where someone is, what is done, what comes next, who does it, and how long that usually takes.

The desk moves the phases and tells of delays and of creditors' answers [001] phase 7 [002] promises 3 and 5. Phases may
be skipped, come again, overlap or stop. Decisions come by letter only; the chat explains it [004] 1.6.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flows import asides, understanding
from flows import voortgang_bericht as bericht
from flows import voortgang_brief as brief
from flows.afspraak_regels import PERSON, unless_held
from flows.aftercare import KnownContact
from flows.contact_knoppen import OVERVIEW, talk_button
from flows.flow import Flow, Lasting, Menu, Telling
from flows.grammar import BACK, Case, Choice, Interrupt, Json, Moment, Never, Outcome, Screen, Text, jump, t
from flows.progress import Phase, Progress, Stage
from flows.voortgang_bericht import AGREEMENTS, LETTER, found_back
from flows.voortgang_stappen import (
    AGAIN,
    NO_PROMISE,
    STEPS,
    WELCOME,
    about,
    button,
    comes_next,
    has_stopped,
    here,
    in_state,
    long,
    names,
    picture,
    stage_of,
)

#: So much news is shown, the newest first.
MOST_NEWS = 6

#: What a human did, and the screen that tells of it.
_TOLD = ("begin", "end", "skip", "stop", "undo", "delay", "creditor", "decision", "contact")
_LETTER = ("decision", "objection", "complaint", "second")
_PHASES = tuple(phase.value for phase in Phase)
#: Where keeping in touch is most of the help.
_IN_TOUCH = (Phase.FOLLOWING, Phase.AFTERCARE)

flow = Flow(
    "voortgang",
    start="where",
    menu=Menu(
        50,
        "🧭",
        t("voortgang.menu", "Waar sta ik?"),
        words=t(
            "voortgang.menu.words",
            "waar sta ik, hoe ver ben ik, voortgang, hoelang nog, hoelang duurt het nog, welke stap, stappen",
        ),
        resume=False,
    ),
    lasting={
        "where": Lasting("place", t("voortgang.menu", "Waar sta ik?"), held="where"),
        "decision": Lasting("place", t("voortgang.letter_button", "Uitleg over de brief"), held="decision"),
    },
    table=[
        *((phase, screen, phase) for screen in ("where", "steps") for phase in _PHASES),
        ("steps", "where", "steps"),
        ("news", "where", "news"),
        *(("steps", phase, "steps") for phase in _PHASES),
        ("objection", "decision", "objection"),
        ("second", "decision", "second"),
        ("complaint", "decision", "complaint"),
        *(("letter", screen, "decision") for screen in ("objection", "second", "complaint")),
        ("where", "*", "where"),
        ("close", "*", BACK),
    ],
)

_CLOSE = Choice(
    "close",
    "🏠",
    t("voortgang.to_menu", "Naar het menu"),
    event="close",
    words=t("voortgang.to_menu.words", "menu, klaar, goed, terug"),
)
_STEPS = Choice(
    "steps",
    "🗺️",
    t("voortgang.steps_button", "Alle stappen"),
    event="steps",
    words=t("voortgang.steps_button.words", "stappen, alles, uitleg"),
)
_OVERVIEW = Choice("where", "🧭", t("voortgang.menu", "Waar sta ik?"), event="where")
_NEWS = Choice(
    "news",
    "📰",
    t("voortgang.news_button", "Nieuws over mijn hulp"),
    event="news",
    short=t("voortgang.news_button.short", "Nieuws"),
    words=t("voortgang.news_button.words", "nieuws, berichten, schuldeisers, vertraging"),
)


# ---- where someone is ----------------------------------------------------------------------------------------------


@flow.screen(needs=(Progress,))
def where(case: Case) -> Screen:
    """In words and as a picture; who did not sign up yet sees how it would go, and whose help ended how it went."""
    progress = case.world.get(Progress)
    if not progress.case:
        return _ahead(case, progress) if progress.closed is None else _over(case, progress, progress.closed)
    now = in_state(progress, "now")
    news = found_back(case, progress.news[0], in_short=True) if progress.news else ()
    buttons = unless_held(
        case,
        *(button(stage.phase) for stage in now),
        _STEPS,
        *((_NEWS,) if progress.news else ()),
        *((AGREEMENTS, PERSON) if not now else ()),
        *((OVERVIEW,) if any(stage.phase in _IN_TOUCH for stage in now) else ()),
        _CLOSE,
    )
    return Screen(
        (
            *_here(progress, now),
            *_listed(progress),
            *_next(progress),
            *news,
            *_contact(progress),
        ),
        (*buttons[:-1], LETTER, *buttons[-1:]) if _expects_letter(progress) else buttons,
        why=t("voortgang.where.why", "Zo weet u waar u aan toe bent."),
        short=(_here(progress, now)[0], *news) if now else None,
        again=_here(progress, now)[0],
        picture=picture(progress),
    )


def _expects_letter(progress: Progress) -> bool:
    """A decision was sent, or the plan is being made or was."""
    return stage_of(progress, Phase.PLAN).state in ("now", "done") or any(
        one.kind == "decision" for one in progress.news
    )


def _here(progress: Progress, now: tuple[Stage, ...]) -> tuple[Text, ...]:
    here_now = t("voortgang.where", "📍 U bent nu hier: {steps}.", steps=names(stage.phase for stage in now))
    again = (AGAIN,) if any(stage.times > 1 for stage in now) else ()
    if len(now) == 1:
        return (here_now, *again, *about(now[0].phase, progress))
    if now:
        return (
            here_now,
            *again,
            t("voortgang.where.both", "Die lopen tegelijk. Kies een stap om er meer over te lezen."),
        )
    if has_stopped(progress):
        return (t("voortgang.where.stopped", "De hulp is nu gestopt."), WELCOME)
    return (t("voortgang.where.between", "U bent nu tussen twee stappen. Alles wat klaar is, blijft klaar."),)


def _listed(progress: Progress) -> tuple[Text, ...]:
    """What is done, skipped and stopped."""
    done, skipped, stopped = (
        names(stage.phase for stage in in_state(progress, state)) for state in ("done", "skipped", "stopped")
    )
    return (
        *((t("voortgang.where.done", "✅ Klaar: {steps}.", steps=done),) if done else ()),
        *((t("voortgang.where.skipped", "⏭️ Niet nodig voor u: {steps}.", steps=skipped),) if skipped else ()),
        *((t("voortgang.where.ended", "⏸️ Gestopt: {steps}.", steps=stopped),) if stopped else ()),
    )


def _next(progress: Progress) -> tuple[Text, ...]:
    follows = None if has_stopped(progress) else comes_next(progress)
    if follows is None:
        return ()
    return (t("voortgang.where.next", "🔜 Daarna komt meestal: {step}.", step=STEPS[follows].name),)


def _contact(progress: Progress) -> tuple[Text, ...]:
    if not progress.contact_name:
        return ()
    return (t("voortgang.where.contact", "👤 Uw contact is {name}.", name=progress.contact_name),)


def _over(case: Case, progress: Progress, closed: date) -> Screen:
    """The help ended: what was done stays done, and there is a way back."""
    ended = t("voortgang.over", "🏁 De hulp is afgesloten op {day}.", day=closed)
    talk = talk_button(KnownContact(progress.contact_name))
    return Screen(
        (ended, *_listed(progress), WELCOME),
        unless_held(case, talk, _STEPS, *((_NEWS,) if progress.news else ()), _CLOSE),
        why=t("voortgang.where.why", "Zo weet u waar u aan toe bent."),
        short=ended,
        again=ended,
        picture=picture(progress),
    )


def _ahead(case: Case, progress: Progress) -> Screen:
    """Nobody signed up: how it would go."""
    wants = Choice(
        "help",
        "🙋",
        t("aanmelden.menu", "Ik wil hulp"),
        words=t("voortgang.ahead.help.words", "hulp, aanmelden, ja, graag"),
        goes=jump("aanmelden"),
    )
    return Screen(
        (
            t("voortgang.ahead", "U bent nog niet aangemeld. Zo gaat de hulp meestal, stap voor stap:"),
            t("voortgang.ahead.steps", "{steps}.", steps=names(Phase)),
            NO_PROMISE,
            *asides.soon(case.moment.gemeente),
        ),
        unless_held(case, wants, _STEPS, LETTER, _CLOSE),
        why=t("voortgang.ahead.why", "Dan weet u van tevoren wat er komt."),
        again=t("voortgang.ahead.above", "U bent nog niet aangemeld. De stappen staan hierboven."),
        picture=picture(progress),
    )


@flow.screen()
def steps(case: Case) -> Screen:
    """Every phase, to read what it is."""
    return Screen(
        (
            t("voortgang.steps", "Dit zijn de stappen van de hulp. Over welke wilt u meer weten?"),
            t("voortgang.steps.free", "Niet iedereen doet alle stappen. Soms komt er een terug. Dat is normaal."),
        ),
        (*(button(phase) for phase in Phase), _OVERVIEW),
        why=t("voortgang.steps.why", "Dan weet u wat er in elke stap gebeurt."),
    )


@flow.screen(needs=(Progress,))
def news(case: Case) -> Screen:
    """What was told since: delays, answers of creditors, decisions, another contact."""
    told = case.world.get(Progress).news[:MOST_NEWS]
    lines = tuple(part for one in told for part in found_back(case, one))
    return Screen(
        (t("voortgang.news", "Dit is het laatste nieuws over uw hulp:"), *lines)
        if lines
        else (t("voortgang.news.none", "Er is nu geen nieuws. Is er iets, dan hoort u het."),),
        (_OVERVIEW, PERSON, _CLOSE),
        why=t("voortgang.where.why", "Zo weet u waar u aan toe bent."),
        sensitive=True,
    )


# ---- each phase ----------------------------------------------------------------------------------------------------


def _phase(phase: Phase) -> Callable[[Case], Screen]:
    def screen(case: Case) -> Screen:
        progress = case.world.get(Progress)
        step = STEPS[phase]
        name = t("voortgang.phase", "{icon} {step}", icon=step.icon, step=step.name)
        return Screen(
            (
                name,
                *(here(stage_of(progress, phase)) if progress.case else ()),
                *about(phase, progress),
            ),
            (
                _STEPS,
                *((LETTER,) if phase is Phase.PLAN else ()),
                *((OVERVIEW,) if phase in _IN_TOUCH and progress.case else ()),
                _OVERVIEW,
                _CLOSE,
            ),
            why=t("voortgang.phase.why", "Dan weet u wat u kunt verwachten."),
            again=name,
        )

    screen.__name__ = phase.value
    screen.__doc__ = f"What {phase.value} is."
    return screen


for _each in Phase:
    flow.screen(needs=(Progress,))(_phase(_each))

# ---- the rest, by module -------------------------------------------------------------------------------------------

for _screen in (brief.decision, brief.objection, brief.complaint, brief.second):
    flow.screen()(_screen)
for _screen in (bericht.told_begin, bericht.told_end, bericht.told_skip, bericht.told_stop, bericht.told_undo):
    flow.screen(needs=(Progress,))(_screen)
for _screen in (bericht.told_delay, bericht.told_creditor, bericht.told_decision, bericht.told_contact):
    flow.screen(needs=(Progress,))(_screen)


# ---- what is asked about it ----------------------------------------------------------------------------------------


def _asked(text: str) -> str | None:
    return "long" if understanding.aside(text) == "duration" else None


def _tell(asked: str, case: Case) -> tuple[Text, ...]:
    """How long what goes on now usually takes."""
    now = in_state(case.world.get(Progress), "now")
    return tuple(long(stage.phase) for stage in now[:2]) or (NO_PROMISE,)


def _is_about(text: str, moment: Moment) -> bool:
    return _asked(text) is not None or understanding.intent(text, {"voortgang"}) == "voortgang"


flow.tells(
    Telling(_asked, _tell, frozenset({"voortgang"}), _is_about),
    *("where", *_PHASES, *(f"told_{what}" for what in _TOLD)),
)


# ---- what falls due ------------------------------------------------------------------------------------------------


@flow.due("told")
def told(case: Case) -> Outcome:
    """A human moved a phase, or has news."""
    about_: Json = case.facts.get("about")
    what = about_.get("what") if isinstance(about_, dict) else None
    if not isinstance(about_, dict) or what not in _TOLD:
        return Never("geen nieuws")
    if what in _TOLD[:5] and about_.get("phase") not in set(Phase):
        return Never("geen nieuws")
    return Interrupt(f"told_{what}", {name: value for name, value in about_.items() if name != "what"})
