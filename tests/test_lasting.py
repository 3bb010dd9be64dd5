"""Buttons that work however old their message is, and what falls due while a human holds the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import lasting, registry
from flows.flow import Flow, Lasting
from flows.grammar import (
    BACK,
    Again,
    Call,
    Case,
    Choice,
    Due,
    Goto,
    Interrupt,
    Json,
    Never,
    Outcome,
    Record,
    Screen,
    Tapped,
    World,
    t,
)
from flows.session import Session
from flows.step import Turn, advance, refuse, show
from tests.transcripts.player import TONGUE, Chat

#: No text for residents: in no catalog.
WORDS = {name: t("welkom.menu", "Waar kunnen we u mee helpen?") for name in ("asked", "answered", "beside")}
YES = Choice("yes", "✅", t("woorden.yes", "Ja"), goes=Call("visits", "answered", (("visit", 7),)), lasting=True)


def _outcome(outcome: Outcome, case: Case) -> Outcome:
    return outcome


def _flow() -> Flow:
    flow = Flow(
        "visits",
        start="asked",
        table=[("next", "asked", "answered"), ("next", "answered", BACK), ("gone", "answered", "asked")],
        lasting={
            "answered": Lasting("visit", WORDS["answered"], held="beside"),
            "asked": Lasting("visit", WORDS["asked"]),
        },
    )

    @flow.screen()
    def asked(case: Case) -> Screen:
        return Screen(WORDS["asked"], (YES,))

    @flow.screen()
    def answered(case: Case) -> Screen:
        return Screen(WORDS["answered"], effects=(Record("answered", case.answers.get("visit")),))

    @flow.screen()
    def beside(case: Case) -> Screen:
        effects = () if case.world.refused else (Record("answered beside", case.answers.get("visit")),)
        return Screen(WORDS["beside"], effects=effects)

    outcomes: dict[str, Outcome] = {
        "tells": Interrupt("asked", {"visit": 7}),
        "goes": Goto("asked"),
        "again": Again(WORDS["asked"]),
        "never": Never("over", (Record("never"),)),
    }
    for name in outcomes:
        flow.due(name)(partial(_outcome, outcomes[name]))
    return flow


@pytest.fixture(autouse=True)
def visits() -> Iterator[None]:
    """One more flow than there is."""
    with patch.dict(registry.all_flows(), {"visits": _flow()}):
        yield


def chat_at_question() -> Chat:
    """In the middle of a sign-up."""
    return Chat(rendering=False).starts("aanmelden").taps_data("aanmelden.for_whom:self")


def say(chat: Chat, said: Tapped | Due) -> Turn:
    """A step of which nothing is compared with the texts of the project."""
    landing = advance(chat.session, said, chat.moment, TONGUE)
    turn = show(landing, World(), chat.moment)
    chat.session = turn.session
    return turn


def place(session: Session) -> str:
    return f"{session.top.flow}.{session.top.screen}"


def test_a_button_of_an_old_message_leads_there_and_back_to_the_question_of_now() -> None:
    chat = chat_at_question()
    before = place(chat.session)
    turn = say(chat, Tapped("!to:visits.answered:12"))
    assert turn.effects == (Record("answered", 12),)
    assert place(chat.session) == "visits.answered"
    say(chat, Tapped("!terug"))
    assert place(chat.session) == before


def test_what_was_shown_and_the_button_have_the_same_meaning() -> None:
    chat = chat_at_question()
    turn = say(chat, Due("visits.tells"))
    assert [button.data for reply in turn.replies for button in reply.buttons] == ["!to:visits.answered:7"]
    assert say(chat, Tapped("!to:visits.answered:7")).effects == (Record("answered", 7),)


@pytest.mark.parametrize(
    "data",
    [
        "!to:",
        "!to:visits",
        "!to:visits.answered",
        "!to:visits.answered:",
        "!to:visits.answered:-1",
        "!to:visits.answered:1e3",
        "!to:visits.answered:٣",
        "!to:visits.answered:" + "9" * 19,
        "!to:visits.beside:1",
        "!to:visits.nowhere:1",
        "!to:nowhere.answered:1",
        "!to:aanmelden.summary:1",
        "visits.answered:1",
    ],
)
def test_what_is_no_such_button_is_one_of_an_earlier_question(data: str) -> None:
    chat = chat_at_question()
    before = place(chat.session)
    assert say(chat, Tapped(data)).effects == ()
    assert place(chat.session) == before


@given(st.text(max_size=80))
def test_whatever_is_sent_leads_to_a_screen_that_lasts_or_nowhere(words: str) -> None:
    found = lasting.read(f"!to:{words}", registry.all_flows())
    if found is not None:
        frame, kind = found
        assert frame.screen in registry.all_flows()[frame.flow].lasting
        assert isinstance(frame.answers[kind.answer], int)


def held(chat: Chat) -> Chat:
    chat.moment = replace(chat.moment, held=True)
    return chat


def test_while_a_human_holds_the_conversation_it_is_shown_beside_it_and_nothing_moves() -> None:
    chat = held(chat_at_question())
    before = chat.session
    turn = say(chat, Tapped("!to:visits.answered:12"))
    assert [reply.origin for reply in turn.replies] == ["visits.beside"]
    assert turn.effects == (Record("answered beside", 12),)
    assert chat.session == before


def test_what_has_no_screen_for_that_is_for_the_human() -> None:
    chat = held(chat_at_question())
    turn = say(chat, Tapped("!to:visits.asked:12"))
    assert (turn.replies, turn.effects, turn.reason) == ((), (), "held")


def test_a_refusal_beside_the_conversation_is_told_there() -> None:
    chat = held(chat_at_question())
    landing = advance(chat.session, Tapped("!to:visits.answered:12"), chat.moment, TONGUE)
    again = refuse(landing, "gone", chat.moment)
    turn = show(again, World(refused="gone"), chat.moment)
    assert ([reply.origin for reply in turn.replies], turn.effects) == (["visits.beside"], ())


@pytest.mark.parametrize(
    ("kind", "origins", "effects"),
    [
        ("visits.tells", ["visits.asked"], ()),
        ("visits.tells:12", ["visits.asked"], ()),
        ("visits.goes", [], ()),
        ("visits.again", [], ()),
        ("visits.never", [], (Record("never"),)),
        ("visits.unknown", [], ()),
        ("nowhere.tells", [], ()),
    ],
)
def test_only_what_may_interrupt_a_human_is_said_in_a_hold(
    kind: str, origins: list[str], effects: tuple[Record, ...]
) -> None:
    chat = held(chat_at_question())
    before = chat.session
    turn = say(chat, Due(kind, None))
    assert [reply.origin for reply in turn.replies] == origins
    assert turn.effects == effects
    assert chat.session == before


def test_what_interrupts_leads_back_to_where_the_person_was() -> None:
    chat = chat_at_question().waits(timedelta(hours=1))
    before, answers = place(chat.session), chat.session.top.answers
    about: Json = {"visit": 7}
    say(chat, Due("visits.tells", about))
    assert place(chat.session) == "visits.asked"
    say(chat, Tapped("!terug"))
    assert (place(chat.session), chat.session.top.answers) == (before, answers)
