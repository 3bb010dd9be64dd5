"""The two measurements: how things go by one's own experience, in any order, in every language."""

from __future__ import annotations

import pytest

from flows.grammar import HandOver
from flows.measuring import Answer, EndMeasurement
from flows.meten import HEALTHY, LIVING
from tests.transcripts.inviting import AGENDA, HEALTH, LIVED, invited
from tests.transcripts.player import Chat

#: What stands below each question about how something goes.
SCALE = ["➖➖ Helemaal niet goed", "➖ Niet zo goed", "➕ Best goed", "➕➕ Heel goed"]
RATED = [*SCALE, "⏭️ Overslaan", "✅ Zo is het genoeg"]


def test_how_things_go_in_any_order_changed_and_enough(chat: Chat) -> None:
    invited(chat, LIVED).taps("✍️ Beginnen").sees(
        "Waar wilt u beginnen? Kies een onderwerp.",
        "U bepaalt de volgorde. Een paar is ook goed.",
        buttons=[
            "💶 Geld",
            "🛠️ Werk en bezigheden",
            "🏠 Wonen",
            "👪 Gezin en relatie",
            "💭 Hoe ik me voel",
            "🩺 Mijn gezondheid",
            "🎲 Lastige gewoontes",
            "🧺 Gewone dingen thuis",
            "🤝 Mensen om mij heen",
            "🎈 Meedoen",
            "⚖️ Politie en rechter",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("🩺 Mijn gezondheid").sees("Hoe gaat het met uw gezondheid?", buttons=RATED)
    chat.taps("➖ Niet zo goed").at(
        "voorbereiden.areas",
        Answer(LIVED, "body", -1),
        notice="Mijn gezondheid: ➖ Niet zo goed. Dat is bewaard.",
    )
    assert chat.texts()[1] == "Nog 10, als u wilt. Kies er een, of stop wanneer u wilt. Iets veranderen mag ook."
    assert chat.buttons()[-2:] == ["➖ Mijn gezondheid", "✅ Zo is het genoeg"]
    chat.taps("➖ Mijn gezondheid").sees(
        "Hoe gaat het met uw gezondheid?",
        "U zei eerder: Niet zo goed.",
        buttons=[*SCALE, "🧽 Antwoord weghalen", *RATED[4:]],
    )
    chat.taps("➕ Best goed").at("voorbereiden.areas", Answer(LIVED, "body", 1))
    chat.taps("💶 Geld").taps("⏭️ Overslaan").at("voorbereiden.areas")
    chat.taps("➕ Mijn gezondheid").taps("🧽 Antwoord weghalen")
    chat.at("voorbereiden.areas", Answer(LIVED, "body", None), notice="Mijn gezondheid: uw antwoord is weg.")
    chat.taps("🎲 Lastige gewoontes").taps("➖➖ Helemaal niet goed").at(
        "voorbereiden.areas", Answer(LIVED, "habits", -2)
    )
    chat.taps("✅ Zo is het genoeg").sees(
        "Dank u wel. Dit is bewaard.",
        "Fatma kijkt er samen met u naar in een gesprek.",
        buttons=["👌 Oké"],
        effects=[EndMeasurement(LIVED)],
    )
    chat.taps("👌 Oké").at("welkom.menu")


def test_enough_before_anything_was_said(chat: Chat) -> None:
    invited(chat, LIVED).taps("✍️ Beginnen").types("genoeg").sees(
        "Dat is goed. U hoeft niets in te vullen.", buttons=["👌 Oké"], effects=[EndMeasurement(LIVED)]
    )


def test_all_of_it(chat: Chat) -> None:
    invited(chat, HEALTH).taps("✍️ Beginnen")
    for area in HEALTHY:
        chat.taps_data(f"voorbereiden.areas:{area.code}").taps_data(f"voorbereiden.rate:{area.code}.p2")
    assert chat.texts()[1] == "U heeft nu alles gehad. U mag nog iets veranderen. Of kies ‘Zo is het genoeg’."
    chat.types("3").at("voorbereiden.rate").types("--").at("voorbereiden.areas", Answer(HEALTH, "paying", -2))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("gaat wel", 1),
        ("slecht", -1),
        ("heel slecht", -2),
        ("niet goed", -1),
        ("best goed", 1),
        ("heel goed", 2),
        ("prima", 1),
        ("1", -2),
        ("4", 2),
        ("−", -1),
        ("++", 2),
        ("➕", 1),
        ("het gaat heel goed", 2),
    ],
)
def test_typed_answers_count_as_much(chat: Chat, typed: str, value: int) -> None:
    invited(chat, LIVED).taps("✍️ Beginnen").types("wonen").at("voorbereiden.rate")
    chat.types(typed).at("voorbereiden.areas", Answer(LIVED, "home", value))


@pytest.mark.parametrize("saying", ["+", "➕ Best goed"])
def test_an_answer_is_never_taken_for_one_about_something_else(chat: Chat, saying: str) -> None:
    invited(chat, LIVED).taps("✍️ Beginnen").taps("💶 Geld").types(saying).taps("🏠 Wonen").types("terug")
    assert chat.texts()[0] == "Geld: ➕ Best goed. Dat is bewaard."
    assert "🏠 Wonen" in chat.buttons()


@pytest.mark.parametrize(("typed", "value"), [("so so", 1), ("bad", -1), ("very bad", -2), ("great", 2), ("2", -1)])
def test_typed_answers_in_english(chat: Chat, typed: str, value: int) -> None:
    invited(chat, LIVED, "en").taps("✍️ Start").types("housing").types(typed)
    chat.at("voorbereiden.areas", Answer(LIVED, "home", value))


@pytest.mark.parametrize(("typed", "value"), [("لا بأس", 1), ("سيئ", -1), ("سيئ جدا", -2), ("ممتاز", 2), ("٢", -1)])
def test_typed_answers_in_arabic(chat: Chat, typed: str, value: int) -> None:
    invited(chat, LIVED, "ar").taps("✍️ لنبدأ").types("السكن").types(typed)
    chat.at("voorbereiden.areas", Answer(LIVED, "home", value))


def test_how_things_go_in_english(chat: Chat) -> None:
    invited(chat, LIVED, "en").taps("✍️ Start").taps("💶 Money").sees(
        "How are things with your money?",
        buttons=[
            "➖➖ Not well at all",
            "➖ Not so well",
            "➕ Fairly well",
            "➕➕ Very well",
            "⏭️ Skip",
            "✅ That is enough",
        ],
    )
    chat.taps("➕ Fairly well")
    assert chat.texts() == [
        "Money: ➕ Fairly well. That is kept.",
        "10 left, if you like. Choose one, or stop whenever you want. You may change things too.",
    ]


def test_how_things_go_in_arabic(chat: Chat) -> None:
    invited(chat, LIVED, "ar").taps("✍️ لنبدأ").taps("💶 المال")
    assert chat.texts() == ["كيف حال أمورك المالية؟"]
    assert chat.buttons()[:4] == ["➖➖ سيئ جدًا", "➖ ليس جيدًا", "➕ جيد", "➕➕ جيد جدًا"]
    chat.taps("➖ ليس جيدًا").at("voorbereiden.areas", Answer(LIVED, "money", -1))
    assert chat.texts()[1].startswith("بقي \u206810\u2069")
    chat.taps("✅ هذا يكفي").at("voorbereiden.ended", EndMeasurement(LIVED))


@pytest.mark.parametrize("number", [LIVED, HEALTH])
@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_every_area_can_be_asked_in_every_language(chat: Chat, number: int, language: str) -> None:
    invited(chat, number, language).taps_data(f"!to:voorbereiden.areas:{number}")
    for area in LIVING if number == LIVED else HEALTHY:
        chat.taps_data(f"voorbereiden.areas:{area.code}").at("voorbereiden.rate")
        chat.taps_data(f"voorbereiden.rate:{area.code}.m1").at("voorbereiden.areas", Answer(number, area.code, -1))


def test_why_says_whose_view_it_is(chat: Chat) -> None:
    invited(chat, LIVED).taps("✍️ Beginnen").taps("💶 Geld").types("waarom")
    assert chat.texts()[0] == "Het gaat om wat u zelf vindt. Er is geen goed of fout antwoord."


def test_a_human_is_one_step_away_and_one_comes_back_here(chat: Chat) -> None:
    invited(chat, LIVED).taps("✍️ Beginnen").taps("💶 Geld").types("mens")
    assert [type(effect) for effect in chat.turn.effects] == [HandOver]
    chat.types("terug").at("voorbereiden.rate")


def test_a_crisis_in_an_answer_is_one(chat: Chat) -> None:
    invited(chat, LIVED).taps("✍️ Beginnen").types("ik wil niet meer leven")
    assert chat.turn.replies[0].origin == "crisis.life"


NEXT = "Er staan nog meer vragen voor u klaar. Later mag ook."


def test_of_several_the_next_is_offered_when_one_is_done(chat: Chat) -> None:
    chat.starts("menu").types("voorbereiden").taps("✍️ Beginnen").taps("✅ Zo is het genoeg").sees(
        "Dank u wel. Fatma leest dit voor het gesprek.",
        "In het gesprek mag het ook over iets anders gaan.",
        NEXT,
        buttons=["✍️ Bekijken", "🕒 Straks"],
        effects=[EndMeasurement(AGENDA)],
    )
    chat.taps("✍️ Bekijken").at("voorbereiden.invited").taps("✍️ Beginnen").taps("💶 Geld").taps("➕ Best goed")
    chat.taps("✅ Zo is het genoeg").sees(
        "Dank u wel. Dit is bewaard.",
        "Fatma kijkt er samen met u naar in een gesprek.",
        NEXT,
        buttons=["✍️ Bekijken", "🕒 Straks"],
        effects=[EndMeasurement(LIVED)],
    )
    chat.types("nee").at("welkom.menu").types("voorbereiden").at("voorbereiden.invited")
    chat.taps("✍️ Beginnen").taps("✅ Zo is het genoeg").sees(
        "Dat is goed. U hoeft niets in te vullen.", buttons=["👌 Oké"], effects=[EndMeasurement(HEALTH)]
    )


@pytest.mark.parametrize(
    ("language", "asked", "look"),
    [
        ("en", "There are more questions waiting for you. Later is fine too.", "✍️ Have a look"),
        ("ar", "هناك أسئلة أخرى بانتظارك. لا بأس إن كان ذلك لاحقًا.", "✍️ عرض الأسئلة"),
    ],
)
def test_the_next_is_offered_in_every_language(chat: Chat, language: str, asked: str, look: str) -> None:
    one = chat.measurements.all[0]
    invited(chat, LIVED, language)
    chat.measurements.all.append(one)
    chat.taps_data(f"!to:voorbereiden.areas:{LIVED}").taps_data("voorbereiden.areas:enough")
    assert chat.texts()[-1] == asked
    chat.taps(look).at("voorbereiden.invited")


def test_who_wants_none_of_it_is_not_asked_for_more(chat: Chat) -> None:
    chat.starts("menu").types("voorbereiden").taps("🙅 Liever niet")
    assert chat.buttons() == ["👌 Oké"]


def test_again_later_is_another_measurement(chat: Chat) -> None:
    invited(chat, LIVED).taps("✍️ Beginnen").taps("💶 Geld").taps("➖ Niet zo goed").taps("✅ Zo is het genoeg")
    chat.taps("👌 Oké").taps_data(f"!to:voorbereiden.areas:{LIVED}")
    assert chat.texts() == ["Deze vragen zijn voorbij. U hoeft er niets meer mee te doen."]
