"""After a talk: what was agreed, whether that is right, what comes first; earlier talks, and the list to keep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.agreements import Agreements, AnswerSummary, MailAgreements, SayFirst
from flows.grammar import Way, Ways
from flows.text import Text
from tests.transcripts.afspraak import OFFICE
from tests.transcripts.afspraken import BEFORE, OURS, POST, TALK, said, talked
from tests.transcripts.player import LANGUAGES, Chat

#: As each language says it: the lines of `TALK`.
LINES = {
    "nl": [
        "Wat u doet:",
        "1. Neem uw post mee. Dichte brieven mogen ook.\n📅 Uiterlijk dinsdag 1 december",
        "2. Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "3. Bel Kees van de woningbouw.",
        "Wat Noor doet:",
        "4. Wij zoeken samen met u uw papieren uit.\n📅 Uiterlijk vrijdag 4 december",
    ],
    "en": [
        "What you do:",
        "1. {bring}\n📅 By Tuesday 1 December",
        "2. {open}\n📅 By Friday 4 December",
        "3. Bel Kees van de woningbouw. (in Dutch)",
        "What Noor does:",
        "4. {sort}\n📅 By Friday 4 December",
    ],
}


def told(chat: Chat, language: str = "nl") -> Chat:
    """A summary just came in, at the menu."""
    return chat.agreed(TALK, BEFORE).starts("menu").speaking(language).is_due("afspraken.summary", {"summary": 5})


# ---- klopt dit? ----------------------------------------------------------------------------------------------------


def test_what_we_agreed_both_of_us(chat: Chat) -> None:
    told(chat).sees(
        "Noor heeft voor u opgeschreven wat we hebben afgesproken.",
        *LINES["nl"],
        "Noor schrijft: Tot volgende week!",
        "Klopt dit?",
        buttons=["✅ Ja, dit klopt", "✏️ Iets klopt niet", "❓ Ik heb een vraag"],
    )


def test_in_english_what_a_human_typed_is_marked_as_dutch(chat: Chat) -> None:
    told(chat, "en")
    texts = chat.texts()
    assert texts[0] == "Noor wrote down for you what we agreed."
    assert [texts[1], texts[4], texts[5]] == [LINES["en"][0], LINES["en"][3], LINES["en"][4]]
    assert texts[2].endswith("\n📅 By Tuesday, December 1") or "📅 By " in texts[2]
    assert texts[-2:] == ["Noor writes in Dutch: Tot volgende week!", "Is this right?"]
    assert chat.buttons() == ["✅ Yes, this is right", "✏️ Not quite right", "❓ I have a question"]


def test_in_arabic_it_is_whole_too(chat: Chat) -> None:
    told(chat, "ar")
    assert "هل هذا صحيح؟" in chat.texts()
    assert chat.buttons() == ["✅ نعم، هذا صحيح", "✏️ هناك خطأ", "❓ لدي سؤال"]
    (free,) = [text for text in chat.texts() if "Bel Kees" in text]
    assert "بالهولندية" in free


@pytest.mark.parametrize(
    ("language", "yes"),
    [("nl", "ja"), ("nl", "klopt"), ("nl", "ja hoor"), ("en", "yes"), ("en", "correct"), ("ar", "نعم"), ("ar", "صحيح")],
)
def test_yes_in_own_words(chat: Chat, language: str, yes: str) -> None:
    told(chat, language).types(yes).at("afspraken.agreed", AnswerSummary(5, "agreed"))


def test_yes_and_what_comes_first(chat: Chat) -> None:
    told(chat).taps("✅ Ja, dit klopt").sees(
        "Fijn, dan zijn we het eens.",
        "Heb ik het duidelijk uitgelegd?",
        "Wat doet u als eerste? Kies iets, of typ het in uw eigen woorden.",
        buttons=[
            "📌 Neem uw post mee. Dichte brieven mogen ook.",
            "📌 Open uw post en doe alles in een map.",
            "📌 Bel Kees van de woningbouw.",
            "⏭️ Overslaan",
        ],
        effects=[AnswerSummary(5, "agreed")],
    )
    chat.taps("📌 Open uw post en doe alles in een map.").sees(
        "Een goed begin. U start hiermee:\n📌 Open uw post en doe alles in een map.",
        "De eerste dag op uw lijst is dinsdag 1 december.",
        "Noor begint ook.",
        "U vindt alles terug bij ‘Mijn afspraken’. Lukt iets niet? Zeg het gerust.",
        buttons=["📋 Mijn lijst", "👌 Zo is het goed"],
        effects=[SayFirst(5, 31)],
    )
    chat.taps("👌 Zo is het goed").at("welkom.menu")


def test_what_comes_first_in_own_words_or_left_open(chat: Chat) -> None:
    told(chat).taps("✅ Ja, dit klopt").types("ik ga eerst mijn zus vragen").at(
        "afspraken.ready",
        SayFirst(5, {"text": "ik ga eerst mijn zus vragen"}),
        notice="Dank u. Noor leest uw antwoord ook.",
    )
    other = told(Chat()).taps("✅ Ja, dit klopt").taps("⏭️ Overslaan")
    other.at("afspraken.ready", notice="Dat is goed.")


def test_who_has_nothing_to_do_is_not_asked_what_comes_first(chat: Chat) -> None:
    chat.agreed(replace(TALK, lines=(OURS,), note="")).starts("menu").is_due("afspraken.summary", {"summary": 5})
    chat.taps("✅ Ja, dit klopt").sees(
        "Fijn, dan zijn we het eens.",
        "Noor begint ook.",
        "U vindt alles terug bij ‘Mijn afspraken’. Lukt iets niet? Zeg het gerust.",
        buttons=["📋 Mijn lijst", "👌 Zo is het goed"],
        effects=[AnswerSummary(5, "agreed")],
    )


def test_something_is_different(chat: Chat) -> None:
    told(chat).taps("✏️ Iets klopt niet").sees(
        "Goed dat u het zegt. Wat klopt er niet?",
        "U kunt het hier typen. Noor leest het.",
        buttons=["⏭️ Overslaan"],
        effects=[AnswerSummary(5, "change")],
    )
    chat.types("de dag was woensdag").sees(
        "Dank u. Een medewerker kijkt ernaar.",
        "U hoort uiterlijk woensdag 25 november van ons.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=["📋 Mijn lijst", "👌 Zo is het goed"],
        effects=[AnswerSummary(5, "change", {"text": "de dag was woensdag"})],
    )


def test_a_question(chat: Chat) -> None:
    told(chat).taps("❓ Ik heb een vraag").at("afspraken.question", AnswerSummary(5, "question"))
    chat.types("moet ik ook de oude brieven openen?").at(
        "afspraken.noted", AnswerSummary(5, "question", {"text": "moet ik ook de oude brieven openen?"})
    )


def test_nothing_typed_is_no_words_but_a_human_looks_all_the_same(chat: Chat) -> None:
    told(chat).taps("✏️ Iets klopt niet").taps("⏭️ Overslaan").at("afspraken.noted")


@pytest.mark.parametrize(
    ("language", "no", "screen"),
    [
        ("nl", "nee dat klopt niet", "change"),
        ("nl", "klopt niet", "change"),
        ("en", "not right", "change"),
        ("ar", "غير صحيح", "change"),
        ("nl", "ik heb een vraag", "question"),
        ("en", "i have a question", "question"),
        ("ar", "سؤال", "question"),
    ],
)
def test_no_and_a_question_in_own_words(chat: Chat, language: str, no: str, screen: str) -> None:
    told(chat, language).types(no).at(f"afspraken.{screen}", AnswerSummary(5, screen))


def test_a_tap_on_an_old_message_answers_too(chat: Chat) -> None:
    chat.agreed(TALK).starts("aanmelden").taps_data("!to:afspraken.agreed:5").at(
        "afspraken.agreed", AnswerSummary(5, "agreed")
    )
    chat.taps_data("!to:afspraken.agreed:5").at("afspraken.agreed")
    chat.taps_data("!to:afspraken.agreed:99").sees(
        "Dit staat niet op uw lijst. Dat geeft niet.", buttons=["📋 Mijn lijst", "👌 Zo is het goed"]
    )


def test_on_top_of_a_question_that_can_still_be_answered(chat: Chat) -> None:
    chat.agreed(TALK).starts("aanmelden").taps("🙋 Voor mijzelf")
    chat.is_due("afspraken.summary", {"summary": 5}).at("afspraken.summary")
    chat.types("huur en energie")
    assert chat.turn.replies[0].origin.startswith("aanmelden.")
    chat.is_due("afspraken.summary", {"summary": 5}).types("ja").at("afspraken.agreed", AnswerSummary(5, "agreed"))


def test_while_a_human_holds_the_conversation(chat: Chat) -> None:
    chat.agreed(TALK).starts("menu").held().is_due("afspraken.summary", {"summary": 5}).at("afspraken.summary")
    chat.taps("✅ Ja, dit klopt").sees(
        "Fijn, dan zijn we het eens.",
        "Een medewerker leest met u mee.",
        effects=[AnswerSummary(5, "agreed")],
    )
    chat.taps_data("!to:afspraken.question:5").sees(
        "Vraag het gerust. Wat wilt u weten?",
        "Een medewerker leest met u mee. U kunt het hier typen.",
        effects=[AnswerSummary(5, "question")],
    )
    chat.types("wanneer precies?").is_silent()


# ---- to keep -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_agreed_while_a_human_was_there_is_asked_afterwards_what_comes_first(chat: Chat, language: str) -> None:
    chat.agreed(TALK).starts("menu").speaking(language).held().taps_data("!to:afspraken.agreed:5")
    assert chat.turn.effects == (AnswerSummary(5, "agreed"),)
    chat.is_handed_back().at("afspraken.agreed", notice=chat.texts()[0])
    assert said(chat, Text("afspraken.agreed.clear", "Heb ik het duidelijk uitgelegd?")) in chat.texts()
    chat.taps_data(chat.turn.replies[0].buttons[0].data)
    (first,) = [effect for effect in chat.turn.effects if isinstance(effect, SayFirst)]
    assert first.summary == 5
    chat.held().is_handed_back()
    assert chat.turn.replies[0].origin != "afspraken.agreed"  # once


def kept(chat: Chat) -> Chat:
    """At what can be done with the list."""
    return chat.agreed(replace(TALK, answer="agreed"), BEFORE).starts("afspraken").taps("📎 Bewaren of teruglezen")


def test_earlier_talks_stay_readable(chat: Chat) -> None:
    kept(chat).sees(
        "Wat wilt u met de lijst doen?",
        buttons=["📖 Eerdere gesprekken", "✉️ Naar mijn e-mail", "🖨️ Printen", "📋 Mijn lijst"],
    )
    chat.taps("📖 Eerdere gesprekken").sees(
        "Van deze gesprekken kunt u teruglezen wat we afspraken.",
        buttons=["📖 maandag 23 november, met Noor", "📖 maandag 2 november, met Fatma", "📋 Mijn lijst"],
    )
    chat.taps("📖 maandag 2 november, met Fatma").sees(
        "Dit spraken we af op maandag 2 november, met Fatma.",
        "Wat Fatma doet:",
        "✅ Wij zoeken samen met u uw papieren uit.",
        "U zei dat dit klopt.",
        buttons=["✏️ Iets klopt niet", "❓ Ik heb een vraag", "📋 Mijn lijst", "👌 Zo is het goed"],
    )


def by_email(chat: Chat, *ways: Way) -> Chat:
    """These ways lead to them."""
    chat.known[Ways] = Ways((Way("webchat"), *ways), ("webchat", "email"))
    return kept(chat).taps("✉️ Naar mijn e-mail")


def test_to_their_own_address_in_full_or_as_a_notice(chat: Chat) -> None:
    by_email(chat, Way("email", in_full=True)).sees(
        *LINES["nl"][:5],
        LINES["nl"][5],
        "Wat Fatma doet:",
        "✅ Wij zoeken samen met u uw papieren uit.",
        "Deze lijst staat ook in uw e-mail.",
        buttons=["📋 Mijn lijst", "👌 Zo is het goed"],
        effects=[MailAgreements()],
    )
    by_email(Chat(), Way("email")).at("afspraken.mail", MailAgreements())
    other = by_email(Chat(), Way("email"))
    assert other.texts()[-1].startswith("U krijgt een mail met een link naar deze lijst.")


def test_without_an_address_one_can_be_given(chat: Chat) -> None:
    by_email(chat).sees(
        "Ik weet nog geen e-mailadres van u. Wilt u er een geven?",
        buttons=["✉️ E-mailadres geven", "📋 Mijn lijst"],
    )
    chat.taps("✉️ E-mailadres geven").at("kanalen.email")
    chat.types("terug").at("afspraken.mail")


def test_an_address_that_nobody_confirmed_gets_nothing(chat: Chat) -> None:
    by_email(chat, Way("email", confirmed=False)).sees(
        "Op uw e-mailadres heeft nog niemand ja gezegd.",
        "Kijk in uw mail, en zeg ja op de link daarin. Kies daarna opnieuw.",
        buttons=["✉️ Een ander adres", "📋 Mijn lijst"],
    )


def test_a_municipality_without_mail_does_not_offer_it(chat: Chat) -> None:
    chat.known[Ways] = Ways((Way("webchat"),), ("webchat",))
    kept(chat)
    assert "✉️ Naar mijn e-mail" not in chat.buttons()


def test_on_paper(chat: Chat) -> None:
    kept(chat).taps("🖨️ Printen").sees(
        "Op deze pagina staat uw lijst, ook in het Nederlands: https://waterdrecht.example/chat/list",
        "De link is alleen voor u. Geef hem niet door.",
        buttons=["📋 Mijn lijst", "👌 Zo is het goed"],
    )


def test_where_nothing_can_be_printed_a_human_does(chat: Chat) -> None:
    kept(chat).known[Agreements] = Agreements(summaries=(TALK,))
    chat.taps("🖨️ Printen").sees(
        "Printen kan hier niet. Vraag het gerust aan een medewerker: die print het.",
        buttons=["💬 Praten met een mens", "📋 Mijn lijst"],
    )


def test_long_lists_fit_every_channel(chat: Chat) -> None:
    """`Chat` renders every turn for all channels in all languages."""
    lines = tuple(replace(line, id=100 + number, summary=5) for number, line in enumerate((POST, OURS) * 30, 1))
    talked(chat, *lines, note="Een lange zin van een mens. " * 60).starts("afspraken").at("afspraken.standing")
    chat.taps_data("!to:afspraken.summary:5").at("afspraken.summary")
    chat.taps_data("!to:afspraken.agreed:5").at("afspraken.agreed")


def test_beside_an_appointment(chat: Chat) -> None:
    chat.has(OFFICE)
    talked(chat, POST).starts("afspraken").sees(
        "Dit staat op uw lijst. Kies iets om te zeggen hoe het gaat.",
        "1. Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "📅 donderdag 26 november, 10:00",
        buttons=[
            "📌 Open uw post en doe alles in een map.",
            "🕐 donderdag 26 november, 10:00",
            "🔁 Verzetten",
            "❌ Afzeggen",
            "📅 Nieuwe afspraak",
            "📎 Bewaren of teruglezen",
            "🤝 Contact houden",
            "🏠 Naar het menu",
        ],
    )
