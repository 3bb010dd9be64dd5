"""Appointments for who types everything, and for who gave nothing to be reached by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.agenda import Amend, Book, Confirm, Kind, Meetings
from flows.grammar import SetContact
from tests.transcripts.afspraak import OFFICE, at, at_days, offers, slot
from tests.transcripts.player import Chat

TIMES = ["🌅 09:00 uur", "🌅 11:30 uur", "☀️ 14:00 uur", "☀️ 15:30 uur", "📅 Een andere dag"]


def alone(chat: Chat) -> Chat:
    """Nothing is known that reaches them elsewhere."""
    chat.known[Meetings] = Meetings(tuple(Kind), reached=False)
    return chat


# ---- day and hour at once --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "morgen om half twaalf"),
        ("nl", "dinsdag 11.30"),
        ("en", "tomorrow at 11:30"),
        ("ar", "غدا الساعة ١١:٣٠"),
    ],
)
def test_a_day_and_an_hour_at_once_are_enough(chat: Chat, language: str, text: str) -> None:
    at_days(chat).speaking(language).types(text)
    (effect,) = chat.turn.effects
    assert isinstance(effect, Book)
    assert effect.slot.at == at(24, 11, 30)


def test_an_hour_that_is_not_free_that_day_shows_what_is(chat: Chat) -> None:
    at_days(chat).types("morgen om 10 uur").sees(
        "Om 10:00 uur is er geen vrij moment.", "Hoe laat op dinsdag 24 november?", buttons=TIMES
    )


def test_another_day_and_hour_while_times_are_shown(chat: Chat) -> None:
    at_days(chat).types("dinsdag").types("vrijdag om 2 uur")
    (effect,) = chat.turn.effects
    assert isinstance(effect, Book)
    assert effect.slot.at == at(27, 14)


def test_a_part_of_a_day_shows_only_that_part(chat: Chat) -> None:
    at_days(chat).types("dinsdagochtend").at("afspraak.time")
    assert chat.buttons() == ["🌅 09:00 uur", "🌅 11:30 uur", "➕ Meer tijden", "📅 Een andere dag"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kan het in de middag", "In de middag kan het op deze dagen."),
        ("10 uur", "In de ochtend kan het op deze dagen."),
        ("'s avonds", "In de avond kan het op deze dagen."),
    ],
)
def test_why_other_days_are_shown_is_said(chat: Chat, text: str, said: str) -> None:
    at_days(chat).types(text).at("afspraak.later", notice=said)
    chat.taps(chat.buttons()[0]).at("afspraak.time")


def test_after_three_is_no_hour_but_many(chat: Chat) -> None:
    at_days(chat).types("donderdag").types("na 3 uur").at("afspraak.time")
    assert chat.buttons()[:2] == ["☀️ 14:00 uur", "☀️ 15:30 uur"]


def test_a_week_shows_the_days_from_then_on(chat: Chat) -> None:
    at_days(chat).types("volgende week").at("afspraak.later")
    assert chat.buttons()[0] == "📅 maandag 30 november"
    chat.taps("📅 maandag 30 november").types("over twee weken").at("afspraak.later")


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "zo snel mogelijk"), ("nl", "maakt niet uit"), ("en", "asap"), ("ar", "لا يهم")]
)
def test_whatever_comes_first(chat: Chat, language: str, text: str) -> None:
    at_days(chat).speaking(language).types("x").types(text).at("afspraak.time")
    chat.types(text)
    (effect,) = chat.turn.effects
    assert isinstance(effect, Book)
    assert effect.slot.at == at(24, 9)


def test_with_whom_does_not_matter_when_there_is_a_choice(chat: Chat) -> None:
    offers(chat, slot(at(24, 9)), slot(at(25, 9), "Fatma", own=True), contact="Fatma")
    assert at_days(chat).types("maakt niet uit").buttons()[0] == "📅 dinsdag 24 november"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "verzetten"),
        ("nl", "afzeggen"),
        ("nl", "kan ik hem annuleren"),
        ("nl", "ik kom niet"),
        ("en", "I'm not coming"),
        ("ar", "إلغاء"),
    ],
)
def test_who_wants_to_change_what_stands_is_shown_it(chat: Chat, language: str, text: str) -> None:
    at_days(chat).speaking(language).types("24-11").types("9").types(text).at("afspraken.standing")


def test_a_crisis_while_choosing_a_time(chat: Chat) -> None:
    at_days(chat).types("dinsdag").types("ik wil dood, morgen om 10 uur")
    assert chat.turn.replies[0].origin == "crisis.life"


# ---- a reminder ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["👍", "ok", "jazeker", "yes"])
def test_a_yes_in_any_shape_confirms(chat: Chat, text: str) -> None:
    chat.has(OFFICE).starts("menu").is_due("afspraak.day", {"appointment": 17, "at": 0}).types(text).at(
        "afspraak.coming", Confirm(17)
    )


@pytest.mark.parametrize(
    ("text", "screen"),
    [
        ("ik ben ziek", "afspraak.cancelling"),
        ("ik ben er niet", "afspraak.cancelling"),
        ("ik kom later", "afspraak.moving"),
    ],
)
def test_who_cannot_come_as_agreed(chat: Chat, text: str, screen: str) -> None:
    chat.has(OFFICE).starts("menu").is_due("afspraak.day", {"appointment": 17, "at": 0}).types(text).at(screen)


# ---- to be reached ---------------------------------------------------------------------------------------------------


def test_the_number_can_be_typed_at_once(chat: Chat) -> None:
    alone(at_days(chat)).types("dinsdag").types("9 uur")
    assert chat.texts()[-1] == "Op welk nummer kunnen we u bellen?"
    assert chat.buttons() == ["📞 Mijn nummer geven", "➕ Nog iets doorgeven", "👌 Zo is het goed"]
    chat.types("bel me maar op 06 12345678").sees(
        "Dank u. We kunnen u bereiken via 06 12345678.",
        "📅 dinsdag 24 november, 09:00",
        buttons=["➕ Nog iets doorgeven", "👌 Zo is het goed"],
        effects=[Amend(1, {"phone": "06 12345678"}), SetContact(phone="0612345678")],
    )
    chat.taps("👌 Zo is het goed").at("welkom.menu")


@pytest.mark.parametrize(
    "text", ["31-12-9999", "31/12/2026", "2026-12-31", "24.11.2026 10:00", "01-12-2026 10:00", "٣١-١٢-٢٠٢٦"]
)
def test_a_date_is_no_telephone_number(chat: Chat, text: str) -> None:
    alone(at_days(chat)).types("dinsdag").types("9 uur").taps("📞 Mijn nummer geven").types(text).at(
        "afspraak.number", notice="Dat begreep ik niet goed. Kies een knop, of typ het nummer van uw keuze."
    )
    chat.types(f"{text}, bel 06-12345678").at(
        "afspraak.noted", Amend(1, {"phone": "06-12345678"}), SetContact(phone="0612345678")
    )


@pytest.mark.parametrize("text", ["06-12-345678", "06 12 34 56 78", "010-1234567", "+31 6 12345678", "٠٦١٢٣٤٥٦٧٨"])
def test_every_way_to_write_a_number_is_one(chat: Chat, text: str) -> None:
    alone(at_days(chat)).types("dinsdag").types("9 uur").taps("📞 Mijn nummer geven").types(text)
    assert chat.turn.replies[0].origin == "afspraak.noted"


def test_a_number_given_by_its_button_reaches_them_later_too(chat: Chat) -> None:
    alone(at_days(chat)).types("dinsdag").types("9 uur").taps("📞 Mijn nummer geven").types("0612345678").at(
        "afspraak.noted", Amend(1, {"phone": "0612345678"}), SetContact(phone="0612345678")
    )


def test_another_number_for_this_talk_leaves_the_known_one(chat: Chat) -> None:
    at_days(chat).types("dinsdag").types("9 uur").types("0687654321").at(
        "afspraak.reached", Amend(1, {"phone": "0687654321"})
    )


def test_who_cannot_be_reached_is_asked_kindly_once(chat: Chat) -> None:
    alone(chat).starts("afspraak").taps("🏢 Op kantoor").types("dinsdag").types("9 uur")
    reach = "Sluit u deze chat? Met uw nummer of e-mailadres kunnen we u nog bereiken."
    assert chat.texts()[-1] == reach
    assert chat.buttons() == ["📞 Mijn nummer geven", "➕ Nog iets doorgeven", "👌 Zo is het goed"]
    chat.types("fatima@post.example").at("afspraak.reached", SetContact(email="fatima@post.example"))
    chat.known[Meetings] = Meetings(tuple(Kind))
    chat.types("terug").at("afspraak.booked")
    assert reach not in chat.texts()


def test_the_button_for_a_number_comes_back_to_the_appointment(chat: Chat) -> None:
    alone(chat).starts("afspraak").taps("🏢 Op kantoor").types("dinsdag").types("9 uur").taps(
        "📞 Mijn nummer geven"
    ).at("overdracht.number")
    chat.types("0612345678").taps("👉 Verder").at("afspraak.booked")


def test_in_an_app_nobody_is_asked_how_to_be_reached(chat: Chat) -> None:
    alone(chat).on("telegram").starts("afspraak").taps("🏢 Op kantoor").types("dinsdag").types("9 uur")
    assert chat.buttons() == ["➕ Nog iets doorgeven", "👌 Zo is het goed"]


def test_the_place_can_be_typed_at_once(chat: Chat) -> None:
    chat.starts("afspraak").taps("📍 Ergens anders").types("dinsdag").types("9 uur")
    assert chat.texts()[-1] == "Waar zullen we afspreken?"
    chat.types("Bibliotheek aan de Markt").at("afspraak.noted", Amend(1, {"place": "Bibliotheek aan de Markt"}))
    assert "📍 Waar: Bibliotheek aan de Markt" in chat.texts()


def test_a_place_stays_what_was_typed_when_a_button_follows(chat: Chat) -> None:
    chat.starts("afspraak").taps("🏠 Bij mij thuis").types("dinsdag").types("9 uur").taps("➕ Nog iets doorgeven")
    chat.taps("✏️ Iets anders").types("de bel is stuk").at("afspraak.noted", Amend(1, {"remark": "de bel is stuk"}))


def test_who_brings_papers_is_not_told_to_bring_none(chat: Chat) -> None:
    chat.starts("afspraak").taps("🗂️ Samen papieren ordenen").types("dinsdag").types("9 uur")
    assert "Neem gerust uw post mee. Dichte brieven mogen ook." in chat.texts()
    assert "U hoeft niets mee te nemen of klaar te leggen." not in chat.texts()


def test_a_place_that_went_meanwhile_is_said_kindly_for_who_is_visited(chat: Chat) -> None:
    chat.starts("afspraak").taps("🏠 Bij mij thuis").types("dinsdag").refused("slot_taken").types("9 uur").at(
        "afspraak.time"
    )
    offers(chat, replace(slot(at(24, 14)), own=False)).types("2 uur").at("afspraak.booked_there", *chat.turn.effects)
