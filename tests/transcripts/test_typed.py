"""People who type instead of tap: a sentence where a button was expected."""

from __future__ import annotations

import pytest

from flows.grammar import SetContact
from flows.understanding import language
from tests.transcripts.player import Chat


@pytest.mark.parametrize("text", ["nee hoor gaat wel", "nee ik ga zelf verder", "oh nee dank je wel"])
def test_a_no_in_a_sentence_asks_no_person(chat: Chat, text: str) -> None:
    chat.starts("menu").types("xqz").types("xqz").at("overdracht.offer")
    chat.types(text).at("welkom.menu")


@pytest.mark.parametrize("text", ["geen idee", "nee geen idee"])
def test_not_knowing_is_no_refusal(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").types(text).at("aanmelden.knows")


def test_a_no_in_a_sentence_at_sign_up(chat: Chat) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").types("nee die weet het nog niet").at("aanmelden.advice")


def test_a_no_in_a_sentence_at_the_summary(chat: Chat) -> None:
    chat.starts("aanmelden").taps("✅ Zo is het genoeg").types("nee er staat een fout in").at("aanmelden.change")


@pytest.mark.parametrize(
    ("text", "screen"),
    [
        ("gewoon ikzelf, ik en mn 2 kinderen", "aanmelden.worries"),
        ("mijn mama", "aanmelden.knows"),
        ("ik ben de bewindvoerder van een client", "aanmelden.knows"),
        ("voor ons", "aanmelden.worries"),
        ("ik ben moeder van 3 kinderen", "aanmelden.worries"),
        ("ik ben 67", "aanmelden.for_whom"),
        ("ik ben 16 jaar getrouwd", "aanmelden.for_whom"),
    ],
)
def test_for_whom_in_a_sentence(chat: Chat, text: str, screen: str) -> None:
    assert chat.starts("aanmelden").types(text).turn.replies[0].origin == screen


def at_how(chat: Chat) -> Chat:
    """At the question how to be in touch, everything before it skipped but the name."""
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").taps("⏭️ Overslaan").taps("⏭️ Overslaan")
    chat.types("Sam")
    assert chat.turn.replies[0].origin == "aanmelden.how"
    return chat


def in_its_language(chat: Chat, text: str) -> Chat:
    """Types, in a conversation that is in the language of the words."""
    return chat.speaking(language(text) or "nl").types(text)


# ---- leaving an open question open -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["verder", "nee", "nee dank je", "weet ik niet", "geen idee", "no thanks", "i dont know", "لا أعرف"]
)
def test_no_answer_is_kept_as_one(chat: Chat, text: str) -> None:
    in_its_language(chat.starts("aanmelden").taps("🙋 Voor mijzelf"), text).at("aanmelden.urgency")
    chat.taps_data("aanmelden.urgency:skip").types(text).at("aanmelden.name").types(text).at("aanmelden.how")
    assert set(chat.answers()) == {"for_whom"}


@pytest.mark.parametrize(
    "text", ["klaar", "dat zeg ik liever niet", "nee dat lukt niet", "i prefer not to say", "لا أريد أن أقول"]
)
def test_who_does_not_want_to_say_it_is_kept_by_no_such_name(chat: Chat, text: str) -> None:
    in_its_language(chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").taps("⏭️ Overslaan"), text)
    chat.at("aanmelden.name").types(text).at("aanmelden.how")
    assert set(chat.answers()) == {"for_whom"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ik heet Riet", "Riet"),
        ("Mijn naam is Riet de Boer.", "Riet de Boer"),
        ("my name is Sam", "Sam"),
        ("اسمي أحمد", "أحمد"),
        ("Riet", "Riet"),
    ],
)
def test_a_name_is_kept_without_what_is_said_before_it(chat: Chat, text: str, name: str) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").taps("⏭️ Overslaan").taps("⏭️ Overslaan")
    in_its_language(chat, text).at("aanmelden.how", SetContact(name=name))
    assert chat.answers()["name"] == {"text": name}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("vrijdag kan ik niet", ["fri"]),
        ("niet op maandag en dinsdag", ["mon", "tue"]),
        ("ik kan alleen op dinsdag", ["mon", "wed", "thu", "fri"]),
        ("not on fridays", ["fri"]),
        ("لا أستطيع يوم الجمعة", ["fri"]),
    ],
)
def test_days_on_which_someone_cannot(chat: Chat, text: str, days: list[str]) -> None:
    in_its_language(at_how(chat).taps("📞 Telefoon").taps("👉 Klaar").taps("👉 Klaar"), text).at("aanmelden.contact")
    assert chat.answers()["not_on"] == {"text": text, "ids": days}


@pytest.mark.parametrize("text", ["ik heb geen telefoon", "heb ik niet", "nee dat geef ik niet", "i have no phone"])
def test_who_has_no_number_goes_on(chat: Chat, text: str) -> None:
    in_its_language(at_how(chat).picks("💬 Hier in de chat").at("aanmelden.contact"), text).at("aanmelden.interpreter")
    assert "contact" not in chat.answers()


@pytest.mark.parametrize("text", ["ja", "ok", "yes", "نعم"])
def test_yes_is_no_answer_to_an_open_question(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").types(text)
    chat.at("aanmelden.urgency", notice="Vertel het gerust. U kunt het hier typen.")
    chat.types("de huur is te laat").at("aanmelden.place")
    assert chat.answers()["urgency"] == {"text": "de huur is te laat"}


def test_dots_and_question_marks_are_no_answer_and_no_loop(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").types("?")
    chat.at("aanmelden.urgency", notice="Heeft het haast? Dan helpen we u eerder.")
    chat.types("...").at("overdracht.offer").types("verder").at("aanmelden.urgency")
    assert "urgency" not in chat.answers()


@pytest.mark.parametrize("text", ["nee dat was het", "dat is alles", "klaar", "no thats all"])
def test_nothing_more_to_tell(chat: Chat, text: str) -> None:
    at_how(chat).picks("💬 Hier in de chat").types("nee").taps("👍 Nee, niet nodig").types(text).at("aanmelden.extra")
    assert chat.answers()["anything"] == "no"


@pytest.mark.parametrize("text", ["arabisch", "nederlands", "tigrinya"])
def test_the_language_of_an_interpreter_is_an_answer(chat: Chat, text: str) -> None:
    at_how(chat).picks("💬 Hier in de chat").types("nee").types(text).at("aanmelden.anything")
    assert chat.answers()["interpreter"] == {"text": text}


def test_who_agrees_and_doubts_is_not_signed_up(chat: Chat) -> None:
    chat.starts("aanmelden").taps("✅ Zo is het genoeg").types("is goed maar ik twijfel").at("aanmelden.summary")


@pytest.mark.parametrize("text", ["aanmelden", "verstuur", "prima"])
def test_who_says_to_send_it_is_signed_up(chat: Chat, text: str) -> None:
    chat.starts("aanmelden").taps("✅ Zo is het genoeg").types(text)
    assert chat.turn.replies[0].origin == "aanmelden.registered"


# ---- a number before it is asked -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("mijn nummer is 06 12345678", {"text": "0612345678", "phone": "0612345678"}),
        ("mail sam@voorbeeld.example", {"text": "sam@voorbeeld.example", "email": "sam@voorbeeld.example"}),
        ("اتصلوا بي ٠٦١٢٣٤٥٦٧٨", {"text": "0612345678", "phone": "0612345678"}),
    ],
)
def test_a_number_one_question_early_is_kept_and_not_asked_again(
    chat: Chat, text: str, reached: dict[str, str]
) -> None:
    in_its_language(at_how(chat), text).at("aanmelden.when")
    assert reached["text"] in chat.texts()[0]
    assert chat.answers()["contact"] == reached
    chat.speaking("nl").taps("👉 Klaar").taps("👉 Klaar").at("welkom.own_phone").taps("🔒 Ja, alleen ik").at(
        "aanmelden.interpreter"
    )


def test_a_number_beside_what_is_ticked_is_kept_too(chat: Chat) -> None:
    at_how(chat).types("liefst bellen 06 12345678").at("aanmelden.how")
    assert chat.answers()["how"] == ["phone"]
    assert chat.answers()["contact"] == {"text": "0612345678", "phone": "0612345678"}


def test_a_number_and_nothing_else_is_no_name(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").taps("⏭️ Overslaan").taps("⏭️ Overslaan")
    chat.types("0612345678").at("aanmelden.how", notice="Dank u, dan kunnen we u bereiken op 0612345678.")
    assert "name" not in chat.answers()
    chat.picks("💬 Hier in de chat").at("welkom.own_phone")


# ---- a time of day, a day of the week --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("na 17:00", ["evening"]),
        ("tussen 9 en 11", ["morning"]),
        ("om 3 uur", ["afternoon"]),
        ("tussen 9 en 14 uur", ["morning", "afternoon"]),
        ("'s avonds na 8", ["evening"]),
        ("after 6 pm", ["evening"]),
        ("الساعة 10", ["morning"]),
        ("als de kinderen naar school zijn", []),
    ],
)
def test_the_best_time_in_own_words_ticks_its_part_of_the_day(chat: Chat, text: str, parts: list[str]) -> None:
    in_its_language(at_how(chat).taps("📞 Telefoon").taps("👉 Klaar"), text).at("aanmelden.not_on")
    assert chat.answers()["when"] == {"text": text, "ids": parts}


def test_a_number_alone_is_still_that_button(chat: Chat) -> None:
    at_how(chat).taps("📞 Telefoon").taps("👉 Klaar").types("2").at("aanmelden.when")
    assert chat.answers()["when"] == ["afternoon"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("vrijdag", "2026-11-27"),
        ("op maandag graag", "2026-11-30"),
        ("next tuesday", "2026-11-24"),
        ("يوم الجمعة", "2026-11-27"),
        ("over een week", "2026-11-30"),
        ("ik kom zelf terug", "self"),
    ],
)
def test_when_to_ask_again_in_own_words(chat: Chat, text: str, day: str) -> None:
    in_its_language(chat.starts("aanmelden").taps("✅ Zo is het genoeg").taps("🤔 Ik twijfel nog"), text)
    assert chat.turn.replies[0].origin == "aanmelden.agreed"
    assert chat.answers()["ask_in"] == day


def test_what_is_no_day_is_asked_again(chat: Chat) -> None:
    chat.starts("aanmelden").taps("✅ Zo is het genoeg").taps("🤔 Ik twijfel nog").types("blauw").at("aanmelden.unsure")
