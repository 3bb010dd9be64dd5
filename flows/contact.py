"""Contact houden: how we keep in touch, as agreed with the person; a pause by one tap; hard moments; and who is there
for them after the end of help (docs/rules.md, Contact houden).

To residents it is always *contact houden*, whatever kind of plan it is.
"""

from __future__ import annotations

from flows import contact_afspreken as afspreken
from flows import contact_momenten as momenten
from flows import contact_pauze as pauze
from flows import contact_terug as terug
from flows import contact_voorstel as voorstel
from flows.aftercare import ContactPlans, KnownContact
from flows.contact_knoppen import CLOSE, WEEKS
from flows.contact_woorden import DAYS
from flows.flow import Flow, Lasting, Read, Reader, Telling
from flows.grammar import (
    BACK,
    Case,
    Contact,
    Interrupt,
    Json,
    Moment,
    Never,
    Outcome,
    Promised,
    call,
    t,
)
from flows.understanding import agrees, keeping, part_in
from flows.understanding import weekday as weekday_in

#: What is told on top of something else, and asks nothing that could not wait.
_TOLD = ("proposed", "told_agreed", "told_changed", "before", "invited", "closed")
#: Where nothing is being agreed, and anything about keeping in touch may be typed.
_ANYWHERE = (
    *("plan", "agreed", "accepted", "declined", "pause", "resume", "stopping", "ended"),
    *("moments", "one", "kept", "dropped", "not_now", "well", "back", *_TOLD),
)
#: Whatever else is said there is for who they know: how it goes now, after help ended.
_TALKED_TO = ("invited", "not_now", "closed", "well")
#: Where talking is on offer, and nothing was asked.
_UNASKED = ("not_now", "closed")
#: Signs that people send where all is said.
_WELL = frozenset("👍👌✅🙏❤🙂😊☺😀")
#: What is agreed, one question after another.
_QUESTIONS = ("rhythm", "weekday", "part", "means")


def _is_kept(case: Case) -> bool:
    """A moment that is there already gets another day or plan."""
    return "moment" in case.answers


flow = Flow(
    "contact",
    start="plan",
    lasting={
        "plan": Lasting("place", t("contact.plan_button", "Contact houden"), held="plan"),
        "pause": Lasting("weeks", t("contact.pause_button", "Even niet"), held="pause"),
        "resume": Lasting("plan", t("contact.resume_button", "Toch doorgaan"), held="resume"),
        "ended": Lasting("plan", t("contact.end_button", "Geen contact meer"), held="ended"),
        "accepted": Lasting("plan", t("contact.proposed.yes", "Ja, dat is goed"), held="accepted"),
        "change": Lasting("plan", t("contact.offer.other", "Liever anders"), held="with_human", asks=True),
        "declined": Lasting("plan", t("contact.proposed.no", "Liever niet"), held="declined"),
        "talk": Lasting("place", t("contact.talk_button.short", "Praten"), held="talk"),
    },
    places={
        "pause": call("contact", "pause", weeks=WEEKS),
        "stop": call("contact", "stopping"),
        "often": call("contact", "rhythm", change="rhythm"),
        "change": call("contact", "change"),
        "moments": call("contact", "moments"),
        "back": call("contact", "back"),
    },
    table=[
        # what is agreed
        ("agree", "plan", "agreed"),
        ("ask", "plan", "rhythm"),
        ("change", "plan", "change"),
        ("stopping", "plan", "stopping"),
        *((name, "change", name) for name in _QUESTIONS),
        ("plan", "change", "plan"),
        *(("next", name, "agreed", afspreken.editing) for name in _QUESTIONS),
        ("next", "rhythm", "weekday"),
        ("next", "weekday", "part"),
        ("next", "part", "means"),
        ("next", "means", "agreed"),
        *(("enough", name, "agreed") for name in _QUESTIONS),
        # hard moments
        ("kind", "add", "what", momenten.needs_words),
        ("kind", "add", "when"),
        ("told", "add", "own_plan", momenten.has_day),
        ("told", "add", "when"),
        ("moments", "add", "moments"),
        ("next", "what", "when"),
        ("next", "when", "kept", _is_kept),
        ("next", "when", "own_plan"),
        ("next", "own_plan", "kept"),
        ("other_day", "one", "when"),
        ("other_plan", "one", "own_plan"),
        ("drop", "one", "dropped"),
        # talking, and not
        ("said", "talk", "noted"),
        ("said", "noted", "noted"),
        *(("said", name, "talk") for name in _TALKED_TO),
        ("not_now", "invited", "not_now"),
        *(("well", name, "well") for name in _UNASKED),
        # said in own words
        ("to_contact", "*", call("contact", "plan")),
        ("to_pause", "*", call("contact", "pause", weeks=WEEKS)),
        ("to_stop", "*", call("contact", "stopping")),
        ("to_often", "*", call("contact", "rhythm", change="rhythm")),
        ("to_change", "*", call("contact", "change")),
        ("to_moments", "*", call("contact", "moments")),
        ("close", "*", BACK),
    ],
)

for _screen in (
    afspreken.plan,
    afspreken.change,
    afspreken.rhythm,
    afspreken.weekday,
    afspreken.agreed,
    afspreken.accepted,
    voorstel.proposed,
    voorstel.declined,
    voorstel.told_agreed,
    voorstel.told_changed,
    pauze.pause,
    pauze.resume,
    pauze.stopping,
    pauze.ended,
    momenten.moments,
    momenten.one,
    momenten.dropped,
    momenten.add,
    momenten.when,
    momenten.own_plan,
    momenten.kept,
    momenten.before,
):
    flow.screen(needs=(ContactPlans,))(_screen)
for _screen in (afspreken.part, afspreken.means, momenten.what, terug.noted, voorstel.with_human):
    flow.screen()(_screen)
for _screen in (terug.invited, terug.not_now, terug.closed, terug.well, terug.back):
    flow.screen(needs=(KnownContact,))(_screen)
flow.screen(needs=(KnownContact, Promised, Contact))(terug.talk)

# ---- typed ---------------------------------------------------------------------------------------------------------


def _reads_keeping(*besides: str) -> Reader:
    """What is said about keeping in touch leads there, but for ``besides``."""

    def read(text: str, moment: Moment) -> Read | None:
        found = keeping(text)
        return None if found is None or found in besides else Read(None, f"to_{found}", saves="typed")

    return read


def _reads_for_a_human(text: str, moment: Moment) -> Read | None:
    """More than a word, and not about keeping in touch, is told to who they know."""
    return _reads_keeping()(text, moment) or (terug.said(text, moment) if len(text.split()) > 1 else None)


for _name in _ANYWHERE:
    flow.reads(_name)(_reads_keeping())


def _reads_yes(text: str, moment: Moment) -> Read | None:
    """The same where nothing was asked: whether a yes is a wish to talk, they say themselves."""
    return Read(None, "well", saves="typed") if agrees(text) else _reads_for_a_human(text, moment)


for _name in _TALKED_TO:
    flow.reads(_name)(_reads_yes if _name in _UNASKED else _reads_for_a_human)
for _name in (*_QUESTIONS, "change"):
    flow.reads(_name)(_reads_keeping("change", "often"))
flow.reads("add")(momenten.read_kind)
flow.reads("when", first=True, counts=True)(momenten.read_when)
flow.reads("talk")(terug.said)
flow.reads("noted")(terug.said)


def _hear_weekday(text: str) -> str | None:
    found = weekday_in(text)
    return None if found is None else DAYS[found]


def _hear_well(text: str) -> str | None:
    return CLOSE.id if text.strip()[:1] in _WELL else None


flow.hears(_hear_weekday, "weekday")
flow.hears(_hear_well, *_UNASKED)
flow.hears(part_in, "part")
flow.tells(Telling(lambda text: None, lambda asked, case: (), frozenset(), lambda text, moment: False), *_TOLD)

# ---- what falls due ------------------------------------------------------------------------------------------------


@flow.due("proposed")
def propose(case: Case) -> Outcome:
    """A caseworker proposes how to keep in touch."""
    about = _about(case, "plan")
    return Interrupt("proposed", about) if about else Never("geen voorstel")


@flow.due("agreed")
def agree(case: Case) -> Outcome:
    """A caseworker put down what was agreed in a talk."""
    about = _about(case, "plan")
    return Interrupt("told_agreed", about) if about else Never("geen plan")


@flow.due("changed")
def changed(case: Case) -> Outcome:
    """A caseworker paused a plan, ended it, or took it up again."""
    about, what = _about(case, "plan"), _told(case).get("what")
    if not about or what not in voorstel.CHANGED:
        return Never("geen plan")
    return Interrupt("told_changed", {**about, "what": what})


@flow.due("moment")
def moment_near(case: Case) -> Outcome:
    """A hard moment comes near."""
    about = _about(case, "moment")
    return Interrupt("before", about) if about else Never("geen moment")


@flow.due("invited")
def invite(case: Case) -> Outcome:
    """The one whom they know would like to talk; what made us ask is not said."""
    return Interrupt("invited")


@flow.due("closed")
def close(case: Case) -> Outcome:
    """Help ended. Nobody writes to who died."""
    about = _told(case)
    return Never("overleden") if about.get("reason") == "overleden" else Interrupt("closed", about)


def _told(case: Case) -> dict[str, Json]:
    about = case.facts.get("about")
    return dict(about) if isinstance(about, dict) else {}


def _about(case: Case, name: str) -> dict[str, Json]:
    number = _told(case).get(name)
    return {name: number} if isinstance(number, int) else {}
