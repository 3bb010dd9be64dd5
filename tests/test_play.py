"""``klopaan play``: a conversation in the terminal, and its transcript as a test."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import pytest

from bot.play import play
from flows.registry import all_flows


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


def test_the_transcript_is_a_test(capsys: pytest.CaptureFixture[str]) -> None:
    out = played(capsys, ["1", "help", "!terug"], "aanmelden", transcript=True)
    code = out[out.index("def test_played") :]
    (function,) = ast.parse(code).body
    assert isinstance(function, ast.FunctionDef)
    called = [ast.unparse(one).split("(")[0] for one in function.body]
    assert called == ["chat.starts", "chat.taps", "chat.types", "chat.taps"]
    assert "buttons=[" in code


def test_numbers_that_nobody_needs_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    out = played(capsys, ["mens", "mijn bsn is 123456782"])
    assert "Een BSN of bankgegevens hebben we hier niet nodig" in out
    assert "123456782" not in out
