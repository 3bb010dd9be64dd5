"""A voice note is a message: who listens and by when is said, and the question stays (at every screen of every other
transcript: ``tests.support.spoken``)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.grammar import Category, HandOver, RaiseAlarm, Sent
from tests.transcripts.player import GEMEENTE, LANGUAGES, Chat

NOTE = Sent("voice", seconds=34)
HEARD = "Dank u, uw spraakbericht is binnen. Een medewerker luistert ernaar."
BY = "U krijgt antwoord uiterlijk woensdag 25 november."


def heard(language: str = "nl", seconds: int | None = 34) -> HandOver:
    """A human is asked to listen."""
    length = () if seconds is None else (("seconds", seconds),)
    return HandOver("spraakbericht", told=(("language", language), *length))


def test_who_listens_and_by_when_and_the_question_stays(chat: Chat) -> None:
    chat.starts("aanmelden").sends(NOTE).at("aanmelden.for_whom", heard())
    assert chat.texts()[:2] == [HEARD, BY]
    chat.taps("🙋 Voor mijzelf")
    assert chat.turn.replies[0].origin == "aanmelden.worries"


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_language_is_that_of_the_conversation(chat: Chat, language: str) -> None:
    chat.starts("aanmelden").speaking(language).sends(Sent("voice")).at("aanmelden.for_whom", heard(language, None))


def test_who_begins_with_one_is_greeted(chat: Chat) -> None:
    chat.sends(NOTE).at("welkom.hello", heard())
    assert chat.texts()[:2] == [HEARD, BY]


def test_the_caseworker_that_someone_knows_listens(chat: Chat) -> None:
    chat.has_case("Fatma").starts("menu").sends(NOTE)
    assert chat.texts()[0] == "Dank u, uw spraakbericht is binnen. Fatma luistert ernaar."


def test_a_municipality_that_promises_nothing_names_no_day() -> None:
    chat = Chat(replace(GEMEENTE, promises=frozenset())).starts("menu").sends(NOTE)
    assert chat.texts()[0] == HEARD
    assert not any("uiterlijk" in text for text in chat.texts())


def test_after_a_crisis_no_later_day_is_named(chat: Chat) -> None:
    chat.starts("menu").types("mijn stroom is afgesloten").sends(NOTE)
    assert chat.texts()[0] == HEARD
    assert BY not in chat.texts()


def test_words_with_it_are_read_for_a_crisis(chat: Chat) -> None:
    chat.starts("menu").sends(Sent("voice", "ik wil niet meer leven"))
    assert RaiseAlarm(Category.LIFE) in chat.turn.effects


def test_one_that_could_not_be_kept_is_no_voice_note(chat: Chat) -> None:
    chat.starts("aanmelden").sends(Sent("voice", problem="too_big")).at("aanmelden.for_whom")
    assert chat.texts()[0].startswith("Dit is te groot")


def test_in_a_human_hold_it_is_for_that_human(chat: Chat) -> None:
    chat.starts("aanmelden").held().sends(NOTE).is_silent()


def test_in_brief_the_day_stays(chat: Chat) -> None:
    chat.starts("aanmelden").types("kort").sends(NOTE)
    assert chat.texts() == [HEARD, BY, "Voor wie wilt u hulp?"]
