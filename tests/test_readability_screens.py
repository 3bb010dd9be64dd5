"""Whole screens, as a person sees them, can be read: open and closed, on the web chat and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest

from bot.play import CARDS, HELPERS, INVITATION
from flows.aftercare import Before, CheckIn, ContactPlans, HardMoment, KnownContact, MomentKind, Plan, PlanKind, Rhythm
from flows.agenda import Appointment, Appointments, FreeSlots, Kind, Meetings, Slot, WalkIn
from flows.agreements import Agreement, Agreements, Summary
from flows.cards import Cards
from flows.data import load as load_data
from flows.grammar import (
    Case,
    Contact,
    Gemeente,
    JoinCode,
    Json,
    Moment,
    Need,
    OpenCase,
    Promised,
    Way,
    Ways,
    World,
)
from flows.helpers import Helpers, Invitation
from flows.measuring import Kind as Asked
from flows.measuring import Measurement
from flows.own_data import OwnConsents, OwnData
from flows.progress import AHEAD, News, Phase, Progress, Stage
from flows.ratings import Occasion, Rating
from flows.registry import all_flows
from flows.text import verbatim
from locales import load
from locales.formatting import ZONE
from locales.readability import SCORED_FROM, findings, measure

TONGUE = load(("nl",), strict=True)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
DAY = date(2026, 11, 26)
MOMENT = Moment(
    NOW,
    "webchat",
    Gemeente(
        "Waterdrecht",
        phone="010 123 45 67",
        privacy_url="https://waterdrecht.example/privacy",
        crisis_phone="010 123 45 00",
        outside_hours="bel 010 123 45 99",
        food_help="Voedselbank, Kade 1, elke dag vanaf 10 uur.",
        channels=("webchat", "telegram", "whatsapp", "email"),
    ),
    frozenset(all_flows()),
)
READ: dict[type[Need], Need] = {
    Promised: Promised(DAY, DAY, DAY, DAY, DAY, NOW),
    Contact: Contact("mus-742-eik", has_pin=False, contact_name=None),
    OpenCase: OpenCase(None, None),
    Ways: Ways(
        (Way("webchat"), Way("telegram", preferred=True), Way("whatsapp", works=False), Way("email", confirmed=False)),
        ("webchat", "telegram", "whatsapp", "email"),
    ),
    JoinCode: JoinCode("7K3D-9QX-2MF", 30, {"webchat": "https://waterdrecht.example"}),
    Helpers: HELPERS,
    Invitation: INVITATION,
}
_AT = NOW + timedelta(days=3)
APPOINTMENT = Appointment(
    17, "office", _AT, _AT + timedelta(hours=1), ("Fatma", "Noor"), place="Stadhuis, Kade 1", link="https://x.example/a"
)
SLOTS = tuple(Slot(_AT + timedelta(hours=hours), 60, 1, "Fatma", own=True, evening=hours == 9) for hours in range(10))
WALK_IN = WalkIn(NOW, NOW + timedelta(hours=2), "Stadhuis, Kade 1")
#: Nothing is free and nothing stands; and everything.
READ |= {
    Meetings: Meetings(()),
    FreeSlots: FreeSlots((), DAY),
    Appointments: Appointments(()),
    Agreements: Agreements(),
    Measurement: Measurement(),
    Progress: AHEAD,
    KnownContact: KnownContact(),
    ContactPlans: ContactPlans(),
    CheckIn: CheckIn(),
    Rating: Rating(),
    Cards: Cards((), ("rings",), "Waterdrecht", "010 123 45 67"),
    OwnData: OwnData("new_pin", hours=17),
    OwnConsents: OwnConsents(unasked=False),
}
LINES = (
    Agreement(31, load_data("phrasebook")["phrase"]["open_post"]["you"], DAY, summary=5),
    Agreement(32, load_data("phrasebook")["phrase"]["sort_papers"]["we"], DAY, ours=True, name="Fatma", summary=5),
    Agreement(33, verbatim("Bel Kees."), None, "stuck", summary=5),
    Agreement(34, verbatim("Bel de huisarts."), None, "done", summary=5),
)
TALKED = Summary(5, DAY, "Fatma", LINES, "Tot dinsdag.")
AGREED = Agreements(LINES[:3], LINES[3:], (TALKED,), LINES[0], TALKED, "https://x.example/chat/list")
NOOR = KnownContact("Noor", was="Samir", open_case=True)
MOMENT_IN_YEAR = HardMoment(7, MomentKind.OTHER, DAY, "De verjaardag van mijn vader.", "Ik bel mijn zus.")
PLANS = ContactPlans(
    Plan(1, PlanKind.WATCH, Rhythm.MONTH, weekday=1, next=DAY),
    Plan(2, PlanKind.AFTERCARE, Rhythm.QUARTER, "proposed", until=DAY, name="Noor"),
    PlanKind.WATCH,
    (MOMENT_IN_YEAR,),
    MOMENT_IN_YEAR,
    NOOR,
)
BEFORE = Before(DAY, "bad", "no", ("work",))
KNOWN: dict[type[Need], Need] = {
    **READ,
    Contact: Contact("mus-742-eik", has_pin=True, contact_name="Fatma"),
    OpenCase: OpenCase(DAY, "Fatma"),
    OwnData: OwnData("pin", "https://x.example/mijn/abc"),
    OwnConsents: OwnConsents(unasked=True),
    Meetings: Meetings(tuple(Kind), (WALK_IN,), "Fatma", "…678"),
    FreeSlots: FreeSlots(SLOTS, DAY, "Fatma"),
    Appointments: Appointments((APPOINTMENT,), APPOINTMENT, (replace(APPOINTMENT, id=18, state="proposed"),)),
    Agreements: AGREED,
    Cards: CARDS,
    KnownContact: NOOR,
    ContactPlans: PLANS,
    CheckIn: CheckIn(3, PlanKind.FOLLOW, "asked", DAY, last=True, before=BEFORE, contact=NOOR),
    Rating: Rating(2, Occasion.INTAKE, ("2", "3"), open=True, answers={"2": 4}),
    Progress: Progress(
        (*(Stage(phase, "now" if phase is Phase.PLAN else "done", DAY, times=2) for phase in Phase),),
        case=True,
        contact_name="Fatma",
        news=(News("creditor", DAY, "refused", "Vattenkracht", "We bellen nog eens."), News("delay", DAY, "busy")),
    ),
}
#: Appointments in another state, for the screens about those.
OVER = {
    "told_cancelled": "cancelled",
    "cancelled": "cancelled",
    "missed": "no_show",
    "chosen": "proposed",
}
#: What someone is invited to, with something answered.
LIVING = Measurement(2, Asked.LIVING, "Fatma", DAY, answers={"money": 1})
TALK = Measurement(3, Asked.AGENDA, "Fatma", DAY, answers={"topics": ["rent", "unsaid"], "words": "x", "first": "rent"})
AGENDA = frozenset({"topics", "own", "first", "summary", "noted"})
#: What screens that are called from elsewhere find in their frame.
ANSWERS: dict[str, Json] = {
    "card": "bailiff",
    "word": "dwangbevel",
    "monthly": ["huurtoeslag", "teruggaaf"],
    "local": ["bijstand"],
    "group": "letters",
    "offer": "en",
    "category": "home",
    "worries": ["rent", "energy"],
    "urgency": ["letter"],
    "kind": "office",
    "day": "2026-11-26",
    "area": "money",
    "phase": "rust",
    "name": "Samir",
    "was": "nl",
    "code": "glad",
    "balance": "no",
    "changes": ["work"],
    "contact": "yes",
    "go_on": "yes",
}


def texts_of(flow: str, name: str) -> Iterator[str]:
    """What the screen says in Dutch, in each of the circumstances."""
    for channel, is_open, read in product(("webchat", "whatsapp"), (True, False), (READ, KNOWN)):
        moment = replace(MOMENT, channel=channel, open=is_open)
        if read is KNOWN and name in OVER:
            read = {**KNOWN, Appointments: Appointments((), replace(APPOINTMENT, state=OVER[name]))}
        if read is KNOWN and flow == "voorbereiden":
            read = {**KNOWN, Measurement: TALK if name in AGENDA else LIVING}
        screen = all_flows()[flow].screens[name](Case(flow, name, ANSWERS, {}, "nl", moment, World(read)))
        yield "\n\n".join(TONGUE.say(text, "nl") for text in screen.paragraphs)


SCREENS = [(flow.name, name) for flow in all_flows().values() for name in flow.screens]


@pytest.mark.parametrize(("flow", "name"), SCREENS)
def test_screen_is_readable(flow: str, name: str) -> None:
    for text in texts_of(flow, name):
        assert findings(text) == []


def test_there_are_screens_long_enough_to_have_a_score() -> None:
    scored = [text for place in SCREENS for text in texts_of(*place) if measure(text).words >= SCORED_FROM]
    assert len(scored) > 10
