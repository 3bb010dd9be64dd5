"""Which language a conversation is in, as people say it without a button."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.grammar import Category, FalseAlarm, SetLanguage
from tests.transcripts.player import GEMEENTE, Chat


@pytest.mark.parametrize("text", ["مرحبا", "السلام عليكم", "سلام", "أهلاً", "مساعدة"])
def test_letters_that_only_one_language_here_is_written_in_are_greeted_in_it(chat: Chat, text: str) -> None:
    chat.on("telegram").types(text).at("welkom.hello")
    assert chat.session.language == "ar"
    assert not chat.session.language_sure
    assert chat.buttons()[0] == "🌍 العربية"
    chat.types("لا أتكلم الهولندية").at("welkom.hello")
    assert chat.session.language == "ar"


@pytest.mark.parametrize(("text", "language"), [("سلام", "ar"), ("привіт", "uk"), ("salam", "nl"), ("bonjour", "nl")])
def test_of_languages_that_share_their_letters_the_first_is_nearer_than_dutch(text: str, language: str) -> None:
    """Who reads Persian reads more of an Arabic question than of a Dutch one, and finds their own language in it."""
    chat = Chat().types(text).at("welkom.hello")
    assert chat.session.language == language
    assert not chat.session.language_sure
    assert "🌍 فارسی" in chat.buttons()


@pytest.mark.parametrize("text", ["سلام، من به کمک نیاز دارم", "merhaba", "мне нужна помощь, это срочно", "1"])
def test_another_language_is_not_taken_for_the_one_with_its_letters(text: str) -> None:
    chat = Chat(replace(GEMEENTE, languages=("nl", "en", "ar", "uk")))
    assert chat.types(text).session.language == "nl"


@pytest.mark.parametrize("text", ["لا أتكلم الهولندية", "مرحبا", "أريد التحدث مع أحد", "عندي ديون كثيرة"])
def test_the_question_about_the_language_is_put_in_the_language_of_who_types(chat: Chat, text: str) -> None:
    chat.opens().types(text)
    assert chat.session.language == "ar"
    if text.startswith(("لا", "مر")):
        assert chat.at("welkom.hello").buttons()[0] == "🌍 العربية"


def test_who_is_asked_in_the_wrong_language_is_asked_again_in_their_own(chat: Chat) -> None:
    chat.starts("menu").types("taal").types("this is not what I want to speak").at("woorden.language_offer")
    assert chat.session.language == "en"
    chat.taps("🌍 English").at("welkom.menu", SetLanguage("en"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("English please", "en"),
        ("in het engels graag", "en"),
        ("عربي", "ar"),
        ("arabisch", "ar"),
        ("Nederlands graag", "nl"),
    ],
)
def test_a_language_that_is_named_is_spoken_at_once(chat: Chat, text: str, language: str) -> None:
    chat.starts("aanmelden").types(text).at("aanmelden.for_whom", SetLanguage(language))
    assert chat.session.language == language
    assert "language" not in chat.answers()


def test_a_language_that_is_named_where_another_was_offered(chat: Chat) -> None:
    chat.starts("menu").types("Tengo muchas deudas y necesito ayuda con mis facturas").types("taal")
    chat.types("ana la afham hollandi").types("English").at("welkom.menu", SetLanguage("en"))


def test_a_language_that_is_not_spoken_here_asks_which_one(chat: Chat) -> None:
    chat.starts("menu").types("Somalisch graag").at("woorden.language")


@pytest.mark.parametrize("text", ["2", "7", "de tweede"])
def test_a_number_names_no_language(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").types(text)
    assert chat.session.language == "nl"


def test_not_speaking_a_language_does_not_choose_it(chat: Chat) -> None:
    chat.starts("menu").types("لا أتكلم الهولندية").at("woorden.language")
    assert chat.session.language == "ar"
    assert not chat.turn.effects


def test_of_a_draft_it_is_said(chat: Chat) -> None:
    chat.moment = replace(chat.moment, drafts=frozenset({"ar"}))
    assert "لم يراجع" in chat.starts("menu").types("عربي").texts()[0]


def test_who_falls_back_on_their_own_language_is_answered_in_it_and_asked_about_it_afterwards() -> None:
    chat = Chat().starts("menu").types("nie chcę już żyć")
    assert chat.turn.replies[0].origin == "crisis.life"
    assert chat.session.language == "pl"
    chat.types("boję się").at("crisis.stay_life")  # nothing is asked while it is about life
    chat = Chat().starts("menu").types("nie chcę już żyć").taps("🙅 Nie, nie o to chodzi")
    chat.at("woorden.language_offer", FalseAlarm(Category.LIFE))
    assert chat.texts()[0] == "Dobrze, że to mówisz. Wracamy do miejsca, w którym przerwaliśmy."
    chat.taps("🌍 Nederlands").at("welkom.menu", SetLanguage("nl"))
    chat.types("nie chcę już żyć")
    assert chat.session.language == "nl"  # they said which one they want


def test_who_chose_a_language_and_quotes_a_letter_in_dutch_is_answered_in_the_one_they_chose(chat: Chat) -> None:
    chat.opens().taps("🌍 English").types("ik word uit mijn huis gezet")
    assert chat.turn.replies[0].origin == "crisis.home"
    assert chat.session.language == "en"


def test_nobody_goes_on_at_the_very_first_question(chat: Chat) -> None:
    chat.types("ik wil niet meer leven").taps("🙅 Nee, dat is het niet").at("welkom.hello", FalseAlarm(Category.LIFE))
    assert not any("verder waar u was" in text for text in chat.texts())
