"""What stands just above is not told a second time; what is asked there is answered; what is read on a button works."""

from __future__ import annotations

from datetime import date

import pytest

from flows.agreements import Postpone, TickOff
from flows.grammar import Category, HandOver, RaiseAlarm, Urgency
from tests.transcripts.afspraken import POST, TALK, UNOPENED, talked
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


# ---- below the words that always work ------------------------------------------------------------------------------


def test_who_reads_which_words_work_may_go_on_at_once(chat: Chat) -> None:
    chat.starts("kaarten").types("2").types("ik snap het niet").at("woorden.help")
    chat.types("voorbeeldbericht").at("kaarten.message")
    assert chat.texts()[0].startswith("Dit bericht kunt u sturen.")
    chat.types("help").types("alle tips").at("kaarten.card").types("help").types("1").at("kaarten.card")


def test_a_question_of_the_sign_up_too(chat: Chat) -> None:
    chat.starts("aanmelden").types("help").types("voor mezelf")
    assert chat.turn.replies[0].origin == "aanmelden.worries"


# ---- who changes their mind ----------------------------------------------------------------------------------------


def test_another_day_after_all_and_then_it_was_done(chat: Chat) -> None:
    talked(chat, POST, UNOPENED).starts("afspraken").types("1").types("andere dag").types("31 december")
    chat.at("afspraken.postponed", Postpone(32, date(2026, 12, 31))).types("nee toch volgende week")
    chat.at("afspraken.later").types("vrijdag").at("afspraken.postponed", Postpone(32, date(2026, 11, 27)))
    chat.types("oh nee, het is al gedaan").at("afspraken.done", TickOff(32))


@pytest.mark.parametrize(
    ("language", "no", "done"),
    [("nl", "nee", "ik heb nummer 1 al gedaan"), ("en", "no", "I already did number 1"), ("ar", "لا", "تم الرقم 1")],
)
def test_after_a_change_something_of_the_list_is_heard(chat: Chat, language: str, no: str, done: str) -> None:
    chat.agreed(TALK)
    speaks(chat, language).is_due("afspraken.summary", {"summary": 5}).types(no).types("Kees").types(done)
    chat.at("afspraken.which")
    chat.taps_data(chat.turn.replies[-1].buttons[0].data).at("afspraken.done", TickOff(32))


# ---- who is angry --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", "waarom duurt het zo lang?"), ("en", "why does it take so long"), ("ar", "لماذا يستغرق كل هذا الوقت؟")],
)
def test_why_it_takes_so_long_gets_an_answer(chat: Chat, language: str, said: str) -> None:
    stands(speaks(chat, language), PLANNING).taps_data("!go:voortgang").types(said).at("voortgang.where")
    assert len(chat.texts()) == 2
    assert chat.texts()[0].startswith("⏳")


def test_nothing_that_happens_is_no_danger(chat: Chat) -> None:
    speaks(chat, "en").types("i'm fed up, nothing happens").at("welkom.menu")


# ---- a button that says a word which means something elsewhere -----------------------------------------------------


def test_who_types_what_stands_on_the_button_means_the_button(chat: Chat) -> None:
    speaks(chat, "en").is_due("voorbereiden.invited", {"measurement": 3})
    assert "✍️ Start" in chat.buttons()
    chat.types("start").at("voorbereiden.topics")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "hulp"),
        ("nl", "ja graag"),
        ("en", "yes"),
        ("en", "yes please"),
        ("ar", "نعم"),
    ],
)
def test_who_takes_the_help_that_is_offered_signs_up(chat: Chat, language: str, text: str) -> None:
    speaks(chat, language).starts("voortgang").types(text).at("aanmelden.for_whom")


@pytest.mark.parametrize(("language", "text"), [("nl", "help"), ("en", "help"), ("ar", "مساعدة")])
def test_help_is_which_words_work_also_where_help_is_offered(chat: Chat, language: str, text: str) -> None:
    talked(chat, UNOPENED)
    speaks(chat, language).starts("voortgang").types(text).at("woorden.help")
    chat.taps_data("!to:afspraken.stuck:31").types(text).at("woorden.help")
