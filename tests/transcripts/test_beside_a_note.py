"""Where whatever is typed is kept for a human: the name of something of the chat, or what a word means, is no note."""

from __future__ import annotations

import pytest

from flows.registry import all_flows
from tests.transcripts.player import LANGUAGES, TONGUE, Chat

#: What may be chosen at the menu, but for what this says already.
PLACES = [name for name, flow in all_flows().items() if flow.menu is not None and name not in ("overdracht", "crisis")]


def noting(chat: Chat, language: str = "nl") -> Chat:
    """Somebody who asked for a human, and may type what for."""
    return chat.starts("menu").speaking(language).types("mens").at("overdracht.asked", *chat.turn.effects)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PLACES)
def test_the_name_of_a_conversation_leads_there(chat: Chat, name: str, language: str) -> None:
    menu = all_flows()[name].menu
    assert menu is not None
    for label in (menu.label, menu.short or menu.label):
        noting(chat, language).types(f"{TONGUE.say(label, language)}.")
        assert "overdracht" not in [frame.flow for frame in chat.session.stack]
        assert name in [frame.flow for frame in chat.session.stack]


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("nl", "mijn afspraken", "afspraken"),
        ("en", "my appointments", "afspraken"),
        ("ar", "مواعيدي", "afspraken"),
        ("ar", "mijn afspraken", "afspraken"),
        ("nl", "waar sta ik", "voortgang"),
    ],
)
def test_so_does_another_name_of_it(chat: Chat, language: str, text: str, name: str) -> None:
    noting(chat, language).types(text)
    assert chat.session.stack[-1].flow == name


@pytest.mark.parametrize(
    "text",
    [
        "ik wil weten waar ik recht op heb",
        "er klopt iets niet van wat ik met Noor afsprak",
        "wat staat er in mijn afspraken met Noor",
        "schulden",
        "hulp bij de uitleg van een brief",
    ],
)
def test_anything_more_is_for_the_human(chat: Chat, text: str) -> None:
    noting(chat).types(text).at("overdracht.noted")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("mijn afspraken", "afspraken.standing"),
        ("wat betekent dwangbevel", "woordenlijst.word"),
        ("schulden", "overdracht.noted"),
    ],
)
def test_after_signing_up_too(chat: Chat, text: str, place: str) -> None:
    chat.starts("aanmelden").taps("✅ Zo is het genoeg").taps("✅ Ja, dat klopt").types(text).at(place)


def test_what_a_word_means_is_told_and_the_human_still_comes(chat: Chat) -> None:
    noting(chat).types("wat is een dwangbevel?").at("woordenlijst.word").taps("👉 Verder").at("overdracht.asked")
    chat.types("ik heb er een gekregen").at("overdracht.noted").types("wat is dat?").at("overdracht.noted")


def test_in_a_crisis_that_is_no_danger(chat: Chat) -> None:
    chat.starts("menu").types("ze leggen beslag op mijn loon").at("crisis.seizure", *chat.turn.effects)
    chat.types("waar heb ik recht op").at("recht.monthly")


def test_never_in_a_danger(chat: Chat) -> None:
    chat.starts("menu").types("mijn man slaat mij")
    where = chat.turn.replies[0].origin
    chat.types("uitleg")
    assert "uitleg" not in [frame.flow for frame in chat.session.stack]
    assert chat.session.stack[-1].flow == "crisis", where
