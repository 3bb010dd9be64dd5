"""Aanmelden: from the menu to a promise with a day, in every way there is."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows.grammar import (
    CancelPings,
    Category,
    HandOver,
    PlanPing,
    RaiseAlarm,
    SetContact,
    SharedTelephone,
    SignUp,
    Urgency,
)
from tests.transcripts.aanmelden import CALM, CREDITORS, signed_up, to_summary
from tests.transcripts.player import ZONE, Chat

# ---- short and long --------------------------------------------------------------------------------------------------


def test_the_shortest_sign_up_is_three_taps(chat: Chat) -> None:
    chat.starts("menu").taps("🙋 Ik wil hulp").sees(
        "Fijn dat u er bent. U hoeft geen papieren te pakken.",
        "U kunt elke vraag overslaan. Met ‘Zo is het genoeg’ bent u meteen klaar.",
        "Voor wie wilt u hulp?",
        buttons=[
            "🙋 Voor mijzelf",
            "👥 Voor iemand anders",
            "💼 Voor mijn werk",
            "⚖️ Ik ben bewindvoerder",
            "🎒 Ik ben jonger dan 18",
            "⏭️ Overslaan",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("✅ Zo is het genoeg").sees(
        "U wilt graag hulp. Meer hoeven we nu niet te weten.",
        "Klopt dit? Dan nemen we contact met u op.",
        buttons=["✅ Ja, dat klopt", "✏️ Iets veranderen", "🤔 Ik twijfel nog"],
    )
    chat.taps("✅ Ja, dat klopt").sees(
        "Gelukt, uw aanmelding is binnen. Een mooie eerste stap!",
        "Een medewerker van Waterdrecht neemt contact met u op, uiterlijk woensdag 25 november.",
        "Daarna komt een eerste gesprek, uiterlijk donderdag 3 december. Dan maken we samen een plan.",
        "U heeft hiervoor geen papieren nodig.",
        CREDITORS,
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=[
            "📅 Afspraak kiezen",
            "🗣️ Tips voor nu",
            "📞 Mijn nummer geven",
            "💬 Praten met een mens",
            "🏠 Naar het menu",
        ],
        effects=[SignUp(capacity="self", answers={}), CancelPings(kinds=("aanmelden.nudge", "aanmelden.ask"))],
    )
    assert chat.taps_made <= 4
    chat.taps("🏠 Naar het menu").at("welkom.menu")


@pytest.mark.parametrize("channel", ["webchat", "whatsapp", "telegram"])
def test_every_question_by_its_first_button_is_at_most_sixteen_taps(chat: Chat, channel: str) -> None:
    chat.on(channel).starts("menu")
    asked = [chat.taps("🙋 Ik wil hulp").turn.replies[0].origin]
    while asked[-1] != "aanmelden.registered":
        buttons = chat.turn.replies[0].buttons
        ticked = any(button.ticked for button in buttons)
        chat.taps_data(next(b.data for b in buttons if b.data.endswith(":done")) if ticked else buttons[0].data)
        asked.append(chat.turn.replies[0].origin)
        assert not any("papieren meenemen" in text or "document" in text for text in chat.texts())
    assert chat.taps_made <= 16
    assert "crisis.home" in asked


def test_own_words_stay_when_a_box_is_ticked_beside_them(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("mijn broer wil zijn geld terug").types("terug")
    chat.taps("🚓 Boetes")
    assert chat.answers()["worries"] == {"text": "mijn broer wil zijn geld terug", "ids": ["fines"]}
    chat.picks("🚓 Boetes", "📬 Ik open mijn post niet")
    assert chat.answers()["worries"] == {"text": "mijn broer wil zijn geld terug", "ids": ["fines", "post"]}


def test_every_question_in_own_words(chat: Chat) -> None:
    chat.starts("aanmelden").types("voor mezelf").sees(
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
        effects=[PlanPing(kind="aanmelden.nudge", at=datetime(2026, 11, 24, 10, tzinfo=ZONE))],
    )
    chat.types("boetes en deurwaarder").at("aanmelden.worries")
    assert "☑️ 🚓 Boetes" in chat.buttons()
    chat.types("er komt steeds meer bij en ik slaap er slecht van").sees(
        "Is er iets dat niet kan wachten?",
        buttons=[
            "✉️ Brief met een datum",
            "🔌 Stroom of water stopt",
            "🚪 Deurwaarder komt",
            "🔒 Beslag op geld",
            "🍞 Geen eten vandaag",
            "🙂 Nee, nu niet",
            "⏭️ Overslaan",
            "✅ Zo is het genoeg",
        ],
    )
    chat.types("nee").sees(
        "Wat is uw postcode of buurt?",
        "Bij een postcode zijn de vier cijfers genoeg.",
        buttons=["⏭️ Overslaan", "✅ Zo is het genoeg"],
    )
    chat.types("2912 AB").sees(
        "Hoe mogen we u noemen? Een voornaam is genoeg.", buttons=["⏭️ Overslaan", "✅ Zo is het genoeg"]
    )
    chat.types("Sam").sees(
        "Hoe wilt u graag contact met ons? U kunt meer dan één ding kiezen.",
        buttons=[
            "💬 Hier in de chat",
            "📞 Telefoon",
            "🏢 Op kantoor",
            "🏠 Bij mij thuis",
            "📍 Op een andere plek",
            "👉 Klaar",
            "✅ Zo is het genoeg",
        ],
        effects=[SetContact(name="Sam")],
    )
    chat.types("bellen").taps("👉 Klaar").sees(
        "Wanneer komt het u goed uit? Kies wat past, of typ het zelf.",
        buttons=["🌅 In de ochtend", "☀️ In de middag", "🌙 In de avond", "👉 Klaar", "✅ Zo is het genoeg"],
    )
    chat.types("na vijven, dan ben ik thuis").sees(
        "Zijn er dagen waarop u liever geen contact heeft? Geen? Kies dan ‘Klaar’.",
        buttons=["🗓️ Maandag", "🗓️ Dinsdag", "🗓️ Woensdag", "🗓️ Donderdag", "🗓️ Vrijdag", "👉 Klaar", "✅ Zo is het genoeg"],
    )
    chat.types("woensdag").taps("👉 Klaar").sees(
        "Wat is uw telefoonnummer of e-mailadres?",
        "Als u deze chat sluit, kunnen we u anders niet vinden.",
        "Komt u liever zelf terug? Dat kan met uw code: mus-742-eik.",
        buttons=["🔑 Ik kom zelf terug", "⏭️ Overslaan", "✅ Zo is het genoeg"],
    )
    chat.types("06 - 12 34 56 78").sees(
        "Bent u de enige die daar leest of luistert?",
        buttons=["🔒 Ja, alleen ik", "👥 Nee, we delen dat", "⏭️ Overslaan"],
    )
    chat.taps("🔒 Ja, alleen ik").sees(
        "Wilt u een tolk bij het gesprek? Uw kind hoeft niet te vertalen.",
        buttons=["👍 Nee, niet nodig", "🗣️ Ja, graag een tolk", "⏭️ Overslaan", "✅ Zo is het genoeg"],
    )
    chat.types("ja, Tigrinya als dat kan").sees(
        "Wilt u nog iets vertellen? Typen of inspreken kan, maar het hoeft niet.",
        buttons=["👌 Nee, dit is het", "✅ Zo is het genoeg"],
        effects=[SetContact(phone="0612345678")],
    )
    chat.types("ik durf niemand op te bellen").sees(
        "Voor ondernemers en jongeren hebben we eigen teams. Past een van die twee?",
        "Deze vraag kunt u rustig overslaan.",
        buttons=[
            "👌 Nee, geen van beide",
            "🏪 Eigen bedrijf",
            "🎓 Jonger dan 27",
            "🎒 Allebei",
            "⏭️ Overslaan",
            "✅ Zo is het genoeg",
        ],
    )
    chat.types("jonger dan 27").sees(
        "Dit heeft u verteld:",
        "Aanmelding: Voor mijzelf",
        "Zorgen: Boetes, Deurwaarder en er komt steeds meer bij en ik slaap er slecht van",
        "Haast: Nee, nu niet",
        "Postcode of buurt: 2912 AB",
        "Naam: Sam",
        "Contact: Telefoon",
        "Beste tijd: na vijven, dan ben ik thuis",
        "Liever niet op: Woensdag",
        "Bereikbaar: 06 - 12 34 56 78",
        "Tolk: ja, Tigrinya als dat kan",
        "Verder: ik durf niemand op te bellen",
        "Bedrijf of jonger dan 27: Jonger dan 27",
        "Klopt dit? Dan nemen we contact met u op.",
        buttons=["✅ Ja, dat klopt", "✏️ Iets veranderen", "🤔 Ik twijfel nog"],
    )
    chat.taps("✅ Ja, dat klopt").sees(
        "Gelukt, uw aanmelding is binnen. Een mooie eerste stap!",
        "Een medewerker van Waterdrecht neemt contact met u op, uiterlijk woensdag 25 november.",
        "Daarna komt een eerste gesprek, uiterlijk donderdag 3 december. Dan maken we samen een plan.",
        "U heeft hiervoor geen papieren nodig.",
        CREDITORS,
        "We bereiken u via 06 - 12 34 56 78. Terug naar deze chat kan met uw code: mus-742-eik.",
        buttons=["📅 Afspraak kiezen", "🗣️ Tips voor nu", "💬 Praten met een mens", "🏠 Naar het menu"],
        effects=[
            SignUp(
                capacity="self",
                answers={
                    "for_whom": "self",
                    "worries": {
                        "text": "er komt steeds meer bij en ik slaap er slecht van",
                        "ids": ["fines", "bailiff"],
                    },
                    "urgency": "none",
                    "place": {"text": "2912 AB"},
                    "name": {"text": "Sam"},
                    "how": ["phone"],
                    "when": {"text": "na vijven, dan ben ik thuis", "ids": []},
                    "not_on": ["wed"],
                    "contact": {"text": "06 - 12 34 56 78", "phone": "0612345678"},
                    "interpreter": {"text": "ja, Tigrinya als dat kan"},
                    "anything": {"text": "ik durf niemand op te bellen"},
                    "extra": "young",
                },
            ),
            SetContact(name="Sam", phone="0612345678", email=None),
            CancelPings(kinds=("aanmelden.nudge", "aanmelden.ask")),
        ],
    )


def test_every_question_can_be_skipped(chat: Chat) -> None:
    chat.on("whatsapp").starts("aanmelden")
    seen = []
    while (origin := chat.turn.replies[0].origin) != "aanmelden.summary":
        seen.append(origin.partition(".")[2])
        skip = next(label for label in ("⏭️ Overslaan", "👉 Klaar", "👌 Nee, dit is het") if label in chat.buttons())
        chat.taps(skip)
    assert seen == ["for_whom", "worries", "urgency", "place", "name", "how", "interpreter", "anything", "extra"]
    assert chat.texts()[0] == "U wilt graag hulp. Meer hoeven we nu niet te weten."


@pytest.mark.parametrize(
    "steps",
    [
        [],
        ["🙋 Voor mijzelf"],
        ["🙋 Voor mijzelf", "👉 Klaar"],
        ["🙋 Voor mijzelf", "👉 Klaar", "✉️ Brief met een datum"],
    ],
)
def test_enough_ends_the_questions_at_once(chat: Chat, steps: list[str]) -> None:
    chat.starts("aanmelden")
    for step in steps:
        chat.taps(step)
    chat.taps("✅ Zo is het genoeg").at("aanmelden.summary")
    chat.types("klopt").at(
        "aanmelden.registered", SignUp("self", {k: v for k, v in chat.answers().items() if k != "sure"}), CALM
    )


def test_several_worries_ticked_together(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").picks("🚓 Boetes", "📬 Ik open mijn post niet")
    chat.at("aanmelden.urgency")
    assert chat.answers()["worries"] == ["fines", "post"]


def test_enough_beside_ticked_boxes_ends_the_questions(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").picks("🚓 Boetes", "✅ Zo is het genoeg").at("aanmelden.summary")
    assert chat.answers()["worries"] == ["fines"]


def test_a_tick_is_taken_back_by_the_same_button(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("🚓 Boetes").taps("☑️ 🚓 Boetes".removeprefix("☑️ "))
    assert chat.answers()["worries"] == []


@pytest.mark.parametrize("word", ["waarom", "why", "لماذا"])
def test_every_question_says_why_it_is_asked(chat: Chat, word: str) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types(word)
    assert chat.texts()[0] == "Dan helpt iemand u die hier veel van weet."
    assert chat.turn.replies[0].origin == "aanmelden.worries"


# ---- the summary -----------------------------------------------------------------------------------------------------


LINES = {
    "🙋 Voor wie": "for_whom",
    "💭 De zorgen": "worries",
    "⏰ De haast": "urgency",
    "📍 Postcode of buurt": "place",
    "🏷️ Naam": "name",
    "💬 Hoe we contact hebben": "how",
    "🕘 Dag en tijd": "when",
    "📞 Nummer of e-mail": "contact",
    "🗣️ Tolk": "interpreter",
    "✏️ Wat u nog wilt zeggen": "anything",
    "🏪 Bedrijf of leeftijd": "extra",
}


def test_what_can_be_changed(chat: Chat) -> None:
    to_summary(chat).taps("✏️ Iets veranderen").sees(
        "Wat wilt u veranderen?",
        buttons=[
            "🙋 Voor wie",
            "💭 De zorgen",
            "⏰ De haast",
            "📍 Postcode of buurt",
            "🏷️ Naam",
            "💬 Hoe we contact hebben",
            "🕘 Dag en tijd",
            "📞 Nummer of e-mail",
            "🗣️ Tolk",
            "✏️ Wat u nog wilt zeggen",
            "🏪 Bedrijf of leeftijd",
            "↩️ Toch niets",
        ],
    )
    chat.taps("↩️ Toch niets").at("aanmelden.summary")


@pytest.mark.parametrize("label", LINES)
def test_one_line_is_changed_and_straight_back(chat: Chat, label: str) -> None:
    to_summary(chat).taps("✏️ Iets veranderen").taps(label).at(f"aanmelden.{LINES[label]}")
    while chat.turn.replies[0].origin != "aanmelden.summary":
        assert chat.turn.replies[0].origin in (f"aanmelden.{LINES[label]}", "aanmelden.not_on")
        chat.taps(next(b for b in ("⏭️ Overslaan", "👉 Klaar", "👌 Nee, dit is het") if b in chat.buttons()))


def test_the_name_is_changed_and_the_rest_stands(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("veel te veel om op te noemen").taps("✅ Zo is het genoeg")
    chat.taps("✏️ Iets veranderen").taps("🏷️ Naam").types("Sam").sees(
        "Dit heeft u verteld:",
        "Aanmelding: Voor mijzelf",
        "Zorgen: veel te veel om op te noemen",
        "Naam: Sam",
        "Klopt dit? Dan nemen we contact met u op.",
        buttons=["✅ Ja, dat klopt", "✏️ Iets veranderen", "🤔 Ik twijfel nog"],
    )


def test_urgency_changed_in_the_summary_still_raises_the_alarm(chat: Chat) -> None:
    to_summary(chat).taps("✏️ Iets veranderen").taps("⏰ De haast").taps("🍞 Geen eten vandaag")
    chat.at("crisis.food", RaiseAlarm(Category.FOOD), HandOver("crisis: geen eten", Urgency.CRISIS))
    chat.taps("👉 Verder").at("aanmelden.summary")
    assert signed_up(chat.taps("✅ Ja, dat klopt")).urgency is Urgency.CRISIS


def test_a_number_given_later_still_asks_who_reads_along(chat: Chat) -> None:
    to_summary(chat).taps("✏️ Iets veranderen").taps("📞 Nummer of e-mail").types("0612345678").at("welkom.own_phone")
    chat.taps("👥 Nee, we delen dat").at("welkom.shared", SharedTelephone())
    chat.taps("👉 Verder").at("aanmelden.summary")
