"""Naasten: who reads along, asked in private, for a time, and ended with one tap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.helpers import EndHelper, EndHelpers, Helper, Helpers, Invitation, Invite
from tests.transcripts.player import GEMEENTE, MENU, Chat

SAMIRA = Helper(3, "Samira", "act", date(2026, 12, 23), opened=True)
ALONE = ["✅ Ja, ik ben alleen", "⏳ Nee, liever later", "✋ Stop het meelezen"]


def nobody(chat: Chat) -> Chat:
    """Someone whom nobody helps yet, alone, at the list."""
    chat.known[Helpers] = Helpers(page="https://waterdrecht.example")
    return chat.starts("naasten").taps("✅ Ja, ik ben alleen")


def asked(chat: Chat) -> Chat:
    """At the question whether Samira may."""
    return nobody(chat).taps("➕ Iemand erbij").types("Samira").taps("✍️ Ook meeschrijven").taps("🌙 Een maand")


def test_before_anything_is_shown_it_is_asked_whether_nobody_looks_along(chat: Chat) -> None:
    chat.starts("naasten").sees(
        "Hier kiest u wie er met u meeleest.", "Bent u nu alleen, en kijkt er niemand mee?", buttons=ALONE
    )
    assert not any("Samira" in text for text in chat.texts())
    chat.taps("⏳ Nee, liever later").at("welkom.menu")


def test_who_shares_a_telephone_is_warned_and_shown_the_way_to_our_page(chat: Chat) -> None:
    chat.on("telegram").opens().taps("🌍 Nederlands").taps("👥 Nee, we delen dat").taps("👉 Verder")
    chat.taps_data("!go:naasten").sees(
        "Hier kiest u wie er met u meeleest.",
        "U deelt deze telefoon. Op onze website kan dit veiliger. Daar staat uw gesprek ook: "
        "https://waterdrecht.example",
        "Bent u nu alleen, en kijkt er niemand mee?",
        buttons=ALONE,
    )


def test_someone_is_let_in_for_a_time_that_the_person_chooses(chat: Chat) -> None:
    nobody(chat).sees(
        "Er leest nu niemand met u mee.",
        "Een vriend, familie of vrijwilliger kan u helpen. U kiest zelf wie.",
        buttons=["➕ Iemand erbij", "👌 Zo is het goed"],
    )
    chat.taps("➕ Iemand erbij").sees("Hoe noemt u deze persoon? Een voornaam is genoeg.", buttons=["↩️ Toch niet"])
    chat.types("Samira").sees("Wat mag Samira?", buttons=["👀 Alleen meelezen", "✍️ Ook meeschrijven", "↩️ Toch niet"])
    chat.taps("👀 Alleen meelezen").sees(
        "Hoe lang mag Samira dat?", buttons=["🗓️ Een week", "🌙 Een maand", "🍂 Drie maanden", "↩️ Toch niet"]
    )
    chat.taps("🗓️ Een week").sees(
        "Samira leest mee, tot en met maandag 30 november.",
        "Samira ziet de berichten over uw afspraken, uitleg en tips. En wat u en uw medewerker schrijven.",
        "Ook hoe ver u bent, en waar u misschien recht op heeft.",
        "Niet te zien zijn: oude berichten, foto's, uw aanmelding, uw codes en berichten over nood.",
        "Stoppen kan altijd, met één tik. De ander krijgt daar geen bericht van.",
        "Is dat goed?",
        buttons=["✅ Ja, dat wil ik", "↩️ Toch niet"],
    )
    chat.taps("✅ Ja, dat wil ik").sees(
        "Dat is geregeld. U geeft Samira zelf een link.",
        "Wij sturen Samira niets.",
        buttons=["🔗 Geef mij de link", "⏳ Dat doe ik later"],
        effects=[Invite("Samira", "follow", 7)],
    )
    chat.known[Invitation] = Invitation("Samira", "https://waterdrecht.example/m/abc")
    chat.taps("🔗 Geef mij de link").sees(
        "Dit is de link voor Samira: https://waterdrecht.example/m/abc",
        "De link werkt één keer, en 7 dagen. Geef hem alleen aan Samira.",
        buttons=["👉 Verder"],
    )
    chat.taps("👉 Verder").at("naasten.list")


def test_a_link_that_was_passed_on_is_not_ended_by_asking_again(chat: Chat) -> None:
    chat.known[Helpers] = Helpers((replace(SAMIRA, opened=False),))
    chat.known[Invitation] = Invitation("Samira", "https://waterdrecht.example/m/x", again=True)
    chat.starts("naasten").taps("✅ Ja, ik ben alleen").taps("🔗 Geef mij de link")
    assert chat.texts()[-1] == "Een eerdere link werkt nu niet meer."
    chat.known[Invitation] = Invitation("Samira", None)
    chat.types("ik heb hem gegeven")
    assert chat.texts()[-2:] == ["De link voor Samira staat hierboven.", "Wilt u een nieuwe? Kies dan ‘Verder’."]


def test_every_choice_may_be_left_and_then_nothing_was_allowed(chat: Chat) -> None:
    asked(chat).taps("↩️ Toch niet").at("naasten.list")
    assert not chat.turn.effects
    asked(chat).types("menu").at("welkom.menu")
    assert not chat.turn.effects


@pytest.mark.parametrize("name", ["x" * 31, "https://pagina.example", "sam@voorbeeld.example"])
def test_what_is_no_name_is_asked_again(chat: Chat, name: str) -> None:
    nobody(chat).taps("➕ Iemand erbij").types(name).at("naasten.name")


def test_one_tap_ends_it_and_the_other_one_hears_nothing(chat: Chat) -> None:
    chat.known[Helpers] = Helpers((SAMIRA,))
    chat.starts("naasten").taps("✅ Ja, ik ben alleen").sees(
        "Zij helpen u nu:",
        "1. Samira: leest mee en mag meeschrijven, tot en met woensdag 23 december.",
        buttons=["✋ Stop Samira", "➕ Iemand erbij", "👌 Zo is het goed"],
    )
    chat.taps("✋ Stop Samira").sees(
        "Goed. Samira leest niet meer mee. Samira krijgt daar geen bericht van.",
        buttons=["👉 Verder"],
        effects=[EndHelper(3)],
    )
    chat.taps("👉 Verder").at("naasten.list")


def test_the_button_of_an_old_message_ends_it_too_also_while_a_human_holds_the_conversation(chat: Chat) -> None:
    chat.known[Helpers] = Helpers((SAMIRA,))
    chat.starts("menu").held().taps_data("!to:naasten.stopped:3").sees(
        "Goed. Samira leest niet meer mee. Samira krijgt daar geen bericht van.", effects=[EndHelper(3)]
    )


def test_a_number_of_nobody_ends_nobody(chat: Chat) -> None:
    chat.known[Helpers] = Helpers((SAMIRA,))
    chat.starts("menu").taps_data("!to:naasten.stopped:4").sees("Deze persoon leest niet mee.", buttons=["👉 Verder"])


def test_all_of_it_ends_with_one_tap_and_without_a_name_on_the_screen(chat: Chat) -> None:
    chat.known[Helpers] = Helpers((SAMIRA,))
    chat.starts("naasten").taps("✋ Stop het meelezen").sees(
        "Goed. Er leest niemand meer mee. Niemand krijgt daar een bericht van.",
        buttons=["👉 Verder"],
        effects=[EndHelpers()],
    )


def test_in_a_danger_nobody_is_let_in_and_nobody_shown(chat: Chat) -> None:
    chat.known[Helpers] = Helpers((SAMIRA,), closed=True)
    chat.starts("naasten").taps("✅ Ja, ik ben alleen").sees(
        "Dit kan nu even niet. Probeer het later nog eens, of vraag het aan uw medewerker.",
        buttons=["👌 Zo is het goed"],
    )


def test_of_five_there_is_no_sixth(chat: Chat) -> None:
    chat.known[Helpers] = Helpers(tuple(replace(SAMIRA, id=number) for number in range(5)))
    chat.starts("naasten").taps("✅ Ja, ik ben alleen")
    assert "➕ Iemand erbij" not in chat.buttons()


def test_without_our_own_page_there_is_nothing_to_read_along_on() -> None:
    chat = Chat(replace(GEMEENTE, channels=("telegram",)))
    assert [one for one in MENU if "meelezen" not in one] == chat.on("telegram").starts("menu").buttons()
