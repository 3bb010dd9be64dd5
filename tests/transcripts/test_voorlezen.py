"""Reading aloud: asked for in whatever words, wherever one is, until it is not wanted any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.grammar import HandOver
from flows.session import dumps, loads
from flows.voorlezen import LABEL
from tests.transcripts.player import GEMEENTE, LANGUAGES, TONGUE, Chat

ON = "Goed. Ik lees mijn berichten nu ook voor. Wilt u dat niet meer? Zeg het gerust."
OFF = "Goed. Ik lees niet meer voor."
VOICED = replace(GEMEENTE, voices=frozenset(LANGUAGES))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "voorlezen"),
        ("nl", "Lees het voor"),
        ("nl", "kunt u het voorlezen?"),
        ("en", "read aloud"),
        ("en", "please read it to me"),
        ("ar", "اقرأ لي"),
        ("ar", "القراءة بصوت عالٍ"),
        ("ar", "voorlezen"),
        ("tr", "bana oku"),
        ("pl", "przeczytaj mi"),
        ("uk", "прочитайте вголос"),
        ("fa", "لطفا برام بخون"),
        ("fr", "lisez-moi"),
        *((language, TONGUE.say(LABEL, language)) for language in LANGUAGES),
    ],
)
def test_in_any_words_and_the_question_stays(language: str, text: str) -> None:
    chat = Chat(VOICED).on("telegram").starts("aanmelden").speaking(language).types(text).at("aanmelden.for_whom")
    assert chat.session.aloud
    chat.types("2")
    assert chat.session.aloud
    assert chat.answers()["for_whom"] == "helper"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "niet voorlezen",
            "lees niet meer voor",
            "do not read aloud",
            "stop reading aloud",
            "لا تقرأ لي",
            "voorlezen",
        ),
        *("sesli okuma", "nie czytaj na głos", "не читайте вголос", "با صدا نخون", "ne lisez plus à haute voix"),
    ],
)
def test_until_it_is_not_wanted_any_more(text: str) -> None:
    chat = Chat(VOICED).starts("aanmelden").types("voorlezen").at("aanmelden.for_whom", notice=ON)
    chat.types(text).at("aanmelden.for_whom", notice=OFF)
    assert not chat.session.aloud


def test_by_the_button_of_the_web_chat() -> None:
    chat = Chat(VOICED).starts("aanmelden").taps_data("!voorlezen").at("aanmelden.for_whom", notice=ON)
    assert chat.session.aloud
    chat.taps_data("!voorlezen").at("aanmelden.for_whom", notice=OFF)


def test_also_as_the_very_first_word() -> None:
    chat = Chat(VOICED).types("voorlezen").at("welkom.hello", notice=ON)
    assert chat.session.aloud


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can you please read this out loud", "en"),
        ("przeczytaj mi to na głos", "pl"),
        ("прочитайте мені це вголос", "uk"),
        ("اقرأ لي الرسائل بصوت عال", "ar"),
    ],
)
@pytest.mark.parametrize("voice", [True, False])
def test_who_begins_with_it_hears_the_voice_of_their_own_language(text: str, language: str, voice: bool) -> None:
    spoken = frozenset({language}) if voice else frozenset({"nl"})
    chat = Chat(replace(GEMEENTE, voices=spoken)).on("telegram").types(text).at("welkom.hello")
    assert (chat.session.language, chat.session.aloud) == (language, voice)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("tr", "bunu okur musunuz"),
        ("pl", "proszę to przeczytać"),
        ("pl", "proszę przeczytać wiadomości"),
        ("fa", "لطفا متن رو بخونید"),
        ("ar", "اقرأ الرسائل"),
        ("ar", "لا تقرأ هذا"),
        ("nl", "wilt u dit lezen?"),
        ("en", "please read this"),
        ("uk", "прочитайте це"),
        ("fr", "lisez ça"),
    ],
)
def test_a_human_who_is_asked_to_read_something_gets_that(language: str, text: str) -> None:
    chat = Chat(VOICED).starts("menu").types("mens").speaking(language).types(text).at("overdracht.noted")
    assert not chat.session.aloud


def test_also_where_what_is_typed_is_for_a_human() -> None:
    chat = Chat(VOICED).starts("menu").types("mens").at("overdracht.asked", HandOver("vraagt om een mens"))
    chat.types("voorlezen").at("overdracht.asked", notice=ON)


def test_without_a_voice_for_the_language_that_is_said_and_a_human_is_near(chat: Chat) -> None:
    chat.on("whatsapp").starts("aanmelden").types("voorlezen").at(
        "aanmelden.for_whom",
        notice="Voorlezen lukt hier nog niet in uw taal. Typ ‘mens’ en een medewerker helpt u.",
    )
    assert not chat.session.aloud


def test_in_the_web_chat_the_browser_may_have_one(chat: Chat) -> None:
    chat.starts("aanmelden").types("voorlezen").at(
        "aanmelden.for_whom", notice="Ziet u 🔊 bij een bericht? Tik erop, dan hoort u het."
    )


def test_on_a_card_the_button_of_that_card_is_meant() -> None:
    chat = Chat(VOICED).starts("kaarten").taps_data("kaarten.which:loan").types("voorlezen").at("kaarten.aloud")
    assert not chat.session.aloud


@pytest.mark.parametrize(
    "text",
    [
        "ik kan de brief niet voorlezen",
        "de deurwaarder las mij het hele vonnis voor",
        "Ik heb vandaag een lang gesprek met mijn broer gehad. Lees het voor.",
    ],
)
def test_who_tells_something_of_reading_asks_for_nothing(text: str) -> None:
    chat = Chat(VOICED).starts("aanmelden").types(text)
    assert not chat.session.aloud


def test_in_a_human_hold_nothing_is_said_of_it_and_that_human_is_read() -> None:
    chat = Chat(VOICED).starts("aanmelden").held()
    kept = []
    for text in ("voorlezen", "niet voorlezen", "lees voor", "Ik hoor u."):
        kept.append(chat.types(text).is_silent().session.aloud)
    assert kept == [True, False, True, True]
    assert not chat.taps_data("!voorlezen").is_silent().session.aloud


def test_in_a_human_hold_without_a_voice_nothing_is_kept_for_a_day_that_there_is_one(chat: Chat) -> None:
    assert not chat.on("telegram").starts("aanmelden").held().types("voorlezen").is_silent().session.aloud


def test_it_is_kept_with_the_conversation() -> None:
    chat = Chat(VOICED).starts("aanmelden").types("voorlezen")
    assert loads(dumps(chat.session)).aloud
    assert not loads(dumps(replace(chat.session, aloud=False))).aloud
