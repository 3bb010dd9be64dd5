"""Aanmelden: from the menu to a promise with a day, in every way there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flows.grammar import (
    CancelPings,
    PlanPing,
    SetContact,
)
from tests.transcripts.aanmelden import NUDGE, signed_up, to_summary
from tests.transcripts.player import GEMEENTE, MONDAY, ZONE, Chat

# ---- the end ---------------------------------------------------------------------------------------------------------


def test_a_municipality_that_promises_nothing_names_no_day() -> None:
    chat = to_summary(Chat(replace(GEMEENTE, promises=frozenset()))).taps("✅ Ja, dat klopt")
    assert not any("uiterlijk" in text for text in chat.texts())
    assert "Een medewerker van Waterdrecht neemt contact met u op." in chat.texts()


def test_in_brief_every_promise_keeps_its_day(chat: Chat) -> None:
    chat.on("whatsapp").starts("aanmelden").types("kort").taps("✅ Zo is het genoeg").taps("✅ Ja, dat klopt")
    assert chat.texts() == [
        "U hoort uiterlijk woensdag 25 november van ons.",
        "Eerste gesprek: uiterlijk donderdag 3 december.",
        "Aanmelden stopt uw schuldeisers nog niet.",
    ]


def test_an_appointment_can_be_chosen_at_once_and_cards_once_they_are_built(chat: Chat) -> None:
    to_summary(chat)
    chat.moment = replace(chat.moment, flows=chat.moment.flows | {"kaarten"})
    chat.taps("✅ Ja, dat klopt")
    assert chat.buttons()[:2] == ["📅 Afspraak kiezen", "🗣️ Tips voor nu"]
    chat.taps("📅 Afspraak kiezen").at("afspraak.kind")
    chat.types("terug").at("aanmelden.registered")


def test_a_number_after_all(chat: Chat) -> None:
    to_summary(chat).taps("✅ Ja, dat klopt").taps("📞 Mijn nummer geven").at("overdracht.number")
    chat.types("0612345678").at("overdracht.number_saved", SetContact(phone="0612345678"))
    chat.taps("👉 Verder").at("aanmelden.registered")


def test_a_thank_you_after_the_end_is_understood(chat: Chat) -> None:
    to_summary(chat).taps("✅ Ja, dat klopt").types("bedankt!").at("overdracht.noted")
    chat.taps("👉 Verder").at("aanmelden.registered")


def test_going_back_after_the_end_signs_nobody_up_twice(chat: Chat) -> None:
    to_summary(chat).taps("✅ Ja, dat klopt").types("terug").at("aanmelden.summary")
    assert chat.buttons() == ["💬 Praten met een mens", "🏠 Naar het menu"]


def test_someone_with_an_open_case_is_never_signed_up_twice(chat: Chat) -> None:
    chat.has_case("Fatma").starts("aanmelden").sees(
        "U bent al aangemeld. Dat hoeft dus niet nog een keer.",
        "Fatma helpt u. Heeft u een vraag? Praat dan met een mens.",
        buttons=[
            "💬 Praten met een mens",
            "👥 Voor iemand anders",
            "💼 Voor mijn werk",
            "⚖️ Ik ben bewindvoerder",
            "🏠 Naar het menu",
        ],
    )
    chat.taps("👥 Voor iemand anders").at("aanmelden.knows")


def test_a_case_opened_in_the_meantime_is_not_opened_again(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").has_case().taps("✅ Zo is het genoeg").sees(
        "U bent al aangemeld. Dat hoeft dus niet nog een keer.",
        "Ons team helpt u. Heeft u een vraag? Praat dan met een mens.",
        buttons=["💬 Praten met een mens", "🏠 Naar het menu"],
    )
    chat.taps("🏠 Naar het menu").at("welkom.menu")


def test_no_question_asks_for_papers_or_a_bsn(chat: Chat) -> None:
    from flows.registry import all_flows

    assert not {"bsn", "document", "papers"} & set(all_flows()["aanmelden"].screens)


# ---- not sure yet ----------------------------------------------------------------------------------------------------


def test_not_sure_yet_agrees_on_a_day_and_nothing_more(chat: Chat) -> None:
    to_summary(chat).taps("🤔 Ik twijfel nog").sees(
        "Twijfelen mag. Wanneer zullen we het u nog één keer vragen?",
        buttons=[
            "📅 Over drie dagen",
            "📅 Over een week",
            "📅 Over twee weken",
            "📅 Over een maand",
            "🙋 Ik kom zelf terug",
        ],
    )
    chat.taps("📅 Over een week").sees(
        "Afgesproken. We vragen het u nog één keer op maandag 30 november.",
        "Uw antwoorden blijven staan. Met code mus-742-eik komt u hier terug.",
        buttons=["✅ Toch nu aanmelden", "💬 Praten met een mens", "🏠 Naar het menu"],
        effects=[
            CancelPings(kinds=("aanmelden.nudge",)),
            PlanPing(kind="aanmelden.ask", at=datetime(2026, 11, 30, 10, tzinfo=ZONE)),
        ],
    )
    chat.taps("🏠 Naar het menu").waits(timedelta(days=7)).is_due("aanmelden.ask").sees(
        "Hallo. We spraken af dat we het u nu nog één keer vragen.",
        "Wilt u graag hulp?",
        buttons=["✅ Ja, graag", "🙂 Nee, nu niet"],
    )
    chat.taps("🙂 Nee, nu niet").sees(
        "Dat is goed. We vragen het niet nog een keer. U bent hier altijd welkom.", buttons=["🏠 Naar het menu"]
    )
    chat.taps("🏠 Naar het menu").at("welkom.menu")


def test_sure_after_all_on_the_day(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").picks("🚓 Boetes").taps("✅ Zo is het genoeg")
    chat.taps("🤔 Ik twijfel nog").taps("📅 Over drie dagen").types("menu").waits(timedelta(days=3))
    chat.is_due("aanmelden.ask").taps("✅ Ja, graag").at("aanmelden.summary")
    assert "Zorgen: Boetes" in chat.texts()
    assert signed_up(chat.taps("✅ Ja, dat klopt")).answers == {"for_whom": "self", "worries": ["fines"]}


def test_the_day_stays_the_day_that_was_agreed(chat: Chat) -> None:
    to_summary(chat).taps("🤔 Ik twijfel nog").taps("📅 Over een week").waits(timedelta(days=2)).opens()
    assert chat.texts()[0] == "Afgesproken. We vragen het u nog één keer op maandag 30 november."


def test_sure_after_all_before_the_day(chat: Chat) -> None:
    to_summary(chat).taps("🤔 Ik twijfel nog").taps("📅 Over een maand").taps("✅ Toch nu aanmelden").at(
        "aanmelden.summary"
    )


def test_who_comes_back_by_oneself_is_asked_nothing(chat: Chat) -> None:
    chat.on("whatsapp")
    to_summary(chat).taps("🤔 Ik twijfel nog").taps("🙋 Ik kom zelf terug").sees(
        "Dat is goed. We vragen u niets. U bent altijd welkom.",
        "Uw antwoorden blijven staan. U kunt hier altijd verder.",
        buttons=["✅ Toch nu aanmelden", "💬 Praten met een mens", "🏠 Naar het menu"],
        effects=[CancelPings(kinds=("aanmelden.nudge", "aanmelden.ask"))],
    )


def test_the_agreed_question_is_dropped_for_who_signed_up(chat: Chat) -> None:
    to_summary(chat).taps("✅ Ja, dat klopt").is_due("aanmelden.ask").is_silent()


# ---- left unfinished -------------------------------------------------------------------------------------------------


def test_at_most_two_gentle_nudges(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").at("aanmelden.worries", NUDGE)
    chat.waits(timedelta(days=1)).is_due("aanmelden.nudge").sees(
        "Hallo. U was bezig met hulp vragen. Wilt u verder? Dat kan nu, of later. Het hoeft niet.",
        "Veel mensen hebben zorgen over geld. U bent niet de enige.",
        "Waar zijn er zorgen over? Kies wat past, of typ het zelf.",
        buttons=[
            "🏠 Huur of hypotheek",
            "💡 Energie of water",
            "🏥 Zorgverzekering",
            "🚓 Boetes",
            "🧾 Belasting of toeslagen",
            "💳 Lening of afbetaling",
            "⚖️ Deurwaarder",
            "👪 Geleend van familie",
            "🏪 Mijn eigen bedrijf",
            "📬 Ik open mijn post niet",
            "✏️ Iets anders",
            "🤐 Zeg ik liever niet",
            "👉 Klaar",
            "✅ Zo is het genoeg",
        ],
        effects=[PlanPing(kind="aanmelden.nudge", at=datetime(2026, 11, 27, 10, tzinfo=ZONE))],
    )
    chat.waits(timedelta(days=3)).is_due("aanmelden.nudge").at("aanmelden.worries")
    chat.waits(timedelta(days=3)).is_due("aanmelden.nudge").is_silent()
    chat.types("terug").taps("🙋 Voor mijzelf").at("aanmelden.worries")


def test_a_nudge_waits_for_who_wrote_shortly_before(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").waits(timedelta(hours=19)).is_due("aanmelden.nudge")
    chat.is_silent(PlanPing("aanmelden.nudge", MONDAY + timedelta(days=1)))


def test_a_nudge_finds_a_sign_up_that_was_left_by_the_menu(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("menu").waits(timedelta(days=1)).is_due("aanmelden.nudge")
    assert chat.turn.replies[0].origin == "aanmelden.worries"


@pytest.mark.parametrize(
    "finish",
    [["✅ Zo is het genoeg", "✅ Ja, dat klopt"], ["✅ Zo is het genoeg", "🤔 Ik twijfel nog", "📅 Over een week"]],
)
def test_no_nudge_for_what_is_finished(chat: Chat, finish: list[str]) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf")
    for label in finish:
        chat.taps(label)
    chat.waits(timedelta(days=1)).is_due("aanmelden.nudge").is_silent()


def test_no_nudge_for_what_was_never_begun(chat: Chat) -> None:
    chat.starts("menu").is_due("aanmelden.nudge").is_silent()


def test_resumes_after_stop_with_everything_that_was_said(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").picks("🚓 Boetes").types("stop").types("menu")
    chat.taps("🙋 Ik wil hulp").at("aanmelden.urgency", notice="We gaan verder waar u was.")
    assert chat.answers()["worries"] == ["fines"]
