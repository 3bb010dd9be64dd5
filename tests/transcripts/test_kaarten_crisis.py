"""Kaarten in a crisis: the card for it, and from there back to the crisis, to go on or because it is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from flows import understanding
from flows.cards import NAMES
from flows.grammar import FalseAlarm, HandOver, RaiseAlarm
from tests.transcripts.player import Chat
from tests.transcripts.test_kaarten import SAID, only, plain, spoken

#: Who read the card says so; who is in no such trouble too.
READ = {
    "nl": ("klaar", "goed", "ok", "prima", "duidelijk", "verder"),
    "en": ("done", "good", "ok", "okay", "understood", "continue", "go on"),
    "ar": ("انتهيت", "جيد", "حسنا", "تمام", "متابعة"),
}
NOT_IT = {
    "nl": ("nee, dat is het niet", "dat is het niet", "dat bedoel ik niet", "vergissing"),
    "en": ("No, that is not it.", "that's not it", "that is not what I mean", "mistake"),
    "ar": ("لا، ليس هذا ما قصدته", "ليس هذا", "لم أقصد ذلك"),
}
SCREENS = ("card", "picture", "aloud", "message")


def at_card(language: str, screen: str = "card", chat: Chat | None = None) -> Chat:
    """The card of a crisis, or one of the forms that it has."""
    chat = (chat or spoken()).starts("menu").speaking(language).types("ze gaan mijn stroom afsluiten")
    assert chat.turn.replies[0].origin == "crisis.utilities"
    card = next(button for button in chat.turn.replies[0].buttons if button.icon == "🗣️")
    chat.taps_data(card.data).at("kaarten.card")
    return chat if screen == "card" else chat.taps_data(f"kaarten.card:{screen}").at(f"kaarten.{screen}")


def all_of(said: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Each with its language."""
    return [(language, text) for language, texts in said.items() for text in texts]


# ---- back to the crisis --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "text"), all_of(READ))
@pytest.mark.parametrize("screen", SCREENS)
def test_who_has_read_the_card_is_back_at_the_crisis(language: str, text: str, screen: str) -> None:
    at_card(language, screen).types(text).at("crisis.utilities")


@pytest.mark.parametrize(("language", "text"), all_of(READ))
def test_where_the_card_is_withheld_too(language: str, text: str) -> None:
    at_card(language, chat=only(Chat(), "rings", withheld=("cut_off",))).types(text).at("crisis.utilities")


@pytest.mark.parametrize(("language", "text"), all_of(NOT_IT))
@pytest.mark.parametrize("screen", SCREENS)
def test_at_its_card_a_crisis_is_denied_in_its_own_words(language: str, text: str, screen: str) -> None:
    chat = at_card(language, screen).types(text).at("crisis.utilities").types(text)
    assert [type(effect) for effect in chat.turn.effects] == [FalseAlarm]


@pytest.mark.parametrize(("language", "text"), all_of(NOT_IT))
def test_a_crisis_is_denied_where_its_card_is_withheld_too(language: str, text: str) -> None:
    at_card(language, chat=only(Chat(), "rings", withheld=("cut_off",))).types(text).at("crisis.utilities")


@pytest.mark.parametrize(("language", "text"), [("nl", "ok"), ("en", "okay"), ("ar", "حسنا")])
def test_elsewhere_who_has_read_a_card_goes_on_too(language: str, text: str) -> None:
    chat = Chat().starts("aanmelden").speaking(language).taps_data("!to:kaarten.card:2").at("kaarten.card")
    chat.types(text).at("aanmelden.for_whom")


# ---- how a crisis comes to one -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "title"),
    [
        ("nl", "er staat een deurwaarder voor de deur", "🚪 Een deurwaarder aan de deur"),
        ("nl", "beslag op mijn loon", "⚖️ Beslag op uw geld"),
        ("nl", "mijn toeslag wordt ingehouden", "🧾 Er gaat geld van uw toeslag af"),
        ("nl", "ik heb een dwangbevel gekregen", "✉️ Een brief of een dwangbevel"),
        ("en", "there is a bailiff at my door", "🚪 A bailiff at the door"),
        ("en", "they seized my wages", "⚖️ Your money is seized (beslag)"),
        ("ar", "المحضر عند الباب", "🚪 مأمور تنفيذ (deurwaarder) عند الباب"),
        ("ar", "حجزوا على راتبي", "⚖️ حجز (beslag) على مالك"),
    ],
)
def test_a_seizure_is_a_crisis_first_and_has_the_card_for_it(chat: Chat, language: str, text: str, title: str) -> None:
    chat.starts("menu").speaking(language).types(text)
    assert chat.turn.replies[0].origin == "crisis.seizure"
    assert [type(effect) for effect in chat.turn.effects] == [RaiseAlarm, HandOver]
    card = next(button for button in chat.turn.replies[0].buttons if button.icon == "🗣️")
    assert card.data == f"!to:kaarten.card:{NAMES.index(str(understanding.card(text))) + 1}"
    chat.taps_data(card.data).at("kaarten.card")
    assert plain(chat.texts()[0]) == title
    chat.types(SAID[language]).at("crisis.seizure")


def test_a_cut_off_is_a_crisis_first_too(chat: Chat) -> None:
    chat.starts("menu").types("ze gaan mijn stroom afsluiten").taps("🗣️ Wat kan ik nu doen?").at("kaarten.card")
    assert chat.texts()[0] == "💡 Stroom, gas of water gaat uit"


def test_from_the_menu_of_spoed_all_of_them_are_offered(chat: Chat) -> None:
    chat.starts("crisis").taps("⚖️ Deurwaarder of beslag").taps("🗣️ Wat kan ik nu doen?").at("kaarten.which")


def test_where_there_are_no_cards_a_crisis_offers_none(chat: Chat) -> None:
    chat.moment = replace(chat.moment, flows=chat.moment.flows - {"kaarten"})
    chat.starts("menu").types("er staat een deurwaarder voor de deur")
    assert chat.buttons() == ["👉 Verder", "📞 Mijn nummer geven", "🙅 Nee, dat is het niet"]


# ---- a word that is explained at the card of a crisis --------------------------------------------------------------

SEIZED = {
    "nl": "er staat een deurwaarder voor de deur",
    "en": "there is a bailiff at my door",
    "ar": "المحضر عند الباب",
}


def at_word(language: str) -> Chat:
    """A word that the card of a crisis uses, asked for with its button."""
    chat = Chat().starts("menu").speaking(language).types(SEIZED[language])
    assert chat.turn.replies[0].origin == "crisis.seizure"
    card = next(button for button in chat.turn.replies[0].buttons if button.icon == "🗣️")
    chat.taps_data(card.data).at("kaarten.card")
    word = next(button for button in chat.turn.replies[0].buttons if button.icon == "❓")
    return chat.taps_data(word.data).at("woordenlijst.word")


@pytest.mark.parametrize(("language", "text"), all_of(NOT_IT))
def test_at_a_word_that_the_card_uses_a_crisis_is_denied_too(language: str, text: str) -> None:
    chat = at_word(language).types(text).at("kaarten.card").types(text).at("crisis.seizure").types(text)
    assert [type(effect) for effect in chat.turn.effects] == [FalseAlarm]


@pytest.mark.parametrize(("language", "text"), all_of(NOT_IT))
def test_and_at_a_word_that_this_one_leads_to(language: str, text: str) -> None:
    chat = at_word(language)
    word = next(button for button in chat.turn.replies[0].buttons if button.icon == "❓")
    chat.taps_data(word.data).at("woordenlijst.word").types(text).at("kaarten.card")


@pytest.mark.parametrize(("language", "text"), all_of(READ))
def test_who_knows_the_word_now_is_back_at_the_card(language: str, text: str) -> None:
    at_word(language).types(text).at("kaarten.card")


@pytest.mark.parametrize(("language", "text"), [("nl", "dat is het niet"), ("en", "that's not it"), ("ar", "ليس هذا")])
def test_who_means_none_of_the_words_that_are_offered_goes_back(language: str, text: str) -> None:
    asked = {"nl": "wat is dat?", "en": "what is that?", "ar": "ما هذا؟"}[language]
    chat = Chat().starts("menu").speaking(language).types(SEIZED[language])
    chat.types(asked).at("woordenlijst.which").types(text).at("crisis.seizure")
