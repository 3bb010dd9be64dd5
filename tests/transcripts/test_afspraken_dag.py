"""Another day for something on the list: as far as a day can be, and not where its words name the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.agreements import FURTHEST, Agreement, Postpone, Stuck
from flows.data import load
from tests.transcripts.afspraken import POST, UNOPENED, talked
from tests.transcripts.player import MONDAY, Chat

DAYS = [
    "📅 dinsdag 24 november",
    "📅 donderdag 26 november",
    "📅 maandag 30 november",
    "📅 maandag 7 december",
    "📋 Mijn lijst",
]
#: Its words name the day.
COME = Agreement(35, load("phrasebook")["phrase"]["come_talk"]["you"].but(date=date(2026, 11, 27)), date(2026, 11, 27))
READS = "📌 Kom naar ons gesprek op vrijdag 27 november."
TWO = ["✅ Dat is klaar", "😕 Het lukt niet"]
HELP = ["🤝 Samen doen", "💬 Praten met een mens", "👌 Laat het zo staan"]
FIXED = "Deze dag kunnen we niet zomaar veranderen."


def at_one(chat: Chat, language: str = "nl") -> Chat:
    """Looking at one of two."""
    talked(chat, UNOPENED, POST).starts("menu").speaking(language)
    return chat.taps_data("!to:afspraken.action:31")


# ---- how far -------------------------------------------------------------------------------------------------------


def test_too_far_is_asked_again_and_says_why(chat: Chat) -> None:
    """It was confirmed, without its year, and not kept."""
    at_one(chat).taps("⏰ Een andere dag").types("1 december 2028").sees(
        "Die dag is meer dan een jaar weg. Zo ver vooruit spreken we nog niets af.",
        "📌 Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "Welke dag komt beter uit? Kies een dag, of typ er zelf een.",
        buttons=DAYS,
    )
    chat.types("2 december 2029").at("afspraken.postponed").types("blauwe paraplu").at("afspraken.postponed")
    chat.taps("📅 maandag 7 december").at("afspraken.postponed", Postpone(31, date(2026, 12, 7)))


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "1 december 2028"), ("en", "1 december 2028"), ("ar", "1 ديسمبر 2028")]
)
def test_too_far_wherever_it_is_typed(chat: Chat, language: str, text: str) -> None:
    for screen in ("action", "stuck", "later", "undone"):
        at_one(chat, language).taps_data(f"!to:afspraken.{screen}:31").types(text).at("afspraken.postponed")
        assert len(chat.buttons()) == len(DAYS)


def test_the_last_day_there_is(chat: Chat) -> None:
    last = MONDAY.date() + FURTHEST
    at_one(chat).types(last.strftime("%d-%m-%Y")).at("afspraken.postponed", Postpone(31, last))


def test_a_day_that_went_by_meanwhile_is_asked_again_and_says_why(chat: Chat) -> None:
    at_one(chat).taps("⏰ Een andere dag").waits(timedelta(days=2))
    chat.taps("📅 dinsdag 24 november").at("afspraken.postponed")
    assert chat.texts()[0] == "Die dag is al voorbij."
    assert chat.buttons()[0] == "📅 donderdag 26 november"


# ---- what does not work out keeps its day --------------------------------------------------------------------------

STUCK = "Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december\n😕 Dit lukt nog niet."


def test_what_is_stuck_is_shown_with_its_day_and_that_it_is_stuck(chat: Chat) -> None:
    stuck = replace(POST, state="stuck")
    talked(chat, stuck, UNOPENED).starts("menu").taps_data("!to:afspraken.action:31")
    assert chat.texts()[0] == f"📌 {STUCK}"
    chat.types("klaar").taps("↩️ Toch niet klaar")
    assert "😕" not in chat.texts()[1]
    chat.taps_data("!to:afspraken.stuck:31").taps_data("!to:afspraken.later:31")
    assert chat.texts()[0] == f"📌 {STUCK}"
    chat.is_due("afspraken.due:2026-12-04", {"due": "2026-12-04"})
    assert chat.texts()[1] == f"📌 {STUCK}"


def test_a_reminder_of_several_keeps_the_day_of_what_is_stuck(chat: Chat) -> None:
    two = (replace(POST, state="stuck"), replace(UNOPENED, due=POST.due))
    talked(chat, *two).starts("menu").is_due("afspraken.due:2026-12-04", {"due": "2026-12-04"})
    assert chat.texts()[1] == f"1. {STUCK}"


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_stuck_without_a_day_and_in_every_language(chat: Chat, language: str) -> None:
    talked(chat, replace(POST, state="stuck", due=None)).starts("menu").speaking(language)
    chat.taps_data("!to:afspraken.action:31")
    shown = chat.texts()[0]
    assert "📅" not in shown
    assert "\n😕" in shown


# ---- a day that the words name -------------------------------------------------------------------------------------


def coming(chat: Chat, language: str = "nl") -> Chat:
    """Looking at one of two of which the words name the day."""
    talked(chat, COME, POST).starts("menu").speaking(language)
    return chat.taps_data("!to:afspraken.action:35")


def test_no_other_day_is_offered_for_it(chat: Chat) -> None:
    coming(chat).sees(READS, "Hoe gaat het hiermee?", buttons=[*TWO, "📋 Mijn lijst"])
    chat.taps("😕 Het lukt niet")
    assert chat.buttons() == HELP
    chat.types("ik moet dan werken")
    assert chat.buttons() == HELP
    chat.is_due("afspraken.due:2026-11-27", {"due": "2026-11-27"})
    assert chat.buttons() == TWO
    chat.is_due("afspraken.told", {"agreement": 35, "what": "open"})
    assert chat.buttons()[:2] == TWO
    chat.taps_data("!to:afspraken.done:35").taps("↩️ Toch niet klaar")
    assert chat.buttons()[:2] == TWO


def test_an_older_button_leads_to_a_human(chat: Chat) -> None:
    """It was told that it had moved, while its words named the day before."""
    coming(chat).taps_data("!to:afspraken.later:35").sees(
        FIXED, READS, "Een medewerker leest het, en kijkt met u wat er wel kan.", buttons=HELP, effects=[Stuck(35)]
    )
    chat.types("maandag").sees(
        FIXED,
        f"{READS}\n😕 Dit lukt nog niet.",
        "Een medewerker leest dat maandag 30 november beter voor u is, en kijkt met u wat er kan.",
        buttons=HELP,
        effects=[Stuck(35, {"text": "Liever op 30-11-2026"})],
    )
    chat.taps("🤝 Samen doen").at("afspraken.together")
    chat.taps_data("!to:afspraken.later:35").at("afspraken.later").taps("👌 Laat het zo staan").at("afspraken.left")


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "volgende week maandag"), ("en", "30 november"), ("ar", "الاثنين")]
)
def test_a_day_typed_for_it_goes_to_a_human(chat: Chat, language: str, text: str) -> None:
    for screen in ("action", "stuck", "later", "undone"):
        coming(chat, language).taps_data(f"!to:afspraken.{screen}:35").types(text)
        assert [reply.origin for reply in chat.turn.replies] == ["afspraken.postponed"]
        assert list(chat.turn.effects) == [Stuck(35, {"text": "Liever op 30-11-2026"})]


def test_a_day_that_is_none_is_not_passed_on(chat: Chat) -> None:
    coming(chat).types("1 december 2028").at("afspraken.postponed", Stuck(35))


def test_later_in_own_words(chat: Chat) -> None:
    coming(chat).types("ik wil het uitstellen").at("afspraken.later", Stuck(35))


def test_also_where_a_human_moved_it(chat: Chat) -> None:
    """Both days are read then, and a third one would be no clearer."""
    talked(chat, replace(COME, due=date(2026, 11, 30))).starts("menu").taps_data("!to:afspraken.action:35")
    assert chat.buttons()[:2] == TWO
    chat.taps_data("!to:afspraken.later:35").at("afspraken.later", Stuck(35))
