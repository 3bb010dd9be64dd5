"""Afspraak: a moment to meet, in a way that suits. Kind, day, time, and it is booked; within ten days [002].

The person's own contact comes first. What stands can be confirmed, moved and cancelled from any message about it,
however old. Where nothing is free or suits, a human looks for a moment: never a shrug.
"""

from __future__ import annotations

from flows import afspraak_anders as anders
from flows import afspraak_geen as geen
from flows import afspraak_getypt as getypt
from flows import afspraak_kiezen as kiezen
from flows import afspraak_link as link
from flows import afspraak_na as na
from flows import afspraak_staat as staat
from flows import afspraak_weten as weten
from flows.afspraak_regels import CLOSE, KINDS
from flows.agenda import Appointments, FreeSlots, Kind, Meetings
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
    call,
    t,
)
from flows.understanding import reply


def _moving(case: Case) -> bool:
    """Another moment for the same appointment, not another appointment."""
    return "appointment" in case.answers


def _travels(case: Case) -> bool:
    """We come to them, so that there is a place to tell."""
    return case.picked("kind") in (Kind.HOME, Kind.ELSEWHERE)


#: What tells of an appointment that stands, and may be answered in a sentence.
_STANDING = ("reminder", "told_booked", "told_moved", "told_link", "told_new_link", "coming", "one")
#: Where an appointment that stands can be moved by naming another moment.
_MOVABLE = (*_STANDING, "cancelling")
#: A moment that was made just now.
_MADE = ("booked", "booked_there")
#: Where it may turn out that what was made should be otherwise.
_DONE = (*_MADE, "moved", "chosen", "noted", "reached")
#: Where days are shown: at ``time`` too, when the day is full by now.
_DAYS = ("day", "later", "moving", "again", "time", "way")

flow = Flow(
    "afspraak",
    start="kind",
    menu=Menu(
        20,
        "📅",
        t("afspraak.menu", "Afspraak maken"),
        words=t("afspraak.menu.words", "afspraak, nieuwe afspraak, langskomen, spreekuur, gesprek"),
        resume=False,
    ),
    lasting={
        "one": Lasting("appointment", t("afspraak.lasting.one", "Mijn afspraak"), held="one"),
        "coming": Lasting("appointment", t("afspraak.coming_button", "Ik kom"), held="coming"),
        "moving": Lasting("appointment", t("afspraak.moving_button", "Verzetten"), held="with_human"),
        "cancelling": Lasting("appointment", t("afspraak.cancelling_button", "Afzeggen"), held="cancelling"),
        "cancelled": Lasting("appointment", t("afspraak.cancelling.yes", "Ja, afzeggen"), held="cancelled"),
        "chosen": Lasting("appointment", t("afspraak.lasting.chosen", "Dit moment"), held="chosen"),
        "no_proposal": Lasting("appointment", t("afspraak.proposed.none", "Geen van deze"), held="no_proposal"),
        "again": Lasting("again", t("afspraak.again_button", "Nieuw moment"), held="with_human"),
        "differently": Lasting("appointment", t("afspraak.missed.differently", "Liever anders"), held="with_human"),
    },
    table=[
        # choosing
        ("walk_in", "kind", "walk_in"),
        ("next", "kind", "day"),
        ("say", "kind", "preference"),
        ("kind", "walk_in", "kind"),
        *(("kind", screen, "kind") for screen in _DAYS),
        *(("day", screen, "time") for screen in _DAYS),
        *(("page", screen, "later") for screen in _DAYS),
        *(("none", screen, "none_fits") for screen in _DAYS),
        *(("say", screen, "preference") for screen in _DAYS),
        *(("way", screen, "same_way", _moving) for screen in _DAYS),
        *(("way", screen, "way") for screen in _DAYS),
        ("anew", "way", "day"),
        ("times", "time", "time"),
        *(("other", screen, "day") for screen in ("time", "same_way")),
        *(("next", screen, "moved", _moving) for screen in _DAYS),
        *(("next", screen, "booked_there", _travels) for screen in _DAYS),
        *(("next", screen, "booked") for screen in _DAYS),
        ("said", "none_fits", call("overdracht", "noted")),
        ("said", "preference", call("overdracht", "noted")),
        *(("day", screen, "time") for screen in _MOVABLE),
        *(("page", screen, "later") for screen in _MOVABLE),
        *(("way", screen, "same_way") for screen in _MOVABLE),
        # what the agenda refused
        *(("slot_taken", screen, "time") for screen in _MADE),
        *(("enough", screen, "enough") for screen in _MADE),
        ("slot_taken", "moved", "time"),
        ("gone", "moved", "gone"),
        # what else there is to say
        ("number", "booked", "number"),
        ("contact", "booked", "reached"),
        *(("place", screen, "place") for screen in _MADE),
        ("next", "booked_there", "noted"),
        *(("extra", screen, "extra") for screen in (*_MADE, "moved", "chosen", "one", "noted", "reached")),
        ("company", "extra", "company"),
        ("interpreter", "extra", "interpreter"),
        ("access", "extra", "access"),
        ("remark", "extra", "remark"),
        *(("next", screen, "noted") for screen in ("number", "place", "company", "interpreter", "access", "remark")),
        *(("mine", screen, call("afspraken")) for screen in _DONE),
        ("next", "differently", "heard"),
        ("close", "*", BACK),
    ],
)

# ---- kind ------------------------------------------------------------------------------------------------------------


@flow.screen(needs=(Meetings, Promised, Contact))
def kind(case: Case) -> Screen:
    """In which way; only what someone of the team offers."""
    meetings = case.world.get(Meetings)
    if not meetings.kinds:
        return geen.nothing(case, "", *_hours(case))
    walk_in = Choice(
        "walk_in",
        "🚪",
        t("afspraak.kind.walk_in", "Open inloop"),
        event="walk_in",
        words=t("afspraak.kind.walk_in.words", "inloop, inloopspreekuur, spreekuur, zonder afspraak, binnenlopen"),
    )
    return Screen(
        t("afspraak.kind", "Hoe wilt u elkaar spreken?"),
        (
            *(choice for choice in KINDS if choice.id in meetings.kinds),
            *((walk_in,) if meetings.walk_in else ()),
        ),
        saves="kind",
        skippable=False,
        why=t("afspraak.kind.why", "Dan spreken we elkaar op een manier die u prettig vindt."),
    )


@flow.screen(needs=(Meetings,))
def walk_in(case: Case) -> Screen:
    """Open hours: nothing to book."""
    hours = _hours(case)
    return Screen(
        (
            t("afspraak.walk_in", "U kunt zo binnenlopen. Een afspraak is niet nodig."),
            *hours,
        )
        if hours
        else t("afspraak.walk_in.none", "Er is de komende tijd geen open inloop."),
        (
            Choice(
                "kind",
                "📅",
                t("afspraak.walk_in.appointment", "Liever een afspraak"),
                event="kind",
                short=t("afspraak.walk_in.appointment.short", "Een afspraak"),
            ),
            CLOSE,
        ),
    )


#: So many of the next open hours are told.
_OPEN = 3


def _hours(case: Case) -> tuple[Text, ...]:
    return tuple(
        t("afspraak.walk_in.hours", "🚪 {moment} tot {until} uur", moment=one.at, until=one.until.time())
        if not one.place
        else t(
            "afspraak.walk_in.hours_at",
            "🚪 {moment} tot {until} uur: {place}",
            moment=one.at,
            until=one.until.time(),
            place=one.place,
        )
        for one in case.world.get(Meetings).walk_in[:_OPEN]
    )


# ---- the rest, by module ---------------------------------------------------------------------------------------------

_CHOOSING = (FreeSlots, Appointments, Promised, Contact)
for _screen in (kiezen.day, kiezen.later, kiezen.time_, kiezen.moving, kiezen.again):
    flow.screen(needs=_CHOOSING)(_screen)
flow.screen(needs=(*_CHOOSING, Meetings))(anders.way)
flow.screen(needs=(Appointments,))(anders.same_way)
for _screen in (geen.none_fits, geen.preference):
    flow.screen(needs=(Promised, Contact))(_screen)
for _screen in (staat.booked, staat.booked_there):
    flow.screen(needs=(FreeSlots, Appointments, Meetings))(_screen)
for _screen in (na.noted, na.reached):
    flow.screen(needs=(Appointments, Meetings))(_screen)
flow.screen(needs=(FreeSlots, Appointments))(staat.moved)
for _screen in (
    staat.enough,
    staat.gone,
    staat.one,
    staat.coming,
    staat.cancelling,
    staat.cancelled,
    staat.reminder,
    staat.told_booked,
    staat.told_moved,
    staat.told_cancelled,
    link.told_link,
    link.told_new_link,
    staat.proposed,
    staat.chosen,
    na.missed,
    na.heard,
):
    flow.screen(needs=(Appointments,))(_screen)
flow.screen(needs=(Contact,))(staat.with_human)
flow.screen(needs=(Promised, Contact))(staat.no_proposal)
for _screen in (na.number, na.place, na.extra, na.company, na.interpreter, na.access, na.remark, na.differently):
    flow.screen()(_screen)

for _name in ("day", "later", "moving", "again", "way"):
    flow.reads(_name, first=True)(getypt.read_day)
flow.reads("time", first=True, counts=True)(getypt.read_time)
flow.hears(reply, *_MOVABLE)
for _name in _MOVABLE:
    flow.reads(_name)(getypt.read_standing)
flow.tells(
    weten.TELLING,
    *(*_STANDING, *_DONE, "told_cancelled", "cancelled", "missed", "proposed"),
)
flow.reads("none_fits")(geen.read_preference)
flow.reads("preference")(geen.read_preference)
flow.reads("number")(na.read_number)
flow.reads("booked", first=True)(na.read_reach)
flow.reads("booked_there")(na.read_there)
for _name in ("told_cancelled", "missed"):
    flow.reads(_name)(na.read_over)
flow.hears(na.new_moment, "told_cancelled", "cancelled", "missed")
flow.hears(na.none_of_these, "proposed")
for _name in ("moved", "chosen", "noted", "reached"):
    flow.reads(_name, first=True)(na.read_made)

# ---- what falls due --------------------------------------------------------------------------------------------------

#: What a human did with an appointment, and the screen that tells of it.
_TOLD = {
    "booked": "told_booked",
    "moved": "told_moved",
    "link": "told_link",
    "new_link": "told_new_link",
    "cancelled": "told_cancelled",
    "no_show": "missed",
}


@flow.due("day")
@flow.due("hours")
def remind(case: Case) -> Outcome:
    """A reminder, in a human's hold too (rule 8)."""
    about = _about(case)
    return Interrupt("reminder", about) if about else Never("geen afspraak")


@flow.due("told")
def told(case: Case) -> Outcome:
    """A human made, moved or cancelled one, gave its link, or saw that nobody came."""
    about, what = _about(case), case.facts.get("about")
    screen = _TOLD.get(str(what.get("what"))) if isinstance(what, dict) else None
    return Interrupt(screen, about) if about and screen else Never("geen afspraak")


@flow.due("proposed")
def propose(case: Case) -> Outcome:
    """A human proposed moments."""
    return Interrupt("proposed")


def _about(case: Case) -> dict[str, Json]:
    about = case.facts.get("about")
    number = about.get("appointment") if isinstance(about, dict) else None
    return {"appointment": number} if isinstance(number, int) else {}
