"""What is typed at the question which day or time: a moment in one go, another way to meet; what the desk is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.agenda import Book, Kind, Meetings, Move, NoSlots
from flows.grammar import Category, HandOver, OptOut, RaiseAlarm, SetLanguage, Urgency
from tests.transcripts.afspraak import CANCELLED, HOUR, OFFICE, THURSDAY, at, at_days, offers, slot
from tests.transcripts.player import Chat

NOTHING = HandOver("geen vrije tijd in de agenda")
TWO = Meetings((Kind.PHONE, Kind.OFFICE))


def at_office_days(chat: Chat) -> Chat:
    """At the office; at the question which day."""
    return chat.starts("afspraak").taps("🏢 Op kantoor").at("afspraak.day")


# ---- a moment in one go ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "24-11 om 9 uur"),
        ("nl", "24/11 9:00"),
        ("nl", "24.11 om 9.00"),
        ("nl", "dinsdag 24 november 9 uur"),
        ("nl", "24 november 9.00 uur"),
        ("nl", "de 24e om 9 uur"),
        ("nl", "dinsdag 9:00"),
        ("nl", "morgen 9"),
        ("nl", "morgenochtend om 9 uur"),
        ("en", "24 November at 9"),
        ("en", "tuesday 9am"),
        ("en", "the 24th at 9 am"),
        ("en", "tomorrow 9"),
        ("ar", "24-11 الساعة 9"),
        ("ar", "٢٤ نوفمبر الساعة ٩"),
        ("ar", "غدا الساعة التاسعة"),
        ("ar", "الثلاثاء الساعة ٩"),
    ],
)
def test_a_day_with_its_hour_is_chosen_at_once(chat: Chat, language: str, text: str) -> None:
    at_days(chat).speaking(language).types(text)
    (effect,) = chat.turn.effects
    assert isinstance(effect, Book)
    assert effect.slot.at == at(24, 9)


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "24-11 om 10 uur"), ("en", "24 November at 10"), ("ar", "٢٤ نوفمبر الساعة ١٠")],
)
def test_an_hour_that_is_not_free_is_said_and_its_day_shown(chat: Chat, language: str, text: str) -> None:
    at_days(chat).speaking(language).types(text).at("afspraak.time")
    assert "10:00" in chat.texts()[0]
    assert len(chat.buttons()) == 5


def test_of_a_full_list_the_nearest_times_are_shown(chat: Chat) -> None:
    times = [slot(at(24, 9 + number // 4, number % 4 * 15)) for number in range(32) if number != 20]
    offers(chat, *times)
    at_days(chat).types("24-11 om 14 uur").sees(
        "Om 14:00 uur is er geen vrij moment.",
        "Hoe laat op dinsdag 24 november?",
        buttons=[
            *(f"☀️ {hour} uur" for hour in ("13:00", "13:15", "13:30", "13:45", "14:15", "14:30", "14:45", "15:00")),
            "➕ Meer tijden",
            "📅 Een andere dag",
        ],
    )
    chat.taps("➕ Meer tijden")
    assert chat.buttons()[0] == "🌅 09:00 uur"


def test_an_hour_on_a_full_day_shows_the_days_after_it(chat: Chat) -> None:
    at_days(chat).types("28-11 om 10 uur").at("afspraak.time", notice="Op zaterdag 28 november is er geen vrij moment.")


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "dinsdagmiddag"), ("en", "tuesday afternoon"), ("ar", "الثلاثاء بعد الظهر")]
)
def test_a_part_of_a_day_is_kept(chat: Chat, language: str, text: str) -> None:
    at_days(chat).speaking(language).types(text).at("afspraak.time")
    assert [button[:2] for button in chat.buttons()[:2]] == ["☀️", "☀️"]
    assert "🌅" not in "".join(chat.buttons())


def test_a_part_of_a_day_without_a_free_moment_is_said(chat: Chat) -> None:
    at_days(chat).types("dinsdagavond").sees(
        "In de avond is er die dag geen vrij moment.",
        "Hoe laat op dinsdag 24 november?",
        buttons=["🌅 09:00 uur", "🌅 11:30 uur", "☀️ 14:00 uur", "☀️ 15:30 uur", "📅 Een andere dag"],
    )


def test_what_is_chosen_in_another_language_is_booked_when_that_is_spoken(chat: Chat) -> None:
    at_days(chat).types("on tuesday the 24th at 9 o'clock please").at("woorden.language_offer")
    chat.taps("🌍 English").at("afspraak.booked", SetLanguage("en"), *chat.turn.effects[1:])
    (book,) = chat.turn.effects[1:]
    assert isinstance(book, Book)
    assert [one.at for one in chat.agenda.all] == [at(24, 9)]


def test_by_then_the_moment_may_have_gone(chat: Chat) -> None:
    at_days(chat).types("on tuesday the 24th at 9 o'clock please").at("woorden.language_offer").refused("slot_taken")
    chat.taps("🌍 English").at("afspraak.time", SetLanguage("en"))
    assert chat.agenda.all == []


# ---- another way to meet ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("nl", "kan het ook telefonisch", Kind.PHONE),
        ("nl", "liever bij mij thuis", Kind.HOME),
        ("nl", "kunnen we videobellen?", Kind.VIDEO),
        ("en", "can we call", Kind.PHONE),
        ("en", "rather at my place", Kind.HOME),
        ("ar", "هل يمكن بالهاتف", Kind.PHONE),
        ("ar", "أفضل في بيتي", Kind.HOME),
    ],
)
@pytest.mark.parametrize("day", [None, "24-11"])
def test_another_way_to_meet_shows_its_days(chat: Chat, language: str, text: str, kind: str, day: str | None) -> None:
    at_office_days(chat).speaking(language)
    if day is not None:
        chat.types(day).at("afspraak.time")
    chat.types(text).at("afspraak.way")
    assert chat.answers("afspraak")["kind"] == kind
    chat.types("24-11 9:00")
    (effect,) = chat.turn.effects
    assert isinstance(effect, Book)
    assert (effect.kind, effect.slot.at) == (kind, at(24, 9))


def test_another_way_is_said(chat: Chat) -> None:
    at_office_days(chat).types("kan het ook telefonisch").sees(
        "Dat kan. U kiest nu: Telefoon.",
        "Welke dag komt u goed uit?",
        buttons=[
            "📅 dinsdag 24 november",
            "📅 woensdag 25 november",
            "🌙 donderdag 26 november",
            "📅 vrijdag 27 november",
            "📅 maandag 30 november",
            "➕ Andere dagen",
            "🤷 Geen dag past",
        ],
    )
    chat.taps("📅 dinsdag 24 november").at("afspraak.time").taps("📅 Een andere dag").at("afspraak.day")


def test_a_way_that_nobody_offers_a_human_may_arrange(chat: Chat) -> None:
    chat.known[Meetings] = TWO
    at_office_days(chat).types("liever bij mij thuis").sees(
        "Dat kunt u hier nu zelf niet kiezen: Bij mij thuis.",
        "Een medewerker kijkt graag met u of het toch kan. Of kiest u iets anders?",
        buttons=["💬 Praten met een mens", "📞 Telefoon", "🏢 Op kantoor"],
    )
    chat.taps("💬 Praten met een mens").hands_over("vraagt om een mens")
    chat.taps("👉 Verder").taps("🏢 Op kantoor").at("afspraak.day")
    assert chat.answers("afspraak")["kind"] == "office"


@pytest.mark.parametrize("text", ["toch op kantoor", "kan het telefonisch?"])
def test_from_there_another_way_can_be_typed(chat: Chat, text: str) -> None:
    chat.known[Meetings] = TWO
    at_office_days(chat).types("via zoom").at("afspraak.way").types(text)
    assert chat.texts()[0].startswith("Dat kan.")


def test_what_is_moved_stays_of_its_kind(chat: Chat) -> None:
    chat.has(OFFICE).starts("afspraken").taps("🕐 donderdag 26 november, 10:00").taps("🔁 Verzetten")
    chat.types("kan het ook telefonisch").sees(
        "Verzetten kan hier alleen op dezelfde manier. Liever anders? Een medewerker regelt dat graag met u.",
        buttons=["💬 Praten met een mens", "📅 Een andere dag"],
    )
    chat.taps("📅 Een andere dag").types("24-11 om 9 uur")
    (effect,) = chat.turn.effects
    assert isinstance(effect, Move)
    assert (effect.slot.at, effect.slot.place) == (at(24, 9), "Stadhuis, Kade 1")


def test_after_one_that_is_over_the_way_may_be_another(chat: Chat) -> None:
    chat.has(CANCELLED).starts("menu").taps_data("!to:afspraak.again:20").types("liever telefonisch").at("afspraak.way")
    chat.types("24-11 9:00")
    (effect,) = chat.turn.effects
    assert isinstance(effect, Book)
    assert effect.kind == "phone"


def test_what_always_comes_first_still_does(chat: Chat) -> None:
    at_office_days(chat).types("kan het telefonisch, ik word morgen uit mijn huis gezet").at(
        "crisis.home", RaiseAlarm(Category.HOME), HandOver("crisis: huis", Urgency.CRISIS)
    )
    chat.types("terug").at("afspraak.day").types("stop").at("woorden.stopped", OptOut())


# ---- told the desk once ----------------------------------------------------------------------------------------------


def test_that_nothing_is_free_is_told_once(chat: Chat) -> None:
    offers(chat)
    chat.starts("afspraak").taps("🏢 Op kantoor").at("afspraak.day", NoSlots("office"), NOTHING)
    chat.types("waarom").at("afspraak.day").types("kort").at("afspraak.day")
    chat.types("english").at("afspraak.day", SetLanguage("en"))
    chat.types("nederlands").at("afspraak.day", SetLanguage("nl"))
    chat.taps("✏️ Zeggen wanneer ik kan").at("afspraak.preference").types("terug").at("afspraak.day")
    chat.taps("🔀 Op een andere manier").at("afspraak.kind").taps("🏢 Op kantoor").at("afspraak.day")
    chat.taps("🔀 Op een andere manier").taps("📞 Telefoon").at("afspraak.day", NoSlots("phone"), NOTHING)


def test_a_new_visit_tells_it_again(chat: Chat) -> None:
    offers(chat)
    chat.starts("afspraak").taps("🏢 Op kantoor").at("afspraak.day", NoSlots("office"), NOTHING)
    chat.types("menu").taps("📅 Afspraak maken").taps("🏢 Op kantoor").at("afspraak.day", NoSlots("office"), NOTHING)


def test_after_a_human_answered_nothing_free_is_told_again(chat: Chat) -> None:
    offers(chat)
    chat.starts("afspraak").taps("🏢 Op kantoor").at("afspraak.day", NoSlots("office"), NOTHING)
    chat.was_answered().waits(timedelta(hours=1)).taps("🔀 Op een andere manier").at("afspraak.kind")
    chat.taps("🏢 Op kantoor").at("afspraak.day", NoSlots("office"), NOTHING)
    chat.taps("🔀 Op een andere manier").taps("🏢 Op kantoor").at("afspraak.day")


def test_that_nothing_is_free_soon_is_told_once(chat: Chat) -> None:
    offers(chat, *(slot(at(day, 9, month=12)) for day in range(7, 16)))
    chat.starts("afspraak").taps("📞 Telefoon").at("afspraak.day", NoSlots("phone"))
    chat.taps("➕ Andere dagen").at("afspraak.later").taps("↩️ De eerste dagen").at("afspraak.later")
    chat.taps("📅 maandag 7 december").at("afspraak.time").taps("📅 Een andere dag").at("afspraak.day")
    chat.types("zaterdag 12 december om 10 uur").at("afspraak.time")


def test_that_no_day_suits_is_told_once(chat: Chat) -> None:
    at_days(chat).taps("🤷 Geen dag past").at("afspraak.none_fits", HandOver("geen passend moment"))
    chat.types("terug").at("afspraak.day").taps("🤷 Geen dag past").at("afspraak.none_fits")


def test_while_moving_no_other_way_is_offered_where_nothing_is_free(chat: Chat) -> None:
    offers(chat.has(replace(OFFICE, at=THURSDAY + HOUR, until=THURSDAY + 2 * HOUR)))
    chat.starts("menu").taps_data("!to:afspraak.moving:17")
    assert chat.buttons() == ["✏️ Zeggen wanneer ik kan", "📞 Mijn nummer geven", "👌 Zo is het goed"]
