"""Words explained: from the list, and wherever they are met, with the same question again afterwards."""

from __future__ import annotations

import pytest

from bot.channels.limits import LIMITS
from bot.channels.rendering import render
from flows import data, understanding
from flows.woordenlijst import GROUPS, words
from locales.readability import FOLDER
from tests.transcripts.afspraken import POST, talked
from tests.transcripts.player import LANGUAGES, TONGUE, Chat

DWANGBEVEL = (
    "📜 dwangbevel",
    "Een dwangbevel is een bevel om te betalen. Daar is geen rechter voor nodig.",
    "U heeft vaak maar twee dagen. Bel dezelfde dag met uw hulp.",
)


def test_from_the_list_by_theme(chat: Chat) -> None:
    chat.starts("woordenlijst").sees(
        "Veel woorden op brieven zijn moeilijk. Dat ligt niet aan u.",
        "Typ het woord dat u zoekt, of kies waar het over gaat.",
        buttons=[
            "✉️ Woorden in brieven",
            "👥 Wie is wie?",
            "🔒 Beslag",
            "🤝 Hulp van de gemeente",
            "🧩 Schulden regelen",
            "👛 Geld en vaste lasten",
            "👉 Verder",
        ],
    )
    chat.taps("✉️ Woorden in brieven").sees(
        "Welk woord wilt u weten?",
        buttons=[
            "✉️ aanmaning",
            "📅 dagvaarding",
            "📜 dwangbevel",
            "⚖️ vonnis",
            "🧾 incassokosten",
            "🏠 ontruiming",
            "📚 Andere woorden",
        ],
    )
    chat.taps("📜 dwangbevel").sees(*DWANGBEVEL, buttons=["👉 Verder", "🚨 Spoed", "📚 Andere woorden"])
    chat.types("terug").at("woordenlijst.group").taps("⚖️ vonnis").at("woordenlijst.word")
    chat.taps("📚 Andere woorden").at("woordenlijst.groups").taps("👉 Verder").at("welkom.menu")


@pytest.mark.parametrize(
    ("text", "icon"),
    [("dwangbevel", "📜"), ("Dwangbefel?", "📜"), ("beslag vrije voet", "🛡️"), ("wsnp", "🏛️"), ("bailif", "🚪")],
)
def test_a_typed_word_is_found_in_the_list(chat: Chat, text: str, icon: str) -> None:
    chat.starts("woordenlijst").types(text).at("woordenlijst.word")
    assert chat.texts()[0].startswith(icon)
    chat.types("terug").at("woordenlijst.groups")


def test_a_word_that_is_not_in_the_list_is_for_a_human(chat: Chat) -> None:
    chat.starts("woordenlijst").types("griffierecht").sees(
        "Dat woord staat nog niet in mijn lijst.",
        "Een medewerker legt het u graag uit.",
        buttons=["💬 Praten met een mens", "📚 Andere woorden"],
    )
    chat.taps("📚 Andere woorden").types("ik wil een afspraak maken").at("afspraak.kind")


# ---- wherever they are met -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "wat is een dwangbevel?"),
        ("nl", "Wat betekent dwangbevel"),
        ("nl", "dwangbevel, wat is dat?"),
        ("nl", "kunt u mij uitleggen wat een dwangbefel is"),
        ("en", "what is a dwangbevel?"),
        ("en", "What does enforcement order mean"),
        ("ar", "ما معنى dwangbevel؟"),
        ("ar", "ما هو أمر التنفيذ"),
    ],
)
@pytest.mark.parametrize("start", ["menu", "aanmelden", "uitleg", "recht", "afspraak"])
def test_a_question_is_answered_and_the_same_screen_comes_back(
    chat: Chat, start: str, language: str, text: str
) -> None:
    chat.starts(start).speaking(language)
    before = chat.turn.replies[0].origin
    chat.types(text).at("woordenlijst.word")
    assert "dwangbevel" in chat.texts()[0]
    chat.taps({"nl": "👉 Verder", "en": "👉 Go on", "ar": "👉 متابعة"}[language]).at(before)


def test_who_asks_in_another_language_is_offered_that_one_first(chat: Chat) -> None:
    chat.starts("aanmelden").types("what is a bailiff?").at("woorden.language_offer").taps("🌍 English")
    assert "🚪 bailiff (deurwaarder)" in chat.texts()
    chat.taps("👉 Go on").at("aanmelden.for_whom")


def test_what_is_that_asks_for_the_word_that_was_just_read(chat: Chat) -> None:
    chat.starts("uitleg").taps("👉 Verder").taps("👉 Verder").types("wat is dat?").sees(
        "Welk woord bedoelt u?",
        buttons=["🗺️ plan van aanpak", "📨 beschikking", "👉 Verder"],
    )
    chat.taps("🗺️ plan van aanpak").sees(
        "🗺️ plan van aanpak",
        "In het plan van aanpak staat wat we samen gaan doen, en wie wat doet.",
        "U hoeft het niet te ondertekenen.",
        buttons=["👉 Verder", "📚 Andere woorden"],
    )
    chat.taps("👉 Verder").at("uitleg.plan")


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "wat is dat?"), ("en", "what does that mean?"), ("ar", "ما معنى هذه الكلمة؟")]
)
def test_one_word_alone_is_meant_by_that(chat: Chat, language: str, text: str) -> None:
    chat.starts("aanmelden").speaking(language).types(text).at("woordenlijst.word")
    assert "bewindvoerder" in chat.texts()[0]


def test_that_means_nothing_where_no_such_word_was_read(chat: Chat) -> None:
    chat.starts("uitleg").taps("👉 Verder").types("wat is dat?")
    assert not chat.turn.replies[0].origin.startswith("woordenlijst")


def test_from_an_explanation_to_the_words_that_it_uses(chat: Chat) -> None:
    chat.starts("menu").types("wat is een vonnis").taps("❓ Wat betekent deurwaarder?").at("woordenlijst.word")
    assert chat.texts()[0] == "🚪 deurwaarder"
    chat.types("wat is beslag?").taps("👉 Verder").at("welkom.menu")


def test_the_question_below_can_still_be_answered(chat: Chat) -> None:
    chat.starts("aanmelden").types("wat is een bewindvoerder?").types("voor mijzelf")
    assert chat.answers()["for_whom"] == "self"
    chat.types("wat is een deurwaarder").taps_data("aanmelden.worries:rent").at("aanmelden.worries")


def test_an_open_question_does_not_take_the_question_for_an_answer(chat: Chat) -> None:
    chat.starts("aanmelden").types("voor iemand anders")
    chat.types("wat is een moratorium?").at("woordenlijst.word")


def test_where_their_question_was_asked_for_it_is_left_to_the_human(chat: Chat) -> None:
    talked(chat, POST).starts("menu").taps_data("!to:afspraken.question:5")
    chat.types("wat is een schuldeiser?").at("afspraken.noted", *chat.turn.effects)


def test_in_the_very_first_message_the_word_waits_below_the_hello(chat: Chat) -> None:
    chat.types("Hallo, wat is een dwangbevel?").at("welkom.hello")
    chat.taps("🌍 Nederlands")
    assert chat.texts()[-len(DWANGBEVEL) :] == list(DWANGBEVEL)
    chat.taps("👉 Verder").at("welkom.menu")


def test_who_asks_what_it_is_raises_no_alarm_and_who_has_one_does(chat: Chat) -> None:
    chat.starts("menu").types("ما معنى dwangbevel").at("woordenlijst.word")
    chat.types("ik heb een dwangbevel gekregen wat nu")
    assert chat.turn.replies[0].origin == "crisis.seizure"
    chat.types("wat is een deurwaarder?").at("woordenlijst.word").taps("👉 Verder").at("crisis.seizure")


@pytest.mark.parametrize(
    "text",
    [
        "wat is het nummer van de deurwaarder",
        "wat kost dat",
        "wie leest dit",
        "wat nu?",
        "wat kan ik met een dwangbevel",
        "what can I do about the bailiff",
    ],
)
def test_other_questions_are_no_question_about_a_word(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").types(text)
    assert not chat.turn.replies[0].origin.startswith("woordenlijst")


def test_in_danger_nothing_is_explained(chat: Chat) -> None:
    chat.starts("menu").types("ik wil niet meer leven").types("wat is een deurwaarder?")
    assert chat.turn.replies[0].origin.startswith("crisis.")


# ---- the list itself -------------------------------------------------------------------------------------------------


def test_every_word_has_two_sentences_and_stands_in_a_theme() -> None:
    assert len(words()) >= 20
    assert {word.group for word in words().values()} == set(GROUPS) == set(data.load("words")["title"])
    assert all(len(word.says) == 2 for word in words().values())


@pytest.mark.parametrize("name", words())
@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_every_word_is_found_under_its_name_in_every_language(name: str, language: str, chat: Chat) -> None:
    word = words()[name]
    assert understanding.word_asked(TONGUE.say(word.text, language), bare=True) == name
    for said in (word.text, *word.says):
        assert TONGUE.has(said, language)
    asked = {"nl": "wat betekent", "en": "what is", "ar": "ما معنى"}[language]
    chat.starts("menu").speaking(language).types(f"{asked} {word.text.msgid}").at("woordenlijst.word")
    if language != "nl":
        assert TONGUE.say(word.text, "nl") in chat.texts()[0]
    shown = render(chat.turn.replies[0], language, TONGUE, LIMITS["whatsapp"])[-1]
    assert shown.kind == ("buttons" if len(shown.buttons) <= LIMITS["whatsapp"].buttons else "list")


def test_what_the_readability_gate_takes_for_explained_is_explained() -> None:
    lines = (FOLDER / "explained_terms.txt").read_text("utf-8").splitlines()
    terms = [line for line in lines if line and not line.startswith("#")]
    assert [term for term in terms if not understanding.words_used(term)] == []
    assert {name for term in terms for name in understanding.words_used(term)} == set(words())


def test_words_in_texts_of_ours_are_seen() -> None:
    text = "Een deurwaarder met een vonnis kan beslag leggen. De beslagvrije voet blijft van u."
    assert understanding.words_used(text) == ("deurwaarder", "vonnis", "beslag", "beslagvrije_voet")
    assert understanding.words_used("Goedemorgen.") == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_of_the_menu_that_names_a_word_leads_where_it_says(chat: Chat, language: str) -> None:
    """In some languages "what to say to a creditor" asks like "what is a creditor" does."""
    offered = chat.starts("menu").speaking(language).types("menu").session.offered
    assert offered is not None
    label = next(TONGUE.say(choice.label, language) for choice in offered.choices if choice.id == "kaarten")
    chat.types(label).at("kaarten.which")
    first = Chat().types(label).session
    assert "woordenlijst" not in [frame.flow for frame in first.stack], "also as the very first message"
