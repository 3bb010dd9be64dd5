"""Welkom, as people meet it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.grammar import Category, Effect, FalseAlarm, Record, SetLanguage, SharedTelephone, Typed
from tests.transcripts.player import GEMEENTE, IN_LANGUAGES, MENU, Chat

#: What is done, by whether the telephone is shared.
NEUTRAL: dict[bool, tuple[Effect, ...]] = {False: (), True: (SharedTelephone(),)}


def test_the_first_hello(chat: Chat) -> None:
    chat.opens().sees(
        "Welkom. Ik ben Klopaan, de chat van Waterdrecht.",
        "Ik ben een computer. Typ ‘mens’ en een medewerker leest met u mee.",
        "We gebruiken uw berichten alleen om u te helpen. Alleen de mensen die u helpen, lezen ze.",
        "Meer over uw gegevens: https://waterdrecht.example/privacy",
        "In welke taal wilt u praten?",
        buttons=IN_LANGUAGES,
    )
    chat.taps("🌍 Nederlands").sees(
        "Waar kunnen we u mee helpen?",
        buttons=MENU,
        effects=[SetLanguage(language="nl")],
    )


def test_a_municipality_without_a_page_about_data_links_to_none() -> None:
    chat = Chat(replace(GEMEENTE, privacy_url=""))
    assert not any("https" in text for text in chat.opens().texts())


def test_in_brief(chat: Chat) -> None:
    chat.opens().types("kort").sees(
        "Welkom bij de chat van Waterdrecht. In welke taal wilt u praten?",
        buttons=IN_LANGUAGES,
    )
    chat.types("kort").at("welkom.hello")


def test_why_the_language_is_asked(chat: Chat) -> None:
    assert chat.opens().types("waarom").texts()[0] == "Dan praten we verder in de taal die u fijn vindt."


def test_the_guessed_language_stands_first(chat: Chat) -> None:
    assert chat.opens(hint="ar").turn.session.language == "ar"
    assert chat.buttons() == ["🌍 العربية", *(label for label in IN_LANGUAGES if label != "🌍 العربية")]
    chat.taps("🌍 العربية").at("welkom.menu", SetLanguage("ar"))


def test_a_language_that_is_not_offered_here_is_not_guessed(chat: Chat) -> None:
    assert chat.opens(hint="so").session.language == "nl"


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
        "Oude berichten blijven hier staan. U kunt ze zelf verwijderen.",
        buttons=["👉 Verder"],
        effects=[SharedTelephone()],
    )
    assert chat.session.facts["own_phone"] == "no"
    chat.taps("👉 Verder").at("welkom.menu")


@pytest.mark.parametrize(
    ("language", "text", "shared"),
    [
        ("nl", "alleen ik", False),
        ("nl", "ja", False),
        ("nl", "die is van mij alleen", False),
        ("nl", "nee, mijn man kijkt mee", True),
        ("nl", "mijn man kijkt mee", True),
        ("nl", "niet alleen ik", True),
        ("nl", "we delen hem", True),
        ("en", "only me", False),
        ("en", "yes it is mine", False),
        ("en", "no, my husband reads along", True),
        ("en", "my wife reads it too", True),
        ("en", "we share it", True),
        ("ar", "أنا فقط", False),
        ("ar", "نعم", False),
        ("ar", "لا، زوجي يقرأ معي", True),
        ("ar", "زوجي يرى الهاتف أيضا", True),
        ("ar", "نتشارك الهاتف", True),
    ],
)
def test_whose_telephone_it_is_is_understood_in_own_words(chat: Chat, language: str, text: str, shared: bool) -> None:
    chat.on("whatsapp").opens(hint=language).types("1").types(text)
    chat.at("welkom.shared" if shared else "welkom.menu", *NEUTRAL[shared])


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
        buttons=MENU,
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


@pytest.mark.parametrize("then", ["hallo?", "verder"])
def test_after_a_crisis_in_the_first_message_the_hello_says_who_makes_contact_and_when(chat: Chat, then: str) -> None:
    chat.on("whatsapp").types("morgen word ik uit huis gezet").types(then).at("welkom.hello")
    promise = "Ons team weet het al. Een medewerker van Waterdrecht neemt contact op, uiterlijk {day}."
    assert promise.replace("{day}", "dinsdag 24 november") in chat.texts()
    assert not chat.turn.replies[0].sensitive
    chat.was_answered().types("kort").types("kort")
    assert not any("Ons team" in text for text in chat.texts())


def test_a_danger_is_not_named_in_a_hello(chat: Chat) -> None:
    chat.types("hij slaat mij").taps("🙅 Nee, dat is het niet").at("welkom.hello", FalseAlarm(Category.VIOLENCE))
    assert chat.texts()[0].startswith("Welkom")


WARMTH = "Fijn dat u ons schrijft. Veel mensen vinden dit lastig."


@pytest.mark.parametrize("text", ["ik schaam me", "Ik schaam me zo dat ik mijn post niet open"])
def test_who_is_ashamed_is_welcome(chat: Chat, text: str) -> None:
    chat.on("telegram").types(text).at("welkom.hello", notice=WARMTH)
    chat.taps("🌍 Nederlands").taps("🔒 Ja, alleen ik").at("welkom.menu").types(text).at("welkom.menu", notice=WARMTH)


def test_elsewhere_what_is_said_of_shame_is_an_answer(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("ik schaam me voor mijn post")
    assert WARMTH not in chat.texts()


def test_coming_back_shows_the_same_question(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").waits(timedelta(days=9)).opens().at("aanmelden.worries")


def test_an_unfinished_sign_up_stands_ready_in_the_menu(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("menu").sees(
        "U was nog bezig. Met ‘Ik wil hulp’ gaat u verder waar u was.",
        "Waar kunnen we u mee helpen?",
        buttons=MENU,
    )
    chat.taps("🙋 Ik wil hulp").at("aanmelden.worries", notice="We gaan verder waar u was.")
