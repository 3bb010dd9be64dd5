"""Contact houden: moments in the year that are hard, with someone's own plan for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.aftercare import MOST_MOMENTS, DropMoment, KeepMoment, MomentKind
from flows.grammar import Json
from tests.transcripts.contact import PARTY, keeps
from tests.transcripts.player import Chat

AHEAD = "Een paar dagen ervoor denken wij er samen met u aan."


def begins(chat: Chat) -> Chat:
    """At the question what is hard."""
    return keeps(chat).starts("menu").types("moeilijke momenten").taps("➕ Een moment erbij")


def test_a_birthday(chat: Chat) -> None:
    keeps(chat).starts("menu").types("contact houden").taps("📆 Moeilijke momenten").sees(
        "Sommige dagen zijn duur of moeilijk. Dat is bij veel mensen zo.",
        "U kunt zo'n dag hier bewaren, met wat u dan helpt.",
        AHEAD,
        buttons=["➕ Een moment erbij", "👌 Zo is het goed"],
    )
    chat.taps("➕ Een moment erbij").sees(
        "Wat is voor u een moeilijk moment?",
        buttons=["🎂 Verjaardag", "🎄 December", "💶 Vakantiegeld", "🧾 Een jaarlijkse rekening", "📆 Iets anders"],
    )
    chat.taps("🎂 Verjaardag").sees("Van wie is de verjaardag? Typ het hier.", buttons=["⏭️ Overslaan"])
    chat.types("mijn dochter").at("contact.when")
    assert chat.texts() == ["Wanneer is dat? Typ de dag, bijvoorbeeld ‘5 december’. Of kies hieronder."]
    assert chat.buttons()[:2] == ["📅 Januari", "📅 Februari"]
    assert len(chat.buttons()) == 13
    chat.types("5 maart 2015").sees(
        "Wat helpt u dan? Typ uw eigen plan.",
        "Bijvoorbeeld: ik zet elke maand iets opzij, of ik bel mijn zus.",
        buttons=["⏭️ Overslaan"],
    )
    chat.types("Ik bak zelf een taart.").sees(
        "Dat is bewaard. Een paar dagen voor vrijdag 5 maart denken we er samen aan.",
        "💡 Uw eigen plan: Ik bak zelf een taart.",
        buttons=["📆 Moeilijke momenten", "👌 Zo is het goed"],
        effects=[
            KeepMoment(0, "birthday", date(2027, 3, 5), {"text": "mijn dochter"}, {"text": "Ik bak zelf een taart."})
        ],
    )


def test_december_has_its_days(chat: Chat) -> None:
    begins(chat).taps("🎄 December")
    assert chat.buttons() == ["📅 di 1 dec", "📅 za 5 dec", "📅 vr 25 dec", "📅 do 31 dec", "⏭️ Overslaan"]
    chat.types("kerst").taps("⏭️ Overslaan").at("contact.kept", KeepMoment(0, "december", date(2026, 12, 25)))


@pytest.mark.parametrize(("kind", "day"), [("🎄 December", date(2026, 12, 1)), ("💶 Vakantiegeld", date(2027, 5, 15))])
def test_what_has_a_usual_day_needs_none(chat: Chat, kind: str, day: date) -> None:
    begins(chat).taps(kind).taps("⏭️ Overslaan").taps("⏭️ Overslaan").at(
        "contact.kept", KeepMoment(0, "december" if day.month == 12 else "holiday_pay", day)
    )


def test_a_bill_in_a_month_and_everything_else_skipped(chat: Chat) -> None:
    begins(chat).taps("🧾 Een jaarlijkse rekening").sees(
        "Welke rekening is het? Typ het hier.", buttons=["⏭️ Overslaan"]
    )
    chat.taps("⏭️ Overslaan").taps("📅 Februari").taps("⏭️ Overslaan")
    chat.at("contact.kept", KeepMoment(0, "bill", date(2027, 2, 1)))


def test_without_a_day_it_is_not_kept(chat: Chat) -> None:
    begins(chat).taps("📆 Iets anders").sees(
        "Welk moment is het? Typ het hier, in uw eigen woorden.", buttons=["⏭️ Overslaan"]
    )
    chat.taps("⏭️ Overslaan").taps("⏭️ Overslaan").taps("⏭️ Overslaan").sees(
        "Zonder dag kunnen we er niet aan denken. Dat geeft niet. Later mag ook.",
        buttons=["➕ Een moment erbij", "👌 Zo is het goed"],
    )
    chat.taps("➕ Een moment erbij").at("contact.add")


def test_told_at_once_in_own_words(chat: Chat) -> None:
    begins(chat).types("de apk van mijn auto op 3 april").at("contact.own_plan").taps("⏭️ Overslaan")
    words: Json = {"text": "de apk van mijn auto op 3 april"}
    chat.at("contact.kept", KeepMoment(0, "other", date(2027, 4, 3), words))


def test_told_without_a_day(chat: Chat) -> None:
    begins(chat).types("de sterfdag van mijn vader").at("contact.when").types("in mei").types("Ik ga wandelen.")
    words: Json = {"text": "de sterfdag van mijn vader"}
    chat.at("contact.kept", KeepMoment(0, "other", date(2027, 5, 1), words, {"text": "Ik ga wandelen."}))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("5 december", date(2026, 12, 5)),
        ("mei", date(2027, 5, 1)),
        ("22-11", date(2027, 11, 22)),
        ("23 november", date(2026, 11, 23)),
        ("29 februari", date(2027, 2, 28)),
        ("31 april", date(2027, 4, 30)),
        ("14 augustus 1980", date(2027, 8, 14)),
        ("2027-01-02", date(2027, 1, 2)),
        ("overmorgen", date(2026, 11, 25)),
    ],
)
def test_days_in_own_words(chat: Chat, typed: str, day: date) -> None:
    begins(chat).taps("📆 Iets anders").taps("⏭️ Overslaan").types(typed).taps("⏭️ Overslaan")
    chat.at("contact.kept", KeepMoment(0, "other", day))


@pytest.mark.parametrize("typed", ["32-02", "31-13", "ooit eens", "99-99", "???"])
def test_what_is_no_day_is_asked_again(chat: Chat, typed: str) -> None:
    begins(chat).taps("📆 Iets anders").taps("⏭️ Overslaan").types(typed).at("contact.when")


def test_a_number_is_that_of_a_choice(chat: Chat) -> None:
    begins(chat).taps("📆 Iets anders").taps("⏭️ Overslaan").types("3").taps("⏭️ Overslaan")
    chat.at("contact.kept", KeepMoment(0, "other", date(2027, 3, 1)))


def test_what_is_almost_there(chat: Chat) -> None:
    begins(chat).taps("📆 Iets anders").taps("⏭️ Overslaan").types("overmorgen").taps("⏭️ Overslaan")
    assert chat.texts() == ["Dat is bewaard. Het is al bijna zover. Praten mag altijd."]


@pytest.mark.parametrize("typed", ["nee", "weet ik niet"])
def test_nothing_after_all(chat: Chat, typed: str) -> None:
    begins(chat).types(typed).at("contact.moments")


def test_yes_is_no_moment(chat: Chat) -> None:
    begins(chat).types("ja").at("contact.add")
    assert chat.texts()[0] == "Dat begreep ik niet goed. Kies een knop, of typ het nummer van uw keuze."


def test_going_back_and_forth_keeps_one(chat: Chat) -> None:
    begins(chat).taps("🎄 December").taps("📅 za 5 dec").types("Niets kopen.").types("terug").types("Zelf maken.")
    chat.at("contact.kept", KeepMoment(1, "december", date(2026, 12, 5), None, {"text": "Zelf maken."}))
    assert [one.plan for one in chat.keeping.moments] == ["Zelf maken."]


# ---- what is kept --------------------------------------------------------------------------------------------------


def test_the_list_and_one_of_it(chat: Chat) -> None:
    feast = replace(PARTY, id=8, kind=MomentKind.DECEMBER, on=date(2026, 12, 5), words="", plan="")
    keeps(chat, None, PARTY, feast).starts("menu").types("moeilijke momenten").sees(
        "Dit zijn uw moeilijke momenten. Kies er een om die te bekijken.",
        AHEAD,
        buttons=["🎄 December, za 5 dec", "🎂 mijn dochter, vr 5 mrt", "➕ Een moment erbij", "👌 Zo is het goed"],
    )
    chat.types("mijn dochter").sees(
        "🎂 mijn dochter\n📅 vrijdag 5 maart",
        "💡 Uw eigen plan: Ik bak zelf een taart.",
        buttons=["📅 Andere dag", "💡 Ander plan", "🗑️ Weghalen", "📆 Moeilijke momenten", "👌 Zo is het goed"],
    )


def one(chat: Chat) -> Chat:
    """At the only moment that is kept."""
    return keeps(chat, None, PARTY).starts("menu").types("moeilijke momenten").types("1").at("contact.one")


def test_another_day(chat: Chat) -> None:
    one(chat).taps("📅 Andere dag").types("6 maart").at("contact.kept", KeepMoment(7, on=date(2027, 3, 6)))
    assert chat.keeping.moments == [replace(PARTY, on=date(2027, 3, 6))]


def test_another_plan(chat: Chat) -> None:
    one(chat).taps("💡 Ander plan").sees(
        "Wat helpt u dan? Typ uw eigen plan.",
        "Bijvoorbeeld: ik zet elke maand iets opzij, of ik bel mijn zus.",
        "💡 Uw eigen plan: Ik bak zelf een taart.",
        buttons=["⏭️ Overslaan"],
    )
    chat.types("We gaan naar het park.").at("contact.kept", KeepMoment(7, plan={"text": "We gaan naar het park."}))


def test_another_plan_leaves_a_day_of_its_own_in_december_alone(chat: Chat) -> None:
    keeps(chat, None, replace(PARTY, kind=MomentKind.DECEMBER, on=date(2026, 12, 25))).starts("menu")
    chat.types("moeilijke momenten").types("1").taps("💡 Ander plan").types("Samen koken.")
    chat.at("contact.kept", KeepMoment(7, plan={"text": "Samen koken."}))


def test_taken_away(chat: Chat) -> None:
    one(chat).taps("🗑️ Weghalen").sees(
        "Dat is goed. Dit moment is weg. We schrijven u er niet meer over.",
        buttons=["📆 Moeilijke momenten", "👌 Zo is het goed"],
        effects=[DropMoment(7)],
    )


@pytest.mark.parametrize("button", ["📅 Andere dag", "💡 Ander plan", "🗑️ Weghalen"])
def test_taken_away_elsewhere_meanwhile(chat: Chat, button: str) -> None:
    one(chat).keeping.moments.clear()
    chat.taps(button)
    if chat.turn.replies[0].origin != "contact.dropped":
        chat.types("6 maart")
    assert chat.texts() == ["Dit moment staat er niet meer. Dat geeft niet."]
    assert chat.turn.effects == ()


def test_enough_is_kept(chat: Chat) -> None:
    many = [replace(PARTY, id=number, words=f"{number}") for number in range(1, MOST_MOMENTS + 1)]
    keeps(chat, None, *many).starts("menu").types("moeilijke momenten")
    assert "➕ Een moment erbij" not in chat.buttons()
    begins(chat.starts("menu"))
    chat.keeping.moments += many
    chat.taps_data("!waarom").sees(
        "Dan weten we beter hoe we u kunnen helpen.",
        "Er staan nu 12 momenten. Haal er eerst een weg.",
        buttons=["📆 Moeilijke momenten", "👌 Zo is het goed"],
    )


# ---- just before ---------------------------------------------------------------------------------------------------


def test_just_before(chat: Chat) -> None:
    keeps(chat, None, PARTY).starts("menu").is_due("contact.moment", {"moment": 7}).sees(
        "Binnenkort is het zover: mijn dochter, vrijdag 5 maart.",
        "U schreef wat u dan helpt: Ik bak zelf een taart.",
        "We denken aan u. Praten mag altijd.",
        buttons=["💬 Praten met Noor", "👌 Zo is het goed"],
    )
    assert chat.turn.replies[0].sensitive


def test_just_before_without_a_plan(chat: Chat) -> None:
    keeps(chat, None, replace(PARTY, kind=MomentKind.DECEMBER, words="", plan="")).starts("menu")
    chat.is_due("contact.moment", {"moment": 7})
    assert chat.texts()[:2] == [
        "Binnenkort is het zover: December, vrijdag 5 maart.",
        "Doe het op uw eigen manier. Klein beginnen is ook goed.",
    ]


def test_in_a_hold_a_human_is_there_already(chat: Chat) -> None:
    keeps(chat, None, PARTY).starts("menu").held().is_due("contact.moment", {"moment": 7}).at("contact.before")
    assert chat.buttons() == ["💬 Praten met Noor"]
    chat.taps_data("!to:contact.talk:1").sees("Er leest nu een medewerker met u mee. Typ gerust verder.")


@pytest.mark.parametrize(
    ("typed", "screen"), [("ik wil niet meer leven", "life"), ("ik heb vandaag niets te eten", "food")]
)
def test_a_crisis_comes_first(chat: Chat, typed: str, screen: str) -> None:
    begins(chat).taps("🎂 Verjaardag").types(typed)
    assert [reply.origin for reply in chat.turn.replies] == [f"crisis.{screen}"]
