"""What must hold over all flows together: nothing unreachable, no dead end, no loop, and no input that breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.limits import LIMITS
from bot.channels.rendering import render
from bot.effects import HANDLERS
from bot.needs import READERS
from bot.play_contact import NUMBERS as CHECK_INS
from bot.play_measurements import NUMBERS
from bot.play_ratings import NUMBERS as RATINGS
from flows import aftercare, agenda, agreements, cards, grammar, helpers, measuring, own_data, progress, ratings
from flows.aftercare import PlanKind
from flows.flow import Flow
from flows.grammar import (
    Call,
    Effect,
    Joined,
    Jump,
    Need,
    Opened,
    Picked,
    PlanPing,
    Reply,
    Said,
    Sent,
    Tapped,
    Typed,
    Way,
    Ways,
)
from flows.known import LANGUAGES
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
from tests.transcripts.player import GEMEENTE, TONGUE, Chat
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
    for own in (OwnData("none"), OwnData("new_pin", hours=3), OwnData("none", due=date(2026, 12, 23))):
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


# ---- the tables ------------------------------------------------------------------------------------------------------


def test_every_screen_can_be_reached() -> None:
    assert SCREENS - set(crawl()) == set()


@pytest.mark.parametrize("flow", all_flows().values(), ids=lambda flow: flow.name)
def test_every_row_leads_from_and_to_a_screen_that_exists(flow: Flow) -> None:
    for row in flow.rows:
        for part in row.target if isinstance(row.target, tuple) else (row.target,):
            match part:
                case str():
                    assert f"{flow.name}.{part}" in SCREENS
                case Call(name, screen) | Jump(name, screen):
                    assert f"{name}.{screen or all_flows()[name].start}" in SCREENS
        assert row.source == "*" or row.source in flow.screens


def test_every_button_leads_somewhere() -> None:
    """A button without a row in the table would show the same question again, for ever."""
    for (channel, session), reply in met():
        for button in reply.buttons:
            chat = person(channel, session)
            assert chat.taps_data(button.data).session.stack != session.stack, button.data


def test_nothing_goes_round_without_the_person() -> None:
    """Whatever is planned, and planned again when it falls due, ends by itself."""
    chat = Chat().on("whatsapp").starts("aanmelden").taps("🙋 Voor mijzelf")
    planned = [effect for effect in chat.turn.effects if isinstance(effect, PlanPing)]
    said = 0
    for _ in range(20):
        if not planned:
            break
        ping = planned.pop()
        chat.waits(max(ping.at - chat.moment.now, timedelta(0))).is_due(ping.kind, ping.about)
        said += len(chat.turn.replies)
        planned += [effect for effect in chat.turn.effects if isinstance(effect, PlanPing)]
    assert planned == []
    assert said == 2


def test_every_effect_has_a_handler_and_every_need_a_reader() -> None:
    assert _all(Effect) == set(HANDLERS)
    assert _all(Need) == set(READERS)


def _all(base: type) -> set[type]:
    modules = (grammar, aftercare, agenda, agreements, cards, helpers, measuring, own_data, progress, ratings)
    named = [found for module in modules for found in vars(module).values()]
    return {found for found in named if isinstance(found, type) and base in found.__mro__[1:]}


# ---- the screens -----------------------------------------------------------------------------------------------------


def test_ids_are_unique_and_fit_every_channel() -> None:
    for origin, replies in crawl().items():
        for reply in replies:
            data = [button.data for button in reply.buttons]
            assert len(data) == len(set(data)), origin
            for value in data:
                assert len(value.encode()) <= 64
                assert len(value.rpartition(":")[2]) <= 20
                assert value.isascii()


def test_every_button_has_an_icon_and_no_two_read_the_same() -> None:
    for origin, replies in crawl().items():
        for reply in replies:
            labels = [TONGUE.say(button.label, "nl") for button in reply.buttons]
            assert all(button.icon for button in reply.buttons), origin
            assert len(labels) == len(set(labels)), origin


def test_a_few_buttons_are_no_list_on_whatsapp() -> None:
    limits = LIMITS["whatsapp"]
    lists = {
        reply.origin
        for _, reply in met()
        for language in LANGUAGES
        if 0 < len(reply.buttons) <= limits.buttons and render(reply, language, TONGUE, limits)[-1].kind == "list"
    }
    # Their buttons say what e-mail holds, and the days of talks: too much for so few letters.
    assert lists <= {"kanalen.style", "afspraken.history"}


def test_who_asks_says_why() -> None:
    for flow in all_flows().values():
        for name in flow.screens:
            origin = f"{flow.name}.{name}"
            for chat in [chat for chat, reply in _shown(origin) if _asks(reply)][:1]:
                chat.says(Tapped("!waarom"))
                assert chat.turn.replies[0].paragraphs[0].context != "step.why", origin


def _shown(origin: str) -> Iterator[tuple[Chat, Reply]]:
    """Everyone who stands on this screen, with what it says there."""
    for (channel, session), reply in met():
        if reply.origin == origin == f"{session.top.flow}.{session.top.screen}":
            yield person(channel, session), reply


def _asks(reply: Reply) -> bool:
    return reply.asks_text or reply.many or any(TONGUE.say(text, "nl").endswith("?") for text in reply.paragraphs)


def test_no_word_of_command_and_no_reproach() -> None:
    for origin, replies in crawl().items():
        for reply in replies:
            words = " ".join(TONGUE.say(paragraph, "nl") for paragraph in reply.paragraphs).lower()
            for word in ("moet", "verplicht", "eigen schuld", "helaas", "documenten", "burgerservicenummer"):
                assert word not in words, origin


# ---- anything at all -------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    (*WORDS, *SAYINGS, "ja", "nee", "1", "2 en 3", "klaar", "genoeg", "overslaan", "huur en boetes")
)
_TEXT = st.one_of(
    _WORDS,
    st.text(max_size=60),
    st.text(alphabet="aA1 \u0000\u0007\u200e\u202e\ufeff😀👩‍👧‍👦أبтиትግ", max_size=40),
    st.integers(1, 3_000).map(lambda count: "ha " * count),
)
_BUTTONS = st.sampled_from(
    sorted(
        {
            f"{flow.name}.{screen}:{id_}"
            for flow in all_flows().values()
            for screen in flow.screens
            for id_ in ("yes", "no", "done", "skip", "enough", "on")
        }
        | {f"!{word}" for word in WORDS}
        | {f"!go:{name}" for name in all_flows()}
        | {"", ":", "!", "!go:", "aanmelden.summary:yes", "crisis.life:not_it", "a.b:c", "!go:zwembad"}
    )
)
_SAID: st.SearchStrategy[Said | int] = st.one_of(
    _TEXT.map(Typed),
    _BUTTONS.map(Tapped),
    st.integers(0, 15),  # the button in that place of what is on the screen
    st.builds(
        Picked,
        st.sampled_from(("aanmelden.worries", "aanmelden.how", "x")),
        st.tuples(st.sampled_from(("rent", "chat", "?"))),
    ),
    st.builds(
        Sent, st.sampled_from(("photo", "voice", "file")), _TEXT, problem=st.sampled_from(("", "too_big", "unknown"))
    ),
    st.sampled_from((Joined(True), Joined(False), Joined(False, pin=True), Joined(False, asks=True))),
    st.builds(
        Opened,
        st.sampled_from((None, "aanmelden", "zwembad")),
        st.sampled_from((None, "poster")),
        st.sampled_from((None, "ar", "xx")),
    ),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_SAID, max_size=25), st.sampled_from(("webchat", "whatsapp", "telegram")), st.booleans())
def test_anything_leaves_a_valid_session_and_gets_an_answer(
    inputs: list[Said | int], channel: str, is_open: bool
) -> None:
    chat = Chat().on(channel)
    if not is_open:
        chat.closed()
    for said in inputs:
        if isinstance(said, int):
            buttons = chat.turn.replies[0].buttons if chat.turn.replies else ()
            said = Tapped(buttons[said % len(buttons)].data if buttons else "")
        chat.says(said)
        assert chat.turn.replies
        assert any(chat.texts())
        assert f"{chat.session.top.flow}.{chat.session.top.screen}" in SCREENS
        assert len(chat.session.stack) <= 12


#: What is said while a human holds the conversation (rule 8).
HELD = {
    "crisis.life",
    "crisis.violence",
    "crisis.denied",
    "woorden.stopped",
    "overdracht.held",
    "kanalen.joining",
    *(f"afspraak.{lasting.held}" for lasting in all_flows()["afspraak"].lasting.values()),
    *(f"voorbereiden.{lasting.held}" for lasting in all_flows()["voorbereiden"].lasting.values()),
}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_SAID, max_size=15))
def test_anything_during_a_hold_is_silence_danger_or_stop(inputs: list[Said | int]) -> None:
    chat = Chat().starts("aanmelden").held()
    for said in inputs:
        if not isinstance(said, int):
            chat.says(said)
            for reply in chat.turn.replies:
                assert reply.origin in HELD
