"""Aanmelden: from the menu to a promise with a day, in every way there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flows.grammar import (
    CancelPings,
    Category,
    Elsewhere,
    HandOver,
    PlanPing,
    RaiseAlarm,
    Record,
    SetContact,
    SignUp,
    Urgency,
)
from tests.transcripts.player import GEMEENTE, MONDAY, ZONE, Chat

CREDITORS = (
    "Let op: aanmelden stopt uw schuldeisers nog niet. Dat kan pas als wij hun schrijven of iets met hen afspreken. "
    "U hoort aan wie we schrijven, en wanneer."
)
CALM = CancelPings(("aanmelden.nudge", "aanmelden.ask"))
NUDGE = PlanPing("aanmelden.nudge", MONDAY + timedelta(days=1))


def to_summary(chat: Chat) -> Chat:
    """Nothing but "help"."""
    return chat.starts("aanmelden").taps("✅ Zo is het genoeg").at("aanmelden.summary")


def signed_up(chat: Chat) -> SignUp:
    """The sign-up that this turn made."""
    (effect,) = (effect for effect in chat.turn.effects if isinstance(effect, SignUp))
    return effect


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
        buttons=["📞 Mijn nummer geven", "💬 Praten met een mens", "🏠 Naar het menu"],
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
        buttons=["💬 Praten met een mens", "🏠 Naar het menu"],
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
    chat.taps("👥 Nee, we delen dat").at("welkom.shared", Record("gedeelde telefoon"))
    chat.taps("👉 Verder").at("aanmelden.summary")


# ---- for someone else ------------------------------------------------------------------------------------------------


def test_for_someone_close_who_knows(chat: Chat) -> None:
    chat.starts("aanmelden").types("mijn moeder").sees(
        "Mooi dat u meehelpt. Weet die persoon dat u ons schrijft?",
        buttons=["✅ Ja, die weet het", "🤫 Nee, nog niet", "⏭️ Overslaan"],
    )
    chat.taps("✅ Ja, die weet het").sees(
        "Hoe heet de persoon om wie het gaat? Een voornaam is genoeg.", buttons=["⏭️ Overslaan", "✅ Zo is het genoeg"]
    )
    chat.types("Ria").at("aanmelden.worries", NUDGE)
    chat.taps("✅ Zo is het genoeg").taps("✏️ Iets veranderen")
    assert "👤 Om wie het gaat" in chat.buttons()
    chat.taps("↩️ Toch niets").taps("✅ Ja, dat klopt")
    assert signed_up(chat) == SignUp("helper", {"for_whom": "helper", "knows": "yes", "about": {"text": "Ria"}})


def test_without_that_persons_knowledge_advice_only_and_nothing_is_kept(chat: Chat) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").taps("🤫 Nee, nog niet").sees(
        "Fijn dat u meedenkt. We vragen dan niet naar de naam of de schulden.",
        "Wat vaak helpt: luister rustig en oordeel niet. Vertel dat er hulp is.",
        "Bied aan om samen te gaan. Samen aanmelden kan hier altijd.",
        "Zelf vragen? Geldfit denkt gratis mee: 0800-8115.",
        buttons=["🤝 We doen het samen", "💬 Praten met een mens", "🏠 Naar het menu"],
    )
    assert set(chat.answers()) == {"for_whom", "knows"}
    chat.taps("🏠 Naar het menu").at("welkom.menu")


def test_who_skips_whether_the_person_knows_gets_advice_too(chat: Chat) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").taps("⏭️ Overslaan").at("aanmelden.advice")
    chat.taps("💬 Praten met een mens").hands_over("vraagt om een mens")
    chat.taps("👉 Verder").taps("🤝 We doen het samen").at("aanmelden.about")
    assert chat.answers()["knows"] == "yes"


@pytest.mark.parametrize(
    ("label", "capacity"), [("💼 Voor mijn werk", "professional"), ("⚖️ Ik ben bewindvoerder", "bewindvoerder")]
)
def test_professionals_say_from_where_and_that_the_person_knows(chat: Chat, label: str, capacity: str) -> None:
    chat.starts("aanmelden").taps(label).at("aanmelden.knows")
    chat.taps("✅ Ja, die weet het").at("aanmelden.organisation")
    assert chat.texts() == ["Van welke organisatie bent u?"]
    chat.types("Wijkteam Zuid").at("aanmelden.about")
    chat.types("Ria").at("aanmelden.worries", NUDGE)
    chat.taps("✅ Zo is het genoeg").taps("✅ Ja, dat klopt")
    assert signed_up(chat) == SignUp(
        capacity,
        {
            "for_whom": capacity,
            "knows": "yes",
            "organisation": {"text": "Wijkteam Zuid"},
            "about": {"text": "Ria"},
        },
    )


def test_the_postcode_asked_is_that_of_the_person(chat: Chat) -> None:
    chat.starts("aanmelden").taps("💼 Voor mijn werk").taps("✅ Ja, die weet het").types("Wijkteam").types("Ria")
    chat.taps("👉 Klaar").taps("🙂 Nee, nu niet")
    assert chat.texts()[0] == "Wat is de postcode of buurt van die persoon?"


def test_changing_for_whom_asks_again_whether_the_person_knows(chat: Chat) -> None:
    to_summary(chat).taps("✏️ Iets veranderen").taps("🙋 Voor wie").taps("👥 Voor iemand anders").at("aanmelden.knows")
    chat.taps("✅ Ja, die weet het").at("aanmelden.summary")


def test_a_minor_gets_a_human_and_a_number_and_no_case(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🎒 Ik ben jonger dan 18").sees(
        "Wat goed dat u hulp zoekt. Voor jongeren helpen we op een andere manier.",
        "Een medewerker krijgt nu bericht en leest dit gesprek. Dat kan even duren.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        "U kunt ook gratis praten met de Kindertelefoon: 0800-0432. Uw naam is niet nodig.",
        "U kunt hier alvast typen wat er speelt.",
        buttons=["↩️ Ik ben 18 of ouder", "🏠 Naar het menu"],
        effects=[HandOver(reason="jonger dan 18")],
    )
    chat.types("mijn ouders hebben schulden").at("overdracht.noted")
    chat.taps("👉 Verder").taps("🏠 Naar het menu").at("welkom.menu")


def test_a_mistake_about_being_a_minor(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🎒 Ik ben jonger dan 18").taps("↩️ Ik ben 18 of ouder").at("aanmelden.for_whom")


def test_a_detour_signs_up_no_minor(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🎒 Ik ben jonger dan 18").types("terug").taps("✅ Zo is het genoeg")
    chat.at("aanmelden.summary", HandOver("jonger dan 18"))
    assert chat.buttons() == ["↩️ Ik ben 18 of ouder", "🏠 Naar het menu"]
    chat.taps("↩️ Ik ben 18 of ouder").at("aanmelden.for_whom")


def test_a_detour_signs_up_nobody_without_their_knowledge(chat: Chat) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").types("terug").taps("✅ Zo is het genoeg")
    chat.at("aanmelden.summary")
    assert chat.buttons()[0] == "🤝 We doen het samen"
    chat.taps("🤝 We doen het samen").at("aanmelden.summary")
    assert chat.buttons()[0] == "✅ Ja, dat klopt"


# ---- place -----------------------------------------------------------------------------------------------------------


def at_place(chat: Chat) -> Chat:
    return chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").taps("🙂 Nee, nu niet")


@pytest.mark.parametrize("text", ["2900", "2999AB", "2912 ab", "de Havenbuurt", "achter het station", "12"])
def test_places_that_are_ours_or_unknown_go_on(chat: Chat, text: str) -> None:
    at_place(chat).types(text).at("aanmelden.name")
    assert chat.answers()["place"] == {"text": text}


def test_another_municipality_that_we_know(chat: Chat) -> None:
    at_place(chat).types("3105 XX").sees(
        "Dit hoort bij Polderhoek. Daar helpen ze u graag.",
        "U kunt bellen: 010 765 43 21",
        "Of kijk op: polderhoek.example/geld",
        "Klopt dit niet, of komt u er niet uit? Dan gaan we hier verder.",
        buttons=["👉 Hier verdergaan", "📍 Postcode verbeteren", "💬 Praten met een mens", "👋 Ik weet genoeg"],
        effects=[Record(kind="doorverwijzing", detail={"naar": "Polderhoek"})],
    )
    chat.taps("📍 Postcode verbeteren").at("aanmelden.place")
    chat.types("Polderhoek-Oost").at("aanmelden.elsewhere", Record("doorverwijzing", {"naar": "Polderhoek"}))
    chat.taps("👉 Hier verdergaan").at("aanmelden.name")


def test_another_municipality_that_we_do_not_know(chat: Chat) -> None:
    at_place(chat).types("9999").sees(
        "Deze postcode hoort bij een andere gemeente. Daar helpen ze u graag.",
        "Geldfit zoekt gratis met u de juiste plek: 0800-8115.",
        "Klopt dit niet, of komt u er niet uit? Dan gaan we hier verder.",
        buttons=["👉 Hier verdergaan", "📍 Postcode verbeteren", "💬 Praten met een mens", "👋 Ik weet genoeg"],
        effects=[Record(kind="doorverwijzing", detail={"naar": "Geldfit"})],
    )
    chat.taps("👋 Ik weet genoeg").at("welkom.menu")


def test_a_municipality_of_which_we_know_only_the_name() -> None:
    chat = Chat(replace(GEMEENTE, elsewhere=(Elsewhere("Polderhoek", ((3100, 3199),)),)))
    assert "Geldfit zoekt gratis met u de juiste plek: 0800-8115." in at_place(chat).types("3100").texts()


def test_without_postcodes_everyone_is_ours() -> None:
    at_place(Chat(replace(GEMEENTE, postcodes=(), elsewhere=()))).types("9999").at("aanmelden.name")


# ---- reaching someone ------------------------------------------------------------------------------------------------


def at_how(chat: Chat) -> Chat:
    return at_place(chat).taps("⏭️ Overslaan").taps("⏭️ Overslaan").at("aanmelden.how")


def test_off_the_web_chat_no_number_is_asked_of_who_wants_to_write(chat: Chat) -> None:
    at_how(chat.on("telegram")).picks("💬 Hier in de chat").at("aanmelden.interpreter")


def test_a_call_needs_a_number_where_the_channel_gives_none(chat: Chat) -> None:
    at_how(chat.on("telegram")).picks("📞 Telefoon").picks("🌅 In de ochtend").picks("🗓️ Vrijdag").sees(
        "Op welk nummer kunnen we u bellen?", buttons=["⏭️ Overslaan", "✅ Zo is het genoeg"]
    )
    chat.types("tja").types("020-1234567").at("aanmelden.interpreter")


def test_whatsapp_gives_the_number_itself(chat: Chat) -> None:
    at_how(chat.on("whatsapp")).picks("📞 Telefoon").picks().picks().at("aanmelden.interpreter")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("0612345678", {"text": "0612345678", "phone": "0612345678"}),
        ("mijn nummer is +31 6 12 34 56 78 hoor", {"text": "+31 6 12 34 56 78", "phone": "+31612345678"}),
        ("(020) 123 45 67", {"text": "(020) 123 45 67", "phone": "0201234567"}),
        ("Sam@Voorbeeld.example", {"text": "Sam@Voorbeeld.example", "email": "Sam@Voorbeeld.example"}),
    ],
)
def test_numbers_and_addresses_are_read_from_a_sentence(chat: Chat, text: str, kept: dict[str, str]) -> None:
    at_how(chat).picks("💬 Hier in de chat").types(text).at("welkom.own_phone")
    assert chat.answers()["contact"] == kept


@pytest.mark.parametrize("text", ["morgen", "12345", "sam@", "geen idee"])
def test_what_is_no_number_is_asked_again(chat: Chat, text: str) -> None:
    at_how(chat).picks("💬 Hier in de chat").types(text).at("aanmelden.contact")


def test_coming_back_by_oneself_with_a_code(chat: Chat) -> None:
    at_how(chat).picks("💬 Hier in de chat").taps("🔑 Ik kom zelf terug").at("aanmelden.interpreter")


# ---- the end ---------------------------------------------------------------------------------------------------------


def test_a_municipality_that_promises_nothing_names_no_day() -> None:
    chat = to_summary(Chat(replace(GEMEENTE, promises=frozenset()))).taps("✅ Ja, dat klopt")
    assert not any("uiterlijk" in text for text in chat.texts())
    assert "Een medewerker van Waterdrecht neemt contact met u op." in chat.texts()


def test_in_brief_where_no_code_is_lost_by_it(chat: Chat) -> None:
    chat.on("whatsapp").starts("aanmelden").types("kort").taps("✅ Zo is het genoeg").taps("✅ Ja, dat klopt")
    assert chat.texts() == [
        "Gelukt. Waterdrecht neemt contact op, uiterlijk woensdag 25 november. Schuldeisers stoppen nog niet vanzelf."
    ]


def test_appointment_and_cards_are_offered_once_they_are_built(chat: Chat) -> None:
    to_summary(chat)
    chat.moment = replace(chat.moment, flows=chat.moment.flows | {"afspraak", "kaarten"})
    chat.taps("✅ Ja, dat klopt")
    assert chat.buttons()[:2] == ["📅 Afspraak kiezen", "🃏 Tips voor nu"]


def test_a_number_after_all(chat: Chat) -> None:
    to_summary(chat).taps("✅ Ja, dat klopt").taps("📞 Mijn nummer geven").at("overdracht.number")
    chat.types("0612345678").at("overdracht.number_saved", SetContact(phone="0612345678"))
    chat.taps("👉 Verder").at("aanmelden.registered")


def test_going_back_after_the_end_signs_nobody_up_twice(chat: Chat) -> None:
    to_summary(chat).taps("✅ Ja, dat klopt").types("terug").at("aanmelden.summary")
    assert chat.buttons() == ["💬 Praten met een mens", "🏠 Naar het menu"]


def test_someone_with_an_open_case_is_never_signed_up_twice(chat: Chat) -> None:
    chat.has_case("Fatma").starts("aanmelden").sees(
        "U bent al aangemeld. Dat hoeft dus niet nog een keer.",
        "Fatma helpt u. U kunt hier een bericht sturen.",
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
        "Ons team helpt u. U kunt hier een bericht sturen.",
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
