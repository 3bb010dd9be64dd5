"""What people say in passing: that they are under 18, a question about the help, their language, what they want."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.grammar import HandOver, SetLanguage
from flows.understanding import language
from tests.transcripts.player import GEMEENTE, Chat

YOUNG = HandOver("jonger dan 18")
WITH_DEBTS = "ik ben 16 en heb schulden"

# ---- under 18 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [WITH_DEBTS, "ik ben 16", "I am 15", "عمري 16", "عندي ١٦ سنة", "ik ben nog geen 18"])
def test_under_18_in_the_first_message(chat: Chat, text: str) -> None:
    chat.types(text).at("welkom.hello", YOUNG)
    chat.taps("🌍 Nederlands").at("aanmelden.minor", SetLanguage("nl"))
    assert chat.answers()["for_whom"] == "young"
    chat.types("mijn telefoon is te duur").at("overdracht.noted")


@pytest.mark.parametrize("text", [WITH_DEBTS, "Ik ben 17.", "I'm 15 years old", "عمري 16"])
@pytest.mark.parametrize("question", ["menu", "for_whom", "worries", "urgency"])
def test_under_18_later(chat: Chat, text: str, question: str) -> None:
    chat.starts("menu")
    if question != "menu":
        chat.starts("aanmelden")
    if question in ("worries", "urgency"):
        chat.taps("🙋 Voor mijzelf")
    if question == "urgency":
        chat.taps("👉 Klaar")
    chat.types(text).at("aanmelden.minor", YOUNG)
    assert chat.answers()["for_whom"] == "young"


def test_under_18_at_the_hello_waits_for_its_questions(chat: Chat) -> None:
    chat.on("whatsapp").opens().types("ik ben 16").at("welkom.hello", YOUNG)
    chat.taps("🌍 Nederlands").at("welkom.own_phone", SetLanguage("nl"))
    chat.taps("🔒 Ja, alleen ik").at("aanmelden.minor")


def test_under_18_is_no_longer_said_by_who_is_18_after_all(chat: Chat) -> None:
    chat.starts("menu").types("ik ben 17").taps("↩️ Ik ben 18 of ouder").at("aanmelden.for_whom")
    chat.taps("🙋 Voor mijzelf").at("aanmelden.worries", *chat.turn.effects)


@pytest.mark.parametrize(
    "text", ["ik ben 16 maanden achter met de huur", "ik ben 16 jaar in nederland", "ik ben 15 euro kwijt"]
)
def test_a_number_of_something_else_is_no_age(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types(text).at("aanmelden.urgency")


def test_what_is_typed_for_a_human_stays_where_it_is(chat: Chat) -> None:
    chat.starts("menu").types("mens").types("ik ben 16").at("overdracht.noted")
    chat.starts("menu").types("ik wil niet meer leven").types("ik ben 16").at("crisis.stay_life")


# ---- questions about the help ----------------------------------------------------------------------------------------

COST = ["Onze hulp is gratis. Aanmelden ook."]
PAPERS = ["Voor de aanmelding hoeft u geen BSN en geen papieren te geven."]
ROBOT = ["Ik ben een computer. Typ ‘mens’ en een medewerker leest met u mee."]
PHONE = ["U kunt ons bellen: 010 123 45 67."]
READERS = ["Alleen de mensen die u helpen, lezen uw berichten."]
CREDITORS = [
    "Aanmelden stopt uw schuldeisers nog niet.",
    "Dat kan pas als wij hun schrijven of iets met hen afspreken.",
]
DURATION = [
    "Na uw aanmelding hoort u iets binnen 2 werkdagen.",
    "Daarna komt een eerste gesprek.",
    "Hoelang de hulp duurt, is voor iedereen anders.",
]
ASKED = [
    ("kost dit geld?", COST),
    ("is het gratis", COST),
    ("does this cost money?", COST),
    ("هل هذا مجاني؟", COST),
    ("wie leest dit?", READERS),
    ("who reads this", READERS),
    ("من يقرأ هذا؟", READERS),
    ("moet ik mijn bsn geven?", PAPERS),
    ("welke papieren heb ik nodig", PAPERS),
    ("what documents do i need?", PAPERS),
    ("هل تحتاجون أوراق؟", PAPERS),
    ("ben je een robot?", ROBOT),
    ("are you a real person?", ROBOT),
    ("من أنت؟", ROBOT),
    ("wat is jullie telefoonnummer?", PHONE),
    ("what is your phone number?", PHONE),
    ("ما هو رقم هاتفكم؟", PHONE),
    ("stoppen de schuldeisers nu?", CREDITORS),
    ("will the creditors stop now?", CREDITORS),
    ("هل يتوقف الدائنون الآن؟", CREDITORS),
    ("hoe lang duurt het?", DURATION),
    ("how long does it take?", DURATION),
    ("كم يستغرق هذا؟", DURATION),
]


@pytest.mark.parametrize(("text", "answer"), ASKED)
def test_a_question_gets_its_answer_and_the_screen_comes_back(chat: Chat, text: str, answer: list[str]) -> None:
    chat.starts("aanmelden").taps("✅ Zo is het genoeg").taps("✅ Ja, dat klopt")
    registered = chat.texts()
    chat.types(text).at("aanmelden.registered")
    assert chat.texts() == [*answer, *registered]


@pytest.mark.parametrize(("text", "answer"), ASKED)
def test_a_question_is_no_answer_to_another(chat: Chat, text: str, answer: list[str]) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types(text).at("aanmelden.worries")
    assert chat.texts()[: len(answer)] == answer
    assert "worries" not in chat.answers()


def test_a_question_as_the_first_message_is_answered_with_the_hello(chat: Chat) -> None:
    chat.types("kost dit geld?").at("welkom.hello", notice=COST[0])


def test_a_municipality_without_a_promise_names_no_time() -> None:
    chat = Chat(replace(GEMEENTE, promises=frozenset())).starts("aanmelden").types("hoe lang duurt het?")
    assert chat.texts()[:2] == DURATION[1:]


@pytest.mark.parametrize(
    "text", ["wat kost de zorgverzekering volgend jaar", "wat doet een bewindvoerder en kost dat ook veel geld"]
)
def test_what_something_else_costs_is_not_answered(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types(text)
    assert COST[0] not in chat.texts()


def test_a_question_in_a_story_leaves_the_story_an_answer(chat: Chat) -> None:
    story = "mijn huur is te hoog en de boetes van vorig jaar ook nog, en ik weet niet of dit geld kost, wat kost het"
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types(story).at("aanmelden.urgency")


# ---- a kind word -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("dank u wel", "Graag gedaan."),
        ("thanks", "Graag gedaan."),
        ("شكرا", "Graag gedaan."),
        ("hallo", "Hallo. Fijn dat u er bent."),
        ("good morning", "Hallo. Fijn dat u er bent."),
        ("السلام عليكم", "Hallo. Fijn dat u er bent."),
    ],
)
def test_a_kind_word_is_no_answer_and_leads_nowhere_else(chat: Chat, text: str, answer: str) -> None:
    chat.starts("menu").types(text).at("welkom.menu", notice=answer)
    chat.starts("aanmelden").types(text).at("aanmelden.for_whom", notice=answer)
    chat.taps("🙋 Voor mijzelf").types(text).at("aanmelden.worries", notice=answer)
    assert "worries" not in chat.answers()


def test_a_greeting_at_the_hello_is_greeted_by_it(chat: Chat) -> None:
    chat.opens().types("hallo").at("welkom.hello")
    assert chat.texts()[0] == "Welkom. Ik ben Klopaan, de chat van Waterdrecht."


def test_a_no_with_thanks_is_a_no(chat: Chat) -> None:
    chat.starts("menu").types("xqz").types("xqz").types("nee dank u wel").at("welkom.menu")


# ---- asking for help, first ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "kunt u mij helpen met mijn schulden",
        "kunnen jullie mij helpen?",
        "ik heb hulp nodig",
        "help mij alstublieft",
        "help",
        "can you help me?",
        "i need help",
        "أحتاج مساعدة",
        "هل تستطيعون مساعدتي",
    ],
)
@pytest.mark.parametrize("channel", ["webchat", "whatsapp"])
def test_who_asks_for_help_first_is_at_sign_up_after_the_hello(chat: Chat, text: str, channel: str) -> None:
    chat.on(channel).types(text).at("welkom.hello").taps("🌍 Nederlands")
    if channel == "whatsapp":
        chat.taps("🔒 Ja, alleen ik")
    assert chat.turn.replies[0].origin == "aanmelden.for_whom"


def test_who_says_what_is_wrong_first_need_not_say_it_again(chat: Chat) -> None:
    chat.types("kunt u mij helpen met mijn huurschuld")
    chat.at("welkom.hello", notice="Dank u, uw bericht is binnen. Eerst een korte vraag.")
    chat.taps("🌍 Nederlands").at("aanmelden.for_whom", SetLanguage("nl")).taps("✅ Zo is het genoeg")
    assert "Uw eerste bericht: kunt u mij helpen met mijn huurschuld" in chat.texts()


@pytest.mark.parametrize("text", ["ik heb schulden", "kunt u mij helpen", "help mij"])
def test_who_asks_for_help_at_the_hello_is_asked_its_questions_first(chat: Chat, text: str) -> None:
    chat.on("whatsapp").opens().types(text)
    chat.at("welkom.hello", notice="Dank u, uw bericht is binnen. Eerst een korte vraag.")
    chat.taps("🌍 Nederlands").taps("🔒 Ja, alleen ik").at("aanmelden.for_whom")


def test_who_tells_something_at_the_hello_is_told_that_it_was_heard(chat: Chat) -> None:
    chat.opens().types("mijn vriendin is weg en de brieven liggen op een stapel")
    chat.at("welkom.hello", notice="Dank u, uw bericht is binnen. Eerst een korte vraag.")
    chat.types("mijn vriendin is weg en de brieven liggen op een stapel").at("overdracht.offer")


@pytest.mark.parametrize("text", ["hulp", "help mij", "i need help", "أحتاج مساعدة", "kunt u mij helpen"])
def test_who_asks_for_help_at_the_menu_gets_it(chat: Chat, text: str) -> None:
    chat.starts("menu").speaking(language(text) or "nl").types(text).at("aanmelden.for_whom")


def test_the_word_help_still_explains_the_words(chat: Chat) -> None:
    chat.starts("menu").types("help").at("woorden.help")
    chat.starts("aanmelden").types("help mij").at("woorden.help")


# ---- the language, by its name ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("nederlands", "nl"),
        ("Dutch", "nl"),
        ("english", "en"),
        ("Engels", "en"),
        ("English please", "en"),
        ("عربي", "ar"),
        ("العربية", "ar"),
        ("arabisch", "ar"),
        ("2", "en"),
    ],
)
def test_a_language_is_chosen_by_its_name(chat: Chat, text: str, chosen: str) -> None:
    chat.opens().types(text)
    assert SetLanguage(chosen) in chat.turn.effects
    assert chat.session.language == chosen
    assert chat.turn.replies[0].origin == "welkom.menu"


def test_a_language_as_the_first_message_is_that_of_the_hello(chat: Chat) -> None:
    chat.types("english please").at("welkom.hello")
    assert chat.session.language == "en"
