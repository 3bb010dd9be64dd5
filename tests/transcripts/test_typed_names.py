"""Who types the name that they read is understood, with or without the Dutch that stands beside it."""

from __future__ import annotations

import pytest

from locales.catalog import read_catalog
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


@pytest.mark.parametrize(
    ("language", "right", "word"),
    [
        ("en", "recht.right.kindgebonden.title", "phrasebook.term.allowance.child_budget"),
        ("en", "recht.right.kinderopvang.title", "phrasebook.term.allowance.child_care"),
        ("en", "recht.right.bijstand.title", "phrasebook.term.allowance.special_assistance"),
        ("en", "woordenlijst.word.dwangbevel.name", "phrasebook.term.document.writ"),
        ("ar", "recht.right.huurtoeslag.title", "phrasebook.term.allowance.rent"),
        ("ar", "recht.right.zorgtoeslag.title", "phrasebook.term.allowance.care"),
        ("ar", "recht.right.kinderopvang.title", "phrasebook.term.allowance.child_care"),
        ("ar", "recht.right.bijstand.title", "phrasebook.term.allowance.special_assistance"),
        ("ar", "woordenlijst.word.dwangbevel.name", "phrasebook.term.document.writ"),
        ("ar", "woordenlijst.word.vonnis.name", "phrasebook.term.document.judgment"),
    ],
)
def test_a_dutch_word_has_one_name_in_a_translation(language: str, right: str, word: str) -> None:
    said = {message.context: str(message.string).lower() for message in read_catalog(language) if message.id}
    assert said[word].partition(" (")[0].removeprefix("the ") == said[right].lower()


@pytest.mark.parametrize(
    ("language", "text", "ticked"),
    [
        ("ar", "إعانة الرعاية", "zorgtoeslag"),
        ("ar", "إعانة التأمين الصحي", "zorgtoeslag"),
        ("ar", "إعانة الحضانة", "kinderopvang"),
        ("ar", "ميزانية الأطفال", "kindgebonden"),
        ("en", "child care allowance", "kinderopvang"),
        ("en", "child-related budget", "kindgebonden"),
        ("nl", "toeslag voor de crèche", "kinderopvang"),
    ],
)
def test_the_other_name_is_understood_too(chat: Chat, language: str, text: str, ticked: str) -> None:
    at_rights(chat, language).types(text).at("recht.monthly")
    assert [button.data.rpartition(":")[2] for button in chat.turn.replies[0].buttons if button.ticked] == [ticked]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "writ"), ("en", "enforcement order"), ("ar", "أمر الدفع"), ("ar", "أمر إلزامي بالدفع"), ("ar", "أمر دفع")],
)
def test_a_dwangbevel_by_either_name(chat: Chat, language: str, text: str) -> None:
    chat.starts("menu").speaking(language).taps_data("!go:kaarten").types(text).at("kaarten.card")
    assert chat.answers("kaarten")["card"] == "letter"
