"""What must hold over all flows together: nothing unreachable, no dead end, no loop, and no input that breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.limits import LIMITS
from bot.channels.rendering import render
from bot.effects import HANDLERS
from bot.needs import READERS
from flows import aftercare, agenda, agreements, cards, grammar, helpers, measuring, own_data, progress, ratings
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
)
from flows.known import LANGUAGES
from flows.registry import all_flows
from tests.crawling import SAYINGS, SCREENS, WORDS, crawl, met, person
from tests.transcripts.player import TONGUE, Chat

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
@example([Typed("mens"), Tapped("!go:kanalen"), 0], "telegram", False)  # said a word too much in brief
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
