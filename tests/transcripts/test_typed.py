"""People who type instead of tap: a sentence where a button was expected."""

from __future__ import annotations

import pytest

from tests.transcripts.player import Chat


@pytest.mark.parametrize("text", ["nee hoor gaat wel", "nee ik ga zelf verder", "oh nee dank je wel"])
def test_a_no_in_a_sentence_asks_no_person(chat: Chat, text: str) -> None:
    chat.starts("menu").types("xqz").types("xqz").at("overdracht.offer")
    chat.types(text).at("welkom.menu")


@pytest.mark.parametrize("text", ["geen idee", "nee geen idee"])
def test_not_knowing_is_no_refusal(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").types(text).at("aanmelden.knows")


def test_a_no_in_a_sentence_at_sign_up(chat: Chat) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").types("nee die weet het nog niet").at("aanmelden.advice")


def test_a_no_in_a_sentence_at_the_summary(chat: Chat) -> None:
    chat.starts("aanmelden").taps("✅ Zo is het genoeg").types("nee er staat een fout in").at("aanmelden.change")


@pytest.mark.parametrize(
    ("text", "screen"),
    [
        ("gewoon ikzelf, ik en mn 2 kinderen", "aanmelden.worries"),
        ("mijn mama", "aanmelden.knows"),
        ("ik ben de bewindvoerder van een client", "aanmelden.knows"),
    ],
)
def test_for_whom_in_a_sentence(chat: Chat, text: str, screen: str) -> None:
    assert chat.starts("aanmelden").types(text).turn.replies[0].origin == screen
