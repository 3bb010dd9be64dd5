"""Check-in: how someone is, in under a minute, at the rhythm that was agreed [002] promise 2 [003] module 10
[004] 3.1.7-3.1.9. Five faces, money, what changed, whether a human is wanted; silence is for the shell to notice."""

from __future__ import annotations

from dataclasses import replace

from flows import checkin_slot as slot
from flows import checkin_vragen as vragen
from flows.aftercare import CheckIn
from flows.agenda import Kind, Meetings
from flows.answering import SKIP
from flows.checkin_woorden import DECLINE, FACES, hear_mood, opening
from flows.contact_knoppen import PAUSE, talk_button
from flows.flow import Flow, Lasting, Telling
from flows.grammar import BACK, Case, Choice, Contact, Interrupt, Never, Outcome, Promised, Screen, call, t

_DECLINE = t("checkin.decline", "Deze keer niet")
#: Where money is asked about: after each face, or after none.
_MONEY = (*(face.code for face in FACES), "balance")
_ASKS = (*_MONEY, "changes", "contact", "go_on")

flow = Flow(
    "checkin",
    start="mood",
    lasting={
        **{face.code: Lasting("check_in", face.label, held=face.code, asks=True, after="mood") for face in FACES},
        "declined": Lasting("check_in", _DECLINE, held="declined"),
    },
    table=[
        ("next", "mood", "later"),
        ("next", "later", "balance"),
        *(("next", screen, "changes") for screen in _MONEY),
        *(("tight", screen, "tight") for screen in _MONEY),
        # what may help, and on with the questions afterwards
        ("rights", "tight", ("changes", call("recht"))),
        ("meet", "tight", ("changes", call("afspraak"))),
        ("together", "tight", ("changes", call("afspraak", "day", kind=Kind.CALL.value))),
        ("card", "tight", ("changes", call("kaarten"))),
        ("next", "tight", "changes"),
        ("next", "changes", "contact"),
        ("none", "changes", "contact"),
        ("next", "contact", "ended"),
        ("go_on", "contact", "go_on"),
        ("next", "go_on", "ended"),
        *(("enough", screen, "ended") for screen in _ASKS),
        # what they tell instead of tapping
        *(("said", screen, screen) for screen in ("mood", *_MONEY, "contact", "go_on")),
        ("close", "*", BACK),
    ],
)


@flow.screen(needs=(CheckIn,))
def mood(case: Case) -> Screen:
    """Five faces. They work however old the message is: a late answer counts."""
    mine = case.world.get(CheckIn)
    if mine.state != "asked":
        return slot.over(case)
    asked = opening(mine, case)
    if case.told("said"):
        asked = (t("checkin.mood.told", "Dank u, dat bewaar ik bij uw antwoorden. Welk gezicht past daarbij?"),)
    talk = talk_button(mine.contact)
    return Screen(
        asked,
        (
            *(
                Choice(
                    face.code,
                    face.icon,
                    face.label,
                    words=face.words,
                    goes=call("checkin", face.code, check_in=mine.id),
                    lasting=True,
                )
                for face in FACES
            ),
            Choice(
                DECLINE,  # and not "no", nor called so: "nee, ik ben mijn baan kwijt" is told, and declines nothing
                "🙅",
                _DECLINE,
                words=t(
                    "checkin.decline.words",
                    "liever niet, geen zin, niet vandaag, nee liever niet, nee nu niet, laat maar, nee laat "
                    "maar, rot op, donder op, ga weg",
                ),
                goes=call("checkin", "declined", check_in=mine.id),
                lasting=True,
            ),
            replace(PAUSE, words=t("checkin.pause.words", "pauze, even geen berichten, even stoppen, even rust")),
            replace(talk, words=t("checkin.talk.words", "praten, iemand spreken, bel mij, hulp nodig")),
            replace(
                SKIP,
                words=t(
                    "checkin.mood.skip.words",
                    "volgende, weet ik niet, sla over, verder, klaar, later, niet nu, nu niet, nu even niet, "
                    "een andere keer, doe ik straks, doe het straks, straks wel, morgen wel, nu geen tijd, geen tijd",
                ),
            ),
        ),
        saves="mood",
        skippable=False,
        effects=slot.kept(case, mine),
        sensitive=True,
        why=t("checkin.mood.why", "Zo merken we het als het minder gaat. Dan kunnen we op tijd helpen."),
        short=t("checkin.mood", "Hoe gaat het met u?"),
    )


flow.hears(hear_mood, "mood")
flow.keeps("said", "mood", *_ASKS)
flow.tells(
    # Nearly all that is typed below a question of ours is meant for it, where the one before it takes anything.
    Telling(
        find=lambda text: None,
        tell=lambda asked, case: (),
        flows=frozenset({"checkin", "contact"}),
        about=lambda text, moment: True,
    ),
    "mood",
)

# ---- the rest, by module -------------------------------------------------------------------------------------------


def _money(name: str) -> None:
    """The question about money as it follows a face."""

    def screen(case: Case) -> Screen:
        return vragen.face(case)

    screen.__name__ = name
    flow.screen(needs=(CheckIn,))(screen)


for _face in FACES:
    _money(_face.code)
for _screen in (vragen.later, vragen.balance, vragen.changes, vragen.contact, vragen.go_on, slot.declined):
    flow.screen(needs=(CheckIn,))(_screen)
flow.screen(needs=(CheckIn, Meetings))(vragen.tight)
flow.screen(needs=(CheckIn, Promised, Contact))(slot.ended)
flow.reads("mood")(vragen.read_mood)
for _name in (*_MONEY, "contact", "go_on"):
    flow.reads(_name)(vragen.read_words)

# ---- what falls due ------------------------------------------------------------------------------------------------


@flow.due("ask")
@flow.due("again")
def ask(case: Case) -> Outcome:
    """Looked at just now: it may be asked. Never while a human is talking."""
    about = case.facts.get("about")
    number = about.get("check_in") if isinstance(about, dict) else None
    if case.moment.held or not isinstance(number, int):
        return Never("held" if case.moment.held else "geen vraag")
    return Interrupt("mood", {"check_in": number})
