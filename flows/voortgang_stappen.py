"""What a phase of debt help is called, what happens in it, who does it and how long it usually takes: a range, never a
promise [001] phase 7. And all of them together, as a picture and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flows.grammar import Block, Choice, Picture, Text, t
from flows.progress import Phase, Progress, Stage


@dataclass(frozen=True, slots=True)
class Step:
    """The words of a phase. ``brief`` is how long it takes in a few words, for the picture; ``then`` what is said of
    another phase that comes after it, for whom that one may come."""

    icon: str
    name: Text
    what: tuple[Text, ...]
    who: Text
    long: Text
    brief: Text
    words: Text
    then: tuple[Phase, Text] | None = None


STEPS: dict[Phase, Step] = {
    Phase.SIGN_UP: Step(
        "🙋",
        t("voortgang.aanmelding", "Aanmelding"),
        (t("voortgang.aanmelding.what", "U laat weten dat u hulp wilt. Papieren zijn nog niet nodig."),),
        t("voortgang.aanmelding.who", "U vertelt wat u kwijt wilt. Wij nemen contact met u op."),
        t("voortgang.aanmelding.long", "Deze stap duurt meestal een paar dagen."),
        t("voortgang.aanmelding.brief", "meestal een paar dagen"),
        t("voortgang.aanmelding.words", "aanmelden, aangemeld, begin"),
        then=(Phase.TALK, t("voortgang.aanmelding.then", "Daarna plannen we een gesprek.")),
    ),
    Phase.TALK: Step(
        "💬",
        t("voortgang.gesprek", "Gesprek"),
        (
            t("voortgang.gesprek.what", "We leren elkaar kennen en kijken samen wat er speelt."),
            t("voortgang.gesprek.then", "U zegt wat voor u belangrijk is. Zo nodig praten we vaker."),
        ),
        t("voortgang.gesprek.who", "U en uw medewerker doen dit samen."),
        t("voortgang.gesprek.long", "Deze stap duurt meestal 1 tot 4 weken."),
        t("voortgang.gesprek.brief", "meestal 1 tot 4 weken"),
        t("voortgang.gesprek.words", "eerste gesprek, intake, praten"),
    ),
    Phase.PLAN: Step(
        "📝",
        t("voortgang.plan", "Plan van aanpak"),
        (
            t("voortgang.plan.what", "We schrijven samen op wat u wilt bereiken, en wie wat doet."),
            t("voortgang.plan.then", "Daarna krijgt u een brief met het besluit. U hoeft het plan niet te tekenen."),
        ),
        t("voortgang.plan.who", "U kiest uw doelen. Uw medewerker schrijft het plan."),
        t("voortgang.plan.long", "Deze stap duurt meestal 2 tot 8 weken."),
        t("voortgang.plan.brief", "meestal 2 tot 8 weken"),
        t("voortgang.plan.words", "plan, doelen, besluit"),
    ),
    Phase.CALM: Step(
        "🌿",
        t("voortgang.rust", "Rust en overzicht"),
        (
            t(
                "voortgang.rust.what",
                "We zorgen dat u weer rond kunt komen, en dat de huur en de energie betaald worden.",
            ),
            t("voortgang.rust.then", "Zo komt er rust. Ook is dan duidelijk hoeveel u aan wie nog betaalt."),
        ),
        t("voortgang.rust.who", "U doet dit samen met ons, stap voor stap."),
        t("voortgang.rust.long", "Deze stap duurt meestal 1 tot 3 maanden."),
        t("voortgang.rust.brief", "meestal 1 tot 3 maanden"),
        t("voortgang.rust.words", "rust, overzicht, stabiliseren, stabilisatie"),
    ),
    Phase.SETTLING: Step(
        "🤝",
        t("voortgang.regelen", "Schulden regelen"),
        (
            t("voortgang.regelen.what", "We vragen uw schuldeisers om een regeling die u kunt betalen."),
            t("voortgang.regelen.then", "Lukt dat niet? Dan kan de rechter soms helpen. Dat heet de Wsnp."),
        ),
        t("voortgang.regelen.who", "Wij praten met uw schuldeisers. U houdt zich aan wat is afgesproken."),
        t(
            "voortgang.regelen.long",
            "Wachten op antwoord duurt meestal 3 tot 6 maanden. De regeling daarna meestal ongeveer 18 maanden.",
        ),
        t("voortgang.regelen.brief", "meestal ongeveer 18 maanden"),
        t("voortgang.regelen.words", "regelen, regeling, schuldregeling, wsnp, schuldsanering, aflossen"),
    ),
    Phase.FOLLOWING: Step(
        "👣",
        t("voortgang.volgen", "Volgen"),
        (
            t("voortgang.volgen.what", "Het gaat goed. U doet het weer zelf."),
            t("voortgang.volgen.then", "Wij kijken nog even mee of dat zo blijft."),
        ),
        t("voortgang.volgen.who", "U doet het zelf. Wij vragen af en toe hoe het gaat."),
        t("voortgang.volgen.long", "Deze stap duurt meestal een paar maanden, en hooguit een half jaar."),
        t("voortgang.volgen.brief", "hooguit een half jaar"),
        t("voortgang.volgen.words", "volgen, meekijken"),
    ),
    Phase.AFTERCARE: Step(
        "🌻",
        t("voortgang.nazorg", "Nazorg"),
        (
            t("voortgang.nazorg.what", "De hulp is klaar. We nemen nog wel eens contact op."),
            t("voortgang.nazorg.then", "Gaat het even niet? Dan kunt u meteen weer bij ons terecht."),
        ),
        t("voortgang.nazorg.who", "Wij nemen contact op. U zegt zelf hoe vaak."),
        t("voortgang.nazorg.long", "Deze stap duurt hooguit een jaar."),
        t("voortgang.nazorg.brief", "hooguit een jaar"),
        t("voortgang.nazorg.words", "nazorg, daarna, contact houden"),
    ),
}
NO_PROMISE = t("voortgang.no_promise", "Dat is geen belofte: het loopt bij iedereen anders.")
AGAIN = t("voortgang.again", "We doen deze stap opnieuw. Dat is normaal, en u heeft niets fout gedaan.")
#: Of what is so, nothing says that it comes.
_LEFT_OUT = ("skipped", "stopped")
#: Where nothing of the help goes on: never a closed door.
WELCOME = t("voortgang.welcome", "U blijft altijd welkom. Wilt u later verder? Dan kijken we samen wat er kan.")


# ---- which is where ------------------------------------------------------------------------------------------------


def in_state(progress: Progress, state: str) -> tuple[Stage, ...]:
    """The phases that are ``done|now|next|skipped|stopped``, in their order."""
    return tuple(stage for stage in progress.stages if stage.state == state)


def stage_of(progress: Progress, phase: Phase) -> Stage:
    """How it is with this phase."""
    return next(stage for stage in progress.stages if stage.phase == phase)


def comes_next(progress: Progress) -> Phase | None:
    """What usually comes after where someone is; None: nothing does."""
    order = list(Phase)
    behind = [order.index(stage.phase) for stage in progress.stages if stage.state in ("now", "done", "stopped")]
    reached = max(behind, default=-1)
    return next((stage.phase for stage in in_state(progress, "next") if order.index(stage.phase) > reached), None)


def has_stopped(progress: Progress) -> bool:
    """Whether the help stopped: a phase was, and nothing goes on."""
    return bool(in_state(progress, "stopped")) and not in_state(progress, "now")


def names(phases: Iterable[Phase]) -> tuple[Text, ...]:
    """What they are called."""
    return tuple(STEPS[phase].name for phase in phases)


def button(phase: Phase) -> Choice:
    """Opens what the phase is; the table has a row for each."""
    step = STEPS[phase]
    return Choice(phase.value, step.icon, step.name, event=phase.value, words=step.words)


# ---- the picture ---------------------------------------------------------------------------------------------------


def picture(progress: Progress) -> Picture:
    """All phases from the first to the last; in words too, for who cannot see it."""
    return Picture(
        "process",
        t("voortgang.picture", "De stappen van de hulp"),
        tuple(Block(stage.state, (STEPS[stage.phase].name, _few(stage))) for stage in progress.stages),
        t(
            "voortgang.picture.alt",
            "De stappen van de hulp, op volgorde: {steps}.",
            steps=tuple(_said(stage) for stage in progress.stages),
        ),
    )


def _few(stage: Stage) -> Text:
    match stage.state, stage.times > 1:
        case "now", True:
            return t("voortgang.few.again", "hier bent u nu, opnieuw")
        case "now", _:
            return t("voortgang.few.now", "hier bent u nu")
        case "done", _:
            return t("voortgang.few.done", "klaar")
        case "skipped", _:
            return t("voortgang.few.skipped", "niet nodig voor u")
        case "stopped", _:
            return t("voortgang.few.stopped", "gestopt")
    return STEPS[stage.phase].brief


def _said(stage: Stage) -> Text:
    if stage.state == "next":
        return t(
            "voortgang.said.next",
            "{step}: komt nog ({long})",
            step=STEPS[stage.phase].name,
            long=STEPS[stage.phase].brief,
        )
    return t("voortgang.said", "{step}: {few}", step=STEPS[stage.phase].name, few=_few(stage))


# ---- in words ------------------------------------------------------------------------------------------------------


def about(phase: Phase, progress: Progress) -> tuple[Text, ...]:
    """What happens in it, who does it and how long it usually takes."""
    step = STEPS[phase]
    then = (step.then[1],) if step.then and stage_of(progress, step.then[0]).state not in _LEFT_OUT else ()
    return (*step.what, *then, t("voortgang.who", "👥 {who}", who=step.who), long(phase))


def long(phase: Phase) -> Text:
    """How long it usually takes."""
    return t("voortgang.long", "⏳ {long} {no_promise}", long=STEPS[phase].long, no_promise=NO_PROMISE)


def here(stage: Stage) -> tuple[Text, ...]:
    """How it is with this phase, said kindly."""
    match stage.state:
        case "now" if stage.since is not None:
            now = t("voortgang.here.since", "📍 Hier bent u nu, sinds {day}.", day=stage.since)
            return (now, AGAIN) if stage.times > 1 else (now,)
        case "now":
            return (t("voortgang.here", "📍 Hier bent u nu."),)
        case "done":
            return (t("voortgang.here.done", "✅ Deze stap is klaar."),)
        case "skipped":
            return (
                t("voortgang.here.skipped", "⏭️ Deze stap is voor u niet nodig. Toch nodig? Dan kan het later nog."),
            )
        case "stopped":
            return (t("voortgang.here.stopped", "⏸️ Deze stap is gestopt."), WELCOME)
    return (t("voortgang.here.next", "🔜 Deze stap kan nog komen."),)
