"""What is neither words nor a button: a code from another channel, a file that cannot be kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from flows.grammar import HandOver, Joined, Sent
from tests.transcripts.player import Chat

JOINED = "Gelukt. Dit gesprek loopt nu ook hier."
WRONG = (
    "Deze code werkt niet meer, of er zit een foutje in. Een nieuwe code maakt u in uw oude chat. "
    "Typ daar ‘menu’ en kies ‘Mijn berichten’."
)
PIN = (
    "Deze code werkt hier niet, want u heeft een pincode. Maak een andere code in uw oude chat. "
    "Typ daar ‘menu’ en kies ‘Mijn berichten’."
)
TOO_BIG = (
    "Dit is te groot, ik kan het niet bewaren. Stuur liever een foto of een kleiner bestand. "
    "Lukt het niet? Typ ‘mens’ en een medewerker helpt u."
)
UNKNOWN = (
    "Dit kan ik niet openen. Een foto, een spraakbericht of typen kan wel. "
    "Lukt het niet? Typ ‘mens’ en een medewerker helpt u."
)


def test_another_channel_goes_on_at_the_same_question(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").on("telegram").says(Joined(ok=True))
    chat.sees(
        JOINED, "Is deze telefoon alleen van u?", buttons=["🔒 Ja, alleen ik", "👥 Nee, we delen dat", "⏭️ Overslaan"]
    )
    chat.taps("🔒 Ja, alleen ik").at("aanmelden.worries")


def test_whoever_said_whose_telephone_it_is_is_not_asked_again(chat: Chat) -> None:
    chat.on("telegram").starts("aanmelden").on("whatsapp").says(Joined(ok=True)).at("aanmelden.for_whom", notice=JOINED)


def test_the_web_chat_is_no_telephone(chat: Chat) -> None:
    chat.starts("aanmelden").says(Joined(ok=True)).at("aanmelden.for_whom", notice=JOINED)


def test_at_the_menu_the_question_about_the_telephone_comes_first(chat: Chat) -> None:
    chat.starts("menu").on("whatsapp").says(Joined(ok=True)).at("welkom.own_phone", notice=JOINED)
    chat.taps("🔒 Ja, alleen ik").at("welkom.menu")


def test_in_a_crisis_nothing_is_asked(chat: Chat) -> None:
    chat.starts("menu").types("ik wil niet meer leven").on("telegram").says(Joined(ok=True))
    chat.at("crisis.life", notice=JOINED)


@pytest.mark.parametrize(("said", "notice"), [(Joined(ok=False), WRONG), (Joined(ok=False, pin=True), PIN)])
def test_a_code_that_does_not_work_says_how_to_get_one(chat: Chat, said: Joined, notice: str) -> None:
    chat.on("telegram").says(said).at("welkom.hello", notice=notice)
    chat.taps("🌍 Nederlands").taps("🔒 Ja, alleen ik").says(said).at("welkom.menu", notice=notice)


@pytest.mark.parametrize(("problem", "notice"), [("too_big", TOO_BIG), ("unknown", UNKNOWN)])
def test_what_cannot_be_kept_is_not_thanked_for(
    chat: Chat, problem: Literal["too_big", "unknown"], notice: str
) -> None:
    chat.starts("aanmelden").sends(Sent("file", problem=problem)).at("aanmelden.for_whom", notice=notice)


def test_the_words_with_a_file_that_cannot_be_kept_reach_a_human(chat: Chat) -> None:
    chat.starts("aanmelden").sends(Sent("file", "dit is de brief van de bank", problem="too_big"))
    chat.at("aanmelden.for_whom", HandOver("bestand"), notice=TOO_BIG)


@pytest.mark.parametrize(
    ("said", "notice"),
    [(Joined(ok=True), JOINED), (Joined(ok=False), WRONG), (Sent("file", problem="too_big"), TOO_BIG)],
)
def test_in_a_hold_it_is_said_and_nothing_moves(chat: Chat, said: Joined | Sent, notice: str) -> None:
    chat.starts("aanmelden").held().says(said).sees(notice, "Er leest een medewerker met u mee. Typ gerust verder.")
    assert chat.turn.reason == "outcome"
    chat.types("goed").is_silent()
    chat.is_handed_back().at("aanmelden.for_whom")


def test_in_a_hold_of_the_evening_a_file_that_is_lost_is_not_said_to_be_in(chat: Chat) -> None:
    chat.starts("aanmelden").waits(timedelta(hours=9)).closed().held(notice_due=True)
    chat.sends(Sent("voice", problem="too_big")).at("overdracht.held", notice=TOO_BIG)
    chat.types("dan typ ik het").at("overdracht.evening")
