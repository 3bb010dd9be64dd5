"""What the transcripts of keeping in touch share: what stands, what is proposed, and what falls due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from flows.aftercare import (
    HardMoment,
    KnownContact,
    Means,
    MomentKind,
    Part,
    Plan,
    PlanKind,
    Rhythm,
)
from flows.grammar import Json, Opened
from flows.registry import all_flows
from tests.transcripts.player import Chat

TUESDAY = date(2026, 12, 1)
CLOSED = date(2026, 11, 9)
#: Every month, on a Tuesday afternoon, in the chat.
STANDS = Plan(3, PlanKind.WATCH, Rhythm.MONTH, "active", 1, Part.AFTERNOON, Means.CHAT, next=TUESDAY)
#: Every three months, proposed by a caseworker.
PROPOSED = Plan(
    4, PlanKind.AFTERCARE, Rhythm.QUARTER, "proposed", 3, Part.MORNING, Means.PHONE, date(2027, 11, 1), name="Fatma"
)
PARTY = HardMoment(7, MomentKind.BIRTHDAY, date(2027, 3, 5), "mijn dochter", "Ik bak zelf een taart.")
NOBODY = KnownContact()
NOOR = KnownContact("Noor", open_case=True)
GONE = KnownContact("Noor", closed=CLOSED)
SUCCESSOR = KnownContact("Noor", was="Samir", closed=CLOSED)
#: How a plan reads.
MONTHLY = "🔁 Elke maand\n📅 Dinsdag\n🌇 In de middag\n💬 Hier in de chat"
QUARTERLY = "🔁 Elke 3 maanden\n📅 Donderdag\n🌅 In de ochtend\n📞 Telefoon"
WEEKLY = "🔁 Elke week\n📅 Elke dag is goed\n🌅 In de ochtend\n💬 Hier in de chat"
ENDED: Json = {
    "name": "Noor",
    "open": ["De boete van het CJIB."],
    "agreements": 2,
    "words": "Het ga u goed.",
    "reason": "afgerond",
}
#: Everything that falls due, one of each.
DUES: tuple[tuple[str, Json], ...] = (
    ("contact.proposed", {"plan": 4}),
    ("contact.agreed", {"plan": 3}),
    ("contact.changed", {"plan": 3, "what": "paused"}),
    ("contact.changed", {"plan": 3, "what": "resumed"}),
    ("contact.changed", {"plan": 3, "what": "ended"}),
    ("contact.moment", {"moment": 7}),
    ("contact.moment", {"moment": 99}),
    ("contact.invited", {"name": "Noor"}),
    ("contact.closed", ENDED),
    ("contact.closed", {"reason": "verhuisd", "open": [], "agreements": 0, "words": "", "name": None}),
)


def keeps(chat: Chat, plan: Plan | None = STANDS, *moments: HardMoment, contact: KnownContact = NOOR) -> Chat:
    """This is agreed with them."""
    chat.keeping.plan, chat.keeping.moments, chat.keeping.contact = plan, list(moments), contact
    chat.keeping.kind = None if plan is None else plan.kind
    return chat


def proposes(chat: Chat, proposed: Plan = PROPOSED, *, contact: KnownContact = NOOR) -> Chat:
    """A caseworker proposes this."""
    chat.keeping.proposed, chat.keeping.kind, chat.keeping.contact = proposed, proposed.kind, contact
    return chat


def everything(chat: Chat) -> Chat:
    """A plan that stands, one that is proposed, and a hard moment."""
    return proposes(keeps(chat, STANDS, PARTY))


def everywhere(person: Callable[[], Chat]) -> Iterator[Chat]:
    """All places that nobody taps to, as ``person`` and as others meet them; also in a hold, and by old buttons."""
    contact = all_flows()["contact"]
    for kind, about in DUES:
        yield person().starts("menu").is_due(kind, about)
        yield person().starts("menu").held().is_due(kind, about)
    for screen in contact.lasting:
        for number in (1, 3, 4):
            yield person().starts("menu").taps_data(f"!to:contact.{screen}:{number}")
            yield person().starts("menu").held().taps_data(f"!to:contact.{screen}:{number}")
            yield unknown(Chat(rendering=False)).starts("menu").taps_data(f"!to:contact.{screen}:{number}")
    for place in contact.places:
        yield keeps(person()).starts("menu").says(Opened("contact", place=place))
    for kept in (keeps(person()), unknown(person()), keeps(person(), None, contact=GONE), Chat(rendering=False)):
        kept.keeping.proposed = None
        yield kept.starts("menu").types("contact houden")
    yield Chat(rendering=False).starts("menu").types("contact houden").taps("🔧 Liever anders")
    yield keeps(person(), None, contact=GONE).starts("aanmelden")
    yield keeps(person(), None, contact=GONE).starts("menu").is_due("contact.closed", ENDED).types("ja")
    yield person().starts("menu").types("moeilijke momenten").types("mijn dochter")


def unknown(chat: Chat) -> Chat:
    """Nobody signed up."""
    return keeps(chat, None, contact=NOBODY)
