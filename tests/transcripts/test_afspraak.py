"""Afspraak: kind, day, time, booked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.agenda import Book, Kind, Meetings, NoSlots, WalkIn
from flows.grammar import Category, HandOver, RaiseAlarm, Urgency
from tests.transcripts.afspraak import HOUR, OFFICE, THURSDAY, at, at_days, offers, slot
from tests.transcripts.player import Chat

KINDS = [
    "📞 Telefoon",
    "🏢 Op kantoor",
    "🏠 Bij mij thuis",
    "📍 Ergens anders",
    "🎥 Videobellen",
    "☎️ Samen een schuldeiser bellen",
    "🗂️ Samen papieren ordenen",
]
FIRST_DAYS = [
    "📅 dinsdag 24 november",
    "📅 woensdag 25 november",
    "🌙 donderdag 26 november",
    "📅 vrijdag 27 november",
    "📅 maandag 30 november",
]
TURNED = ["➕ Andere dagen", "🤷 Geen dag past"]


def booked(chat: Chat) -> Book:
    """What this turn booked."""
    (effect,) = chat.turn.effects
    assert isinstance(effect, Book)
    return effect


# ---- the straight way ------------------------------------------------------------------------------------------------


def test_four_taps_and_it_stands(chat: Chat) -> None:
    chat.starts("menu").taps("📅 Afspraak maken").sees("Hoe wilt u elkaar spreken?", buttons=[*KINDS, "🚪 Open inloop"])
    chat.taps("🏢 Op kantoor").sees("Welke dag komt u goed uit?", buttons=[*FIRST_DAYS, *TURNED])
    chat.taps("🌙 donderdag 26 november").sees(
        "Hoe laat op donderdag 26 november?",
        buttons=["🌅 09:00 uur", "🌅 11:30 uur", "☀️ 14:00 uur", "☀️ 15:30 uur", "🌙 19:00 uur", "📅 Een andere dag"],
    )
    chat.taps("🌅 11:30 uur")
    assert chat.texts() == [
        "Gelukt. Uw afspraak staat.",
        "📅 donderdag 26 november, 11:30",
        "🏢 Op kantoor, met Fatma.",
        "🚩 Waar: Stadhuis, Kade 1",
        "Zet het in uw agenda: https://waterdrecht.example/agenda/k7m2",
        "U hoeft niets mee te nemen of klaar te leggen.",
    ]
    assert chat.buttons() == ["➕ Nog iets doorgeven", "👌 Zo is het goed"]
    assert (booked(chat).kind, booked(chat).slot.at, booked(chat).slot.name) == ("office", at(26, 11, 30), "Fatma")
    assert chat.taps_made == 4
    chat.taps("👌 Zo is het goed").at("welkom.menu")


@pytest.mark.parametrize(
    ("label", "line"),
    [
        ("📞 Telefoon", "📞 U wordt gebeld door Fatma."),
        ("🏠 Bij mij thuis", "🏠 Bij u thuis, met Fatma."),
        ("📍 Ergens anders", "📍 Op een plek die u goed uitkomt, met Fatma."),
        ("🎥 Videobellen", "🎥 Via videobellen, met Fatma. De link krijgt u van tevoren."),
        ("☎️ Samen een schuldeiser bellen", "☎️ Samen een schuldeiser bellen, met Fatma."),
        ("🗂️ Samen papieren ordenen", "🗂️ Samen papieren ordenen, met Fatma."),
    ],
)
def test_every_way_to_meet(chat: Chat, label: str, line: str) -> None:
    chat.starts("afspraak").taps(label).taps("📅 dinsdag 24 november").taps("🌅 09:00 uur")
    assert chat.texts()[2] == line


def test_only_what_someone_offers_is_shown(chat: Chat) -> None:
    chat.known[Meetings] = Meetings((Kind.OFFICE, Kind.PHONE))
    chat.starts("afspraak").sees("Hoe wilt u elkaar spreken?", buttons=["📞 Telefoon", "🏢 Op kantoor"])


def test_open_hours_need_no_appointment(chat: Chat) -> None:
    chat.starts("afspraak").taps("🚪 Open inloop").sees(
        "U kunt zo binnenlopen. Een afspraak is niet nodig.",
        "🚪 woensdag 25 november, 10:00 tot 12:00 uur: Stadhuis, Kade 1",
        buttons=["📅 Liever een afspraak", "👌 Zo is het goed"],
    )
    chat.taps("📅 Liever een afspraak").at("afspraak.kind")


# ---- which days are shown --------------------------------------------------------------------------------------------


def test_later_days_and_back_to_the_first(chat: Chat) -> None:
    at_days(chat).taps("➕ Andere dagen").sees(
        "Welke dag komt u goed uit?",
        buttons=["📅 dinsdag 1 december", "🌙 woensdag 2 december", "↩️ De eerste dagen", "🤷 Geen dag past"],
    )
    chat.taps("↩️ De eerste dagen").sees("Welke dag komt u goed uit?", buttons=[*FIRST_DAYS, *TURNED])
    chat.taps("➕ Andere dagen").types("terug").at("afspraak.day")
    chat.types("terug").at("afspraak.kind")


def test_an_evening_is_among_the_first_days_wherever_there_is_one(chat: Chat) -> None:
    days = [slot(at(day, 10)) for day in (24, 25, 26, 27, 30)]
    offers(chat, *days, slot(at(2, 19, month=12)), slot(at(3, 10, month=12)))
    assert at_days(chat).buttons() == [
        *[label.replace("🌙", "📅") for label in FIRST_DAYS[:4]],
        "🌙 woensdag 2 december",
        *TURNED,
    ]
    chat.taps("➕ Andere dagen")
    assert chat.buttons()[0] == "📅 maandag 30 november"  # the day whose place it took


def test_the_own_contact_comes_first_and_a_colleague_is_possible_too(chat: Chat) -> None:
    offers(chat, slot(at(24, 9)), slot(at(25, 9), "Fatma", own=True), slot(at(26, 19)), contact="Fatma")
    at_days(chat).sees(
        "Welke dag komt u goed uit? U spreekt dan Fatma.",
        "In de avond kan het bij een collega.",
        buttons=["📅 woensdag 25 november", "👥 Een collega mag ook", "🤷 Geen dag past"],
    )
    chat.taps("👥 Een collega mag ook").sees(
        "Welke dag komt u goed uit?",
        buttons=[
            "📅 dinsdag 24 november",
            "📅 woensdag 25 november",
            "🌙 donderdag 26 november",
            "🤷 Geen dag past",
        ],
    )
    chat.taps("📅 dinsdag 24 november").taps("🌅 09:00 uur")
    assert booked(chat).slot.name == "Noor"


def test_what_was_chosen_with_the_own_contact_never_becomes_a_colleague(chat: Chat) -> None:
    mine = slot(at(25, 9), "Fatma", own=True)
    later = slot(at(25, 11), "Fatma", own=True)
    offers(chat, mine, later, contact="Fatma")
    at_days(chat).taps("📅 woensdag 25 november").at("afspraak.time")
    offers(chat, replace(mine, own=False, staff=2, name="Noor"), later, contact="Fatma")
    chat.taps("🌅 09:00 uur").at("afspraak.time", notice="Dat moment is net weg. Iemand anders was iets eerder.")


def test_a_contact_without_time_soon_makes_room_for_the_team(chat: Chat) -> None:
    offers(chat, slot(at(24, 9)), slot(at(14, 9, month=12), "Fatma", own=True), contact="Fatma")
    at_days(chat).sees(
        "Welke dag komt u goed uit?",
        buttons=["📅 dinsdag 24 november", "📅 maandag 14 december", "🤷 Geen dag past"],
    )


def test_when_nothing_is_free_soon_the_desk_hears_of_it(chat: Chat) -> None:
    offers(chat, slot(at(14, 9, month=12)))
    at_days(chat).at("afspraak.day", NoSlots("phone"))
    chat.taps("📅 maandag 14 december").taps("🌅 09:00 uur")
    assert booked(chat).slot.at == at(14, 9, month=12)


# ---- which times are shown -------------------------------------------------------------------------------------------


def test_many_times_are_shown_a_few_at_a_time(chat: Chat) -> None:
    at_days(chat).taps("📅 woensdag 25 november")
    whole = ["🌅 09:00 uur", "🌅 10:00 uur", "🌅 11:00 uur", *[f"☀️ {hour}:00 uur" for hour in range(12, 17)]]
    assert chat.buttons() == [*whole, "➕ Meer tijden", "📅 Een andere dag"]
    chat.taps("➕ Meer tijden")
    assert chat.buttons()[:4] == ["🌅 09:00 uur", "🌅 09:30 uur", "🌅 10:00 uur", "🌅 10:30 uur"]
    chat.taps("➕ Meer tijden")
    assert chat.buttons()[:2] == ["☀️ 13:00 uur", "☀️ 13:30 uur"]
    chat.taps("➕ Meer tijden")
    assert chat.buttons()[0] == "🌅 09:00 uur"
    chat.taps("📅 Een andere dag").at("afspraak.day")


# ---- in own words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["donderdag", "op donderdag graag", "26 november", "26-11", "de 26e"])
def test_a_day_in_own_words(chat: Chat, text: str) -> None:
    assert at_days(chat).types(text).texts() == ["Hoe laat op donderdag 26 november?"]


def test_tomorrow_and_an_evening_in_own_words(chat: Chat) -> None:
    assert at_days(chat).types("morgen").texts() == ["Hoe laat op dinsdag 24 november?"]
    none = "In de avond is er die dag geen vrij moment."
    chat.types("'s avonds").at("afspraak.time", notice=none)  # its times again
    chat.types("vrijdag").sees(
        none,
        "Hoe laat op vrijdag 27 november?",
        buttons=["🌅 09:00 uur", "🌅 11:30 uur", "☀️ 14:00 uur", "☀️ 15:30 uur", "📅 Een andere dag"],
    )
    chat.taps("📅 Een andere dag").types("'s avonds").sees(
        "In de avond kan het op deze dagen.",
        "Welke dag komt u goed uit?",
        buttons=["🌙 donderdag 26 november", "🌙 woensdag 2 december", "↩️ De eerste dagen", "🤷 Geen dag past"],
    )


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [("10 uur", 10, 0), ("10", 10, 0), ("half elf", 10, 30), ("10:30", 10, 30), ("om drie uur", 15, 0), ("9", 9, 0)],
)
def test_a_time_in_own_words(chat: Chat, text: str, hour: int, minute: int) -> None:
    at_days(chat).taps("📅 woensdag 25 november").types(text)
    assert booked(chat).slot.at == at(25, hour, minute)


def test_an_hour_before_noon_may_be_one_of_the_evening(chat: Chat) -> None:
    offers(chat, slot(at(26, 20)))
    at_days(chat).types("donderdag").types("8 uur")
    assert booked(chat).slot.at == at(26, 20)


def test_a_time_that_is_not_free_is_no_reproach(chat: Chat) -> None:
    at_days(chat).types("dinsdag").types("10 uur").sees(
        "Om 10:00 uur is er geen vrij moment.",
        "Hoe laat op dinsdag 24 november?",
        buttons=["🌅 09:00 uur", "🌅 11:30 uur", "☀️ 14:00 uur", "☀️ 15:30 uur", "📅 Een andere dag"],
    )


def test_a_day_without_a_free_moment_shows_those_after_it(chat: Chat) -> None:
    at_days(chat).types("zaterdag").sees(
        "Op zaterdag 28 november is er geen vrij moment.",
        "Welke dag komt u goed uit?",
        buttons=[
            "📅 maandag 30 november",
            "📅 dinsdag 1 december",
            "🌙 woensdag 2 december",
            "↩️ De eerste dagen",
            "🤷 Geen dag past",
        ],
    )
    chat.taps("📅 dinsdag 1 december").at("afspraak.time")


@pytest.mark.parametrize("text", ["geen dag past", "geen", "past niet", "nee"])
def test_no_day_in_own_words(chat: Chat, text: str) -> None:
    at_days(chat).types(text).hands_over("geen passend moment")


def test_words_that_name_no_moment_are_asked_again(chat: Chat) -> None:
    at_days(chat).types("blauwe paraplu").at(
        "afspraak.day", notice="Dat begreep ik niet goed. Kies een knop, of typ het nummer van uw keuze."
    )


def test_a_wish_in_a_sentence_opens_it(chat: Chat) -> None:
    chat.starts("menu").types("ik wil graag een afspraak maken").at("afspraak.kind")
    chat.types("menu").types("ik wil mijn afspraak verzetten").at("afspraken.standing")


def test_a_crisis_comes_first(chat: Chat) -> None:
    at_days(chat).types("morgen word ik uit mijn huis gezet").at(
        "crisis.home", RaiseAlarm(Category.HOME), HandOver("crisis: huis", Urgency.CRISIS)
    )


# ---- where there is none ---------------------------------------------------------------------------------------------


def test_no_day_suits_so_a_person_helps(chat: Chat) -> None:
    at_days(chat).taps("🤷 Geen dag past").sees(
        "Dat kan gebeuren. Dan zoeken we samen verder.",
        "Een medewerker zoekt een moment met u, uiterlijk woensdag 25 november.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        "Wanneer kunt u goed? U kunt het hier typen. Het hoeft niet.",
        buttons=["📞 Mijn nummer geven", "👌 Zo is het goed"],
        effects=[HandOver("geen passend moment")],
    )
    chat.types("op maandag na vieren, dan ben ik thuis").at("overdracht.noted")
    chat.taps("👉 Verder").at("afspraak.none_fits")


def test_nothing_free_is_never_a_shrug(chat: Chat) -> None:
    offers(chat)
    chat.on("telegram").starts("afspraak").taps("🏢 Op kantoor").sees(
        "Er is nu geen vrij moment in onze agenda. Dat ligt niet aan u.",
        "Een medewerker zoekt een moment met u, uiterlijk woensdag 25 november.",
        "Het antwoord komt hier, in dit gesprek.",
        buttons=["✏️ Zeggen wanneer ik kan", "🔀 Op een andere manier", "👌 Zo is het goed"],
        effects=[NoSlots("office"), HandOver("geen vrije tijd in de agenda")],
    )
    chat.taps("✏️ Zeggen wanneer ik kan").sees(
        "Wanneer kunt u goed? U kunt het hier typen. Het hoeft niet.", buttons=["👌 Zo is het goed"]
    )
    chat.types("elke ochtend").at("overdracht.noted")


def test_nobody_offers_anything_but_the_open_hours_are_told(chat: Chat) -> None:
    chat.known[Meetings] = Meetings((), (WalkIn(THURSDAY, THURSDAY + HOUR, ""),))
    chat.on("telegram").starts("afspraak").sees(
        "Er is nu geen vrij moment in onze agenda. Dat ligt niet aan u.",
        "🚪 donderdag 26 november, 10:00 tot 11:00 uur",
        "Een medewerker zoekt een moment met u, uiterlijk woensdag 25 november.",
        "Het antwoord komt hier, in dit gesprek.",
        buttons=["✏️ Zeggen wanneer ik kan", "👌 Zo is het goed"],
        effects=[NoSlots(""), HandOver("geen vrije tijd in de agenda")],
    )


def test_no_day_is_promised_that_was_not_adopted(chat: Chat) -> None:
    gemeente = replace(chat.moment.gemeente, promises=frozenset())
    chat.moment = replace(chat.moment, gemeente=gemeente)
    at_days(chat).taps("🤷 Geen dag past")
    assert "Een medewerker zoekt een moment met u." in chat.texts()


# ---- refused ---------------------------------------------------------------------------------------------------------


def test_a_moment_that_has_just_gone_is_said_kindly_and_the_times_come_anew(chat: Chat) -> None:
    at_days(chat).taps("📅 dinsdag 24 november").refused("slot_taken").taps("🌅 09:00 uur").sees(
        "Dat moment is net weg. Iemand anders was iets eerder.",
        "Hoe laat op dinsdag 24 november?",
        buttons=["🌅 09:00 uur", "🌅 11:30 uur", "☀️ 14:00 uur", "☀️ 15:30 uur", "📅 Een andere dag"],
    )
    chat.taps("🌅 11:30 uur")
    assert booked(chat).slot.at == at(24, 11, 30)


def test_the_last_moment_of_a_day_has_gone_so_the_days_come_anew(chat: Chat) -> None:
    offers(chat, slot(at(24, 9)), slot(at(25, 9)))
    at_days(chat).taps("📅 dinsdag 24 november").at("afspraak.time")
    offers(chat, slot(at(25, 9)))
    chat.taps("🌅 09:00 uur").sees(
        "Dat moment is net weg. Iemand anders was iets eerder.",
        "Welke dag komt u goed uit?",
        buttons=["📅 woensdag 25 november", "🤷 Geen dag past"],
    )


def test_as_many_as_one_may_book(chat: Chat) -> None:
    chat.has(OFFICE)
    at_days(chat).taps("📅 dinsdag 24 november").refused("enough").taps("🌅 09:00 uur").sees(
        "U heeft al afspraken staan. Meer tegelijk lukt hier niet.",
        "📅 donderdag 26 november, 10:00",
        "Wilt u er toch nog een? Een medewerker kijkt met u mee.",
        buttons=["🗓️ Mijn afspraken", "💬 Praten met een mens", "👌 Zo is het goed"],
    )
    chat.taps("💬 Praten met een mens").hands_over("vraagt om een mens")


def test_going_back_after_booking_books_no_second_one(chat: Chat) -> None:
    at_days(chat).taps("📅 dinsdag 24 november").taps("🌅 09:00 uur").types("terug").sees(
        "Dit moment is al van u:",
        "📅 dinsdag 24 november, 09:00",
        "📞 U wordt gebeld door Fatma.",
        buttons=["🔁 Verzetten", "❌ Afzeggen", "👌 Zo is het goed"],
    )


def test_what_was_booked_is_shown_again_without_booking_again(chat: Chat) -> None:
    at_days(chat).taps("📅 dinsdag 24 november").taps("🌅 09:00 uur").types("help").taps("👉 Verder").at(
        "afspraak.booked", notice="Gelukt. Uw afspraak staat."
    )
