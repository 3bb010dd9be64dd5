"""Who types the name that they read is understood, with or without the Dutch that stands beside it."""

from __future__ import annotations

import pytest

from tests.transcripts.player import Chat

#: What is typed in *Waar heb ik recht op*, and what it ticks.
NAMES = [
    ("nl", "huurtoeslag", {"huurtoeslag"}),
    ("nl", "huurtoeslag en zorgtoeslag", {"huurtoeslag", "zorgtoeslag"}),
    ("en", "rent allowance", {"huurtoeslag"}),
    ("en", "Huurtoeslag", {"huurtoeslag"}),
    ("en", "Rent allowance (Huurtoeslag)", {"huurtoeslag"}),
    ("en", "care allowance and rent allowance", {"huurtoeslag", "zorgtoeslag"}),
    ("en", "zorgtoeslag and rent allowance", {"huurtoeslag", "zorgtoeslag"}),
    ("en", "Rent allowance (Huurtoeslag) and care allowance (Zorgtoeslag)", {"huurtoeslag", "zorgtoeslag"}),
    ("ar", "إعانة الإيجار", {"huurtoeslag"}),
    ("ar", "إعانة الإيجار وإعانة الرعاية", {"huurtoeslag", "zorgtoeslag"}),
    ("ar", "إعانة الإيجار و إعانة الرعاية", {"huurtoeslag", "zorgtoeslag"}),
    ("ar", "huurtoeslag", {"huurtoeslag"}),
]


def at_rights(chat: Chat, language: str) -> Chat:
    """Where boxes are ticked, in this language."""
    return chat.starts("menu").speaking(language).taps_data("!go:recht")


@pytest.mark.parametrize(("language", "text", "ticked"), NAMES)
def test_either_half_of_a_name_with_the_dutch_beside_it(chat: Chat, language: str, text: str, ticked: set[str]) -> None:
    at_rights(chat, language).types(text).at("recht.monthly")
    assert {button.data.rpartition(":")[2] for button in chat.turn.replies[0].buttons if button.ticked} == ticked


@pytest.mark.parametrize(("language", "text"), [("en", "allowance"), ("ar", "إعانة"), ("en", "dutch"), ("nl", "geld")])
def test_what_several_names_share_is_none_of_them(chat: Chat, language: str, text: str) -> None:
    at_rights(chat, language).types(text)
    assert not any(frame.answers for frame in chat.session.stack if frame.flow == "recht")
