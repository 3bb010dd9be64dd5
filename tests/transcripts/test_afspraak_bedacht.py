"""Who thinks of something else right after a moment was made: it stands, and is shown to be moved or cancelled."""

from __future__ import annotations

import pytest

from flows.agenda import Amend, Decline
from flows.grammar import HandOver, Json
from tests.transcripts.afspraak import CANCELLED, DUES, MISSED, PROPOSED, at_days
from tests.transcripts.player import Chat


def at_booked(chat: Chat) -> Chat:
    """A talk by telephone was booked just now."""
    return at_days(chat).types("dinsdag").types("9 uur").at("afspraak.booked", *chat.turn.effects)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "ik kan niet"),
        ("nl", "kan het later"),
        ("nl", "toch liever woensdag"),
        ("nl", "woensdag 11.30"),
        ("nl", "kan het bij mij thuis"),
        ("nl", "oei dan moet ik werken"),
        ("nl", "verkeerde dag"),
        ("en", "no wait, can I come to the office"),
        ("en", "I can't make it"),
        ("en", "wrong day"),
        ("ar", "لا استطيع"),
        ("ar", "اريد يوم اخر"),
        ("ar", "الأربعاء"),
    ],
)
def test_it_is_shown_to_be_changed(chat: Chat, language: str, text: str) -> None:
    at_booked(chat).speaking(language).types(text).at("afspraken.standing")


def test_back_to_what_was_made(chat: Chat) -> None:
    at_booked(chat).types("ik kan niet").types("terug").at("afspraak.booked")


def test_after_more_was_said_about_it_too(chat: Chat) -> None:
    at_booked(chat).types("0687654321").at("afspraak.reached", *chat.turn.effects)
    chat.types("kan toch niet").at("afspraken.standing")


def test_after_it_was_moved_too(chat: Chat) -> None:
    at_booked(chat).types("verzetten").taps("🕐 dinsdag 24 november, 09:00").taps("🔁 Verzetten").types("woensdag om 9")
    chat.at("afspraak.moved", *chat.turn.effects).types("nee dat lukt niet").at("afspraken.standing")


@pytest.mark.parametrize("text", ["bedankt tot dan", "tot dinsdag", "nee", "prima"])
def test_who_is_content_is_done(chat: Chat, text: str) -> None:
    at_booked(chat).types(text).at("welkom.menu")


@pytest.mark.parametrize("text", ["ik kan niet", "kan het op een andere dag", "kan het toch op kantoor?"])
def test_it_is_no_place_to_meet(chat: Chat, text: str) -> None:
    chat.starts("afspraak").taps("🏠 Bij mij thuis").types("dinsdag").types("9 uur").types(text).at(
        "afspraken.standing"
    )


@pytest.mark.parametrize("text", ["bij mij", "kan bij mij thuis", "Kerkstraat 4", "Dinsdagstraat 3"])
def test_a_place_to_meet_is_one(chat: Chat, text: str) -> None:
    chat.starts("afspraak").taps("🏠 Bij mij thuis").types("dinsdag").types("9 uur").types(text)
    chat.at("afspraak.noted", Amend(1, {"place": text}))


# ---- what is over ----------------------------------------------------------------------------------------------------

NO_NEW = "Dat is goed. Wilt u later toch een afspraak? Typ dan ‘afspraak’."


@pytest.mark.parametrize(("kind", "about"), [DUES[4], DUES[5]])
@pytest.mark.parametrize("text", ["nee", "nee dank u", "liever niet", "nu niet"])
def test_a_new_moment_may_be_refused(chat: Chat, kind: str, about: Json, text: str) -> None:
    chat.has(MISSED, CANCELLED).starts("aanmelden").is_due(kind, about).types(text)
    chat.at("aanmelden.for_whom", notice=NO_NEW)


@pytest.mark.parametrize(("kind", "about"), [DUES[4], DUES[5]])
@pytest.mark.parametrize("text", ["vrijdag kan ik", "woensdag dan?", "morgen om 10 uur", "ander moment"])
def test_naming_a_day_asks_for_a_new_moment(chat: Chat, kind: str, about: Json, text: str) -> None:
    chat.has(MISSED, CANCELLED).starts("menu").is_due(kind, about).types(text).at("afspraak.again")


@pytest.mark.parametrize("text", ["kan niet", "ik kan dan niet", "dat lukt niet", "niet", "andere dag graag"])
def test_none_of_the_proposed_moments(chat: Chat, text: str) -> None:
    chat.has(*PROPOSED).starts("menu").is_due("afspraak.proposed", {}).types(text)
    chat.at("afspraak.no_proposal", HandOver("geen van de voorgestelde momenten"), Decline(21))
