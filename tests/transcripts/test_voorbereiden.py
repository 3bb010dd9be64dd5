"""Gesprek voorbereiden: by invitation, at one's own pace, in every language. How things go: ``test_meten``."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.grammar import Picked
from flows.measuring import Answer, EndMeasurement
from tests.transcripts.inviting import AGENDA, HEALTH, LIVED, invited
from tests.transcripts.player import Chat

CHOSEN = ["✍️ Beginnen", "🕒 Straks", "🙅 Liever niet"]


def kept(*topics: str, words: str | None = None, first: str | None = None) -> tuple[Answer, ...]:
    """All that is kept each time of what to talk about."""
    chosen = {"topics": list(topics) or None, "words": words, "first": first}
    return tuple(Answer(AGENDA, area, value) for area, value in chosen.items())  # type: ignore[arg-type]


# ---- the invitation ------------------------------------------------------------------------------------------------


def test_to_prepare_a_talk(chat: Chat) -> None:
    invited(chat, AGENDA).sees(
        "Fatma vraagt: waar wilt u het over hebben in het volgende gesprek?",
        "Het duurt een paar minuten. Het mag, het hoeft niet.",
        "Nu geen tijd? Typ later ‘voorbereiden’, dan gaat u hier verder.",
        buttons=CHOSEN,
    )
    assert chat.turn.replies[0].sensitive


def test_to_say_how_things_go(chat: Chat) -> None:
    invited(chat, LIVED).sees(
        "Fatma wil graag weten hoe het met u gaat. Niet alleen met geld.",
        "U kiest onderwerpen en zegt hoe het gaat. Alleen wat u zelf vindt, telt.",
        "Het duurt een paar minuten. Het mag, het hoeft niet.",
        "Nu geen tijd? Typ later ‘voorbereiden’, dan gaat u hier verder.",
        buttons=CHOSEN,
    )


def test_to_say_how_money_goes(chat: Chat) -> None:
    invited(chat, HEALTH)
    assert chat.texts()[0] == "Fatma wil graag weten hoe het gaat met uw geldzaken."


@pytest.mark.parametrize(
    "saying",
    [
        "voorbereiden",
        "ik wil me voorbereiden",
        "meting",
        "ik wil mijn gesprek voorbereiden",
        "Kan ik me voorbereiden op het gesprek?",
        "mijn afspraak voorbereiden",
    ],
)
def test_a_word_leads_back_to_what_is_open(chat: Chat, saying: str) -> None:
    chat.starts("menu").types(saying).at("voorbereiden.invited").types("ja").at("voorbereiden.topics")


@pytest.mark.parametrize("saying", ["ماذا أحضر للموعد؟", "لن أحضر الموعد", "ik wil een gesprek", "een afspraak"])
def test_to_come_or_to_bring_is_not_to_prepare(chat: Chat, saying: str) -> None:
    assert not chat.starts("menu").types(saying).turn.replies[0].origin.startswith("voorbereiden.")


@pytest.mark.parametrize(
    ("language", "saying"),
    [
        ("en", "I want to prepare for my appointment"),
        ("en", "how do I get ready for the meeting"),
        ("ar", "أريد أن أستعد للموعد"),
        ("ar", "أريد التحضير للقاء"),
    ],
)
def test_a_sentence_that_names_a_button_too(chat: Chat, language: str, saying: str) -> None:
    invited(chat, LIVED, language).taps_data("!menu").types(saying).at("voorbereiden.invited")


@pytest.mark.parametrize(("language", "word"), [("nl", "voorbereiden"), ("en", "preparation"), ("ar", "التحضير")])
def test_the_word_that_the_invitation_names_is_understood(chat: Chat, language: str, word: str) -> None:
    assert f"‘{word}’" in " ".join(invited(chat, LIVED, language).texts())
    chat.taps_data("!menu").types(word).at("voorbereiden.invited")


def test_without_an_invitation_it_says_so_kindly(chat: Chat) -> None:
    chat.measurements.all.clear()
    chat.starts("menu").types("voorbereiden").sees(
        "Er staan nu geen vragen voor u klaar.",
        "Wilt u iets bespreken? Dat kan altijd.",
        buttons=["💬 Praten met een mens", "👌 Oké"],
    )
    chat.taps("👌 Oké").at("welkom.menu")
    chat.taps_data("!to:voorbereiden.areas:77").at("voorbereiden.areas")
    assert chat.texts()[0] == "Er staan nu geen vragen voor u klaar."


@pytest.mark.parametrize("no", ["🙅 Liever niet", "nee", "geen zin"])
def test_no_is_fine_at_once(chat: Chat, no: str) -> None:
    invited(chat, LIVED)
    (chat.taps if no.startswith("🙅") else chat.types)(no).sees(
        "Dat is helemaal goed. U hoeft niets in te vullen.",
        "In het gesprek met Fatma is alles welkom.",
        buttons=["👌 Oké"],
        effects=[EndMeasurement(LIVED, declined=True)],
    )
    chat.taps("👌 Oké").at("welkom.menu")


def test_later_is_fine_too(chat: Chat) -> None:
    invited(chat, LIVED).taps("🕒 Straks").at("welkom.menu")
    chat.waits(timedelta(days=3)).taps_data(f"!to:voorbereiden.areas:{LIVED}").at("voorbereiden.areas")


def test_on_top_of_a_question_an_answer_to_that_is_still_one(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").is_due("voorbereiden.invited", {"measurement": LIVED})
    chat.at("voorbereiden.invited").types("boetes")
    assert chat.turn.replies[0].origin.startswith("aanmelden.")
    assert chat.answers()["worries"]


def test_after_declining_one_is_back_at_the_question_below(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf")
    chat.is_due("voorbereiden.invited", {"measurement": LIVED}).taps("🙅 Liever niet")
    chat.at("voorbereiden.declined", EndMeasurement(LIVED, declined=True)).taps("👌 Oké").at("aanmelden.worries")


def test_in_a_hold_it_is_shown_beside_and_waits(chat: Chat) -> None:
    chat.starts("menu").held().is_due("voorbereiden.invited", {"measurement": LIVED})
    assert chat.buttons() == ["✍️ Beginnen", "🙅 Liever niet"]
    chat.taps("✍️ Beginnen").sees("U praat nu met een medewerker. Deze vragen blijven staan voor later.")
    chat.is_handed_back().taps_data(f"!to:voorbereiden.areas:{LIVED}").at("voorbereiden.areas")


# ---- what to talk about --------------------------------------------------------------------------------------------


def test_a_talk_prepared_straight_on(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").sees(
        "Waar wilt u het over hebben in het gesprek?",
        "Kies wat voor u telt, of typ het zelf. Eén ding is ook goed.",
        buttons=[
            "✉️ Post en brieven",
            "📨 Een schuldeiser",
            "🏠 Huur of hypotheek",
            "💡 Energie en water",
            "🛠️ Werk en inkomen",
            "🧾 Toeslagen",
            "🩺 Mijn gezondheid",
            "🧒 Mijn kinderen",
            "👥 Mijn partner",
            "🏪 Mijn eigen bedrijf",
            "🌧️ Stress en zorgen",
            "💬 Iets anders",
            "🤫 Liever in het gesprek zelf",
            "👉 Klaar",
            "✅ Zo is het genoeg",
        ],
    )
    chat.picks("✉️ Post en brieven", "🏠 Huur of hypotheek").sees(
        "Waar wilt u mee beginnen?",
        buttons=[
            "✉️ Post en brieven",
            "🏠 Huur of hypotheek",
            "🤷 Maakt niet uit",
            "⏭️ Overslaan",
            "✅ Zo is het genoeg",
        ],
        effects=kept("post", "rent"),
    )
    chat.taps("🏠 Huur of hypotheek").sees(
        "U wilt praten over: Post en brieven en Huur of hypotheek.",
        "Eerst: Huur of hypotheek.",
        "Is het zo goed?",
        buttons=["✅ Zo is het goed", "✏️ Iets veranderen"],
        effects=kept("post", "rent", first="rent"),
    )
    chat.taps("✅ Zo is het goed").sees(
        "Dank u wel. Fatma leest dit voor het gesprek.",
        "In het gesprek mag het ook over iets anders gaan.",
        buttons=["👌 Oké"],
        effects=[*kept("post", "rent", first="rent"), EndMeasurement(AGENDA)],
    )
    chat.taps("👌 Oké").at("welkom.menu")


def test_each_tick_is_kept(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").taps("🧾 Toeslagen")
    chat.at("voorbereiden.topics", *kept("allowances"))
    chat.taps_data("voorbereiden.topics:allowances").at("voorbereiden.topics", *kept())


def test_own_words_are_a_subject_as_well(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").types("mijn broer wil zijn geld terug")
    chat.at(
        "voorbereiden.summary",
        *kept("other", words="mijn broer wil zijn geld terug"),
        notice="U wilt praten over: Iets anders.",
    )
    assert chat.texts()[1] == "In uw eigen woorden: mijn broer wil zijn geld terug"


def test_something_else_is_asked_for_and_may_be_left_open(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").picks("💬 Iets anders").sees(
        "Wat wilt u nog meer bespreken? Typ het gerust in uw eigen woorden.",
        buttons=["⏭️ Overslaan", "✅ Zo is het genoeg"],
        effects=kept("other"),
    )
    chat.taps("⏭️ Overslaan")
    assert chat.texts() == ["U wilt praten over: Iets anders.", "Is het zo goed?"]


def test_what_is_rather_said_in_the_talk_is_respected(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").picks("🤫 Liever in het gesprek zelf")
    assert chat.texts() == ["De rest vertelt u liever in het gesprek zelf. Dat is goed.", "Is het zo goed?"]


def test_nothing_chosen_is_fine(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").says(Picked("voorbereiden.topics", ()))
    assert chat.texts() == ["U koos nog niets. Dat mag ook in het gesprek zelf.", "Is het zo goed?"]
    chat.taps("✅ Zo is het goed").at("voorbereiden.noted", *kept(), EndMeasurement(AGENDA))


def test_it_is_changed_with_what_was_ticked_still_ticked(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").picks("✉️ Post en brieven", "🏠 Huur of hypotheek").taps("⏭️ Overslaan")
    chat.taps("✏️ Iets veranderen")
    assert [label for label in chat.buttons() if label.startswith("☑️")] == [
        "☑️ ✉️ Post en brieven",
        "☑️ 🏠 Huur of hypotheek",
    ]
    chat.picks("✉️ Post en brieven")
    assert chat.texts() == ["U wilt praten over: Post en brieven.", "Is het zo goed?"]


def test_what_is_not_chosen_any_more_does_not_come_first_either(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").picks("✉️ Post en brieven", "🏠 Huur of hypotheek")
    chat.taps("🏠 Huur of hypotheek").taps("✏️ Iets veranderen").taps_data("voorbereiden.topics:rent")
    chat.at("voorbereiden.topics", *kept("post")).taps("✅ Zo is het genoeg")
    chat.at("voorbereiden.noted", *kept("post"), EndMeasurement(AGENDA))


SAID = "mijn broer wil zijn geld terug"


@pytest.mark.parametrize("way_back", ["iets veranderen", "terug"])
def test_own_words_stay_when_something_is_ticked_beside_them(chat: Chat, way_back: str) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").types(SAID).types(way_back)
    chat.taps("🧾 Toeslagen").at("voorbereiden.topics", *kept("allowances", "other", words=SAID))
    chat.taps("👉 Klaar").at("voorbereiden.first", *kept("allowances", "other", words=SAID))


def test_who_takes_the_tick_away_takes_the_words_back(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").types(SAID).taps("✏️ Iets veranderen")
    chat.taps_data("voorbereiden.topics:other").at("voorbereiden.topics", *kept())
    chat.taps_data("voorbereiden.topics:other").at("voorbereiden.topics", *kept("other", words=SAID))


def test_who_comes_back_to_it_days_later_elsewhere_sees_what_was_kept(chat: Chat) -> None:
    invited(chat, AGENDA).taps("✍️ Beginnen").taps("🧾 Toeslagen").taps_data("!menu")
    chat.on("telegram").waits(timedelta(days=5)).types("voorbereiden")
    assert chat.texts()[-1] == "U was al begonnen. Wat u zei, is bewaard."
    chat.taps("✍️ Verder gaan")
    assert chat.texts() == ["U wilt praten over: Toeslagen.", "Is het zo goed?"]
    chat.taps("✅ Zo is het goed").at("voorbereiden.noted", EndMeasurement(AGENDA))


def test_a_talk_is_prepared_in_english(chat: Chat) -> None:
    invited(chat, AGENDA, "en").taps("✍️ Start").picks("✉️ Post and letters", "🌧️ Stress and worries")
    assert chat.texts() == ["Where would you like to begin?"]
    chat.taps("🌧️ Stress and worries")
    assert chat.texts() == [
        "You would like to talk about: Post and letters and Stress and worries.",
        "First: Stress and worries.",
        "Is it all right like this?",
    ]


def test_a_talk_is_prepared_in_arabic(chat: Chat) -> None:
    invited(chat, AGENDA, "ar").taps("✍️ لنبدأ").picks("✉️ البريد والرسائل", "🏠 الإيجار أو الرهن")
    assert chat.texts() == ["بماذا نبدأ؟"]
    chat.taps("🤷 لا فرق عندي")
    assert chat.texts()[0] == "المواضيع التي تهمك: \u2068البريد والرسائل\u2069 و\u2068الإيجار أو الرهن\u2069."
