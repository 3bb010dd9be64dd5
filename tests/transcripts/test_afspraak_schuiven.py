"""Another day, hour or way to meet, typed where an appointment is told of: it is moved, whatever was asked below."""

from __future__ import annotations

import pytest

from flows.agenda import Move
from tests.transcripts.afspraak import DUES, OFFICE, PHONE, at
from tests.transcripts.player import Chat

DAY = DUES[0]
SAME_WAY = "Verzetten kan hier alleen op dezelfde manier. Liever anders? Een medewerker regelt dat graag met u."
UNCLEAR = "Dat begreep ik niet goed. Kies een knop, of typ het nummer van uw keuze."


def at_reminder(chat: Chat) -> Chat:
    """Nothing else was asked."""
    return chat.has(OFFICE).starts("menu").is_due(*DAY).at("afspraak.reminder")


def at_place(chat: Chat) -> Chat:
    """At an open question of the sign-up, with a reminder on top."""
    chat.has(OFFICE).starts("aanmelden").taps("🙋 Voor mijzelf").picks("🚓 Boetes", "👉 Klaar").taps("⏭️ Overslaan")
    return chat.is_due(*DAY).at("afspraak.reminder")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "morgen kan ik wel"),
        ("nl", "mag ook morgen?"),
        ("nl", "24-11 om 10 uur"),
        ("nl", "dinsdag 24 november 11.30 uur kan ik wel"),
        ("en", "can it be tomorrow"),
        ("ar", "هل يمكن غدا"),
    ],
)
def test_another_day_shows_its_times(chat: Chat, language: str, text: str) -> None:
    at_place(chat).speaking(language).types(text).at("afspraak.time")
    assert "place" not in chat.answers()


def test_it_is_moved_by_one_tap_and_the_question_below_comes_again(chat: Chat) -> None:
    at_place(chat).types("dinsdag om 11.30 uur kan ik wel").taps("🌅 11:30 uur").at(
        "afspraak.moved", *chat.turn.effects
    )
    (effect,) = chat.turn.effects
    assert isinstance(effect, Move)
    assert effect.slot.at == at(24, 11, 30)
    chat.taps("👌 Zo is het goed").at("aanmelden.place")


def test_a_day_with_its_hour_moves_nothing_by_itself(chat: Chat) -> None:
    at_reminder(chat).types("donderdag 26 november 10 uur").at("afspraak.time")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "kan het bellen"),
        ("nl", "kan het ook telefonisch?"),
        ("nl", "kunnen jullie bij mij komen"),
        ("en", "can we do it by phone"),
        ("ar", "هل يمكن بالهاتف"),
    ],
)
def test_another_way_to_meet_is_no_answer_to_an_open_question(chat: Chat, language: str, text: str) -> None:
    at_place(chat).speaking(language).types(text).at("afspraak.same_way")
    assert "place" not in chat.answers()


def test_another_way_to_meet_goes_to_a_human(chat: Chat) -> None:
    at_reminder(chat).types("kan het bellen").at("afspraak.same_way", notice=SAME_WAY)
    assert chat.buttons() == ["💬 Praten met een mens", "📅 Een andere dag"]


def test_the_way_in_which_it_stands_already_is_confirmed(chat: Chat) -> None:
    chat.has(PHONE).starts("menu").is_due("afspraak.day", {"appointment": 18, "at": 0}).types("kan het bellen").sees(
        "Zo staat het al.",
        "📅 vrijdag 27 november, 10:00",
        "📞 U wordt gebeld door Fatma.",
        buttons=["📅 Een andere dag", "👌 Zo is het goed"],
    )


@pytest.mark.parametrize("text", ["is er een parkeerplaats?", "wat gaan we doen?"])
def test_a_question_is_no_answer_to_an_open_question(chat: Chat, text: str) -> None:
    at_place(chat).types(text).at("afspraak.reminder", notice=UNCLEAR)


@pytest.mark.parametrize("text", ["2901?", "bij het stadhuis", "24 november", "molenwijk, achter de bibliotheek"])
def test_what_may_be_an_answer_to_the_question_below_is_one(chat: Chat, text: str) -> None:
    at_place(chat).types(text)
    assert chat.answers()["place"] == {"text": text}


def test_when_to_be_reached_is_asked_below(chat: Chat) -> None:
    at_place(chat).types("2901").types("Mo").picks("📞 Telefoon", "👉 Klaar")
    assert chat.turn.replies[0].origin == "aanmelden.when"
    chat.is_due(*DAY).types("liever in de ochtend")
    assert chat.answers()["when"] == ["morning"]


def test_while_asked_whether_to_cancel_another_day_moves_it(chat: Chat) -> None:
    at_reminder(chat).types("ik kan niet").at("afspraak.cancelling")
    chat.types("morgen kan ik wel").at("afspraak.time")


@pytest.mark.parametrize(("text", "screen"), [("verzet maar", "moving"), ("ik kom toch", "coming")])
def test_while_asked_whether_to_cancel_a_sentence_is_heard(chat: Chat, text: str, screen: str) -> None:
    at_reminder(chat).types("ik kan niet").types(text)
    assert chat.turn.replies[0].origin == f"afspraak.{screen}"


def test_a_part_of_the_day_shows_its_days(chat: Chat) -> None:
    at_reminder(chat).types("kan het in de avond").at("afspraak.later")
