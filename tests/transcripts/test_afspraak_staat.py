"""An appointment that stands: confirmed, moved, cancelled, from any message about it, however old; also in a hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.agenda import Amend, Cancel, Confirm, Move
from flows.grammar import Contact, HandOver, OptOut
from tests.transcripts.afspraak import CANCELLED, HOUR, MISSED, OFFICE, PHONE, PROPOSED, THURSDAY, at, offers, slot
from tests.transcripts.player import IN_LANGUAGES, Chat

THREE = ["✅ Ik kom", "🔁 Verzetten", "❌ Afzeggen"]
LINES = ("📅 donderdag 26 november, 10:00", "🏢 Op kantoor, met Fatma.", "🚩 Waar: Stadhuis, Kade 1")
GONE = "Deze afspraak staat niet meer. Dat geeft niet."


def button(screen: str, number: int = 17) -> str:
    """What an old message's button sends."""
    return f"!to:afspraak.{screen}:{number}"


def moved(chat: Chat) -> Move:
    """What this turn moved."""
    (effect,) = chat.turn.effects
    assert isinstance(effect, Move)
    return effect


# ---- coming ----------------------------------------------------------------------------------------------------------


def test_who_comes_says_so_with_one_tap(chat: Chat) -> None:
    chat.has(OFFICE).starts("aanmelden").taps_data(button("coming")).sees(
        "Fijn dat u het laat weten. Tot dan!",
        *LINES,
        buttons=["🔁 Verzetten", "❌ Afzeggen", "👌 Zo is het goed"],
        effects=[Confirm(17)],
    )
    chat.taps("👌 Zo is het goed").at("aanmelden.for_whom")
    chat.taps_data(button("coming")).at("afspraak.coming")  # said already: nothing happens twice


# ---- moving ----------------------------------------------------------------------------------------------------------


def test_moving_keeps_the_old_moment_until_there_is_a_new_one(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").taps_data(button("moving")).sees(
        "Verzetten mag. Uw afspraak van donderdag 26 november, 10:00 staat nog.",
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
    chat.taps("➕ Andere dagen").at("afspraak.later")
    chat.taps("📅 dinsdag 1 december").at("afspraak.time")
    chat.taps("☀️ 14:00 uur")
    assert chat.texts() == [
        "Gelukt. Uw afspraak staat nu op:",
        "📅 dinsdag 1 december, 14:00",
        "🏢 Op kantoor, met Noor.",
        "🚩 Waar: Stadhuis, Kade 1",
    ]
    assert (moved(chat).appointment, moved(chat).slot.at) == (17, at(1, 14, month=12))
    chat.types("help").taps("👉 Verder").at("afspraak.moved")  # shown again, not moved again
    chat.taps("👌 Zo is het goed").at("welkom.menu")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("Fatma", ["🎥 Via videobellen, met Fatma.", "🔗 Link van het videogesprek: https://video.example/f"]),
        ("Noor", ["🎥 Via videobellen, met Noor. De link krijgt u van tevoren."]),
    ],
)
def test_the_link_of_a_video_talk_stays_with_the_same_colleague(chat: Chat, name: str, how: list[str]) -> None:
    offers(chat, slot(at(24, 9), name)).has(replace(OFFICE, kind="video", place="https://video.example/f"))
    chat.starts("menu").taps_data(button("moving")).taps("📅 dinsdag 24 november").taps("🌅 09:00 uur")
    assert chat.texts() == ["Gelukt. Uw afspraak staat nu op:", "📅 dinsdag 24 november, 09:00", *how]


def test_several_caseworkers_move_together(chat: Chat) -> None:
    chat.has(replace(OFFICE, names=("Fatma", "Noor"))).starts("menu").taps_data(button("moving")).types("dinsdag")
    chat.types("9 uur")
    assert chat.texts()[2:4] == ["🏢 Op kantoor, met Fatma.", "👥 Ook erbij: Noor."]


def test_the_new_moment_has_just_gone_and_the_old_one_stands(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").taps_data(button("moving")).taps("📅 dinsdag 24 november")
    chat.refused("slot_taken").taps("🌅 09:00 uur").at(
        "afspraak.time", notice="Dat moment is net weg. Iemand anders was iets eerder."
    )
    chat.taps("🌅 11:30 uur")
    assert moved(chat).slot.at == at(24, 11, 30)


def test_it_was_ended_while_they_chose(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").taps_data(button("moving")).taps("📅 dinsdag 24 november")
    chat.refused("gone").taps("🌅 09:00 uur").sees(GONE, buttons=["📅 Nieuwe afspraak", "👌 Zo is het goed"])
    chat.taps("📅 Nieuwe afspraak").at("afspraak.kind")


def test_no_other_day_suits(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").taps_data(button("moving")).taps("🤷 Geen dag past").hands_over(
        "geen passend moment"
    )


# ---- cancelling ------------------------------------------------------------------------------------------------------


def test_cancelling_is_asked_once_and_is_all_right(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").taps_data(button("cancelling")).sees(
        "Afzeggen mag altijd. Verzetten kan ook.",
        "📅 donderdag 26 november, 10:00",
        "Wilt u deze afspraak afzeggen?",
        buttons=["👍 Ja, afzeggen", "🔁 Verzetten", "✅ Nee, ik kom wel"],
    )
    chat.taps("👍 Ja, afzeggen").sees(
        "Dat is goed. Uw afspraak is afgezegd.",
        "Wilt u een nieuw moment kiezen? Dat mag nu, of later.",
        buttons=["📅 Nieuw moment", "👌 Zo is het goed"],
        effects=[Cancel(17)],
    )
    chat.taps_data(button("cancelled")).at("afspraak.cancelled")  # gone already, and stays so
    chat.taps("📅 Nieuw moment").at("afspraak.again", notice="Fijn. We zoeken een nieuw moment.")
    chat.taps("📅 vrijdag 27 november").taps("🌅 09:00 uur")
    assert chat.texts()[1:3] == ["📅 vrijdag 27 november, 09:00", "🏢 Op kantoor, met Fatma."]


@pytest.mark.parametrize("text", ["ja", "ja zeker", "afzeggen"])
def test_cancelling_in_own_words(chat: Chat, text: str) -> None:
    chat.has(OFFICE).starts("menu").taps_data(button("cancelling")).types(text).at("afspraak.cancelled", Cancel(17))


@pytest.mark.parametrize("text", ["nee", "nee, ik kom wel", "toch komen"])
def test_not_cancelling_after_all(chat: Chat, text: str) -> None:
    chat.has(OFFICE).starts("menu").taps_data(button("cancelling")).types(text).at("afspraak.coming", Confirm(17))


# ---- one, and what is over -------------------------------------------------------------------------------------------


def test_one_appointment_and_what_can_be_done_with_it(chat: Chat) -> None:
    link = "https://waterdrecht.example/agenda/k7m2"
    chat.has(replace(OFFICE, link=link)).starts("menu").taps_data(button("one")).sees(
        "Dit is uw afspraak:",
        *LINES,
        f"Zet het in uw agenda: {link}",
        buttons=[*THREE, "➕ Nog iets doorgeven", "👌 Zo is het goed"],
    )


@pytest.mark.parametrize("screen", ["one", "coming", "moving", "cancelling", "cancelled"])
def test_an_appointment_that_is_over_does_nothing(chat: Chat, screen: str) -> None:
    past = replace(OFFICE, id=30, at=THURSDAY - 96 * HOUR, until=THURSDAY - 95 * HOUR)
    chat.has(MISSED, past).starts("menu")
    for number in (MISSED.id, past.id, 99):
        chat.taps_data(button(screen, number)).sees(GONE, buttons=["📅 Nieuwe afspraak", "👌 Zo is het goed"])


# ---- while a human holds the conversation ----------------------------------------------------------------------------


def test_in_a_hold_its_buttons_work_beside_the_conversation(chat: Chat) -> None:
    chat.has(OFFICE).starts("aanmelden").held().taps_data(button("coming")).sees(
        "Fijn dat u het laat weten. Tot dan!",
        *LINES,
        buttons=["🔁 Verzetten", "❌ Afzeggen"],
        effects=[Confirm(17)],
    )
    chat.taps("❌ Afzeggen").at("afspraak.cancelling")
    chat.taps("👍 Ja, afzeggen").sees(
        "Dat is goed. Uw afspraak is afgezegd.",
        "Wilt u een nieuw moment kiezen? Dat mag nu, of later.",
        buttons=["📅 Nieuw moment"],
        effects=[Cancel(17)],
    )
    chat.taps("📅 Nieuw moment").sees("Een medewerker leest met u mee. Samen zoekt u een ander moment.")
    assert chat.session.top.flow == "aanmelden"


def test_in_a_hold_another_moment_is_found_with_the_human(chat: Chat) -> None:
    chat.known[Contact] = Contact("mus-742-eik", False, "Fatma")
    chat.has(OFFICE).starts("menu").held().taps_data(button("moving")).sees(
        "Fatma leest met u mee. Samen zoekt u een ander moment."
    )


def test_in_a_hold_what_is_over_says_so_and_offers_nothing_that_stays_silent(chat: Chat) -> None:
    chat.has(CANCELLED).starts("menu").held().taps_data(button("coming", CANCELLED.id)).sees(GONE)


# ---- stop ------------------------------------------------------------------------------------------------------------


def test_stop_names_what_still_stands(chat: Chat) -> None:
    chat.has(OFFICE, PHONE, *PROPOSED).starts("menu").types("stop").at("woorden.stopped", OptOut())
    assert chat.texts()[1] == ("Uw afspraak blijft staan: donderdag 26 november, 10:00 en vrijdag 27 november, 10:00.")


def test_stop_in_a_hold_names_it_too(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").held().types("stop").at("woorden.stopped", OptOut())
    assert chat.texts()[1] == "Uw afspraak blijft staan: donderdag 26 november, 10:00."


# ---- what else there is to say ---------------------------------------------------------------------------------------


def test_a_number_for_who_is_called(chat: Chat) -> None:
    chat.starts("afspraak").taps("📞 Telefoon").types("dinsdag").types("9 uur")
    assert chat.texts()[-1] == "We bellen het nummer dat eindigt op …678."
    assert chat.buttons() == ["📞 Een ander nummer", "➕ Nog iets doorgeven", "👌 Zo is het goed"]
    chat.taps("📞 Een ander nummer").sees("Op welk nummer kunnen we u bellen?", buttons=["⏭️ Overslaan"])
    chat.types("mijn adres is sam@voorbeeld.example").at("afspraak.number")
    chat.types("0612345678").sees(
        "Dank u. Dit staat bij uw afspraak:",
        "📅 dinsdag 24 november, 09:00",
        "📞 Nummer: 0612345678",
        buttons=["➕ Nog iets doorgeven", "👌 Zo is het goed"],
        effects=[Amend(1, {"phone": "0612345678"})],
    )


def test_a_place_for_who_is_visited(chat: Chat) -> None:
    chat.starts("afspraak").taps("🏠 Bij mij thuis").types("dinsdag").types("9 uur")
    assert chat.texts()[-1] == "Waar zullen we afspreken?"
    chat.taps("📍 Zeggen waar").sees("Waar zullen we afspreken? Typ het adres of de plek.", buttons=["⏭️ Overslaan"])
    chat.types("Kade 12").at("afspraak.noted", Amend(1, {"place": "Kade 12"}))
    assert "📍 Waar: Kade 12" in chat.texts()


def test_what_is_skipped_is_no_matter(chat: Chat) -> None:
    chat.starts("afspraak").taps("🏠 Bij mij thuis").types("dinsdag").types("9 uur")
    chat.taps("📍 Zeggen waar").taps("⏭️ Overslaan").sees(
        "Dat is goed.",
        "📅 dinsdag 24 november, 09:00",
        buttons=["➕ Nog iets doorgeven", "👌 Zo is het goed"],
    )


def test_everything_else_one_question_at_a_time(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").taps_data(button("one")).taps("➕ Nog iets doorgeven").sees(
        "Wat wilt u nog doorgeven?",
        buttons=[
            "👥 Ik neem iemand mee",
            "🗣️ Ik wil een tolk",
            "♿ Lift, horen of zien",
            "✏️ Iets anders",
            "👌 Zo is het goed",
        ],
    )
    chat.taps("👥 Ik neem iemand mee").sees(
        "Goed idee. Wie neemt u mee? Een naam hoeft niet.", buttons=["👥 Iemand die ik ken", "⏭️ Overslaan"]
    )
    chat.taps("👥 Iemand die ik ken").at("afspraak.noted", Amend(17, {"company": True}))
    chat.taps("➕ Nog iets doorgeven").taps("🗣️ Ik wil een tolk").sees(
        "In welke taal wilt u een tolk? Uw kind hoeft niet te vertalen.",
        buttons=[*IN_LANGUAGES[1:], "⏭️ Overslaan"],
    )
    chat.taps("🌍 العربية").at("afspraak.noted", Amend(17, {"company": True, "interpreter": "arabisch"}))
    chat.taps("➕ Nog iets doorgeven").taps("♿ Lift, horen of zien").sees(
        "Wat helpt u? Denk aan een lift, of dat u slecht hoort of ziet.", buttons=["⏭️ Overslaan"]
    )
    chat.types("ik zit in een rolstoel")
    chat.taps("➕ Nog iets doorgeven").taps("✏️ Iets anders").sees(
        "Wat wilt u de medewerker vooraf vertellen?", buttons=["⏭️ Overslaan"]
    )
    chat.types("de bel is stuk").sees(
        "Dank u. Dit staat bij uw afspraak:",
        "📅 donderdag 26 november, 10:00",
        "👥 Mee: Iemand die ik ken",
        "🗣️ Tolk: \u2068العربية\u2069",
        "♿ Handig om te weten: ik zit in een rolstoel",
        "✏️ Ook nog: de bel is stuk",
        buttons=["➕ Nog iets doorgeven", "👌 Zo is het goed"],
        effects=[
            Amend(
                17,
                {
                    "company": True,
                    "interpreter": "arabisch",
                    "access": "ik zit in een rolstoel",
                    "remark": "de bel is stuk",
                },
            )
        ],
    )


def test_a_human_can_always_be_asked(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").taps_data(button("one")).types("mens").at(
        "overdracht.asked", HandOver("vraagt om een mens")
    )
    chat.taps("👉 Verder").at("afspraak.one")
