"""``klopaan play``: a conversation in the terminal, and its transcript as a test."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from bot.play import GEMEENTE, MONDAY, OWN, ZONE, play, world
from bot.transcript import Transcript
from flows.grammar import (
    CancelPings,
    Category,
    Contact,
    Effect,
    FalseAlarm,
    OpenCase,
    OptOut,
    PlanPing,
    Promised,
    SetContact,
    SignUp,
    Typed,
    Urgency,
    World,
)
from flows.registry import all_flows
from flows.session import Frame, Session
from flows.step import Turn
from locales import Catalogs, load
from tests.transcripts.player import Chat


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts are read from their files by whoever plays; a hundred times is no test of that."""
    monkeypatch.setattr("bot.play.load", read)


def read(names: tuple[str, ...], own: object) -> Catalogs:
    assert own is OWN
    return _read(names)


@cache
def _read(names: tuple[str, ...]) -> Catalogs:
    return load(names, OWN)


def lines(*given: str) -> Callable[[], str | None]:
    left = list(given)
    return lambda: left.pop(0) if left else None


def played(
    capsys: pytest.CaptureFixture[str],
    given: Sequence[str],
    flow: str | None = None,
    language: str = "nl",
    *,
    transcript: bool = False,
) -> str:
    assert play(flow, language, transcript=transcript, read=lines(*given)) == 0
    return capsys.readouterr().out


def test_it_begins_at_the_menu(capsys: pytest.CaptureFixture[str]) -> None:
    out = played(capsys, [])
    assert "Waar kunnen we u mee helpen?" in out
    assert "1. 🙋 Ik wil hulp" in out


@pytest.mark.parametrize("flow", sorted(name for name, flow in all_flows().items() if flow.menu))
@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_every_flow_can_be_played_in_every_language(
    capsys: pytest.CaptureFixture[str], flow: str, language: str
) -> None:
    assert "  1. " in played(capsys, [], flow, language)


def test_a_number_is_a_tap_a_word_is_typed_and_effects_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    out = played(capsys, ["1", "mens", "!menu", "99", ""])
    assert "Voor wie wilt u hulp?" in out
    assert "→ HandOver(reason='vraagt om een mens'" in out


def test_a_crisis_is_one_here_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert "RaiseAlarm" in played(capsys, ["ik wil niet meer leven"])


def transcript(capsys: pytest.CaptureFixture[str], given: Sequence[str], flow: str | None, language: str) -> str:
    """What ``--transcript`` prints, after it passed as a test."""
    out = played(capsys, given, flow, language, transcript=True)
    code = out[out.index("from __future__") :]
    names: dict[str, Any] = {}
    exec(compile(code, "test_played.py", "exec", dont_inherit=True), names)
    names["test_played"](Chat())
    return code


@pytest.mark.parametrize("flow", [None, *sorted(all_flows())])
@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_the_transcript_is_a_test_that_passes(
    capsys: pytest.CaptureFixture[str], flow: str | None, language: str
) -> None:
    transcript(capsys, ["1", "help", "!terug", *["1"] * 25], flow, language)
    transcript(capsys, ["2", "", "2", "\x00 'x' \"y\" {z}", "!stop", *["2", "1", "99"] * 8], flow, language)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("ik wil niet meer leven", "RaiseAlarm(category=Category.LIFE)"),
        ("we hebben niets te eten", "RaiseAlarm(category=Category.FOOD)"),
        ("mens", "HandOver(reason='vraagt om een mens'"),
        ("!taal", "chat.taps_data('!taal')"),
    ],
)
def test_the_transcript_says_what_a_turn_does(capsys: pytest.CaptureFixture[str], line: str, seen: str) -> None:
    assert seen in transcript(capsys, [line, "1", "1", "2", "menu"], None, "nl")


def test_the_transcript_tells_no_number_either(capsys: pytest.CaptureFixture[str]) -> None:
    code = transcript(capsys, ["mens", "mijn bsn is 123456782"], None, "nl")
    assert "123456782" not in code
    assert "masked=['bsn']" in code


def test_the_transcript_is_written_as_the_others_are(capsys: pytest.CaptureFixture[str]) -> None:
    code = transcript(capsys, ["1", "help", "!terug"], "aanmelden", "nl")
    function = ast.parse(code).body[-1]
    assert isinstance(function, ast.FunctionDef)
    called = [[node.attr for node in ast.walk(one) if isinstance(node, ast.Attribute)] for one in function.body]
    assert called == [
        ["opens", "speaking"],
        ["sees", "taps_data"],
        ["sees", "taps"],
        ["sees", "types"],
        ["sees", "taps_data"],
    ]
    assert all(len(line) <= 120 or line.strip().startswith("'") for line in code.splitlines())


class Noted:
    """In the place of a chat: keeps the effects that a test expects."""

    effects: tuple[Effect, ...] = ()

    def __getattr__(self, name: str) -> Callable[..., Noted]:
        return lambda *_: self

    def is_silent(self, *effects: Effect) -> None:
        self.effects = effects


def test_everything_that_a_turn_can_do_can_be_written() -> None:
    """Each kind of effect as the source that makes it again."""
    at = datetime(2026, 11, 24, 9, 30, tzinfo=ZONE)
    effects = (
        SignUp("self", {"who": ["self"], "day": None}, Urgency.URGENT),
        PlanPing("aanmelden.nudge", at, {"turn": 1}),
        CancelPings(("aanmelden.nudge",)),
        FalseAlarm(Category.HOME),
        OptOut(),
        SetContact(phone="0612345678"),
    )
    written = Transcript(load(("nl",)), "nl")
    written.add(Typed("ja"), Turn(Session(), (), effects, "held"))
    names: dict[str, Any] = {}
    exec(compile(str(written), "test_played.py", "exec", dont_inherit=True), names)
    noted = Noted()
    names["test_played"](noted)
    assert noted.effects == effects


def test_it_is_the_world_of_the_transcripts() -> None:
    chat = Chat()
    needs = (Promised, Contact, OpenCase)
    assert (chat.moment.gemeente, chat.moment.now) == (GEMEENTE, MONDAY)
    assert world(needs, MONDAY) == World({need: chat._read(need, Frame("welkom", "menu")) for need in needs})


def test_numbers_that_nobody_needs_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    out = played(capsys, ["mens", "mijn bsn is 123456782"])
    assert "Een BSN of bankgegevens hebben we hier niet nodig" in out
    assert "123456782" not in out
