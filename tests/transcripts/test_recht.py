"""Waar heb ik recht op: a list to take to a human, on file for them; nothing is promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.agenda import Meetings
from flows.grammar import Record
from flows.local import Link, Right
from flows.recht import rights
from flows.text import Text
from tests.transcripts.player import GEMEENTE, LANGUAGES, Chat

MONTHLY = [
    "🏠 Huurtoeslag",
    "🏥 Zorgtoeslag",
    "👧 Kindgebonden budget",
    "🧸 Kinderopvangtoeslag",
    "🧾 Belasting terug",
    "👉 Klaar",
    "✅ Zo is het genoeg",
]
IN_OTHERS = (
    ("en", "Swimming lessons"),
    ("ar", "دروس السباحة"),
    ("tr", "Yüzme dersleri"),
    ("pl", "Lekcje pływania"),
    ("uk", "Уроки плавання"),
    ("fa", "کلاس شنا"),
    ("fr", "Cours de natation"),
)
FREE = (
    ("en", "free."),
    ("ar", "مجانية."),
    ("tr", "ücretsiz."),
    ("pl", "bezpłatnie."),
    ("uk", "безкоштовно."),
    ("fa", "رایگان."),
    ("fr", "gratuit."),
)
SWIM = Right(
    "zwemles",
    "🏊",
    "daily",
    Text("recht.own.zwemles.title", "Zwemles", own=IN_OTHERS),
    Text("recht.own.zwemles.line", "gratis.", own=FREE),
)


def listed(names: str) -> Record:
    return Record("rights", {"list": names})


def test_from_the_menu_to_a_list_and_an_appointment(chat: Chat) -> None:
    chat.starts("menu").taps("🧾 Waar heb ik recht op?").sees(
        "Veel mensen lopen geld mis. Wat wilt u samen laten nakijken?",
        "Kies wat u nog niet heeft, of niet zeker weet. U mag alles overslaan.",
        "🏠 Huurtoeslag: geld als uw huur hoog is en uw inkomen laag.",
        "🏥 Zorgtoeslag: geld voor de premie van uw zorgverzekering.",
        "👧 Kindgebonden budget: elke maand geld voor uw kinderen, naast de kinderbijslag.",
        "🧸 Kinderopvangtoeslag: geld voor de opvang, als u werkt of leert.",
        "🧾 Belasting terug: met een aangifte krijgt u soms geld terug, ook over oude jaren.",
        buttons=MONTHLY,
    )
    chat.picks("🏠 Huurtoeslag", "🧾 Belasting terug").sees(
        "En deze hulp van de gemeente? Kies wat u wilt laten nakijken.",
        "🧺 Bijzondere bijstand: voor kosten die u echt maakt, zoals een nieuwe wasmachine.",
        "💶 Inkomenstoeslag: elk jaar wat extra, als u lang weinig geld heeft.",
        "🍃 Kwijtschelding: geen belasting voor afval of water, of minder.",
        "💡 Hulp bij energie: een energietoeslag, of het noodfonds bij een hoge rekening.",
        "🎫 Stadspas: korting op sport, cultuur en uitjes.",
        "🩺 Gemeentepolis: een zorgverzekering via de gemeente, die meer vergoedt.",
        buttons=[
            "🧺 Bijzondere bijstand",
            "💶 Inkomenstoeslag",
            "🍃 Kwijtschelding",
            "💡 Hulp bij energie",
            "🎫 Stadspas",
            "🩺 Gemeentepolis",
            "👉 Klaar",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("👉 Klaar").sees(
        "Wat zou u nog meer helpen? Kies gerust.",
        "⚽ Meedoen voor kinderen: sport, muziek, school of een fiets voor uw kind.",
        "🥕 Voedselbank: elke week gratis eten, voor een tijd.",
        "👕 Kledingbank: gratis kleren voor u en uw kinderen.",
        "📚 Bieb of taalhuis: gratis hulp met taal, brieven en de computer.",
        buttons=[
            "⚽ Meedoen voor kinderen",
            "🥕 Voedselbank",
            "👕 Kledingbank",
            "📚 Bieb of taalhuis",
            "👉 Klaar",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("👕 Kledingbank").taps("👉 Klaar").sees(
        "Dit is uw lijstje om mee te nemen:",
        "🏠 Huurtoeslag",
        "🧾 Belasting terug",
        "👕 Kledingbank",
        "Misschien heeft u er recht op. Samen zoeken we dat uit.",
        "Uw medewerker ziet dit lijstje ook. U hoeft niets te onthouden.",
        buttons=["🤝 Samen nakijken", "✏️ Iets veranderen", "👌 Zo is het goed"],
        effects=[listed("Huurtoeslag, Belasting terug, Kledingbank")],
    )
    chat.taps("🤝 Samen nakijken").at("afspraak.day")
    assert chat.answers("afspraak")["kind"] == "papers"
    chat.types("terug").at("recht.list").taps("👌 Zo is het goed").at("welkom.menu")


def test_nothing_chosen_is_fine(chat: Chat) -> None:
    chat.starts("recht").taps("✅ Zo is het genoeg").sees(
        "U heeft niets gekozen. Dat mag.",
        "Weet u het niet zeker? Een medewerker kijkt het graag met u na.",
        buttons=["🤝 Samen nakijken", "✏️ Iets veranderen", "👌 Zo is het goed"],
    )


def test_enough_after_the_first_ticks(chat: Chat) -> None:
    chat.starts("recht").taps("🏥 Zorgtoeslag").taps("✅ Zo is het genoeg").at("recht.list", listed("Zorgtoeslag"))


def test_typed_in_own_words(chat: Chat) -> None:
    chat.starts("recht").types("huurtoeslag en zorgtoeslag").types("klaar").at("recht.local")
    chat.types("kwijtschelding").types("genoeg").at("recht.list", listed("Huurtoeslag, Zorgtoeslag, Kwijtschelding"))


def test_changed_afterwards_it_is_on_file_anew(chat: Chat) -> None:
    chat.starts("recht").taps("🏥 Zorgtoeslag").taps("✅ Zo is het genoeg").taps("✏️ Iets veranderen").at(
        "recht.monthly"
    )
    assert "☑️ 🏥 Zorgtoeslag" in chat.buttons()
    chat.taps("🏥 Zorgtoeslag").taps("🏠 Huurtoeslag").taps("👉 Klaar").taps("✅ Zo is het genoeg")
    chat.at("recht.list", listed("Huurtoeslag"))


def test_back_and_a_human_from_every_screen(chat: Chat) -> None:
    chat.starts("recht").taps("👉 Klaar").taps("👉 Klaar").at("recht.daily")
    chat.types("mens").hands_over("vraagt om een mens").types("terug").at("recht.daily")
    chat.types("terug").at("recht.local").types("terug").at("recht.monthly")


def test_in_arabic_with_the_dutch_beside_it(chat: Chat) -> None:
    chat.starts("recht").speaking("ar").types("terug").taps_data("!go:recht").taps_data("recht.monthly:huurtoeslag")
    chat.taps_data("recht.monthly:enough").at("recht.list", listed("Huurtoeslag"))
    assert "إعانة الإيجار" in chat.texts()[1]
    assert "Huurtoeslag" in chat.texts()[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_a_municipality_with_its_own_and_without_what_it_has_not(chat: Chat, language: str) -> None:
    link = Link("recht.zwemles", "nl", "Aanmelden", "https://waterdrecht.example/zwemles", date(2027, 1, 1))
    gemeente = replace(GEMEENTE, rights_without=frozenset({"taalhuis"}), rights_own=(SWIM,), links=(link,))
    chat.moment = replace(chat.moment, gemeente=gemeente)
    chat.starts("recht").speaking(language).taps_data("recht.monthly:done").taps_data("recht.local:done")
    assert [button.data.rpartition(":")[2] for button in chat.turn.replies[0].buttons] == [
        "meedoen",
        "voedselbank",
        "kledingbank",
        "zwemles",
        "done",
        "enough",
    ]
    chat.taps_data("recht.daily:zwemles").taps_data("recht.daily:done").at("recht.list", listed("Zwemles"))
    said = "\n".join(chat.texts())
    assert {"nl": "Zwemles", **dict(IN_OTHERS)}[language] in said
    assert "https://waterdrecht.example/zwemles" in said


def test_a_theme_of_which_nothing_is_left_is_passed_over(chat: Chat) -> None:
    without = frozenset(right.name for right in rights(GEMEENTE) if right.group == "local")
    chat.moment = replace(chat.moment, gemeente=replace(GEMEENTE, rights_without=without))
    chat.starts("recht").taps("👉 Klaar").at("recht.daily")


def test_where_nobody_goes_through_papers_any_appointment_will_do(chat: Chat) -> None:
    chat.known[Meetings] = Meetings(("phone",))
    chat.starts("recht").taps("✅ Zo is het genoeg").taps("🤝 Samen nakijken").at("afspraak.kind")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "waar heb ik recht op?"),
        ("nl", "wat is bijzondere bijstand?"),
        ("en", "what am I entitled to?"),
        ("ar", "ما الذي يحق لي؟"),
    ],
)
def test_asked_for_in_own_words(chat: Chat, language: str, text: str) -> None:
    chat.starts("menu").speaking(language).types(text).at("recht.monthly")
