"""Aanmelden: as light as a knock on the door. No papers, no BSN; everything may be skipped [002] [004].

Ends with who makes contact and by when (two working days [002]), the steps and the wait until the intake (ten days
[002] [003] module 5), and plainly that signing up does not by itself stop creditors ([001] phase 8).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flows import aanmelden_vragen as vragen
from flows.aanmelden_afloop import ADULT, TO_MENU, agreed_screen, already, ask_days, read_ask_day, registered_screen
from flows.aanmelden_samenvatting import FOR_WHOM, change_choices, for_other, lines
from flows.aftercare import KnownContact
from flows.contact_terug import anew, comes_back, welcome_back
from flows.crisis import to
from flows.flow import Flow, Menu, Read, every
from flows.grammar import (
    BACK,
    Again,
    CancelPings,
    Case,
    Category,
    Choice,
    Contact,
    Goto,
    HandOver,
    Moment,
    Never,
    OpenCase,
    Outcome,
    PlanPing,
    Promised,
    Screen,
    call,
    t,
)
from flows.reach import answer_here, contact_in, on_webchat, read_contact, when_read
from flows.understanding import days_off, parts_of_day

NUDGE = "aanmelden.nudge"
ASK = "aanmelden.ask"
#: At most so many gentle nudges for one sign-up, and none to who wrote shortly before (rule 6).
NUDGES = 2
FIRST_NUDGE = timedelta(days=1)
NEXT_NUDGE = timedelta(days=3)
JUST_WROTE = timedelta(hours=20)


def _editing(case: Case) -> bool:
    """One line of the summary is being changed: from any question straight back to the summary."""
    return "change" in case.answers


def _works(case: Case) -> bool:
    return case.picked("for_whom") in ("professional", "bewindvoerder")


def _known(case: Case) -> bool:
    return case.picked("knows") == "yes"


def _only_chat(case: Case) -> bool:
    """Who wants to write can do so at any hour: then no question about days and times."""
    return not set(case.all("how")) - {"chat"} and case.told("how") is None


def _asks_contact(case: Case) -> bool:
    """On the web chat there is no other way to reach someone; elsewhere a call needs a number."""
    if case.told("contact") is not None:  # said already, at another question
        return False
    return on_webchat(case) or ("phone" in case.all("how") and case.moment.channel != "whatsapp")


def _unsure_privacy(case: Case) -> bool:
    return case.told("contact") is not None and "own_phone" not in case.facts


flow = Flow(
    "aanmelden",
    start="for_whom",
    shares=("name",),
    menu=Menu(
        10,
        "🙋",
        t("aanmelden.menu", "Ik wil hulp"),
        words=t("aanmelden.menu.words", "hulp, aanmelden, help mij, schulden, geldzorgen, geldproblemen, inschrijven"),
    ),
    table=[
        # for whom
        ("young", "for_whom", "minor"),
        ("other", "for_whom", "knows"),
        ("adult", "minor", "for_whom"),
        ("close", "minor", BACK),
        ("adult", "summary", "for_whom"),  # who went back and round: see there
        ("close", "summary", BACK),
        ("said", "minor", call("overdracht", "noted")),
        ("next", "knows", "advice", lambda case: not _known(case)),
        # changing one line, and enough
        ("next", "when", "not_on"),
        ("next", "contact", ("summary", call("welkom", "own_phone")), every(_editing, _unsure_privacy)),
        ("letter", "urgency", "letter"),
        ("cutoff", "urgency", ("summary", to(Category.UTILITIES)), _editing),
        ("seizure", "urgency", ("summary", to(Category.SEIZURE)), _editing),
        ("food", "urgency", ("summary", to(Category.FOOD)), _editing),
        ("home", "letter", ("summary", to(Category.HOME)), _editing),
        ("utilities", "letter", ("summary", to(Category.UTILITIES)), _editing),
        ("care", "letter", ("summary", to(Category.CARE)), _editing),
        ("seizure", "letter", ("summary", to(Category.SEIZURE)), _editing),
        *(("elsewhere", source, "elsewhere") for source in ("place", "elsewhere")),
        ("next", "*", "summary", _editing),
        ("joined", "contact", "summary", _editing),
        ("enough", "*", "summary"),
        # the questions, in order
        ("next", "knows", "organisation", _works),
        ("next", "knows", "about"),
        ("next", "advice", "organisation", _works),
        ("next", "advice", "about"),
        ("next", "organisation", "about"),
        ("next", "about", "worries"),
        ("next", "for_whom", "worries"),
        ("next", "worries", "urgency"),
        ("cutoff", "urgency", ("place", to(Category.UTILITIES))),
        ("seizure", "urgency", ("place", to(Category.SEIZURE))),
        ("food", "urgency", ("place", to(Category.FOOD))),
        ("next", "urgency", "place"),
        ("home", "letter", ("place", to(Category.HOME))),
        ("utilities", "letter", ("place", to(Category.UTILITIES))),
        ("care", "letter", ("place", to(Category.CARE))),
        ("seizure", "letter", ("place", to(Category.SEIZURE))),
        ("next", "letter", "place"),
        ("next", "place", "name"),
        ("place", "elsewhere", "place"),
        ("close", "elsewhere", BACK),
        ("next", "elsewhere", "name"),
        ("next", "name", "how"),
        ("next", "how", "contact", every(_only_chat, _asks_contact)),
        ("next", "how", ("interpreter", call("welkom", "own_phone")), every(_only_chat, _unsure_privacy)),
        ("next", "how", "interpreter", _only_chat),
        ("next", "how", "when"),
        ("next", "not_on", "contact", _asks_contact),
        ("next", "not_on", ("interpreter", call("welkom", "own_phone")), _unsure_privacy),
        ("next", "not_on", "interpreter"),
        ("next", "contact", ("interpreter", call("welkom", "own_phone")), _unsure_privacy),
        ("next", "contact", "interpreter"),
        ("joined", "contact", "interpreter"),  # an app took the place of a number
        ("next", "interpreter", "anything"),
        ("next", "anything", "extra"),
        ("next", "extra", "summary"),
        # the end
        ("confirm", "summary", "registered"),
        ("change", "summary", "change"),
        ("unsure", "summary", "unsure"),
        *(
            (f"change_{name}", "change", name)
            for name in (
                "for_whom",
                "about",
                "organisation",
                "worries",
                "urgency",
                "place",
                "name",
                "how",
                "when",
                "contact",
                "interpreter",
                "anything",
                "extra",
            )
        ),
        ("agree", "unsure", "agreed"),
        ("confirm", "agreed", "summary"),
        ("close", "agreed", BACK),
        ("confirm", "ask_again", "summary"),
        ("not_now", "ask_again", "left"),
        ("close", "left", BACK),
        ("reach", "registered", call("overdracht", "number")),
        ("said", "registered", call("overdracht", "noted")),
        ("close", "registered", BACK),
    ],
)

# ---- for whom --------------------------------------------------------------------------------------------------------


@flow.screen(needs=(OpenCase, KnownContact))
def for_whom(case: Case) -> Screen:
    """Whose worries; someone with an open case is never signed up twice, and who comes back need not be anew."""
    if case.world.get(OpenCase).exists:
        return already(case, *(choice for choice in FOR_WHOM if choice.event == "other"))
    if comes_back(case, known := case.world.get(KnownContact)):
        return welcome_back(case, known, anew(case.answers), replace(TO_MENU, goes=BACK))
    return Screen(
        (
            t("aanmelden.welcome", "Fijn dat u er bent. U hoeft geen papieren te pakken."),
            t("aanmelden.welcome.free", "U kunt elke vraag overslaan. Met ‘Zo is het genoeg’ bent u meteen klaar."),
            t("aanmelden.for_whom", "Voor wie wilt u hulp?"),
        ),
        FOR_WHOM,
        saves="for_whom",
        enough=True,
        why=t("aanmelden.for_whom.why", "Dan weten we met wie we praten en over wie het gaat."),
        short=t("aanmelden.for_whom", "Voor wie wilt u hulp?"),
    )


@flow.screen(needs=(Promised, Contact))
def minor(case: Case) -> Screen:
    """Under 18: no debt case, a human, and a number for young people."""
    return Screen(
        (
            t("aanmelden.minor", "Wat goed dat u hulp zoekt. Voor jongeren helpen we op een andere manier."),
            when_read(case),
            *answer_here(case),
            t(
                "aanmelden.minor.phone",
                "U kunt ook gratis praten met de Kindertelefoon: {phone}. Uw naam is niet nodig.",
                phone=case.moment.gemeente.young_people_phone,
            ),
            t("aanmelden.minor.type", "U kunt hier alvast typen wat er speelt."),
        ),
        (
            ADULT,
            TO_MENU,
        ),
        free=True,
        why=t("aanmelden.minor.why", "Onder de 18 gelden andere regels. Een mens kan die goed uitleggen."),
        effects=(HandOver("jonger dan 18"),),
    )


@flow.reads("minor")
@flow.reads("registered")
def said(text: str, moment: Moment) -> Read:
    """Kept in the conversation for the human; not in a file. After a sign-up that is often a thank you."""
    return Read(None, event="said")


# ---- the questions ---------------------------------------------------------------------------------------------------

for _question in (
    vragen.knows,
    vragen.advice,
    vragen.organisation,
    vragen.about,
    vragen.urgency,
    vragen.letter,
    vragen.place,
    vragen.elsewhere,
    vragen.name,
    vragen.how,
    vragen.when,
    vragen.not_on,
    vragen.interpreter,
    vragen.anything,
    vragen.extra,
):
    flow.screen()(_question)
flow.screen(needs=(Contact,))(vragen.contact)
flow.reads("place")(vragen.read_place)
flow.reads("elsewhere", first=True)(vragen.read_corrected)
flow.reads("name")(vragen.read_name)
flow.reads("unsure")(read_ask_day)
flow.reads("contact")(read_contact)
flow.ticks("when", parts_of_day)
flow.ticks("not_on", days_off)
flow.overhears("contact", contact_in)


@flow.screen()
def worries(case: Case) -> Screen:
    """Where the worries are; from here on a sign-up can be left unfinished, so the first nudge is planned."""
    waits = not _editing(case) and _nudged(case) < NUDGES
    plan = (PlanPing(NUDGE, case.moment.now + FIRST_NUDGE),) if waits else ()
    return replace(vragen.worries(case), effects=plan)


# ---- the end ---------------------------------------------------------------------------------------------------------


@flow.screen(needs=(OpenCase, Promised, Contact))
def summary(case: Case) -> Screen:
    """What was said, in the person's words; every line can be changed without redoing the rest.

    Whoever came here by a detour still finds what holds for them: under 18 no case, and nothing about someone else
    without that person's knowledge.
    """
    if case.picked("for_whom") == "young":
        return replace(minor(case), free=False)
    if for_other(case) and not _known(case):
        return vragen.advice(case)
    signed_up = case.picked("sure") == "yes" or (case.world.get(OpenCase).exists and not for_other(case))
    if signed_up:
        return already(case)
    said = lines(case)
    return Screen(
        (
            t("aanmelden.summary", "Dit heeft u verteld:")
            if said
            else t("aanmelden.summary.nothing", "U wilt graag hulp. Meer hoeven we nu niet te weten."),
            *said,
            t("aanmelden.summary.right", "Klopt dit? Dan nemen we contact met u op."),
        ),
        (
            Choice(
                "yes",
                "✅",
                t("aanmelden.summary.yes", "Ja, dat klopt"),
                event="confirm",
                words=t("aanmelden.summary.yes.words", "klopt, goed, akkoord, aanmelden, meld mij aan, verstuur"),
            ),
            Choice(
                "change",
                "✏️",
                t("aanmelden.summary.change", "Iets veranderen"),
                event="change",
                words=t("aanmelden.summary.change.words", "nee, klopt niet, veranderen, aanpassen, fout"),
            ),
            Choice(
                "unsure",
                "🤔",
                t("aanmelden.summary.unsure", "Ik twijfel nog"),
                event="unsure",
                words=t("aanmelden.summary.unsure.words", "weet niet, twijfel, later, nog niet, misschien"),
            ),
        ),
        saves="sure",
        skippable=False,
        why=t("aanmelden.summary.why", "Dan weten we zeker dat we u goed begrijpen."),
    )


@flow.screen()
def change(case: Case) -> Screen:
    """One line, and straight back."""
    return Screen(
        t("aanmelden.change", "Wat wilt u veranderen?"),
        change_choices(case),
        saves="change",
        skippable=False,
        why=t("aanmelden.change.why", "De rest van uw antwoorden blijft gewoon staan."),
    )


@flow.screen(needs=(Promised, Contact))
def registered(case: Case) -> Screen:
    """Signed up: who makes contact and by when, the steps, and what signing up does not do."""
    return registered_screen(case, CancelPings((NUDGE, ASK)))


@flow.screen()
def unsure(case: Case) -> Screen:
    """Not sure yet: agree on a day, and nothing more [002] promise 1."""
    return Screen(
        t("aanmelden.unsure", "Twijfelen mag. Wanneer zullen we het u nog één keer vragen?"),
        ask_days(case),
        saves="ask_in",
        skippable=False,
        why=t("aanmelden.unsure.why", "Dan vragen we het op een dag die u past. Verder laten we u met rust."),
    )


@flow.screen(needs=(Contact,))
def agreed(case: Case) -> Screen:
    """The day that was agreed; until then silence."""
    return agreed_screen(case, NUDGE, ASK)


@flow.screen()
def ask_again(case: Case) -> Screen:
    """The day has come: asked once, and nothing more."""
    return Screen(
        (
            t("aanmelden.ask_again", "Hallo. We spraken af dat we het u nu nog één keer vragen."),
            t("aanmelden.ask_again.question", "Wilt u graag hulp?"),
        ),
        (
            Choice("yes", "✅", t("aanmelden.ask_again.yes", "Ja, graag"), event="confirm"),
            Choice("no", "🙂", t("aanmelden.ask_again.no", "Nee, nu niet"), event="not_now"),
        ),
        why=t("aanmelden.ask_again.why", "U wilde er nog over nadenken. Daarom vragen we het vandaag."),
    )


@flow.screen()
def left(case: Case) -> Screen:
    """No for now: respected, and the door stays open."""
    return Screen(
        t("aanmelden.left", "Dat is goed. We vragen het niet nog een keer. U bent hier altijd welkom."),
        (TO_MENU,),
    )


# ---- what was planned ------------------------------------------------------------------------------------------------


def _nudged(case: Case) -> int:
    count = case.answers.get("nudged")
    return count if isinstance(count, int) else 0


@flow.due("nudge")
def nudge(case: Case) -> Outcome:
    """A gentle reminder of an unfinished sign-up: at most two, and not to who is still busy."""
    quiet_since = case.moment.quiet_since
    if case.screen == flow.start or flow.is_final(case.screen) or case.screen in ("agreed", "ask_again"):
        return Never("geen open aanmelding")
    if _nudged(case) >= NUDGES:
        return Never("twee keer is genoeg")
    if quiet_since is not None and case.moment.now - quiet_since < JUST_WROTE:
        return Never("nog bezig", (PlanPing(NUDGE, quiet_since + FIRST_NUDGE),))
    again = (PlanPing(NUDGE, case.moment.now + NEXT_NUDGE),) if _nudged(case) + 1 < NUDGES else ()
    return Again(
        t(
            "aanmelden.nudge",
            "Hallo. U was bezig met hulp vragen. Wilt u verder? Dat kan nu, of later. Het hoeft niet.",
        ),
        again,
        {"nudged": _nudged(case) + 1},
    )


@flow.due("ask")
def ask(case: Case) -> Outcome:
    """The agreed day."""
    if case.screen == "registered" or case.picked("sure") == "yes":
        return Never("al aangemeld")
    return Goto("ask_again")
