"""Uitleg: how debt help works, in six short screens that lead on to what one can do now [002] promise 3 [004] 2.1.5.

Nothing in it is a promise: how long an arrangement lasts is told as it usually is, and not when others will answer.
"""

from __future__ import annotations

from flows.afspraak_regels import PERSON
from flows.flow import Flow, Menu
from flows.gegevens import OWN_DATA
from flows.grammar import BACK, Case, Choice, Screen, Text, call, jump, t
from flows.links import links
from flows.woordenlijst import ask

#: The screens in their order.
STEPS = ("start", "talk", "plan", "calm", "creditors", "after")

flow = Flow(
    "uitleg",
    start="start",
    menu=Menu(
        65,
        "📖",
        t("uitleg.menu", "Uitleg"),
        words=t("uitleg.menu.words", "uitleg, hoe werkt het, informatie, hoe gaat dat, woorden, film, filmpje"),
        resume=False,
    ),
    table=[
        *(("next", here, there) for here, there in zip(STEPS, (*STEPS[1:], "now"), strict=True)),
        *(("back", here, before) for before, here in zip(STEPS, (*STEPS[1:], "now"), strict=False)),
        *(("enough", screen, "now") for screen in STEPS),
        ("back", "now", "after"),
        ("words", "now", call("woordenlijst")),
        ("close", "now", BACK),
    ],
)

NEXT = Choice("next", "👉", t("uitleg.next", "Verder"), words=t("uitleg.next.words", "door, ga door, oké, volgende"))
BEFORE = Choice(
    "back", "↩️", t("uitleg.back", "Vorige"), event="back", words=t("uitleg.back.words", "een terug, hiervoor")
)
SIGN_UP = Choice("help", "🙋", t("aanmelden.menu", "Ik wil hulp"), goes=jump("aanmelden"))
MEET = Choice("meet", "📅", t("uitleg.meet", "Afspraak maken"), goes=call("afspraak"))
RIGHTS = Choice(
    "rights",
    "🧾",
    t("uitleg.rights", "Waar heb ik recht op?"),
    goes=call("recht"),
    short=t("uitleg.rights.short", "Waar recht op?"),
)
PROGRESS = Choice("progress", "🧭", t("uitleg.progress", "Waar sta ik?"), goes=call("voortgang"))
#: Where the choices above lead: what is not switched on is not offered.
_LEADS = {
    SIGN_UP.id: "aanmelden",
    MEET.id: "afspraak",
    RIGHTS.id: "recht",
    PROGRESS.id: "voortgang",
    OWN_DATA.id: "gegevens",
}
_WHY = t("uitleg.why", "Dan weet u wat u kunt verwachten, en wat u zelf kiest.")


def _step(case: Case, *text: Text, then: Choice, words: tuple[str, ...] = ()) -> Screen:
    number = STEPS.index(case.screen) + 1
    place = t("uitleg.place", "Stap {number} van {steps}.", number=number, steps=len(STEPS))
    return Screen(
        (place, *text),
        (NEXT, *((BEFORE,) if number > 1 else ()), *_on(case, then), *ask(case, *words)),
        enough=True,
        why=_WHY,
    )


def _on(case: Case, *choices: Choice) -> tuple[Choice, ...]:
    return tuple(choice for choice in choices if _LEADS.get(choice.id, flow.name) in case.moment.flows)


@flow.screen()
def start(case: Case) -> Screen:
    """Knocking on the door: any worry, no papers, and what it does not do yet."""
    gemeente = case.moment.gemeente
    soon = t(
        "uitleg.start.soon",
        "Binnen {days, plural, one {# werkdag} other {# werkdagen}} hoort u van ons.",
        days=gemeente.first_contact_days,
    )
    return _step(
        case,
        t("uitleg.start", "🚪 Eerst klopt u aan. Elke zorg telt, groot of klein. U heeft geen papieren nodig."),
        *((soon,) if "first_contact" in gemeente.promises else ()),
        t(
            "uitleg.start.creditors",
            "Let op: uw schuldeisers stoppen dan nog niet. Dat kan pas als wij hun schrijven of bellen.",
        ),
        *links(case, "uitleg"),
        then=SIGN_UP,
        words=("schuldeiser",),
    )


@flow.screen()
def talk(case: Case) -> Screen:
    """A talk, where and how one likes."""
    return _step(
        case,
        t("uitleg.talk", "💬 Dan praten we met elkaar. U vertelt wat er speelt, zonder papieren."),
        t("uitleg.talk.where", "U kiest waar: thuis, bij ons of aan de telefoon. Neem gerust iemand mee."),
        t("uitleg.talk.first", "Samen kijken we wat het eerst nodig is."),
        then=MEET,
    )


@flow.screen()
def plan(case: Case) -> Screen:
    """Made together; the decision comes by letter, and the plan need not be signed [004] 1.6."""
    return _step(
        case,
        t("uitleg.plan", "🗺️ Samen maken we een plan van aanpak. Daarin staat wie wat doet, en wanneer."),
        t("uitleg.plan.yours", "Het is uw plan. Ondertekenen hoeft niet."),
        t("uitleg.plan.letter", "Over uw hulp krijgt u een besluit per brief: de beschikking."),
        then=PROGRESS,
        words=("plan_van_aanpak", "beschikking"),
    )


@flow.screen()
def calm(case: Case) -> Screen:
    """Peace and overview first: the fixed costs are paid, and nothing that one has a right to is missed."""
    return _step(
        case,
        t("uitleg.calm", "🌱 Daarna komt er rust. Eerst zorgen we voor huur, energie en zorg."),
        t("uitleg.calm.overview", "U krijgt weer overzicht: wat komt erin, en wat gaat eruit?"),
        t("uitleg.calm.rights", "We kijken ook of u geld misloopt."),
        then=RIGHTS,
        words=("stabiliseren",),
    )


@flow.screen()
def creditors(case: Case) -> Screen:
    """Arrangements: usually, and never promised; no dates of others [001] phase 7."""
    return _step(
        case,
        t("uitleg.creditors", "🤝 Dan vragen we uw schuldeisers om een schuldregeling."),
        t("uitleg.creditors.duration", "Die duurt nu vaak rond 18 maanden. Het kan ook korter of langer zijn."),
        t(
            "uitleg.creditors.others",
            "Wanneer zij antwoorden, weten we niet vooraf. We vertellen u steeds wat we horen.",
        ),
        t("uitleg.creditors.court", "Zegt er een nee? Dan kan de rechter soms helpen, met de Wsnp."),
        then=PERSON,
        words=("schuldregeling", "wsnp"),
    )


@flow.screen()
def after(case: Case) -> Screen:
    """Contact afterwards, and one may always come back [004]."""
    return _step(
        case,
        t("uitleg.after", "🌤️ Is het klaar? Dan houden we nog contact, als u dat wilt."),
        t("uitleg.after.again", "Wordt het weer moeilijk? Kom dan gerust terug. Dat gebeurt bij veel mensen."),
        t("uitleg.after.known", "Liefst spreekt u dan iemand die u al kent."),
        then=PERSON,
        words=("nazorg",),
    )


@flow.screen()
def now(case: Case) -> Screen:
    """What one can do with it."""
    return Screen(
        (t("uitleg.now", "Dit was de uitleg. Wat wilt u nu doen?"), *links(case, "uitleg")),
        (
            *_on(case, SIGN_UP, MEET),
            Choice("words", "📚", t("uitleg.words", "Moeilijke woorden"), event="words"),
            *_on(case, RIGHTS),
            PERSON,
            *_on(case, OWN_DATA),
            BEFORE,
            Choice("close", "🏠", t("uitleg.close", "Naar het menu"), event="close"),
        ),
        why=_WHY,
    )
