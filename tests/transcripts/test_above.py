"""What stands just above is not told a second time; what is asked there is answered; what is read on a button works."""

from __future__ import annotations

import pytest

from flows.grammar import Category, HandOver, RaiseAlarm, Urgency
from tests.transcripts.player import Chat
from tests.transcripts.voortgang import PLANNING, stands

LANGUAGES = {"nl": "🌍 Nederlands", "en": "🌍 English", "ar": "🌍 العربية"}


def speaks(chat: Chat, language: str) -> Chat:
    """At the menu, in this language."""
    return chat.opens().taps(LANGUAGES[language])


# ---- a card --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "told", "asked", "said"),
    [
        ("nl", "er belt steeds een incassobureau", "wat moet ik zeggen?", "🗣️ Dit kunt u zeggen:"),
        ("en", "a debt collector keeps calling me", "what do I say?", "🗣️ You can say this, in Dutch:"),
        ("ar", "يتصل بي الدائن كل يوم", "ماذا أقول؟", "🗣️ يمكن قول هذا بالهولندية:"),
    ],
)
def test_who_asks_at_a_card_what_to_say_reads_just_that(
    chat: Chat, language: str, told: str, asked: str, said: str
) -> None:
    speaks(chat, language).types(told).at("kaarten.card")
    sentence = chat.texts()[chat.texts().index(said) + 1]
    chat.types(asked).at("kaarten.card", notice=said)
    assert chat.texts()[1] == sentence
    assert len(chat.texts()) == (3 if language == "nl" else 4)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("bedankt", "Graag gedaan."),
        ("blablabla", "Dat begreep ik niet goed. Kies een knop, of typ het nummer van uw keuze."),
        ("waarom", "Dan staat u niet met lege handen. U hoeft niets alleen te doen."),
    ],
)
def test_a_card_is_told_once(chat: Chat, typed: str, first: str) -> None:
    chat.starts("kaarten").types("2").at("kaarten.card")
    buttons = chat.buttons()
    chat.types(typed).sees(first, "De tips staan hierboven.", buttons=buttons)


def test_a_picture_to_keep_is_sent_once(chat: Chat) -> None:
    chat.starts("kaarten").types("2").taps("🖼️ Als plaatje bewaren")
    assert chat.pictures()
    chat.types("bedankt").at("kaarten.picture", notice="Graag gedaan.")
    assert chat.pictures() == []


def test_an_example_message_is_told_once(chat: Chat) -> None:
    chat.starts("kaarten").types("2").taps("✉️ Voorbeeldbericht").types("dank u")
    assert chat.texts() == ["Graag gedaan.", "Het voorbeeldbericht staat hierboven."]
    chat.types("terug").at("kaarten.card")
    assert len(chat.texts()) > 2


@pytest.mark.parametrize("no", ["nee", "andere", "dat is het niet"])
def test_who_means_another_situation_sees_them_all(chat: Chat, no: str) -> None:
    chat.starts("kaarten").types("lening").at("kaarten.card").types(no).at("kaarten.which")


# ---- where someone is ----------------------------------------------------------------------------------------------


def test_how_long_it_takes_is_said_without_the_rest_once_more(chat: Chat) -> None:
    stands(chat, PLANNING).starts("voortgang").types("hoelang duurt dit nog").at("voortgang.where")
    assert chat.texts() == [
        "⏳ Deze stap duurt meestal 2 tot 8 weken. Dat is geen belofte: het loopt bij iedereen anders.",
        "📍 U bent nu hier: Plan van aanpak.",
    ]
    assert chat.pictures() == []
    chat.taps("📝 Plan van aanpak").types("xyzzy")
    assert chat.texts()[1:] == ["📝 Plan van aanpak"]


# ---- a crisis ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "told", "asked"),
    [
        ("nl", "er staat een deurwaarder voor de deur", "wat moet ik zeggen"),
        ("nl", "er staat een deurwaarder voor de deur", "wat moet ik nu doen?"),
        ("en", "the bailiff is at my door", "what do I do now"),
        ("ar", "المحضر على الباب", "ماذا أفعل؟"),
        ("ar", "المحضر على الباب", "ماذا أقول؟"),
    ],
)
def test_in_a_crisis_who_asks_what_to_do_gets_the_card(chat: Chat, language: str, told: str, asked: str) -> None:
    alarm = HandOver("spoed: deurwaarder of beslag", Urgency.URGENT)
    speaks(chat, language).types(told).at("crisis.seizure", RaiseAlarm(Category.SEIZURE), alarm)
    chat.types(asked).at("kaarten.card")


def test_in_a_crisis_the_word_help_still_tells_which_words_work(chat: Chat) -> None:
    chat.starts("menu").types("er staat een deurwaarder voor de deur").types("help").at("woorden.help")


# ---- a button that says a word which means something elsewhere -----------------------------------------------------


def test_who_types_what_stands_on_the_button_means_the_button(chat: Chat) -> None:
    speaks(chat, "en").is_due("voorbereiden.invited", {"measurement": 3})
    assert "✍️ Start" in chat.buttons()
    chat.types("start").at("voorbereiden.topics")


def test_who_asks_for_help_where_that_is_offered_signs_up(chat: Chat) -> None:
    chat.starts("voortgang").types("hulp").at("aanmelden.for_whom")
