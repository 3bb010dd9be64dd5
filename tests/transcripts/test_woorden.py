"""The global words and what they open."""

from __future__ import annotations

from flows.grammar import OptIn, OptOut, SetLanguage
from tests.transcripts.player import IN_LANGUAGES, Chat


def test_another_language_and_back_to_the_same_question(chat: Chat) -> None:
    chat.starts("aanmelden").types("taal").sees("In welke taal wilt u praten?", buttons=IN_LANGUAGES)
    chat.taps("🌍 English").at("aanmelden.for_whom", SetLanguage("en"))
    assert chat.session.language == "en"


def test_writing_in_another_language_is_noticed_and_confirmed_with_one_tap(chat: Chat) -> None:
    chat.starts("menu").types("I am sorry but I do not understand what you are saying here").at(
        "woorden.language_offer"
    )
    assert chat.buttons() == ["🌍 English", "🌍 Nederlands"]
    chat.taps("🌍 English").at("welkom.menu", SetLanguage("en"))


def test_another_language_was_a_mistake(chat: Chat) -> None:
    chat.starts("menu").types("I am sorry but I do not understand what you are saying here")
    chat.taps("🌍 Nederlands").at("welkom.menu", SetLanguage("nl"))
    assert chat.session.language == "nl"


def test_stop_is_acknowledged_once_and_never_stops_help(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("stop").sees(
        "Dat is goed. We sturen u uit onszelf geen berichten meer.",
        "Een medewerker kan u nog wel schrijven, als dat nodig is.",
        "Wilt u later toch verder? Typ ‘menu’. U bent altijd welkom.",
        buttons=["🔔 Toch weer berichten", "🏠 Naar het menu"],
        effects=[OptOut()],
    )
    chat.taps("🏠 Naar het menu").at("welkom.menu")
    chat.taps("🙋 Ik wil hulp")
    assert chat.turn.replies[0].origin == "aanmelden.worries"


def test_after_stop_messages_can_be_welcome_again(chat: Chat) -> None:
    chat.starts("menu").types("stop").at("woorden.stopped", OptOut())
    chat.taps("🔔 Toch weer berichten").sees(
        "Fijn. U krijgt weer bericht van ons als er iets is.", buttons=["🏠 Naar het menu"], effects=[OptIn()]
    )
    chat.taps("🏠 Naar het menu").at("welkom.menu")


def test_help(chat: Chat) -> None:
    chat.starts("aanmelden").types("help").sees(
        "Deze woorden kunt u altijd typen:",
        "‘Mens’: een medewerker leest mee. ‘Menu’: u gaat naar het begin.",
        "‘Terug’: naar de vraag hiervoor. ‘Opnieuw’: u begint weer van voren.",
        "‘Taal’: een andere taal. ‘Kort’: ik praat korter.",
        "‘Waarom’: ik leg uit waarom ik iets vraag. ‘Stop’: geen berichten meer.",
        buttons=["👉 Verder", "💬 Praten met een mens", "🏠 Naar het menu", "🌍 Andere taal", "🔄 Opnieuw beginnen"],
    )
    chat.taps("👉 Verder").at("aanmelden.for_whom")


def test_help_leads_to_the_words_it_names(chat: Chat) -> None:
    chat.starts("aanmelden").types("help").taps("💬 Praten met een mens").hands_over("vraagt om een mens")
    chat.types("help").taps("🌍 Andere taal").at("woorden.language")
    chat.types("help").taps("🏠 Naar het menu").at("welkom.menu")


def test_starting_again_asks_first(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("opnieuw").sees(
        "Wilt u opnieuw beginnen? Uw antwoorden van nu gaan dan weg.",
        buttons=["🔄 Ja, opnieuw", "👉 Nee, ik ga verder"],
    )
    chat.taps("👉 Nee, ik ga verder").at("aanmelden.worries")
    chat.types("opnieuw").taps("🔄 Ja, opnieuw").at("aanmelden.for_whom")
    assert chat.answers() == {}


def test_back_goes_one_question_back(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").at("aanmelden.urgency")
    chat.types("terug").at("aanmelden.worries")
    chat.types("terug").at("aanmelden.for_whom")
    chat.types("terug").at("welkom.menu")


def test_in_brief_until_it_is_said_again(chat: Chat) -> None:
    chat.starts("aanmelden").types("kort")
    assert chat.texts() == ["Voor wie wilt u hulp?"]
    chat.taps("🙋 Voor mijzelf")
    assert len(chat.texts()) == 1
    chat.types("kort")
    assert len(chat.texts()) == 2


def test_stop_in_a_human_hold_offers_nothing_that_stays_silent(chat: Chat) -> None:
    chat.starts("aanmelden").held().types("stop").sees(
        "Dat is goed. We sturen u uit onszelf geen berichten meer.",
        "De medewerker in dit gesprek leest gewoon wat u typt, en kan u schrijven.",
        "Is de medewerker klaar? Typ dan ‘menu’ en u kunt hier weer verder.",
        effects=[OptOut()],
    )
    chat.types("menu").is_silent()
    chat.is_handed_back()
    assert "🔔 Toch weer berichten" in chat.buttons()
    chat.types("menu").at("welkom.menu")
