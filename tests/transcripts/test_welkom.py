"""Welkom, as people meet it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.grammar import Record, SetLanguage, SharedTelephone, Typed
from tests.transcripts.player import GEMEENTE, Chat


def test_the_first_hello(chat: Chat) -> None:
    chat.opens().sees(
        "Welkom. Ik ben Klopaan, de chat van Waterdrecht.",
        "Ik ben een computer. Typ ‘mens’ en een medewerker leest met u mee.",
        "We gebruiken uw berichten alleen om u te helpen. Alleen de mensen die u helpen, lezen ze.",
        "Meer over uw gegevens: https://waterdrecht.example/privacy",
        "In welke taal wilt u praten?",
        buttons=["🌍 Nederlands", "🌍 English", "🌍 العربية"],
    )
    chat.taps("🌍 Nederlands").sees(
        "Waar kunnen we u mee helpen?",
        buttons=["🙋 Ik wil hulp", "💬 Praten met een mens", "🚨 Spoed"],
        effects=[SetLanguage(language="nl")],
    )


def test_a_municipality_without_a_page_about_data_links_to_none() -> None:
    chat = Chat(replace(GEMEENTE, privacy_url=""))
    assert not any("https" in text for text in chat.opens().texts())


def test_in_brief(chat: Chat) -> None:
    chat.opens().types("kort").sees(
        "Welkom bij de chat van Waterdrecht. In welke taal wilt u praten?",
        buttons=["🌍 Nederlands", "🌍 English", "🌍 العربية"],
    )
    chat.types("kort").at("welkom.hello")


def test_why_the_language_is_asked(chat: Chat) -> None:
    assert chat.opens().types("waarom").texts()[0] == "Dan praten we verder in de taal die u fijn vindt."


def test_the_guessed_language_stands_first(chat: Chat) -> None:
    assert chat.opens(hint="ar").turn.session.language == "ar"
    assert chat.buttons() == ["🌍 العربية", "🌍 Nederlands", "🌍 English"]
    chat.taps("🌍 العربية").at("welkom.menu", SetLanguage("ar"))


def test_a_language_that_is_not_offered_here_is_not_guessed(chat: Chat) -> None:
    assert chat.opens(hint="pl").session.language == "nl"


def test_off_the_web_chat_one_early_question_about_the_phone(chat: Chat) -> None:
    chat.on("whatsapp").opens().taps("🌍 Nederlands").sees(
        "Is deze telefoon alleen van u?",
        buttons=["🔒 Ja, alleen ik", "👥 Nee, we delen dat", "⏭️ Overslaan"],
        effects=[SetLanguage(language="nl")],
    )
    chat.taps("🔒 Ja, alleen ik").at("welkom.menu")
    assert chat.session.facts["own_phone"] == "yes"
    chat.types("taal").taps("🌍 Nederlands").at("welkom.menu", SetLanguage("nl"))


def test_a_shared_phone_gets_neutral_messages_and_a_tip(chat: Chat) -> None:
    chat.on("telegram").opens().taps("🌍 Nederlands").taps("👥 Nee, we delen dat").sees(
        "Goed dat u het zegt. U krijgt alleen een seintje: er is een bericht voor u.",
        "De knop ‘snel weg’ wist deze app niet. Oude berichten kunt u hier zelf verwijderen.",
        buttons=["👉 Verder"],
        effects=[SharedTelephone()],
    )
    assert chat.session.facts["own_phone"] == "no"
    chat.taps("👉 Verder").at("welkom.menu")


def test_the_question_about_the_phone_can_be_skipped(chat: Chat) -> None:
    chat.on("telegram").opens().taps("🌍 Nederlands").taps("⏭️ Overslaan").at("welkom.menu")
    assert "own_phone" not in chat.session.facts


def test_a_deep_link_opens_its_flow_after_the_language_and_is_remembered(chat: Chat) -> None:
    chat.opens("aanmelden", source="huisarts").at("welkom.hello", Record("source", {"source": "huisarts"}))
    chat.taps("🌍 Nederlands").at("aanmelden.for_whom", SetLanguage("nl"))
    assert chat.session.facts["source"] == "huisarts"


def test_a_deep_link_waits_for_the_question_about_the_phone(chat: Chat) -> None:
    chat.on("whatsapp").opens("aanmelden", source="poster").taps("🌍 Nederlands").at(
        "welkom.own_phone", SetLanguage("nl")
    )
    chat.taps("👥 Nee, we delen dat").taps("👉 Verder").at("aanmelden.for_whom")


def test_a_deep_link_to_something_that_is_not_built_leads_to_the_menu(chat: Chat) -> None:
    chat.opens("zwembad").taps("🌍 Nederlands").at("welkom.menu", SetLanguage("nl"))


def test_the_menu_shows_only_what_is_switched_on(chat: Chat) -> None:
    chat.moment = replace(chat.moment, flows=frozenset({"welkom", "aanmelden", "overdracht", "crisis", "woorden"}))
    assert chat.starts("menu").buttons() == ["🙋 Ik wil hulp", "💬 Praten met een mens", "🚨 Spoed"]
    chat.moment = replace(chat.moment, flows=frozenset({"welkom", "overdracht"}))
    assert chat.types("menu").buttons() == ["💬 Praten met een mens"]


def test_someone_with_an_open_case_is_greeted_as_known(chat: Chat) -> None:
    chat.has_case("Fatma")
    assert chat.opens().texts()[0] == "Fijn dat u er weer bent. Fatma is uw vaste contact."
    chat.taps("🌍 Nederlands").sees(
        "Fijn dat u er weer bent. Fatma is uw vaste contact.",
        "Waar kunnen we u mee helpen?",
        buttons=["🙋 Ik wil hulp", "💬 Praten met een mens", "🚨 Spoed"],
        effects=[SetLanguage(language="nl")],
    )


def test_known_before_anyone_took_the_case(chat: Chat) -> None:
    assert chat.has_case().opens().texts()[0] == "Fijn dat u er weer bent. We kennen u al."


@pytest.mark.parametrize(
    "text", ["1", "ik wil hulp", "geldzorgen", "ik wil hlup", "Ik wil hulp!", "🙋 Ik wil hulp", "schulden"]
)
def test_the_menu_understands_own_words(chat: Chat, text: str) -> None:
    chat.starts("menu").types(text).at("aanmelden.for_whom")


def test_who_begins_with_a_story_is_greeted_and_brought_there(chat: Chat) -> None:
    chat.says(Typed("Ik wil me graag aanmelden")).at("welkom.hello")
    chat.taps("🌍 Nederlands").at("aanmelden.for_whom", SetLanguage("nl"))


def test_coming_back_shows_the_same_question(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").waits(timedelta(days=9)).opens().at("aanmelden.worries")


def test_an_unfinished_sign_up_stands_ready_in_the_menu(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("menu").sees(
        "U was nog bezig. Met ‘Ik wil hulp’ gaat u verder waar u was.",
        "Waar kunnen we u mee helpen?",
        buttons=["🙋 Ik wil hulp", "💬 Praten met een mens", "🚨 Spoed"],
    )
    chat.taps("🙋 Ik wil hulp").at("aanmelden.worries", notice="We gaan verder waar u was.")
