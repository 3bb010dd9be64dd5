"""Mijn afspraken: what stands, each leading to that one."""

from __future__ import annotations

import pytest

from tests.transcripts.afspraak import OFFICE, PHONE, PROPOSED
from tests.transcripts.player import Chat


def test_nothing_stands_yet_and_that_is_said_kindly(chat: Chat) -> None:
    chat.starts("menu").taps("🗓️ Mijn afspraken").sees(
        "U heeft nu geen afspraak staan.",
        "Wilt u iemand spreken? Dan maken we er een.",
        buttons=["📅 Nieuwe afspraak", "💬 Praten met een mens", "🏠 Naar het menu"],
    )
    chat.taps("📅 Nieuwe afspraak").taps("🏢 Op kantoor").types("dinsdag").types("9 uur").taps(
        "👌 Zo is het goed"
    ).sees(
        "Dit zijn uw afspraken. Kies er een om die te bekijken of te veranderen.",
        buttons=[
            "🕐 dinsdag 24 november, 09:00",
            "🔁 Verzetten",
            "❌ Afzeggen",
            "📅 Nieuwe afspraak",
            "🏠 Naar het menu",
        ],
    )


def test_each_leads_to_that_one_and_back(chat: Chat) -> None:
    chat.has(PHONE, OFFICE).starts("afspraken").sees(
        "Dit zijn uw afspraken. Kies er een om die te bekijken of te veranderen.",
        buttons=[
            "🕐 donderdag 26 november, 10:00",
            "🕐 vrijdag 27 november, 10:00",
            "📅 Nieuwe afspraak",
            "🏠 Naar het menu",
        ],
    )
    chat.taps("🕐 vrijdag 27 november, 10:00").sees(
        "Dit is uw afspraak:",
        "📅 vrijdag 27 november, 10:00",
        "📞 U wordt gebeld door Fatma.",
        buttons=["✅ Ik kom", "🔁 Verzetten", "❌ Afzeggen", "➕ Nog iets doorgeven", "👌 Zo is het goed"],
    )
    chat.taps("👌 Zo is het goed").at("afspraken.standing")
    chat.taps("🏠 Naar het menu").at("welkom.menu")


def test_what_is_proposed_can_be_found_back(chat: Chat) -> None:
    chat.has(*PROPOSED).starts("afspraken").sees(
        "U heeft nu geen afspraak staan.",
        "Er zijn wel momenten aan u voorgesteld.",
        buttons=["💡 Kies een moment", "📅 Nieuwe afspraak", "💬 Praten met een mens", "🏠 Naar het menu"],
    )
    chat.taps("💡 Kies een moment").at("afspraak.proposed")


@pytest.mark.parametrize("text", ["mijn afspraken", "wanneer is mijn afspraak?", "kan ik mijn afspraak verzetten"])
def test_asked_for_in_own_words(chat: Chat, text: str) -> None:
    chat.has(OFFICE).starts("aanmelden").types(text).at("afspraken.standing")


def test_an_old_button_of_the_list_still_works(chat: Chat) -> None:
    chat.has(OFFICE).starts("aanmelden").taps_data("!to:afspraak.one:17").at("afspraak.one")


@pytest.mark.parametrize(
    ("language", "text", "screen"),
    [
        ("nl", "verzetten", "moving"),
        ("nl", "kan het een uurtje later", "moving"),
        ("nl", "afzeggen", "cancelling"),
        ("nl", "ik kan helaas niet komen", "cancelling"),
        ("en", "move it please", "moving"),
        ("en", "cancel it", "cancelling"),
        ("ar", "الغاء", "cancelling"),
    ],
)
def test_one_alone_is_changed_from_the_list(chat: Chat, language: str, text: str, screen: str) -> None:
    chat.has(OFFICE).starts("afspraken").speaking(language).types(text).at(f"afspraak.{screen}")
    chat.types({"nl": "terug", "en": "back", "ar": "رجوع"}[language]).at("afspraken.standing")


def test_of_several_one_is_chosen_first(chat: Chat) -> None:
    chat.has(PHONE, OFFICE).starts("afspraken").types("ik kan helaas niet komen").at("afspraken.standing")
