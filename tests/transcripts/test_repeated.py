"""What is shown again: a question whose boxes are ticked one by one, and one that was not understood."""

from __future__ import annotations

import pytest

from flows.grammar import SetContact
from tests.transcripts.player import Chat

MORE = "Nog iets? Kies het erbij. Is dit alles? Kies dan ‘Klaar’."
REACHED = "Dank u. Nu kunnen we u bereiken, ook als u weggaat."


def test_after_a_tick_the_question_is_not_said_again(chat: Chat) -> None:
    chat.on("telegram").starts("aanmelden").taps("🙋 Voor mijzelf")
    asked, ticked = chat.texts(), chat.buttons()[0]
    chat.taps(ticked)
    assert chat.texts() == [MORE]
    assert chat.buttons()[0] == f"☑️ {ticked}"
    chat.types("boetes")
    assert chat.texts() == [MORE]
    chat.types("waarom")
    assert chat.texts()[1:] == asked
    chat.taps("👉 Klaar")
    assert chat.texts() != [MORE]
    assert chat.types("terug").texts() == asked


@pytest.mark.parametrize("answer", ["0612345678", "sam@example.org", "mijn nummer is 06 12345678"])
def test_an_address_is_taken_where_a_human_was_offered_instead(chat: Chat, answer: str) -> None:
    chat.starts("menu").types("mens").taps("📞 Mijn nummer geven").types("sam").at("overdracht.number")
    chat.types("sam").at("overdracht.offer").types(answer).at("overdracht.number_saved", *chat.turn.effects)
    assert chat.texts() == [REACHED]
    assert [type(effect) for effect in chat.turn.effects] == [SetContact]
    assert chat.session.missed == 0


def test_who_goes_on_without_a_human_is_asked_the_same_again(chat: Chat) -> None:
    chat.starts("menu").types("mens").taps("📞 Mijn nummer geven").types("sam").types("sam")
    chat.taps("👉 Nee, ik ga verder").at("overdracht.number")


def test_what_is_still_no_address_asks_a_human(chat: Chat) -> None:
    chat.starts("menu").types("mens").taps("📞 Mijn nummer geven").types("sam").types("sam").types("blauwe paraplu")
    chat.hands_over("twee keer niet begrepen")
