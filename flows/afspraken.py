"""Mijn afspraken: appointments that stand, and the list of what was agreed after a talk (docs/rules.md, Afspraken en
actielijst). Each leads to that one."""

from __future__ import annotations

from flows import afspraken_gesprek as gesprek
from flows import afspraken_lijst as lijst
from flows.afspraak_regels import PERSON, cancelling_button, moment_of, moving_button
from flows.afspraak_weten import TELLING
from flows.afspraken_regels import buttons, line
from flows.agenda import Appointment, Appointments, Meetings
from flows.agreements import Agreement, Agreements
from flows.contact_knoppen import OVERVIEW
from flows.flow import Flow, Lasting, Menu
from flows.grammar import (
    BACK,
    Case,
    Choice,
    Contact,
    Interrupt,
    Json,
    Never,
    Outcome,
    Promised,
    Screen,
    Text,
    Ways,
    call,
    t,
)
from flows.understanding import doing, reply

#: Where one thing of the list is being talked about.
_ONE = ("action", "done", "undone", "told")
#: Where something is said of one thing of the list, also after it got another day.
_OF_ONE = (*_ONE, "postponed")
#: Where the list, or a part of it, is told.
_LISTS = ("standing", "summary", "reminder", "which")
#: Where help with one thing of the list may be offered.
_HELPS = ("stuck", "heard", "later", "postponed")
#: Where nothing is asked, and something of the list may be told.
_AFTER = ("ready", "noted", "left", "history")

flow = Flow(
    "afspraken",
    start="standing",
    menu=Menu(
        40,
        "🗓️",
        t("afspraken.menu", "Mijn afspraken"),
        words=t(
            "afspraken.menu.words",
            "mijn afspraak, mijn agenda, verzetten, afzeggen, annuleren, ik kom niet, wanneer is mijn afspraak",
        ),
        resume=False,
    ),
    lasting={
        "action": Lasting("agreement", t("afspraken.lasting.action", "Iets van mijn lijst"), held="action"),
        "done": Lasting("agreement", t("afspraken.done_button", "Dat is klaar"), held="done"),
        "undone": Lasting("agreement", t("afspraken.undone_button", "Toch niet klaar"), held="undone"),
        "stuck": Lasting("agreement", t("afspraken.stuck_button", "Het lukt niet"), held="stuck"),
        "later": Lasting("agreement", t("afspraken.later_button", "Een andere dag"), held="with_human"),
        "summary": Lasting("summary", t("afspraken.lasting.summary", "Wat we afspraken"), held="summary"),
        "agreed": Lasting("summary", t("afspraken.summary.yes", "Ja, dit klopt"), held="agreed", asks=True),
        "change": Lasting("summary", t("afspraken.summary.change", "Iets klopt niet"), held="change"),
        "question": Lasting("summary", t("afspraken.summary.question", "Ik heb een vraag"), held="question"),
    },
    table=[
        # right after a talk
        ("next", "agreed", "ready"),
        ("next", "change", "noted"),
        ("next", "question", "noted"),
        # one of the list
        *(("which", screen, "which") for screen in (*_LISTS, *_AFTER)),
        *(("day", screen, "postponed") for screen in (*_OF_ONE, "stuck", "later")),
        *((said, screen, said) for said in ("done", "stuck", "later", "undone") for screen in _OF_ONE),
        *(("next", screen, "postponed") for screen in ("later", "postponed")),
        ("next", "stuck", "heard"),
        *(("together", screen, "together") for screen in _HELPS),
        *(("leave", screen, "left") for screen in _HELPS),
        # to keep
        ("more", "standing", "more"),
        ("history", "more", "history"),
        ("mail", "more", "mail"),
        ("paper", "more", "paper"),
        ("list", "*", "standing"),
        ("close", "*", BACK),
    ],
)

_MORE = Choice(
    "more",
    "📎",
    t("afspraken.more_button", "Bewaren of teruglezen"),
    event="more",
    short=t("afspraken.more_button.short", "Bewaren"),
    words=t("afspraken.more_button.words", "mail, e-mail, print, printen, geschiedenis, eerder, vorige"),
)


@flow.screen(needs=(Appointments, Agreements))
def standing(case: Case) -> Screen:
    """Everything that stands and everything that is on the list, as buttons."""
    known, agreed = case.world.get(Appointments), case.world.get(Agreements)
    new = Choice(
        "new",
        "📅",
        t("afspraken.new", "Nieuwe afspraak"),
        words=t("afspraken.new.words", "afspraak maken, nieuw, ja, graag"),
        goes=call("afspraak"),
    )
    proposed = Choice(
        "proposed",
        "💡",
        t("afspraken.proposed", "Kies een moment"),
        words=t("afspraken.proposed.words", "voorstel, voorgestelde momenten"),
        goes=call("afspraak", "proposed"),
    )
    close = Choice("close", "🏠", t("afspraken.close", "Naar het menu"), event="close")
    waiting = bool(known.proposed)
    if agreed.summaries:
        mine = tuple(one for one in agreed.open if not one.ours)
        return Screen(
            (
                *_agreed(case, mine),
                *(t("afspraak.line.when", "📅 {moment}", moment=one.at) for one in known.standing),
                *((t("afspraken.waiting_too", "Er zijn ook momenten aan u voorgesteld."),) if waiting else ()),
            ),
            (
                *(*buttons(mine, case), *_buttons(known.standing), *((proposed,) if waiting else ())),
                *(new, _MORE, OVERVIEW, close),
            ),
            why=t("afspraken.standing.why", "Zo heeft u alles bij elkaar."),
        )
    if not known.standing:
        return Screen(
            (
                t("afspraken.none", "U heeft nu geen afspraak staan."),
                t("afspraken.waiting", "Er zijn wel momenten aan u voorgesteld.")
                if waiting
                else t("afspraken.offer", "Wilt u iemand spreken? Dan maken we er een."),
            ),
            (*((proposed,) if waiting else ()), new, PERSON, close),
            why=t("afspraken.offer.why", "Praten helpt vaak. U kiest zelf wanneer en hoe."),
        )
    return Screen(
        (
            t("afspraken.standing", "Dit zijn uw afspraken. Kies er een om die te bekijken of te veranderen."),
            *((t("afspraken.waiting_too", "Er zijn ook momenten aan u voorgesteld."),) if waiting else ()),
        ),
        (*_buttons(known.standing), *((proposed,) if waiting else ()), new, close),
        why=t("afspraken.standing.why", "Zo heeft u alles bij elkaar."),
    )


def _agreed(case: Case, mine: tuple[Agreement, ...]) -> tuple[Text, ...]:
    """What is on the list: of the person, and with who and when of us."""
    agreed = case.world.get(Agreements)
    ours = tuple(one for one in agreed.open if one.ours)
    ticked = sum(not one.ours for one in agreed.done)
    said: list[Text] = []
    if mine:
        said.append(t("afspraken.list", "Dit staat op uw lijst. Kies iets om te zeggen hoe het gaat."))
        said += [line(one, case, number) for number, one in enumerate(mine, 1)]
    else:
        said.append(t("afspraken.list.none", "U heeft nu niets meer te doen."))
    for name in dict.fromkeys(one.name for one in ours):
        said.append(t("afspraken.we", "Wat {name} doet:", name=name))
        said += [line(one, case) for one in ours if one.name == name]
    if ticked:
        said.append(
            t(
                "afspraken.list.done",
                "✅ U heeft al {count, plural, one {# ding} other {# dingen}} gedaan.",
                count=ticked,
            )
        )
    return tuple(said)


def _heard(text: str) -> str | None:
    """What is said about the list is no answer to an appointment ("het lukt niet")."""
    return None if doing(text) in ("done", "stuck") else reply(text)


flow.tells(TELLING, "standing")
flow.hears(_heard, "standing")


def _buttons(standing: tuple[Appointment, ...]) -> tuple[Choice, ...]:
    """Of one alone it is clear which is meant: it can be changed from here."""
    each = tuple(_button(one) for one in standing)
    return each if len(standing) > 1 else (*each, *_changing(standing))


def _changing(standing: tuple[Appointment, ...]) -> tuple[Choice, ...]:
    return tuple(button(one) for one in standing for button in (moving_button, cancelling_button))


def _button(one: Appointment) -> Choice:
    label, short = moment_of(one.at)
    goes = call("afspraak", "one", appointment=one.id)
    return Choice(f"a{one.id}", "🕐", label, short=short, goes=goes, lasting=True)


# ---- the rest, by module -------------------------------------------------------------------------------------------

for _screen in (
    lijst.action,
    lijst.done,
    lijst.undone,
    lijst.heard,
    lijst.later,
    lijst.postponed,
    lijst.which,
    lijst.reminder,
    lijst.told,
    gesprek.summary,
    gesprek.ready,
    gesprek.history,
    gesprek.paper,
):
    flow.screen(needs=(Agreements,))(_screen)
for _screen in (lijst.stuck, gesprek.agreed, gesprek.change, gesprek.question):
    flow.screen(needs=(Agreements, Contact))(_screen)
flow.screen(needs=(Contact,))(lijst.with_human)
flow.screen(needs=(Agreements, Promised, Contact))(gesprek.noted)
for _screen in (gesprek.more, gesprek.mail):
    flow.screen(needs=(Agreements, Ways))(_screen)
flow.screen()(lijst.left)
flow.screen(needs=(Meetings,))(lijst.together)

for _name in _LISTS:
    flow.reads(_name)(lijst.reads_list(None if _name == "which" else _name))
for _name in _AFTER:
    flow.reads(_name)(lijst.reads_list("standing"))
for _name in _OF_ONE:
    flow.reads(_name, first=True)(lijst.read_one)
flow.reads("agreed", counts=True)(gesprek.read_first)
flow.reads("later")(lijst.read_day)
flow.reads("stuck")(lijst.read_reason)
flow.hears(lijst.hears_list, "postponed", "left", "which", "ready", "noted", "history", "later", "summary")
flow.tells(gesprek.TELLING, "summary", "reminder", "told")

# ---- what falls due ------------------------------------------------------------------------------------------------


@flow.due("due")
def remind(case: Case) -> Outcome:
    """A day comes near; what is still open by it was looked at just now."""
    about = case.facts.get("about")
    return Interrupt("reminder", {"due": about["due"]}) if isinstance(about, dict) else Never("geen dag")


@flow.due("summary")
def summarise(case: Case) -> Outcome:
    """A human wrote down what was agreed."""
    about = _about(case, "summary")
    return Interrupt("summary", about) if about else Never("geen samenvatting")


@flow.due("told")
def tell(case: Case) -> Outcome:
    """A human changed something of the list."""
    about, told = _about(case, "agreement"), case.facts.get("about")
    what = told.get("what") if isinstance(told, dict) else None
    return Interrupt("told", {**about, "what": what}) if about else Never("geen actie")


def _about(case: Case, name: str) -> dict[str, Json]:
    about = case.facts.get("about")
    number = about.get(name) if isinstance(about, dict) else None
    return {name: number} if isinstance(number, int) else {}
