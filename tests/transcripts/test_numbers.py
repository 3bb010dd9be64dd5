"""Numbers instead of buttons: in digits of any script and in words, one or several."""

from __future__ import annotations

import pytest

from flows.grammar import Category, FalseAlarm, HandOver
from tests.transcripts.afspraak import at_days
from tests.transcripts.afspraken import TALK
from tests.transcripts.player import Chat


@pytest.mark.parametrize(
    "text",
    [
        *("2", "2.", "٢", "۲", "2e", "twee", "tweede", "de tweede", "two", "second", "اثنان", "الثاني"),
        *("iki", "ikinci", "dwa", "druga", "два", "друга", "دو", "دومی", "deux", "le deuxième", "2ème"),
    ],
)
def test_the_second_button(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").types(text)
    assert chat.answers()["for_whom"] == "helper"


@pytest.mark.parametrize(
    "text", ["1 en 3", "1,3", "1-3", "1 and 3", "١ و ٣", "1 ve 3", "1 i 3", "1 та 3", "۱ و ۳", "1 et 3"]
)
def test_several_boxes(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types(text)
    assert chat.answers()["worries"] == ["rent", "care"]


@pytest.mark.parametrize("text", ["2", "twee", "de tweede", "٢"])
def test_also_where_own_words_are_an_answer(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").at("aanmelden.urgency")
    second = chat.session.offered
    assert second is not None
    chat.types(text)
    assert chat.answers()["urgency"] == second.choices[1].id


def test_also_where_what_is_typed_is_for_a_human(chat: Chat) -> None:
    chat.starts("menu").types("mens").at("overdracht.asked", HandOver("vraagt om een mens"))
    chat.types("2").at("overdracht.number")


@pytest.mark.parametrize(
    ("text", "day"), [("2-1", "zaterdag 2 januari"), ("1/2", "maandag 1 februari"), ("05/01", "dinsdag 5 januari")]
)
def test_a_date_is_not_the_numbers_of_two_buttons(chat: Chat, text: str, day: str) -> None:
    at_days(chat).types(text).at("afspraak.time", notice=f"Op {day} is er geen vrij moment.")


def test_a_number_that_is_on_no_button_is_what_was_typed(chat: Chat) -> None:
    chat.starts("menu").types("mens").types("17").at("overdracht.noted")


def test_after_a_danger_no_number_takes_the_alarm_back(chat: Chat) -> None:
    chat.starts("menu").types("ik wil niet meer leven").types("1").at("crisis.stay_life")


def test_in_a_crisis_the_second_button_takes_back_what_it_was_not(chat: Chat) -> None:
    chat.starts("menu").types("mijn stroom is afgesloten").types("kort")
    number = chat.buttons().index("🙅 Nee, dat is het niet") + 1
    chat.types(f"{number}").at("welkom.menu", FalseAlarm(Category.UTILITIES))


def test_at_one_thing_of_the_list_it_is_no_day_of_the_month(chat: Chat) -> None:
    chat.agreed(TALK).starts("afspraken").taps("📌 Open uw post en doe alles in een map.").at("afspraken.action")
    chat.types("2").at("afspraken.stuck", *chat.turn.effects)
