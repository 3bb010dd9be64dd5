"""Every screen that a person can meet, in each form, by trying every button and a few sentences everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial

import pytest

from bot.play_contact import NUMBERS as CHECK_INS
from bot.play_measurements import NUMBERS
from bot.play_ratings import NUMBERS as RATINGS
from flows.aftercare import PlanKind
from flows.grammar import (
    Joined,
    Picked,
    Reply,
    Said,
    Tapped,
    Typed,
    Way,
    Ways,
)
from flows.measuring import Kind
from flows.meten import LIVING
from flows.own_data import OwnConsents, OwnData
from flows.registry import all_flows
from flows.session import Session
from flows.text import Json
from flows.understanding.patterns import Finder
from tests.transcripts.afspraak import CANCELLED, DUES, MISSED, OFFICE, PROPOSED, offers
from tests.transcripts.afspraken import BEFORE, TALK
from tests.transcripts.contact import everything, everywhere
from tests.transcripts.player import GEMEENTE, Chat
from tests.transcripts.voortgang import DUES as PROGRESS
from tests.transcripts.voortgang import FULL, stands

SCREENS = {f"{flow.name}.{screen}" for flow in all_flows().values() for screen in flow.screens}
WORDS = ("mens", "menu", "terug", "stop", "opnieuw", "taal", "help", "waarom", "kort")
#: One sentence for every kind of crisis, a language, and what the screens that read own words tell apart.
SAYINGS = (
    "ik wil niet meer leven",
    "mijn man slaat mij",
    "ik word uit mijn huis gezet",
    "ze gaan mijn stroom afsluiten",
    "mijn zorgverzekering is opgezegd",
    "ik heb vandaag niets te eten",
    "er ligt beslag op mijn loon",
    "I am sorry but I do not understand what you are saying here",
    "blauwe paraplu",
    "kan het ook telefonisch",
    "9999",
    "0612345678",
    "sam@voorbeeld.example",
    "wat is dat?",
)


@cache
def crawl() -> dict[str, list[Reply]]:
    """Every screen that a person can meet, by origin, in each form in which it was met."""
    found: dict[str, list[Reply]] = {}
    for _, reply in met():
        found.setdefault(reply.origin, []).append(reply)
    return found


def person(channel: str, session: Session | None = None) -> Chat:
    """Someone with one of every kind of appointment: standing, missed, cancelled, proposed; where there is a voice."""
    chat = (
        Chat(replace(GEMEENTE, voices=frozenset({"nl"})), rendering=False)
        .on(channel)
        .has(OFFICE, MISSED, CANCELLED, *PROPOSED)
        .agreed(TALK, BEFORE)
    )
    everything(chat)
    chat.session = session or chat.session
    return chat


@cache
def met() -> tuple[tuple[tuple[str, Session], Reply], ...]:
    """Each form of each screen, with the channel and the session in which it stood: all buttons and words are tried.
    What a sentence says is the same on every screen: it is looked up once."""
    look_up = cache(Finder.find)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Finder, "find", lambda finder, words: look_up(finder, tuple(words)))
        return _walk()


def _walk() -> tuple[tuple[tuple[str, Session], Reply], ...]:
    seen: list[tuple[tuple[str, Session], Reply]] = []
    known: set[tuple[str, ...]] = set()
    todo: list[tuple[str, Session]] = []

    def meet(chat: Chat) -> None:
        for reply in chat.turn.replies:
            answers = chat.session.top.answers
            whose = f"{answers.get('for_whom')} {answers.keys() & {'appointment', 'again'}}"
            form = (chat.moment.channel, reply.origin, whose, *(button.data for button in reply.buttons))
            if form not in known:
                known.add(form)
                chat.render()
                seen.append(((chat.moment.channel, chat.session), reply))
                todo.append((chat.moment.channel, chat.session))

    for channel in ("webchat", "whatsapp"):
        meet(person(channel).opens())
        meet(person(channel).starts("menu").types("blauwe paraplu").types("groene fiets"))
        _appointments(channel, meet)
        _agreements(channel, meet)
        _invitations(channel, meet)
        _progress(channel, meet)
        for chat in everywhere(partial(person, channel)):
            meet(chat)
        _check_ins_and_grades(channel, meet)
        _own_data(channel, meet)
        for number in (3, 99):
            meet(person(channel).starts("menu").held().taps_data(f"!to:naasten.stopped:{number}"))
    while todo:
        channel, session = todo.pop()
        for said in _everything(session):
            meet(person(channel, session).says(said))
        later = person(channel, session).closed().waits(timedelta(days=2))
        meet(later.held(notice_due=True).types("bent u daar?"))
        meet(person(channel, session).closed().waits(timedelta(days=2)).is_due("aanmelden.ask"))
        meet(person(channel, session).held().says(Joined(ok=True)))
        meet(person(channel, session).says(Joined(ok=False, asks=True)))
        if session.top.flow == "crisis" and session.offered is not None:  # what is tapped while a human holds it
            for choice in session.offered.choices:
                meet(person(channel, session).held().says(Tapped(f"{session.offered.screen}:{choice.id}")))
    return tuple(seen)


def _appointments(channel: str, meet: Callable[[Chat], None]) -> None:
    """What is told of appointments, what their buttons do however old, also in a hold, and what the agenda refuses."""
    for kind, about in DUES:
        meet(person(channel).starts("menu").is_due(kind, about))
        meet(person(channel).starts("menu").held().is_due(kind, about))
    for number in (17, 19, 20, 21, 99):
        for screen in all_flows()["afspraak"].lasting:
            meet(person(channel).starts("menu").taps_data(f"!to:afspraak.{screen}:{number}"))
            meet(person(channel).starts("menu").held().taps_data(f"!to:afspraak.{screen}:{number}"))
    for start, reason in (("afspraak.kind:office", "enough"), ("!to:afspraak.moving:17", "gone")):
        chat = person(channel).starts("afspraak").taps_data(start).types("dinsdag").refused(reason).types("9 uur")
        meet(chat)
    for kind in ("phone", "home"):
        meet(person(channel).starts("afspraak").taps_data(f"afspraak.kind:{kind}").types("dinsdag").types("9 uur"))
    meet(offers(person(channel)).starts("afspraak").taps_data("afspraak.kind:office"))


def _agreements(channel: str, meet: Callable[[Chat], None]) -> None:
    """What was agreed, what its buttons do however old, also in a hold, and what is told of it."""
    due: list[tuple[str, Json]] = [
        ("afspraken.due:2026-12-01", {"due": "2026-12-01"}),
        ("afspraken.due:2026-12-02", {"due": "2026-12-02"}),
        ("afspraken.summary", {"summary": 5}),
        ("afspraken.told", {"agreement": 34, "what": "done"}),
    ]
    due += [("afspraken.told", {"agreement": 31, "what": what}) for what in ("moved", "dropped", "open")]
    for kind, about in due:
        meet(person(channel).starts("menu").is_due(kind, about))
        meet(person(channel).starts("menu").held().is_due(kind, about))
    for screen, found in all_flows()["afspraken"].lasting.items():
        for number in (4, 5, 99) if found.answer == "summary" else (21, 31, 34, 99):
            meet(person(channel).starts("menu").taps_data(f"!to:afspraken.{screen}:{number}"))
            meet(person(channel).starts("menu").held().taps_data(f"!to:afspraken.{screen}:{number}"))
    for words in ("2 klaar", "klaar", "het lukt niet"):
        meet(person(channel).starts("afspraken").types(words))
    meet(person(channel).starts("menu").taps_data("!to:afspraken.stuck:31").types("ik durf het niet"))
    meet(person(channel).starts("menu").taps_data("!to:afspraken.agreed:5").types("ik bel eerst"))
    meet(person(channel).starts("menu").taps_data("!to:afspraken.later:31").types("morgen"))


def _invitations(channel: str, meet: Callable[[Chat], None]) -> None:
    """What someone is invited to, what its buttons do however old, also in a hold, and when it is over."""
    for number in (*NUMBERS.values(), 99):
        meet(person(channel).starts("menu").is_due("voorbereiden.invited", {"measurement": number}))
        meet(person(channel).starts("menu").held().is_due("voorbereiden.invited", {"measurement": number}))
        for screen in all_flows()["voorbereiden"].lasting:
            meet(person(channel).starts("menu").taps_data(f"!to:voorbereiden.{screen}:{number}"))
            meet(person(channel).starts("menu").held().taps_data(f"!to:voorbereiden.{screen}:{number}"))
            over = person(channel).starts("menu").taps_data(f"!to:voorbereiden.declined:{number}")
            meet(over.taps_data(f"!to:voorbereiden.{screen}:{number}"))
    for ticked in (("other",), ("post", "rent")):
        topics = person(channel).starts("menu").taps_data(f"!to:voorbereiden.topics:{NUMBERS[Kind.AGENDA]}")
        meet(topics.says(Picked("voorbereiden.topics", ticked)))
    living = person(channel).starts("menu").taps_data(f"!to:voorbereiden.areas:{NUMBERS[Kind.LIVING]}")
    for area in LIVING:
        meet(living.taps_data(f"voorbereiden.areas:{area.code}"))
        meet(living.taps_data(f"voorbereiden.rate:{area.code}.p1"))
    meet(living.taps_data("voorbereiden.areas:money"))


def _progress(channel: str, meet: Callable[[Chat], None]) -> None:
    """Who has a case and news of it, and what the desk tells, also in a hold."""
    for kind, about in PROGRESS:
        meet(stands(person(channel), FULL).starts("menu").is_due(kind, about))
        meet(stands(person(channel), FULL).starts("menu").held().is_due(kind, about))
    chat = stands(person(channel), FULL).starts("voortgang")
    meet(chat)
    meet(chat.taps_data("voortgang.where:news"))


def _check_ins_and_grades(channel: str, meet: Callable[[Chat], None]) -> None:
    """What is asked now and then, what its buttons do however old, also in a hold, and when it is over."""
    asked: list[tuple[str, str, int]] = [("checkin", "check_in", number) for number in (*CHECK_INS.values(), 99)]
    asked += [("tevredenheid", "rating", number) for number in (*RATINGS.values(), 99)]
    for flow, name, number in asked:
        meet(person(channel).starts("menu").is_due(f"{flow}.ask", {name: number}))
        for screen in all_flows()[flow].lasting:
            meet(person(channel).starts("menu").taps_data(f"!to:{flow}.{screen}:{number}"))
            meet(person(channel).starts("menu").held().taps_data(f"!to:{flow}.{screen}:{number}"))
            over = person(channel).starts("menu").taps_data(f"!to:{flow}.declined:{number}")
            meet(over.taps_data(f"!to:{flow}.{screen}:{number}"))
    last = person(channel).starts("menu").taps_data(f"!to:checkin.good:{CHECK_INS[PlanKind.FOLLOW]}")
    for answer in ("good:yes", "changes:none", "contact:yes"):
        last.taps_data(f"checkin.{answer}")
    meet(last)


def _own_data(channel: str, meet: Callable[[Chat], None]) -> None:
    """What a colleague says of a request, also in a hold; who cannot show yet that it is them; what is consented to."""
    told: tuple[tuple[str, Json], ...] = (
        ("known", {"kind": "access"}),
        ("known", {"kind": "erasure"}),
        ("refused", {"why": "Te vaak gevraagd."}),
    )
    for name, about in told:
        meet(person(channel).starts("menu").is_due(f"gegevens.{name}", about))
        meet(person(channel).starts("menu").held().is_due(f"gegevens.{name}", about))
    due, link = date(2026, 12, 23), "https://waterdrecht.example/mijn/abcdefghijklmnopqrstuvwxyz012345"
    waits, known = OwnData("pin", link, due=due, open=True), OwnData("known", link, open=True)
    for own in (OwnData("none"), OwnData("new_pin", hours=3), OwnData("none", due=due), waits, known):
        for asked in ("know", "seen", "wipe"):
            chat = person(channel)
            chat.known[OwnData] = own
            chat.starts("gegevens").taps_data(f"gegevens.what:{asked}")
            meet(chat.taps_data("gegevens.wipe:wipe") if asked == "wipe" else chat)
    chat = person(channel)
    chat.known[OwnConsents] = OwnConsents(unasked=False)
    meet(chat.starts("gegevens").taps_data("gegevens.what:yes"))
    chat = person(channel)
    chat.known[Ways] = Ways((Way("telegram"), Way("email", in_full=True)), ("telegram", "email"))
    meet(chat.starts("gegevens").taps_data("gegevens.what:yes"))


def _everything(session: Session) -> Iterator[Said]:
    assert session.offered is not None
    for choice in session.offered.choices:
        yield Tapped(f"{session.offered.screen}:{choice.id}")
    for name in all_flows():
        yield Tapped(f"!go:{name}")
    for word in WORDS:
        yield Tapped(f"!{word}")
    for saying in SAYINGS:
        yield Typed(saying)
