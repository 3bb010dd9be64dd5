"""Overdracht: a human is asked for, in every way there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from flows.grammar import HandOver, Sent, SetContact
from flows.registry import all_flows
from flows.session import Frame, Session
from tests.transcripts.player import GEMEENTE, MENU, Chat

ASKED = HandOver("vraagt om een mens")


def test_a_human_is_asked_for(chat: Chat) -> None:
    chat.starts("aanmelden").types("mens").sees(
        "Goed dat u het vraagt. Een mens helpt u graag.",
        "Een medewerker krijgt nu bericht en leest dit gesprek. Dat kan even duren.",
        "U krijgt antwoord uiterlijk woensdag 25 november.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        "Liever bellen? Dat kan nu: 010 123 45 67.",
        "U kunt hier alvast typen wat u wilt vragen. Of ga gewoon verder.",
        buttons=["👉 Verder", "📞 Mijn nummer geven"],
        effects=[HandOver(reason="vraagt om een mens")],
    )
    chat.types("ik snap de brief van de bank niet").sees(
        "Dank u. Uw bericht staat klaar voor de medewerker. U kunt nog meer typen.", buttons=["👉 Verder"]
    )
    chat.taps("👉 Verder").at("aanmelden.for_whom")


def test_outside_hours_with_a_known_contact(chat: Chat) -> None:
    chat.on("telegram").closed().has_case("Fatma").starts("menu").types("mens").sees(
        "Goed dat u het vraagt. Een mens helpt u graag.",
        "We zijn nu dicht. Fatma leest dit vanaf dinsdag 24 november, 09:00.",
        "U krijgt antwoord uiterlijk woensdag 25 november.",
        "Het antwoord komt hier, in dit gesprek.",
        "U kunt hier alvast typen wat u wilt vragen. Of ga gewoon verder.",
        buttons=["👉 Verder"],
        effects=[HandOver(reason="vraagt om een mens")],
    )


def test_a_municipality_without_a_promise_names_no_day() -> None:
    chat = Chat(replace(GEMEENTE, promises=frozenset(), phone=""))
    chat.starts("menu").types("mens").hands_over("vraagt om een mens")
    assert not any("uiterlijk" in text or "bellen?" in text for text in chat.texts())


def test_a_visitor_can_leave_a_number(chat: Chat) -> None:
    chat.starts("menu").types("mens").taps("📞 Mijn nummer geven").sees(
        "Op welk nummer kunnen we u bellen? Een e-mailadres mag ook.", buttons=["⏭️ Overslaan"]
    )
    chat.types("die weet ik even niet uit mijn hoofd").at("overdracht.number")
    chat.types("mail maar naar sam@voorbeeld.example.").sees(
        "Dank u. Nu kunnen we u bereiken, ook als u weggaat.",
        buttons=["👉 Verder"],
        effects=[SetContact(name=None, phone=None, email="sam@voorbeeld.example")],
    )
    chat.taps("👉 Verder").at("welkom.menu")


def test_a_visitor_need_not_leave_a_number(chat: Chat) -> None:
    chat.starts("menu").types("mens").taps("📞 Mijn nummer geven").taps("⏭️ Overslaan").at("welkom.menu")
    chat.types("mens").taps("📞 Mijn nummer geven").types("liever niet hoor").at("welkom.menu")


@pytest.mark.parametrize("text", ["mens", "Mens!", "medewerker", "human", "إنسان", "ik wil een mens spreken"])
def test_the_word_in_three_languages(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").types(text).hands_over("vraagt om een mens")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *[("kan een medewerker mij bellen", "Nederlands"), ("can someone please call me back", "English")],
        *[("هل يمكن لأحد أن يتصل بي", "العربية"), ("ممكن أحد يتصل فيني", "العربية")],
        ("أريد التحدث مع موظف عن ديوني", "العربية"),
    ],
)
def test_who_begins_with_it_is_greeted_and_a_human_hears_of_it(chat: Chat, text: str, language: str) -> None:
    chat.types(text).at("welkom.hello").taps(f"🌍 {language}")
    assert [reply.origin for reply in chat.turn.replies] == ["overdracht.asked"]
    assert ASKED in chat.turn.effects


def test_not_understood_once_is_asked_again_kindly(chat: Chat) -> None:
    chat.starts("menu").types("blauwe paraplu").sees(
        "Dat begreep ik niet goed. Kies een knop, of typ het nummer van uw keuze.",
        "Waar kunnen we u mee helpen?",
        buttons=MENU,
    )


def test_not_understood_twice_offers_a_person(chat: Chat) -> None:
    chat.starts("aanmelden").types("blauwe paraplu").types("groene fiets").sees(
        "Sorry, ik begrijp u nog niet. Dat ligt aan mij. Zal ik er een mens bij vragen?",
        buttons=["💬 Ja, graag", "👉 Nee, ik ga verder"],
    )
    chat.taps("💬 Ja, graag").sees(
        "Ik vraag er een mens bij. Die begrijpt u beter dan ik.",
        "Een medewerker krijgt nu bericht en leest dit gesprek. Dat kan even duren.",
        "U krijgt antwoord uiterlijk woensdag 25 november.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        "Liever bellen? Dat kan nu: 010 123 45 67.",
        "U kunt hier alvast typen wat u wilt vragen. Of ga gewoon verder.",
        buttons=["👉 Verder", "📞 Mijn nummer geven"],
        effects=[HandOver(reason="twee keer niet begrepen")],
    )
    chat.taps("👉 Verder").at("aanmelden.for_whom")


def test_the_offer_can_be_declined(chat: Chat) -> None:
    chat.starts("aanmelden").types("blauwe paraplu").types("groene fiets").taps("👉 Nee, ik ga verder")
    chat.at("aanmelden.for_whom")


def test_not_understood_even_there_asks_a_person_and_never_loops(chat: Chat) -> None:
    chat.starts("aanmelden").types("blauwe paraplu").types("groene fiets").types("gele trein")
    chat.at("overdracht.unclear", HandOver("twee keer niet begrepen"))


def test_understanding_in_between_starts_the_count_again(chat: Chat) -> None:
    chat.starts("menu").types("blauwe paraplu").types("1").at("aanmelden.for_whom")
    chat.types("groene fiets").at("aanmelden.for_whom")


@pytest.mark.parametrize("screen", [f"{f.name}.{s}" for f in all_flows().values() for s in f.screens])
def test_the_global_words_work_on_every_screen(chat: Chat, screen: str) -> None:
    flow, _, name = screen.partition(".")
    answers = {"offer": "en", "was": "nl"} if name == "language_offer" else {"name": "x"}
    start = Session(stack=(Frame(flow, name, answers),), language_sure=True)
    for word, reached in {
        "mens": {"overdracht.asked"},
        "menu": {"welkom.menu"},
        "stop": {"woorden.stopped"},
        "taal": {"woorden.language"},
        "help": {"woorden.help"},
        "opnieuw": {"woorden.restart"},
        "terug": {"welkom.menu"},
        "waarom": {screen},
        "kort": {screen},
    }.items():
        for typed in (True, False):
            chat.session = start
            if typed:
                chat.types(word)
            else:
                chat.taps_data(f"!{word}")
            assert {reply.origin for reply in chat.turn.replies} == reached, word


def test_held_by_a_human_the_chat_is_silent(chat: Chat) -> None:
    chat.starts("aanmelden").held().types("hallo").is_silent()
    chat.taps_data("aanmelden.for_whom:self").is_silent()
    chat.sends(Sent("voice")).is_silent()


def test_one_notice_in_the_evening_while_held(chat: Chat) -> None:
    chat.starts("aanmelden").closed().held(notice_due=True).types("hallo").sees(
        "Dank u, uw bericht is binnen. We zijn nu dicht. Een medewerker leest het vanaf dinsdag 24 november, 09:00.",
        "Kan het niet wachten? Hier kunt u terecht: bel 010 123 45 99",
        "Wilt u nu met iemand praten? Bel 088 0767 000, dag en nacht.",
        "Is er direct gevaar? Bel 112.",
    )
    chat.held().types("bent u daar?").is_silent()
    chat.is_handed_back().at("aanmelden.for_whom")


def test_no_notice_in_the_evening_while_the_human_is_clearly_there(chat: Chat) -> None:
    chat.starts("aanmelden").closed().held(notice_due=True).was_answered().waits(timedelta(minutes=59))
    chat.types("dank u").is_silent()
    chat.waits(timedelta(minutes=1)).types("bent u daar nog?").at("overdracht.evening")


def test_handing_back_is_said(chat: Chat) -> None:
    chat.starts("aanmelden").held().is_handed_back("Fatma").at(
        "aanmelden.for_whom", notice="Fatma is klaar met antwoorden. Ik ben de chatbot en help u weer verder."
    )


def test_what_a_human_was_promised_for_is_not_said_again(chat: Chat) -> None:
    chat.starts("aanmelden").taps("✅ Zo is het genoeg").taps("✅ Ja, dat klopt").held().is_handed_back("Fatma")
    assert [reply.origin for reply in chat.turn.replies] == ["welkom.menu"]


def test_news_is_not_told_twice(chat: Chat) -> None:
    chat.starts("menu").is_due("voortgang.told", {"what": "decision"}).at("voortgang.told_decision")
    chat.held().is_handed_back().at("welkom.menu", notice=chat.texts()[0])


def test_a_hold_that_lapsed_is_said(chat: Chat) -> None:
    chat.starts("aanmelden").held().is_handed_back(lapsed=True)
    assert chat.turn.replies[0].origin == "aanmelden.for_whom"
    assert "Uw bericht blijft staan" in chat.texts()[0]


@pytest.mark.parametrize("sent", [Sent("photo"), Sent("file")])
def test_what_is_sent_reaches_the_human_and_the_question_stays(chat: Chat, sent: Sent) -> None:
    chat.starts("aanmelden").sends(sent).at("aanmelden.for_whom", HandOver("bestand"))
    assert chat.texts()[0].startswith("Dank u, uw")


def test_an_old_button_says_where_we_are(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps_data("aanmelden.for_whom:helper")
    chat.at("aanmelden.worries", notice="Die knop hoort bij een eerdere vraag. Hier zijn we nu:")


def test_a_masked_number_is_explained(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("mijn bsn is ●●●●●●●●●", masked=["bsn"]).at(
        "aanmelden.urgency",
        notice="Ik heb een nummer uit uw bericht gehaald. Een BSN of bankgegevens hebben we hier niet nodig. "
        "Zo blijft het veilig.",
    )


@pytest.mark.parametrize("kind", ["photo", "file"])
def test_whoever_begins_with_a_file_is_thanked_and_a_human_hears_of_it(
    chat: Chat, kind: Literal["photo", "file"]
) -> None:
    chat.sends(Sent(kind)).at("welkom.hello", HandOver("bestand"))
    assert chat.texts()[0].startswith("Dank u, uw ")
